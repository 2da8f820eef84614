// Package memstore holds mail in memory: accounts, their mailboxes, the
// messages in them, and a log of every change. It knows no protocol; package
// imaptest serves it.
//
//	store := memstore.New()
//	alice, err := store.AddUser("alice", "secret")
//	archive, err := alice.Create("Archive", memstore.WithSpecialUse(imap.MailboxAttrArchive))
//	m, err := alice.Inbox().Append(raw, memstore.WithFlags(imap.FlagSeen))
//	data, err := alice.Inbox().Move(imap.UIDSetNum(m.UID), archive)
//	changes := archive.ChangesSince(0)
//
// Everything is safe for many goroutines. A message is stored as given and
// given back as stored: its bytes are never copied or changed, so the caller
// must not change them either. Copies of a message share them. Beyond its
// bytes a message takes about 200 bytes, until something asks what is in it.
//
// # Changes
//
// Every change of a mailbox has a modification sequence number (modseq, RFC
// 7162, section 3.1) and is in the mailbox's log. [Mailbox.Changed] tells when
// there is more to read, and [Mailbox.ChangesSince] reads it. There is no other
// way in which changes are told. In a testing/synctest bubble one waits as
// anywhere else. Of messages that are gone the log remembers the latest 100,000
// ([WithExpungesRemembered]).
//
// # Numbers
//
// UIDs begin at 1, modseqs at 1 with the empty mailbox, and UIDVALIDITY at 1
// with the first mailbox of the store: nothing depends on the time, so that
// two runs of a test agree. UIDs and modseqs only ascend, and a mailbox that
// is made again under its old name has a greater UIDVALIDITY.
//
// # Fixtures
//
// [Store.Load] adds what package fixtures has read, all or nothing, and
// [Store.Fixture] gives the state as such a set, to be written down.
//
// # Snapshots
//
// [Store.Snapshot] takes all state at one moment, [Store.Restore] brings it
// back: UIDs, flags, names, subscriptions, passwords. Both share the mail with
// the store, so that a state of 10,000 messages is restored between subtests
// in microseconds. Clients stay connected and hear of it as of changes by
// somebody else.
//
// # Oddities
//
// A mailbox can be what few are ([fixtures.Oddities]): read-only, without
// modseqs, \Noselect, with keywords that are fixed, with UIDs for one session
// only. A message can lie about its size ([WithSize]) or be left out by FETCH
// ([NotFetch]).
//
// # Limits
//
// [User.SetQuota] gives an account quota roots (RFC 9208). What is used of them is counted
// as it changes. A hard one holds for everybody, the test too: what would be more is
// [ErrOverQuota], so that a test that wants an account to be over its quota fills it first.
//
// # Sharing
//
// A mailbox belongs to one account, or to none ([Store.Share]), and others use it with the
// rights of RFC 4314 that [Mailbox.Grant] gives them. They have other names for it:
// "Other Users/alice/Work", "Shared/Team". \Seen is one for all, or with [SeenPerUser] one
// for each. What a test does itself needs no right.
//
// # What it does not do
//
// Nothing is written to disk. \Recent, which belongs to sessions, is a
// UID from which on nobody has claimed it, not a flag of messages.
//
// The types are the front of the store that the server works on: what only a
// server asks for is not shown.
package memstore
