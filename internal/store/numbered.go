package store

import (
	"github.com/emersion/go-imap/v2"
)

// Numbered is a mailbox as long as its UIDs are those that somebody was told
// of: what names messages by them goes through it. Whether they still are is
// looked at under the same lock under which the rest is done, so that nothing
// happens to a message that has got another's UID. Then the error is
// [ErrRenumbered], or [ErrNotFound] of a mailbox that was deleted.
type Numbered struct {
	mbox      *Mailbox
	numbering uint64 // 0: any
	user      *User  // who does it; nil: a test itself, which may do anything
	by        uint32 // the number of who does it, as the log has it
}

// As is the mailbox as an account has it: with its \Seen, where that is per user, and with
// no other flags changed than it may.
func (n Numbered) As(u *User) Numbered {
	n.user = u
	return n
}

// By is the same, with a number for who does it, as the log has it.
func (n Numbered) By(number uint32) Numbered {
	n.by = number
	return n
}

// As is the mailbox as an account has it, with whatever numbers.
func (m *Mailbox) As(u *User) Numbered { return Numbered{mbox: m, user: u} }

// check refuses another numbering; m.mu is held.
func (n Numbered) check() error {
	m := n.mbox
	switch {
	case m.deleted:
		return errorf(ErrNotFound, "mailbox %q was deleted", m.name)
	case n.numbering != 0 && n.numbering != m.numbering:
		return errorf(ErrRenumbered, "mailbox %q has other UIDs now", m.name)
	}
	return nil
}

// Valid is nil as long as the UIDs are what they were.
func (n Numbered) Valid() error {
	n.mbox.mu.RLock()
	defer n.mbox.mu.RUnlock()
	return n.check()
}

// Lookup is [Mailbox.Lookup].
func (n Numbered) Lookup(uids []imap.UID) ([]Message, error) {
	n.mbox.mu.RLock()
	defer n.mbox.mu.RUnlock()
	if err := n.check(); err != nil {
		return nil, err
	}
	return n.mbox.seenAs(n.user, n.mbox.lookup(uids)), nil
}

// MissedSince is [Mailbox.MissedSince].
func (n Numbered) MissedSince(modseq uint64, among imap.UIDSet) (Missed, error) {
	n.mbox.mu.RLock()
	defer n.mbox.mu.RUnlock()
	if err := n.check(); err != nil {
		return Missed{}, err
	}
	missed := n.mbox.missedSince(modseq, among, n.user)
	missed.Messages = n.mbox.seenAs(n.user, missed.Messages)
	return missed, nil
}

// StoreIf is [Mailbox.StoreIf].
func (n Numbered) StoreIf(uids []imap.UID, unchangedSince *uint64, op imap.StoreFlagsOp, flags []imap.Flag) (StoreResult, error) {
	m := n.mbox
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := n.check(); err != nil {
		return StoreResult{}, err
	}
	defer m.changedBy(n.by)()
	return m.store(m.messages.places(uids), unchangedSince, op, flags, n.user)
}

// ExpungeDeleted is [Mailbox.ExpungeDeleted].
func (n Numbered) ExpungeDeleted(uids imap.UIDSet) ([]imap.UID, error) {
	n.mbox.mu.Lock()
	defer n.mbox.mu.Unlock()
	if err := n.check(); err != nil {
		return nil, err
	}
	defer n.mbox.changedBy(n.by)()
	return n.mbox.expungeDeleted(uids)
}

// Copy is [Mailbox.Copy].
func (n Numbered) Copy(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return n.transfer(uids, dest, manner{}, n.mbox.user.store.now())
}

// CopyAll is [Mailbox.CopyAll].
func (n Numbered) CopyAll(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return n.transfer(uids, dest, manner{all: true}, n.mbox.user.store.now())
}

// Move is [Mailbox.Move].
func (n Numbered) Move(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return n.transfer(uids, dest, manner{move: true}, n.mbox.user.store.now())
}

// Append is [Mailbox.Append].
func (n Numbered) Append(raw []byte, opts ...AppendOption) (Message, error) {
	draft := newDraft(raw, opts)
	flags, err := written(draft.Flags)
	if err != nil {
		return Message{}, err
	}
	draft.Flags = flags
	added, err := n.AppendDrafts([]Draft{draft})
	if err != nil {
		return Message{}, err
	}
	return added.Messages[0], nil
}

// Store is [Mailbox.Store].
func (n Numbered) Store(uids imap.UIDSet, op imap.StoreFlagsOp, flags ...imap.Flag) error {
	flags, err := written(flags)
	if err != nil {
		return err
	}
	m := n.mbox
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.changedBy(n.by)()
	_, err = m.store(m.selectUIDs(uids), nil, op, flags, n.user)
	return err
}

// Expunge is [Mailbox.Expunge].
func (n Numbered) Expunge(uids imap.UIDSet) ([]imap.UID, error) {
	m := n.mbox
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.checkOpen(); err != nil {
		return nil, err
	}
	defer m.changedBy(n.by)()
	return m.remove(m.selectUIDs(uids)), nil
}

// BumpUIDValidity is [Mailbox.BumpUIDValidity].
func (n Numbered) BumpUIDValidity() uint32 {
	n.mbox.mu.Lock()
	defer n.mbox.mu.Unlock()
	defer n.mbox.changedBy(n.by)()
	return n.mbox.bumpUIDValidity()
}
