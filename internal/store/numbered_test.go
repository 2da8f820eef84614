package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// A mailbox of which somebody was told is nobody else's to change.
func TestNumbered(t *testing.T) {
	for _, test := range []struct {
		what string
		do   func(u *User, mbox *Mailbox) error
		kind error
	}{
		{"nothing", func(*User, *Mailbox) error { return nil }, nil},
		{"mail", func(_ *User, mbox *Mailbox) error { _, err := mbox.Append(letter("new")); return err }, nil},
		{"a rename", func(u *User, _ *Mailbox) error { return u.Rename("A", "B") }, nil},
		{"a bump", func(_ *User, mbox *Mailbox) error { mbox.BumpUIDValidity(); return nil }, ErrRenumbered},
		{"a renumbering", func(_ *User, mbox *Mailbox) error { return mbox.Renumber(3, 1, 2) }, ErrRenumbered},
		{"another UIDVALIDITY", func(_ *User, mbox *Mailbox) error { return mbox.Configure(WithUIDValidity(99)) }, ErrRenumbered},
		{"another UIDVALIDITY, and back", func(_ *User, mbox *Mailbox) error {
			was := mbox.UIDValidity()
			check(t, mbox.Configure(WithUIDValidity(99)))
			return mbox.Configure(WithUIDValidity(was))
		}, ErrRenumbered},
		{"a bump, undone", func(u *User, mbox *Mailbox) error {
			snap := u.store.Snapshot()
			mbox.BumpUIDValidity()
			u.store.Restore(snap)
			return nil
		}, ErrRenumbered},
		{"an expunge, undone", func(u *User, mbox *Mailbox) error {
			snap := u.store.Snapshot()
			_, err := mbox.Expunge(set(1))
			u.store.Restore(snap)
			return err
		}, nil},
		{"a deletion", func(u *User, _ *Mailbox) error { return u.Delete("A") }, ErrNotFound},
		{"a deletion, and another in its place", func(u *User, _ *Mailbox) error {
			check(t, u.Delete("A"))
			_, err := u.Create("A")
			return err
		}, ErrNotFound},
	} {
		for name, op := range numberedOps(t) {
			u := newUser(t)
			mbox := create(t, u, "A")
			fill(t, mbox, 3)
			check(t, mbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagDeleted))
			numbered := mbox.Open(true).Numbered
			check(t, test.do(u, mbox))
			before := strings.Join(listing(u.store), "\n")
			err := op(numbered, u.Inbox())
			if !errors.Is(err, test.kind) {
				t.Errorf("%s after %s: error %v, want %v", name, test.what, err, test.kind)
			}
			if after := strings.Join(listing(u.store), "\n"); test.kind != nil && after != before {
				t.Errorf("%s after %s changed\n%s\nto\n%s", name, test.what, before, after)
			}
		}
	}
}

// numberedOps is everything that can be done by UID.
func numberedOps(t *testing.T) map[string]func(n Numbered, dest *Mailbox) error {
	return map[string]func(n Numbered, dest *Mailbox) error{
		"Valid":       func(n Numbered, _ *Mailbox) error { return n.Valid() },
		"Lookup":      func(n Numbered, _ *Mailbox) error { _, err := n.Lookup([]imap.UID{1, 2}); return err },
		"MissedSince": func(n Numbered, _ *Mailbox) error { _, err := n.MissedSince(1, everyUID()); return err },
		"StoreIf": func(n Numbered, _ *Mailbox) error {
			_, err := n.StoreIf([]imap.UID{2}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagFlagged})
			return err
		},
		"ExpungeDeleted": func(n Numbered, _ *Mailbox) error { _, err := n.ExpungeDeleted(nil); return err },
		"Copy":           func(n Numbered, dest *Mailbox) error { _, err := n.Copy(set(2), dest); return err },
		"Move":           func(n Numbered, dest *Mailbox) error { _, err := n.Move(set(2), dest); return err },
		"Replace": func(n Numbered, dest *Mailbox) error {
			_, err := n.Replace(2, dest, Draft{Raw: letter("other")})
			return err
		},
	}
}

// The look at the numbering and the change are one: whoever renumbers meanwhile, the
// flag is on the message that was meant, or on none.
func TestNumberedIsAtomic(t *testing.T) {
	mbox := newMailboxWith(t, 2)
	first := mbox.Messages()[0].EmailID()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 2000 {
			order := []imap.UID{1, 2}
			if i%2 == 0 {
				slices.Reverse(order)
			}
			if err := mbox.Renumber(order...); err != nil {
				t.Error(err)
			}
		}
	}()
	for stored := 0; ; {
		opening := mbox.Open(false)
		messages, err := opening.Numbered.Lookup(opening.UIDs)
		if err == nil && messages[0].EmailID() == first {
			if _, err = opening.Numbered.StoreIf([]imap.UID{1}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagFlagged}); err == nil {
				stored++
			}
		}
		select {
		case <-done:
			if stored == 0 {
				t.Log("every attempt was refused")
			}
			for _, msg := range mbox.Messages() {
				if msg.Has(imap.FlagFlagged) && msg.EmailID() != first {
					t.Error("the other message has the flag")
				}
			}
			return
		default:
		}
	}
}
