package store

import (
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// clocked is an account with one clock and the mailboxes INBOX and Work.
func clocked(t *testing.T, s *Store) (u *User, in, work *Mailbox) {
	t.Helper()
	u, err := s.AddUser("alice", "secret", WithAccountModSeq())
	if err != nil {
		t.Fatal(err)
	}
	work, err = u.Create("Work")
	if err != nil {
		t.Fatal(err)
	}
	return u, u.Inbox(), work
}

// TestAccountModSeq: a change of one mailbox moves the HIGHESTMODSEQ of all, and who reads
// the log of each from where it was is told of each change once.
func TestAccountModSeq(t *testing.T) {
	s := New()
	_, in, work := clocked(t, s)
	snap := s.Snapshot()
	at := map[*Mailbox]uint64{in: in.HighestModSeq(), work: work.HighestModSeq()}
	told := map[*Mailbox][]imap.UID{}
	last := in.HighestModSeq()
	for i, do := range []func() error{
		func() error { _, err := in.Append([]byte("a")); return err },
		func() error { _, err := work.Append([]byte("b")); return err },
		func() error { return in.Store(everyUID(), imap.StoreFlagsAdd, imap.FlagSeen) },
		func() error { _, err := in.Copy(everyUID(), work); return err },
		func() error { _, err := work.Move(everyUID(), in); return err },
		func() error { _, err := in.Expunge(imap.UIDSetNum(1)); return err },
		func() error { s.Restore(snap); return nil },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if a, b := in.HighestModSeq(), work.HighestModSeq(); a != b || a <= last {
			t.Fatalf("after change %d: HIGHESTMODSEQ %d and %d, before it %d", i+1, a, b, last)
		}
		last = in.HighestModSeq()
		for mbox := range at {
			c := mbox.ChangesSince(at[mbox])
			if c.ModSeq != last {
				t.Fatalf("after change %d: the log goes to %d, want %d", i+1, c.ModSeq, last)
			}
			at[mbox] = c.ModSeq
			told[mbox] = append(told[mbox], uidsOf(c.Messages)...)
		}
	}
	if want := []imap.UID{1, 1, 2, 3}; !slices.Equal(told[in], want) {
		t.Errorf("INBOX told of %v, want %v", told[in], want)
	}
	if want := []imap.UID{1, 2}; !slices.Equal(told[work], want) {
		t.Errorf("Work told of %v, want %v", told[work], want)
	}
}

// TestAccountModSeqCopied: a store that is a snapshot's copy goes on from the account's
// clock, though the mailbox that moved it last is gone.
func TestAccountModSeqCopied(t *testing.T) {
	s := New()
	u, in, work := clocked(t, s)
	if _, err := work.Append([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := u.Delete("Work"); err != nil {
		t.Fatal(err)
	}
	other, _ := s.Snapshot().Copy(nil).User("alice")
	if got, want := other.Inbox().HighestModSeq(), in.HighestModSeq(); got != want {
		t.Fatalf("the copy's HIGHESTMODSEQ is %d, want %d", got, want)
	}
	if _, err := other.Inbox().Append([]byte("b")); err != nil {
		t.Fatal(err)
	}
	if got, want := other.Inbox().HighestModSeq(), in.HighestModSeq()+1; got != want {
		t.Errorf("after a change it is %d, want %d", got, want)
	}
}

// TestOneGuardWaitsForNothing: what locks several mailboxes, or makes and renames them with
// others locked, does so where all of an account have one lock; and accounts that copy to
// each other do not wait for themselves.
func TestOneGuardWaitsForNothing(t *testing.T) {
	s := New()
	u, in, work := clocked(t, s)
	bob, err := s.AddUser("bob", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if err := u.SetQuota(Quota{Root: "all", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceMessage: 1e6}}); err != nil {
		t.Fatal(err)
	}
	for _, from := range []*Mailbox{in, bob.Inbox()} {
		if _, err := from.Append([]byte("a")); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for _, do := range []func() error{
		func() error { _, err := in.Copy(imap.UIDSetNum(1), bob.Inbox()); return err },
		func() error { _, err := bob.Inbox().Copy(imap.UIDSetNum(1), work); return err },
		func() error { _, err := work.Move(everyUID(), in); return err },
		func() error { return u.Rename("Work", "Old/of/2025") },
		func() error { return u.Rename("Old/of/2025", "Work") },
		func() error { s.Restore(s.Snapshot()); return nil },
	} {
		all.Go(func() {
			for range 30 {
				_ = do() // a name may be the other one at the moment
			}
		})
	}
	all.Wait()
	if got := in.Status().Messages + work.Status().Messages; got == 0 {
		t.Error("no message is left")
	}
}
