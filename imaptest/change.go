package imaptest

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// Change is one change between two moments: of a message, of a mailbox if it has
// no UID, or of an account if it has no mailbox either. What else can change, names,
// subscriptions, attributes, UIDVALIDITY, passwords, is said by String alone.
type Change struct {
	Account string
	Mailbox string
	UID     imap.UID
	Subject string // of the message
	New     bool   // it was not there before
	Gone    bool   // it is no longer there

	Added, Removed []imap.Flag // of the message; Added are all that a new one has

	line  diffLine
	first string // the account whose name the line leaves out
}

// String is the change in the form that AssertDiff takes.
func (c Change) String() string { return c.line.String(c.first) }

func newChange(d store.Difference, first string) Change {
	c := Change{
		Account: d.Account, Mailbox: d.Mailbox, UID: d.UID, Subject: d.Subject, Added: d.Added, Removed: d.Removed,
		line: newDiffLine(d), first: first,
	}
	switch d.Kind {
	case store.MessageAdded:
		c.New, c.Added = true, d.Flags
	case store.AccountAdded, store.MailboxCreated:
		c.New = true
	case store.AccountRemoved, store.MailboxDeleted, store.MessageExpunged:
		c.Gone = true
	}
	return c
}
