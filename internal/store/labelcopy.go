package store

import (
	"time"

	"github.com/emersion/go-imap/v2"
)

// transfer copies or moves messages within an account with labels. all are the places of
// those in m.
//
//	to                 from All Mail, from a label    from Spam or Trash
//	a label            it is added                    the home becomes All Mail, and it is added
//	All Mail           nothing                        the home becomes All Mail
//	Spam, Trash        the home becomes that          the home becomes that
//
// A message that is in dest already stays as it is, and the UID that it has there is told
// (not seen). MOVE from a label takes that away; from All Mail it takes nothing (not seen).
func (b *labelBox) transfer(m *Mailbox, places []int, dest *Mailbox, move bool) (*imap.CopyData, error) {
	if err := b.room(dest, len(places)); err != nil {
		return nil, err
	}
	s := b.stroke()
	var from, to []imap.UID
	for _, msg := range m.at(places) {
		s.copyTo(dest, msg.mail)
		if move && m != dest && !b.isHome(m) {
			s.unlabel(m, msg.mail)
		}
		if _, entry := dest.entry(msg.mail); entry != nil {
			from, to = append(from, msg.uid), append(to, entry.uid)
		}
	}
	return &imap.CopyData{UIDValidity: dest.uidValidity, SourceUIDs: UIDSet(from), DestUIDs: UIDSet(to)}, nil
}

// at are the messages at some places.
func (m *Mailbox) at(places []int) []*message {
	out := make([]*message, len(places))
	for i, place := range places {
		out[i] = m.messages.at(place)
	}
	return out
}

// copyTo has a message of the account in another of its mailboxes.
func (s stroke) copyTo(dest *Mailbox, mail *Mail) {
	if s.isHome(dest) {
		s.rehome(mail, dest)
		return
	}
	s.rehome(mail, s.all)
	s.label(dest, mail)
}

// receive copies messages of another account into a mailbox. They share the bytes, so that
// one that has come before is the same message.
func (b *labelBox) receive(m *Mailbox, places []int, dest *Mailbox, how manner, by *User, now time.Time) (*imap.CopyData, error) {
	if err := b.room(dest, len(places)); err != nil {
		return nil, err
	}
	messages := m.at(places)
	fresh := holding{}
	for _, msg := range messages {
		if there, _ := b.home(msg.mail); there == nil {
			fresh = fresh.plus(holding{messages: 1, octets: msg.mail.Size()})
		}
	}
	if err := b.homeFor(dest).admit(fresh, nil, holding{}); err != nil {
		return nil, err
	}
	may := dest.rightsOf(by)
	s := b.stroke()
	var from, to []imap.UID
	for _, msg := range messages {
		if there, _ := b.home(msg.mail); there != nil {
			s.copyTo(dest, msg.mail)
		} else {
			flags := dest.permanent(may.Settable(m.flagsFor(by, msg)))
			s.insert(dest, &message{
				flags:   append([]imap.Flag(nil), flags...),
				lasting: &lasting{internalDate: msg.internalDate, save: now, mail: msg.mail},
			})
		}
		if _, entry := dest.entry(msg.mail); entry != nil {
			from, to = append(from, msg.uid), append(to, entry.uid)
		}
	}
	if how.move {
		m.remove(places)
	}
	return &imap.CopyData{UIDValidity: dest.uidValidity, SourceUIDs: UIDSet(from), DestUIDs: UIDSet(to)}, nil
}
