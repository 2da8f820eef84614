package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// listing is all that a snapshot must bring back, a line each.
func listing(s *Store) []string {
	var out []string
	for _, u := range s.Users() {
		out = append(out, fmt.Sprintf("account %s %s %v", u.Name(), u.Password(), u.Subscriptions()))
		for _, mbox := range u.Mailboxes() {
			status := mbox.Status()
			out = append(out, fmt.Sprintf("mailbox %s UIDVALIDITY %d, %d messages, %d unseen, %d deleted, %d bytes, %d recent, %v %+v %s",
				mbox.Name(), status.UIDValidity, status.Messages, status.Unseen, status.Deleted, status.Size, status.Recent,
				mbox.SpecialUse(), mbox.Oddities(), mbox.ID()))
			for _, m := range mbox.Messages() {
				out = append(out, fmt.Sprintf("%d %v %s %s %s %d", m.UID, m.Flags, m.InternalDate, m.EmailID(), m.Subject(), m.Size()))
			}
		}
	}
	return out
}

// snapshotStore is a store with something of everything.
func snapshotStore(t testing.TB) (*Store, *User) {
	u := newUser(t)
	fill(t, u.Inbox(), 3)
	check(t, u.Inbox().Store(set(2), imap.StoreFlagsAdd, imap.FlagSeen, "$Work"))
	fill(t, create(t, u, "Archive/2024", Subscribed(), WithSpecialUse(imap.MailboxAttrArchive)), 2)
	return u.store, u
}

// Whatever is done to a store, Restore undoes it, and again.
func TestRestore(t *testing.T) {
	store, u := snapshotStore(t)
	inbox := u.Inbox()
	archive, _ := u.Mailbox("Archive/2024")
	tests := []struct {
		what string
		do   func() error
	}{
		{"nothing", func() error { return nil }},
		{"an append", func() error { _, err := inbox.Append(letter("new")); return err }},
		{"flags", func() error { return inbox.Store(set(1, 2), imap.StoreFlagsSet, imap.FlagDeleted, "$New") }},
		{"an expunge", func() error { _, err := inbox.Expunge(set(1, 3)); return err }},
		{"an expunge of all", func() error { _, err := inbox.Expunge(everyUID()); return err }},
		{"a copy", func() error { _, err := inbox.Copy(everyUID(), archive); return err }},
		{"a move", func() error { _, err := inbox.Move(set(2), archive); return err }},
		{"a message that came and went", func() error {
			m, err := inbox.Append(letter("new"))
			if err == nil {
				_, err = inbox.Expunge(set(m.UID))
			}
			return err
		}},
		{"flags there and back", func() error {
			check(t, inbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
			return inbox.Store(set(1), imap.StoreFlagsDel, imap.FlagSeen)
		}},
		{"\\Recent claimed", func() error { inbox.ClaimRecent(); return nil }},
		{"a new mailbox", func() error { _, err := u.Create("New/one"); return err }},
		{"a mailbox deleted", func() error { return u.Delete("Archive/2024") }},
		{"a mailbox deleted and made again", func() error {
			check(t, u.Delete("Archive/2024"))
			_, err := u.Create("Archive/2024")
			return err
		}},
		{"a rename", func() error { return u.Rename("Archive", "Old") }},
		{"a rename of INBOX", func() error { return u.Rename("INBOX", "Old") }},
		{"a UIDVALIDITY bumped", func() error { inbox.BumpUIDValidity(); return nil }},
		{"UIDVALIDITY set, and mail", func() error {
			check(t, inbox.Configure(WithUIDValidity(77)))
			_, err := inbox.Append(letter("new"))
			return err
		}},
		{"attributes", func() error { return archive.Configure(WithSpecialUse(imap.MailboxAttrJunk), ReadOnly()) }},
		{"subscriptions", func() error {
			check(t, u.Subscribe("Nowhere"))
			return u.Unsubscribe("Archive/2024")
		}},
		{"a password", func() error { u.SetPassword("other"); return nil }},
		{"an account", func() error { _, err := store.AddUser("bob", "secret"); return err }},
		{"all of it many times", func() error {
			for range 2 * minCompact {
				check(t, inbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
				check(t, inbox.Store(set(1), imap.StoreFlagsDel, imap.FlagSeen))
			}
			_, err := inbox.Expunge(set(1))
			return err
		}},
	}
	snap := store.Snapshot()
	want := listing(store)
	for _, test := range tests {
		for range 2 {
			uidNext, modseq := inbox.UIDNext(), inbox.HighestModSeq()
			check(t, test.do())
			store.Restore(snap)
			equalList(t, "after "+test.what, listing(store), want...)
			if inbox.HighestModSeq() < modseq {
				t.Errorf("after %s: modseq went from %d to %d", test.what, modseq, inbox.HighestModSeq())
			}
			if inbox.UIDValidity() == 1 && inbox.UIDNext() < uidNext {
				t.Errorf("after %s: UIDNEXT went from %d to %d", test.what, uidNext, inbox.UIDNext())
			}
		}
	}
}

// An older snapshot can be restored after a newer one, and the newer again.
func TestRestoreAnyOrder(t *testing.T) {
	store, u := snapshotStore(t)
	inbox := u.Inbox()
	var snaps []*Snapshot
	var wants [][]string
	for i := range 4 {
		snaps, wants = append(snaps, store.Snapshot()), append(wants, listing(store))
		fill(t, inbox, 1)
		_, err := inbox.Expunge(set(imap.UID(i + 1)))
		check(t, err)
		check(t, inbox.Store(set(imap.UID(i+2)), imap.StoreFlagsAdd, imap.FlagFlagged))
	}
	for _, i := range []int{2, 0, 3, 3, 1, 0, 2} {
		store.Restore(snaps[i])
		equalList(t, fmt.Sprintf("snapshot %d", i), listing(store), wants[i]...)
	}
}

// What is undone is a change like any other: those who wait are woken, and the
// log has it.
func TestRestoreIsLogged(t *testing.T) {
	store, u := snapshotStore(t)
	inbox := u.Inbox()
	snap, before := store.Snapshot(), inbox.HighestModSeq()
	_, err := inbox.Expunge(set(1))
	check(t, err)
	check(t, inbox.Store(set(2), imap.StoreFlagsDel, imap.FlagSeen))
	fill(t, inbox, 1)
	from, changed := inbox.HighestModSeq(), inbox.Changed()
	store.Restore(snap)
	equal(t, "woken", isClosed(changed), true)
	c := inbox.ChangesSince(from)
	equalList(t, "expunged", c.Expunged, 4)
	equalList(t, "brought back and changed", uidsOf(c.Messages), 1, 2)
	equal(t, "restored", c.Restored, true)
	for _, m := range c.Messages {
		equal(t, "a new modseq", m.ModSeq, from+1)
	}
	// For a reader from before all this nothing is gone.
	equalList(t, "expunged, for an older reader", inbox.ChangesSince(before).Expunged)
}

// A mailbox that a Restore takes away or brings back is Deleted, or is not.
func TestRestoreMailboxes(t *testing.T) {
	store, u := snapshotStore(t)
	archive, _ := u.Mailbox("Archive/2024")
	snap := store.Snapshot()
	later := create(t, u, "Later")
	check(t, u.Delete("Archive/2024"))
	names := u.Changed()
	store.Restore(snap)
	equal(t, "names changed", isClosed(names), true)
	equal(t, "the later one is deleted", later.Deleted(), true)
	equal(t, "the deleted one is back", archive.Deleted(), false)
	back, _ := u.Mailbox("Archive/2024")
	equal(t, "it is the same", back, archive)
}

func TestRestoreOfAnotherStore(t *testing.T) {
	defer func() { equal(t, "panic", recover() != nil, true) }()
	New().Restore(New().Snapshot())
}

// BenchmarkRestore restores a state of 10,000 messages after a test that has
// changed ten of them, moved one and got another: well under a millisecond.
func BenchmarkRestore(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			u := newUser(b)
			inbox, archive := u.Inbox(), create(b, u, "Archive")
			fill(b, inbox, n)
			snap := u.store.Snapshot()
			raw := letter("new")
			var restoring time.Duration
			b.ReportAllocs()
			for b.Loop() {
				check(b, inbox.Store(set(1, 10, 20, 30, 40, 50, 60, 70, 80, 90), imap.StoreFlagsAdd, imap.FlagSeen))
				_, err := inbox.Move(set(50), archive)
				check(b, err)
				_, err = inbox.Append(raw)
				check(b, err)
				start := time.Now()
				u.store.Restore(snap)
				restoring += time.Since(start)
			}
			b.ReportMetric(float64(restoring.Nanoseconds())/float64(b.N), "ns/restore")
		})
	}
}

// BenchmarkSnapshot takes one of ten mailboxes with 10,000 messages each.
func BenchmarkSnapshot(b *testing.B) {
	u := newUser(b)
	for i := range 10 {
		fill(b, create(b, u, fmt.Sprint(i)), 10_000)
	}
	b.ReportAllocs()
	for b.Loop() {
		u.store.Snapshot()
	}
}

// Subscriptions of a snapshot are those of its moment, however often it is restored and
// whatever is subscribed between.
func TestSnapshotKeepsSubscriptions(t *testing.T) {
	u := newUser(t)
	s := u.Store()
	first := s.Snapshot()
	check(t, u.Subscribe("A"))
	second := s.Snapshot()
	check(t, u.Subscribe("B"))
	check(t, u.Unsubscribe("INBOX"))
	for range 2 {
		for _, step := range []struct {
			snap *Snapshot
			want string
		}{{first, "[INBOX]"}, {second, "[INBOX A]"}, {second, "[INBOX A]"}, {first, "[INBOX]"}} {
			s.Restore(step.snap)
			if got := fmt.Sprint(u.Subscriptions()); got != step.want {
				t.Errorf("restored %s, want %s", got, step.want)
			}
			check(t, u.Unsubscribe("A"))
			check(t, u.Subscribe("C"))
			check(t, u.Unsubscribe("INBOX"))
		}
	}
}
