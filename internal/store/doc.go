// Package store is the core of package memstore: mail in memory, with what only
// an engine asks of it. memstore's types are defined from these, so that a pointer
// to one is a pointer to the other, and its docs tell the story: numbers, changes,
// snapshots, oddities.
//
// An engine opens a mailbox ([Mailbox.Open]) and follows its log from there
// ([Mailbox.ChangesSince]); [Mailbox.MissedSince] is for a client that comes back
// and may know anything. What names messages by UIDs that a client was told of
// goes through [Numbered], which refuses when they have become others.
// [User.Activity] tells of any change in an account.
//
// No lock of a store is held while anything waits; two mailboxes are locked in the
// order of their creation.
//
// internal/README.md has the rooms around it, and the laws.
package store
