package store

import "github.com/emersion/go-imap/v2"

// Status is one consistent look at a mailbox.
type Status struct {
	Messages      int
	Recent        int // messages that no session has claimed
	Unseen        int
	Deleted       int   // messages that are \Deleted
	DeletedSize   int64 // of those in bytes
	Size          int64 // of all messages in bytes
	UIDNext       imap.UID
	UIDValidity   uint32
	HighestModSeq uint64
}

// Status takes no longer for a large mailbox than for a small one.
func (m *Mailbox) Status() Status { return m.StatusFor(nil) }

// StatusFor is Status with what is not \Seen for an account. Where that is per user, and
// the mailbox another's, it takes as long as there are messages.
func (m *Mailbox) StatusFor(u *User) Status {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.status(u)
}

// Contents are the status and all messages at one moment.
func (m *Mailbox) Contents() (Status, []Message) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.status(nil), m.values()
}

// status is StatusFor; m.mu is held.
func (m *Mailbox) status(u *User) Status {
	return Status{
		Messages: m.messages.len(), Recent: m.messages.len() - m.messages.index(m.recentFrom),
		Unseen: m.unseenBy(u), Deleted: m.toDelete, DeletedSize: m.toFree, Size: m.size,
		UIDNext: m.uidNext, UIDValidity: m.uidValidity, HighestModSeq: m.highest(),
	}
}
