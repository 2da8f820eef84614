package store

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// witness remembers what it saw of a store while others worked on it. What RFC 9051,
// section 2.3.1.1, and RFC 7162, section 3.1.1, promise to clients must hold in all
// that it sees: a UID is one message's for ever, and neither UIDNEXT nor modseqs
// go back.
type witness struct {
	mu    sync.Mutex // guards what follows
	bytes map[seenUID]string
	next  map[seenUID]imap.UID // UIDNEXT; uid is 0
	mod   map[*Mailbox]uint64
}

type seenUID struct {
	mbox     *Mailbox
	validity uint32
	uid      imap.UID
}

// look reads a mailbox under the lock, so that what it sees is in order.
func (w *witness) look(mbox *Mailbox) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	status, messages := mbox.Contents()
	epoch := seenUID{mbox: mbox, validity: status.UIDValidity}
	if status.UIDNext < w.next[epoch] || status.HighestModSeq < w.mod[mbox] {
		return fmt.Errorf("%s: UIDNEXT %d after %d, HIGHESTMODSEQ %d after %d", mbox.Name(),
			status.UIDNext, w.next[epoch], status.HighestModSeq, w.mod[mbox])
	}
	w.next[epoch], w.mod[mbox] = status.UIDNext, status.HighestModSeq
	last := imap.UID(0)
	for _, m := range messages {
		is := seenUID{mbox, status.UIDValidity, m.UID}
		was, seen := w.bytes[is]
		switch {
		case m.UID <= last || m.UID >= status.UIDNext || m.ModSeq > status.HighestModSeq:
			return fmt.Errorf("%s: UID %d after %d, modseq %d, with %+v", mbox.Name(), m.UID, last, m.ModSeq, status)
		case seen && was != string(m.Raw()):
			return fmt.Errorf("%s: UID %d of UIDVALIDITY %d is %q, and was %q", mbox.Name(), m.UID, status.UIDValidity, m.Raw(), was)
		}
		w.bytes[is], last = string(m.Raw()), m.UID
	}
	return nil
}

// randomStep is one operation of a goroutine; what is refused, because another
// has deleted the mailbox or made the name, is no failure.
type randomStep struct {
	do     string
	on, to string
	n      int
}

func drawSteps(t *rapid.T) []randomStep {
	name := rapid.SampledFrom([]string{inbox, inbox, "A", "B"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) randomStep {
		return randomStep{
			do: rapid.SampledFrom([]string{
				"append", "append", "append at", "flags", "expunge", "copy", "move", "snapshot", "restore", "restore",
				"bump", "configure", "skip", "create", "delete", "rename", "subscribe", "unsubscribe", "grant", "revoke", "annotate", "quota",
			}).Draw(t, "do"),
			on: name.Draw(t, "on"), to: name.Draw(t, "to"), n: rapid.IntRange(1, 9).Draw(t, "n"),
		}
	}), 5, 40).Draw(t, "steps")
}

// randomWorker does its steps one after the other.
type randomWorker struct {
	name      string
	user      *User
	snapshots []*Snapshot
	appended  int
}

func (w *randomWorker) raw() []byte {
	w.appended++
	return fmt.Appendf(nil, "%s-%d", w.name, w.appended)
}

func (w *randomWorker) do(s randomStep) {
	mbox, found := w.user.Mailbox(s.on)
	if !found {
		w.user.Create(s.on)
		return
	}
	uid := set(imap.UID(s.n))
	switch s.do {
	case "append":
		mbox.Append(w.raw(), WithFlags(modelFlags()[s.n%5]))
	case "append at":
		mbox.Append(w.raw(), WithUID(mbox.UIDNext()+imap.UID(s.n)))
	case "flags":
		mbox.Store(uid, imap.StoreFlagsOp(s.n%3), modelFlags()[s.n%5])
	case "expunge":
		mbox.Expunge(uid)
	case "copy", "move":
		to, found := w.user.Mailbox(s.to)
		switch {
		case !found:
		case s.do == "copy":
			mbox.Copy(uid, to)
		default:
			mbox.Move(uid, to)
		}
	case "snapshot":
		w.snapshots = append(w.snapshots, w.user.store.Snapshot())
	case "restore":
		w.user.store.Restore(w.snapshots[s.n%len(w.snapshots)])
	case "bump":
		mbox.BumpUIDValidity()
	case "configure":
		mbox.Configure(WithUIDNext(mbox.UIDNext()+1), WithSpecialUse())
	case "skip":
		mbox.SkipUIDs(uint32(s.n))
	case "create":
		w.user.Create(s.to)
	case "delete":
		w.user.Delete(s.on)
	case "rename":
		w.user.Rename(s.on, s.to)
	case "subscribe":
		w.user.Subscribe(s.to)
	case "unsubscribe":
		w.user.Unsubscribe(s.to)
	case "grant":
		mbox.Grant([]string{"alice", Anyone, "carol"}[s.n%3], RightsChange{Rights: Rights(s.n)})
	case "revoke":
		mbox.Revoke([]string{"alice", Anyone, "carol"}[s.n%3])
	case "annotate":
		mbox.Annotate(w.user, []Annotation{{Entry: "/shared/comment", Value: []byte(w.name)[:s.n%2]}}, AnnotationLimits{})
	case "quota":
		w.user.SetQuota(Quota{Root: "r", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: int64(100 + s.n)}})
	}
}

// TestRandomFromMany: many goroutines do everything that can be done to a store, and
// take and restore snapshots among it. In the end the first snapshot brings back what
// there was, and who has followed all of it knows what there is.
func TestRandomFromMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, err := New().AddUser("alice", "secret")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := u.Inbox().Append([]byte("first")); err != nil {
			t.Fatal(err)
		}
		first, want := u.store.Snapshot(), listing(u.store)
		books := keepBooks(u.store)
		saw := &witness{bytes: map[seenUID]string{}, next: map[seenUID]imap.UID{}, mod: map[*Mailbox]uint64{}}
		errs := make(chan error, 4)
		var working sync.WaitGroup
		for i := range cap(errs) {
			w := &randomWorker{name: string(rune('a' + i)), user: u, snapshots: []*Snapshot{first}}
			steps := drawSteps(t)
			working.Go(func() {
				for _, step := range steps {
					w.do(step)
					for _, mbox := range u.Mailboxes() {
						if err := saw.look(mbox); err != nil {
							errs <- fmt.Errorf("after %+v of %s: %w", step, w.name, err)
							return
						}
					}
				}
			})
		}
		working.Wait()
		close(errs)
		for err := range errs {
			t.Error(err)
		}
		u.store.Restore(first)
		if got := listing(u.store); !slices.Equal(got, want) {
			t.Errorf("at the end: got %q, want %q", got, want)
		}
		for _, err := range books.check(u.store) {
			t.Error(err)
		}
	})
}
