package store

import (
	"github.com/emersion/go-imap/v2"
)

// Expunge removes messages, whatever their flags, and returns the UIDs of
// those that were there.
func (m *Mailbox) Expunge(uids imap.UIDSet) ([]imap.UID, error) {
	return Numbered{mbox: m}.Expunge(uids)
}

// ExpungeDeleted removes the messages of a set that are \Deleted; nil is the
// set of all. It returns the UIDs of those that it removed.
func (m *Mailbox) ExpungeDeleted(uids imap.UIDSet) ([]imap.UID, error) {
	return Numbered{mbox: m}.ExpungeDeleted(uids)
}

// expungeDeleted is ExpungeDeleted; m.mu is held.
func (m *Mailbox) expungeDeleted(uids imap.UIDSet) ([]imap.UID, error) {
	if err := m.checkOpen(); err != nil {
		return nil, err
	}
	if m.toDelete == 0 {
		return nil, nil
	}
	if uids == nil {
		uids = everyUID()
	}
	var places []int
	for _, i := range m.selectUIDs(uids) {
		if m.messages.at(i).has(imap.FlagDeleted) {
			places = append(places, i)
		}
	}
	return m.remove(places), nil
}

// remove takes the messages at ascending places away, with one modseq for
// all, and with labels does what that means; m.mu is held.
func (m *Mailbox) remove(places []int) []imap.UID {
	if len(places) == 0 {
		return nil
	}
	if box := m.user.box; box != nil {
		return box.expunge(m, places)
	}
	m.dismiss(m.holdingAt(places))
	return m.removeAt(m.nextModSeq(), places)
}

// removeAt takes messages from the list, with a modseq that several changes have; m.mu is
// held.
func (m *Mailbox) removeAt(modseq uint64, places []int) []imap.UID {
	m.stamp(modseq)
	gone, went := make([]imap.UID, len(places)), make([]turn, len(places))
	for i, place := range places {
		msg := m.messages.at(place)
		gone[i], went[i].before = msg.uid, msg
		m.count(msg, -1)
		m.logGone(modseq, msg)
		if m.uids != nil {
			delete(m.uids, msg.mail)
		}
	}
	m.messages.remove(places)
	m.tellTurns(MessageWent, went...)
	m.compactIfLong()
	m.notify()
	return gone
}
