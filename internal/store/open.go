package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Opening is what a client learns that selects a mailbox.
type Opening struct {
	UIDs        []imap.UID // of all messages, ascending; the caller's own
	UIDValidity uint32
	UIDNext     imap.UID
	ModSeq      uint64     // where to read on with ChangesSince
	Status      Status     // at that position
	Numbered    Numbered   // the mailbox, as long as its UIDs are these
	FirstUnseen imap.UID   // 0: none
	Recent      []imap.UID // ascending
	Keywords    []imap.Flag
}

// Open looks at the mailbox to follow it from there on. With claim the
// messages that are \Recent are so for this caller and nobody after it (RFC
// 3501, section 2.3.2). The UIDVALIDITY of a mailbox that is UIDNotSticky is
// this caller's too.
func (m *Mailbox) Open(claim bool) Opening { return m.OpenAs(nil, claim) }

// OpenAs is Open by an account, as whom the messages are looked at and changed then.
func (m *Mailbox) OpenAs(u *User, claim bool) Opening {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened = true
	o := Opening{
		UIDs: m.messages.uids(), UIDValidity: m.uidValidity, UIDNext: m.uidNext,
		ModSeq: m.highest(), Status: m.status(u), Numbered: Numbered{mbox: m, numbering: m.numbering, user: u}, Keywords: m.flags.all(),
	}
	if o.Status.Unseen > 0 {
		o.FirstUnseen = m.firstUnseen(u)
	}
	if m.odd.UIDNotSticky {
		o.UIDValidity = m.user.store.newUIDValidity()
	}
	o.Recent = slices.Clone(o.UIDs[m.messages.index(m.recentFrom):])
	if claim {
		m.recentFrom = m.uidNext
	}
	return o
}

// firstUnseen is the first message that is not \Seen for an account; m.mu is held.
func (m *Mailbox) firstUnseen(u *User) imap.UID {
	for _, msg := range m.messages.all() {
		if !m.hasSeen(u, msg) {
			return msg.uid
		}
	}
	return 0
}

// ClaimRecent takes \Recent of the messages that nobody has claimed. They are
// those with a UID of at least the one returned.
func (m *Mailbox) ClaimRecent() imap.UID {
	if first, none := m.unclaimed(); none {
		return first // as for all who are told of a message, but for the first
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	first := m.recentFrom
	m.recentFrom = m.uidNext
	return first
}

// RecentFrom is the UID from which on messages are \Recent and not claimed.
func (m *Mailbox) RecentFrom() imap.UID {
	first, _ := m.unclaimed()
	return first
}

// unclaimed is that UID, and whether there are no such messages.
func (m *Mailbox) unclaimed() (first imap.UID, none bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.recentFrom, m.recentFrom == m.uidNext
}
