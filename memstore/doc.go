// Package memstore holds mail in memory: accounts, their mailboxes, the
// messages in them, and a log of every change. It knows no protocol; package
// imaptest serves it.
//
//	store := memstore.New()
//	user, err := store.AddUser("alice", "secret")
//	msg, err := user.Inbox().Append(raw, memstore.WithFlags(imap.FlagSeen))
//	changes := user.Inbox().ChangesSince(0)
//
// Everything is safe for many goroutines. A message is stored as given and
// given back as stored: its bytes are never copied or changed, so the caller
// must not change them either. Copies of a message share them.
//
// Every change of a mailbox has a modification sequence number (modseq, RFC
// 7162, section 3.1) and is in the mailbox's log. [Mailbox.Changed] tells when
// there is more to read, [Mailbox.ChangesSince] reads it. There is no other
// way in which changes are told.
package memstore
