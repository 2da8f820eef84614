package store

import (
	"time"

	"github.com/emersion/go-imap/v2"
)

// Copy adds messages to dest, all or none, in the order of their UIDs. They
// keep flags and internal date and are new in dest: \Recent, with a save date
// of now. The result pairs old and new UIDs in order; it is empty if none of
// the UIDs was there.
func (m *Mailbox) Copy(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return Numbered{mbox: m}.Copy(uids, dest)
}

// CopyAll is Copy for messages that must all be there: if one is not it is
// ErrNotFound, and nothing is copied.
func (m *Mailbox) CopyAll(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return Numbered{mbox: m}.CopyAll(uids, dest)
}

// manner is a way of copying.
type manner struct{ move, all bool }

// Move is Copy that takes the messages from m in the same moment: nobody sees
// them in both mailboxes or in neither.
func (m *Mailbox) Move(uids imap.UIDSet, dest *Mailbox) (*imap.CopyData, error) {
	return Numbered{mbox: m}.Move(uids, dest)
}

func (n Numbered) transfer(uids imap.UIDSet, dest *Mailbox, how manner, now time.Time) (*imap.CopyData, error) {
	m := n.mbox
	if dest.user.store != m.user.store {
		return nil, errorf(ErrNotFound, "mailbox %q is in another store", dest.Name())
	}
	unlock := lockBoth(m, dest)
	defer unlock()
	if err := n.check(); err != nil {
		return nil, err
	}
	if err := m.checkOpen(); err != nil {
		return nil, err
	}
	if err := dest.checkOpen(); err != nil {
		return nil, err
	}
	defer m.changedBy(n.by)()
	defer dest.changedBy(n.by)()
	ranges := m.ranges(uids)
	places := m.messages.within(ranges)
	if how.all && uint64(len(places)) < countUIDs(ranges) {
		return nil, errorf(ErrNotFound, "mailbox %q has not all of the messages", m.name)
	}
	if box := dest.user.box; box != nil && m.user == dest.user {
		return box.transfer(m, places, dest, how.move)
	} else if box != nil {
		return box.receive(m, places, dest, how, n.user, now)
	}
	if err := dest.checkUIDs(uint64(dest.uidNext) + uint64(len(places))); err != nil {
		return nil, err
	}
	if err := dest.admitCopies(m, places, how, n.user); err != nil {
		return nil, err
	}
	from, came, err := dest.takeCopies(m, places, n.user, now)
	if err != nil {
		return nil, err
	}
	dest.tellTurns(MessageCame, came...)
	if how.move {
		m.remove(places)
	}
	data := &imap.CopyData{UIDValidity: dest.uidValidity, SourceUIDs: UIDSet(from)}
	if n := len(came); n > 0 {
		data.DestUIDs = imap.UIDSet{{Start: came[0].after.uid, Stop: came[n-1].after.uid}}
		dest.notify()
	}
	return data, nil
}

// takeCopies adds copies of the messages at some places of another mailbox, by an account. It
// gives their UIDs there, and what came; the locks of both are held.
func (m *Mailbox) takeCopies(other *Mailbox, places []int, by *User, now time.Time) (from []imap.UID, came []turn, err error) {
	sets, may := newSetCache(m.adopter(by)), m.noteRights(by)
	from, came = make([]imap.UID, 0, len(places)), make([]turn, 0, len(places))
	for old := range other.messages.ofPlaces(places) {
		adopted, err := sets.get(other.flagsFor(by, old))
		if err != nil {
			return nil, nil, err // a message has no flags that are invalid
		}
		msg := old.again()
		msg.flags, msg.save, msg.labels, msg.notes = adopted.set, now, nil, old.notes.copied(by, may)
		if by != nil {
			msg.seenBy = nil // that others have seen the old one says nothing of this one
		}
		m.takeSeen(by, msg)
		m.add(msg)
		from, came = append(from, old.uid), append(came, turn{after: msg})
	}
	return from, came, nil
}

// adopter gives a set of another mailbox's flags the spelling and the order of this one,
// without those that an account may not set; m.mu is held.
func (m *Mailbox) adopter(by *User) func(set []imap.Flag) ([]imap.Flag, error) {
	may := m.rightsOf(by)
	return func(set []imap.Flag) ([]imap.Flag, error) {
		flags, err := m.flags.learn(m.permanent(may.Settable(set)))
		if err != nil {
			return nil, err
		}
		return m.flags.set(flags), nil
	}
}

// Replace appends a message to dest, which may be m, and removes the message
// uid from m in the same moment (RFC 8508). A UID that is not there is
// ErrNotFound, and nothing is appended.
func (m *Mailbox) Replace(uid imap.UID, dest *Mailbox, raw []byte, opts ...AppendOption) (Message, error) {
	added, err := Numbered{mbox: m}.Replace(uid, dest, newDraft(raw, opts))
	if err != nil {
		return Message{}, err
	}
	return added.Messages[0], nil
}

// Replace is [Mailbox.Replace].
func (n Numbered) Replace(uid imap.UID, dest *Mailbox, draft Draft) (Appended, error) {
	m := n.mbox
	if dest.user.store != m.user.store {
		return Appended{}, errorf(ErrNotFound, "mailbox %q is in another store", dest.Name())
	}
	now := m.user.store.now()
	unlock := lockBoth(m, dest)
	defer unlock()
	if err := n.check(); err != nil {
		return Appended{}, err
	}
	if err := m.checkOpen(); err != nil {
		return Appended{}, err
	}
	place, old := m.messages.find(uid)
	if old == nil {
		return Appended{}, errorf(ErrNotFound, "mailbox %q has no message with UID %d", m.name, uid)
	}
	defer m.changedBy(n.by)()
	defer dest.changedBy(n.by)()
	added, err := dest.appendAll([]Draft{draft}, now, n.user, leaving{m, m.sizeAt([]int{place})})
	if err != nil {
		return Appended{}, err
	}
	if place, there := m.messages.find(uid); there != nil { // a label's mailbox may show it no longer
		m.remove([]int{place})
	}
	return Appended{dest.uidValidity, added}, nil
}
