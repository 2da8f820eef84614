package imaptest

import (
	"fmt"

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

	// By is the command that did it to the message, or made, named or deleted the mailbox. Its
	// Conn is 0 where that was none: the test itself did it, or mail came by SMTP; its Name alone
	// is "…" where nobody knows it any more.
	By Command

	// Cause says who it was: "connection 2, UID EXPUNGE 3", "SMTP connection 1", "Deliver at
	// mail_test.go:41", and "Append at mail_test.go:42" of what the test did to [Server.Store]
	// itself. It is "" where that is not known, and of all that By does not speak of.
	Cause string

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

// statement is what is said of a mailbox or an account.
func statement(d store.Difference) []string {
	switch d.Kind {
	case store.AccountAdded, store.MailboxCreated:
		return []string{"created"}
	case store.AccountRemoved:
		return []string{"removed"}
	case store.PasswordChanged:
		return []string{"password", "changed"}
	case store.MailboxDeleted:
		return []string{"deleted"}
	case store.MailboxRenamed:
		return []string{"renamed", "to", d.New}
	case store.UIDValidityChanged:
		return []string{"uidvalidity", d.Old, "->", d.New}
	case store.AttributesChanged:
		return []string{"attributes", d.Old, "->", d.New}
	case store.RightsChanged:
		return []string{"acl", d.Identifier, d.Old, "->", d.New}
	case store.NameSubscribed:
		return []string{"subscribed"}
	case store.NameUnsubscribed:
		return []string{"unsubscribed"}
	case store.AnnotationChanged:
		return []string{"metadata", d.Entry, d.Old, "->", d.New}
	case store.QuotaChanged:
		return []string{"quota", d.Entry, d.Old, "->", d.New}
	}
	return []string{fmt.Sprintf("change of kind %d", d.Kind)}
}
