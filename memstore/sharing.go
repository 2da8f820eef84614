package memstore

import "github.com/go-mailtest/mailtest/internal/store"

// Grant changes what an account, by any of its names, may do with the mailbox, or
// "anyone"; with a "-" before the name, what is taken away from it. The rights are
// letters of RFC 4314, section 2.1: lrswipkxtea, and c and d for kx and te. With a "+" or
// "-" before them they are added to those that it has, or taken from them; otherwise they
// take their place. An account has all rights on its own mailboxes, and keeps l and a.
//
// For other accounts the mailbox is "Other Users/NAME/" and its name; without l it is not
// there.
func (m *Mailbox) Grant(identifier, rights string) error {
	change, err := store.ParseRightsChange(rights)
	if err != nil {
		return err
	}
	return m.core().Grant(identifier, change)
}

// Revoke takes away what was granted to an identifier; it is no error if nothing was.
func (m *Mailbox) Revoke(identifier string) error { return m.core().Revoke(identifier) }

// Rights are what an account may do with the mailbox, as letters in the order
// lrswipkxtea: what is granted to it and to anyone, less what is taken away from either.
func (m *Mailbox) Rights(u *User) string { return m.core().Rights(u.core()).String() }

// Share makes a mailbox that belongs to no account, and the superior names that it
// lacks: who may use it, by the name "Shared/" and its own, is said by [Mailbox.Grant].
func (s *Store) Share(name string, opts ...MailboxOption) (*Mailbox, error) {
	mbox, err := s.core().Share(name, mailboxOptions(opts)...)
	return (*Mailbox)(mbox), err
}

// SeenPerUser makes a mailbox in which each account has its own \Seen. That of
// [Mailbox.Messages] is its owner's; [Mailbox.MessagesFor] has that of another. The other
// flags are the same for all.
func SeenPerUser() MailboxOption { return MailboxOption(store.SeenPerUser()) }

// Hidden makes a mailbox that clients do not see, and cannot use: one that a provider has
// for itself, or that a setting of an account keeps from IMAP.
func Hidden() MailboxOption { return MailboxOption(store.Hidden()) }

// MessagesFor are the messages with the \Seen that they have for an account.
func (m *Mailbox) MessagesFor(u *User) []Message { return newMessages(m.core().MessagesFor(u.core())) }
