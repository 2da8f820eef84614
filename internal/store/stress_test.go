package store

import (
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// follower builds a mailbox from its log alone.
type follower struct {
	mbox     *Mailbox
	modseq   uint64
	messages map[imap.UID]Message
}

// read follows the log for one step, and checks that it never goes back.
func (f *follower) read(t *testing.T) (more bool) {
	c := f.mbox.ChangesSince(f.modseq)
	if c.ModSeq < f.modseq {
		t.Errorf("modseq went from %d to %d", f.modseq, c.ModSeq)
	}
	for _, uid := range c.Expunged {
		if _, known := f.messages[uid]; !known {
			t.Errorf("told of the end of %d, and never of its beginning", uid)
		}
		delete(f.messages, uid)
	}
	last := imap.UID(0)
	for _, m := range c.Messages {
		if m.UID <= last || m.ModSeq <= f.modseq || m.ModSeq > c.ModSeq || m.UID >= c.UIDNext {
			t.Errorf("UID %d after %d, modseq %d in changes from %d to %d", m.UID, last, m.ModSeq, f.modseq, c.ModSeq)
		}
		if _, known := f.messages[m.UID]; !c.Restored && known == (m.CreatedModSeq() > f.modseq) {
			t.Errorf("message %d: known %v, created at %d, read since %d", m.UID, known, m.CreatedModSeq(), f.modseq)
		}
		last = m.UID
		f.messages[m.UID] = m
	}
	more = c.ModSeq != f.modseq
	f.modseq = c.ModSeq
	return more
}

// follow reads until done is closed and nothing is left.
func (f *follower) follow(t *testing.T, done <-chan struct{}) {
	for {
		changed := f.mbox.Changed()
		if f.read(t) {
			continue
		}
		select {
		case <-changed:
		case <-done:
			f.read(t)
			return
		}
	}
}

func (f *follower) compare(t *testing.T) {
	t.Helper()
	list := f.mbox.Messages()
	if len(list) != len(f.messages) {
		t.Errorf("the log gives %d messages, the mailbox %d", len(f.messages), len(list))
	}
	for _, m := range list {
		got := f.messages[m.UID]
		if got.ModSeq != m.ModSeq || !slices.Equal(got.Flags, m.Flags) {
			t.Errorf("message %d: the log gives modseq %d %v, the mailbox %d %v", m.UID, got.ModSeq, got.Flags, m.ModSeq, m.Flags)
		}
	}
}

// Two mailboxes, everything at once, both ways; whoever follows the logs has
// in the end what is there.
func TestConcurrentChanges(t *testing.T) {
	const rounds = 400
	u := newUser(t)
	a, b := create(t, u, "A"), create(t, u, "B")
	done := make(chan struct{})
	var readers, writers sync.WaitGroup
	var followers []*follower
	for _, mbox := range []*Mailbox{a, b, a, b} {
		f := &follower{mbox: mbox, messages: make(map[imap.UID]Message)}
		followers = append(followers, f)
		readers.Go(func() { f.follow(t, done) })
	}
	some := func(mbox *Mailbox, i int) imap.UIDSet {
		top := mbox.UIDNext()
		return set(max(top, imap.UID(1+i%7))-imap.UID(i%7), max(top/2, 1))
	}
	for _, pair := range [][2]*Mailbox{{a, b}, {b, a}} {
		from, to := pair[0], pair[1]
		for _, do := range []func(i int) error{
			func(int) error { _, err := from.Append(letter("x")); return err },
			func(i int) error { _, err := from.Copy(some(from, i), to); return err },
			func(i int) error { _, err := from.Move(some(from, i), to); return err },
			func(i int) error { _, err := from.Expunge(some(from, i)); return err },
			func(i int) error {
				return from.Store(some(from, i), imap.StoreFlagsOp(i%3), imap.FlagSeen, imap.Flag('a'+rune(i%5)))
			},
			func(i int) error { from.Status(); from.Open(i%2 == 0); from.ChangesSince(uint64(i)); return nil },
		} {
			writers.Go(func() {
				for i := range rounds {
					if err := do(i); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for _, f := range followers {
		f.compare(t)
	}
}

// Names change while they are looked up.
func TestConcurrentNames(t *testing.T) {
	u := newUser(t)
	var wg sync.WaitGroup
	for _, name := range []string{"A", "B", "C"} {
		wg.Go(func() {
			for range 200 {
				mbox, err := u.Create(name+"/x", Subscribed())
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = mbox.Append(letter("x"))
				if err := u.Rename(name, name+"2"); err != nil {
					t.Error(err)
				}
				if err := u.Delete(name + "2/x"); err != nil {
					t.Error(err)
				}
				if err := u.Delete(name + "2"); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 200 {
				u.Changed()
				for _, mbox := range u.Mailboxes() {
					mbox.Status()
				}
				u.Subscriptions()
			}
		})
	}
	wg.Wait()
	equalList(t, "mailboxes", namesOf(u), "INBOX")
}
