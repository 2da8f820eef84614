package store

import (
	"fmt"
	"maps"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// returner is somebody who knew the mailbox at a position, and comes back.
type returner struct {
	uidValidity uint32
	modseq      uint64
	flags       map[imap.UID]string
}

func lookOf(mbox *Mailbox) map[imap.UID]string {
	out := make(map[imap.UID]string)
	for _, msg := range mbox.Messages() {
		out[msg.UID] = fmt.Sprint(msg.ModSeq, msg.Flags, msg.EmailID())
	}
	return out
}

// follow is what the returner knows afterwards, having asked for the UIDs of a set.
func (f *returner) follow(mbox *Mailbox, among imap.UIDSet) map[imap.UID]string {
	known := maps.Clone(f.flags)
	missed := mbox.MissedSince(f.modseq, among)
	for uid := range known {
		if missed.Gone.Contains(uid) {
			delete(known, uid)
		}
	}
	for _, msg := range missed.Messages {
		known[msg.UID] = fmt.Sprint(msg.ModSeq, msg.Flags, msg.EmailID())
	}
	return known
}

// TestHistories lets returners sleep through any history, and be told the truth
// when they come back. Messages are compared with what is in them, so that no UID is
// ever of another message than its returner knows.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, err := New(WithExpungesRemembered(rapid.IntRange(0, 12).Draw(t, "remembered"))).AddUser("alice", "secret")
		if err != nil {
			t.Fatal(err)
		}
		mbox := must(u.Create("A"))
		var snaps []*Snapshot
		var returners []*returner
		some := func(t *rapid.T) imap.UIDSet {
			from := imap.UID(rapid.IntRange(1, 12).Draw(t, "from"))
			return imap.UIDSet{{Start: from, Stop: from + imap.UID(rapid.IntRange(0, 3).Draw(t, "more"))}}
		}
		t.Repeat(map[string]func(*rapid.T){
			"append":         func(t *rapid.T) { must(mbox.Append([]byte("x"))) },
			"flag":           func(t *rapid.T) { must(0, mbox.Store(some(t), imap.StoreFlagsAdd, "$A")) },
			"unflag":         func(t *rapid.T) { must(0, mbox.Store(some(t), imap.StoreFlagsDel, "$A")) },
			"expunge":        func(t *rapid.T) { must(mbox.Expunge(some(t))) },
			"move to itself": func(t *rapid.T) { must(mbox.Move(some(t), mbox)) },
			"bump":           func(t *rapid.T) { mbox.BumpUIDValidity() },
			"renumber":       func(t *rapid.T) { must(0, mbox.Renumber(permuted(t, mbox)...)) },
			"configure": func(t *rapid.T) {
				must(0, mbox.Configure(WithUIDValidity(uint32(rapid.IntRange(1000, 1002).Draw(t, "uidvalidity")))))
			},
			"rename": func(t *rapid.T) {
				other := map[string]string{"A": "B", "B": "A"}[mbox.Name()]
				must(0, u.Rename(mbox.Name(), other))
			},
			"snapshot": func(t *rapid.T) { snaps = append(snaps, u.store.Snapshot()) },
			"restore": func(t *rapid.T) {
				if len(snaps) > 0 {
					u.store.Restore(rapid.SampledFrom(snaps).Draw(t, "snapshot"))
				}
			},
			"look": func(t *rapid.T) {
				returners = append(returners, &returner{mbox.UIDValidity(), mbox.HighestModSeq(), lookOf(mbox)})
			},
			"": func(t *rapid.T) {
				want := lookOf(mbox)
				for _, f := range returners {
					if f.uidValidity != mbox.UIDValidity() {
						continue
					}
					if got := f.follow(mbox, everyUID()); !maps.Equal(got, want) {
						t.Fatalf("from modseq %d with\n%v\ngot\n%v\nwant\n%v", f.modseq, f.flags, got, want)
					}
				}
			},
		})
	})
}

// permuted are the UIDs of all messages in another order.
func permuted(t *rapid.T, mbox *Mailbox) []imap.UID {
	return rapid.Permutation(uidsOf(mbox.Messages())).Draw(t, "uids")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
