package store

import "github.com/emersion/go-imap/v2"

// Who makes changes may have a number, and the log has it with each change: an engine that
// numbers its commands finds the one that did it.

// isGone marks an entry of the log whose message is gone.
const isGone = 1 << 31

func (c change) gone() bool { return c.by&isGone != 0 }

// who is the number of who made the change.
func (c change) who() uint32 { return c.by &^ isGone }

// changedBy has what is changed from here on be somebody's, until the end; m.mu is held.
func (m *Mailbox) changedBy(who uint32) (end func()) {
	m.guard.by = who &^ isGone
	return func() { m.guard.by = 0 }
}

// Acting is an account whose mailboxes are made, named and deleted by somebody who has a
// number, as Numbered.By is for what is in them.
type Acting struct {
	user *User
	by   uint32
}

// By is the account for who has that number.
func (u *User) By(number uint32) Acting { return Acting{u, number} }

// begin has what is changed from here on be somebody's, until the end; u.mu is held.
func (a Acting) begin() (end func()) {
	a.user.by = a.by &^ isGone
	return func() { a.user.by = 0 }
}

// hands are the numbers of who made a mailbox, gave it its name, and deleted it.
type hands struct{ made, named, gone uint32 }

func (m *Mailbox) hands() hands {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.did
}

// edited is a change of a message.
type edited struct {
	uid  imap.UID
	gone bool
}

// authors are who made the last change of each message between two positions in the log,
// as far as it is known.
func (m *Mailbox) authors(after, upTo uint64) map[edited]uint32 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := make(map[edited]uint32)
	for left := m.log.since(after); left.any(); {
		c := left.next()
		if c.modseq > upTo {
			break
		}
		if c.who() == 0 {
			continue
		}
		for uid := range c.all() {
			out[edited{uid, c.gone()}] = c.who()
		}
	}
	return out
}

// Edit is a change as the log has it.
type Edit struct {
	UID  imap.UID
	Gone bool
	By   uint32
}

// EditsSince are the changes after a position in the log, in their order, and the position
// after them. Of several changes of a message the earlier ones may be missing. Reset says
// that the log does not reach back so far.
func (m *Mailbox) EditsSince(modseq uint64) (edits []Edit, next uint64, reset bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if !m.log.reaches(modseq) {
		return nil, m.highest(), true
	}
	for left := m.log.since(modseq); left.any(); {
		c := left.next()
		for uid := range c.all() {
			edits = append(edits, Edit{uid, c.gone(), c.who()})
		}
	}
	return edits, m.highest(), false
}
