package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// expunge is [Mailbox.remove] in an account with labels, and returns the UIDs that are gone
// from m:
//
//	from               what becomes of the message
//	Spam, Trash        it is gone
//	All Mail           what Expunged says: of ExpungedArchive, nothing
//	Starred            it is \Flagged no longer
//	a label            it loses that; if it is in no visible mailbox then, what Expunged says
func (b *labelBox) expunge(m *Mailbox, places []int) []imap.UID {
	s := b.stroke()
	var gone []imap.UID
	for _, msg := range m.at(places) {
		switch {
		case m == b.spam || m == b.trash:
			s.delete(msg.mail)
		case m == b.all:
			s.last(msg.mail)
		default:
			s.unlabel(m, msg.mail)
			if !b.visible(msg.mail) {
				s.last(msg.mail)
			}
		}
		if _, here := m.uids[msg.mail]; !here {
			gone = append(gone, msg.uid)
		}
	}
	return gone
}

// last is what becomes of a message that has gone from the last mailbox in which it was seen.
func (s stroke) last(mail *Mail) {
	switch s.rules.Expunged {
	case ExpungedTrash:
		s.rehome(mail, s.trash)
	case ExpungedDelete:
		s.delete(mail)
	}
}

// visible says that a client sees a message in some mailbox. All Mail is one (inferred: so
// three reports of what a server does agree).
func (b *labelBox) visible(mail *Mail) bool {
	return slices.ContainsFunc(b.holders(mail), func(m *Mailbox) bool { return !m.odd.Hidden })
}

// marksNothing says that to mark a message \Deleted in a mailbox does nothing at all, as
// what it does at once is nothing.
func (m *Mailbox) marksNothing() bool {
	b := m.user.box
	return b != nil && b.rules.AutoExpunge && m == b.all && b.rules.Expunged == ExpungedArchive
}

// afterStore gives the other entries of messages the flags that they have got in m. With
// AutoExpunge, those that are \Deleted now, because a client has asked for it, are expunged.
func (b *labelBox) afterStore(m *Mailbox, result *StoreResult, op imap.StoreFlagsOp, flags []imap.Flag) {
	s := stroke{b, result.ModSeq}
	marked := b.rules.AutoExpunge && op != imap.StoreFlagsDel && slices.Contains(flags, imap.FlagDeleted)
	mails := make([]*Mail, len(result.Messages))
	for i, stored := range result.Messages {
		mails[i] = m.find(stored.UID).mail
	}
	var expunge []*Mail
	if marked {
		expunge = mails
	}
	if result.ModSeq != 0 {
		for _, mail := range mails {
			s.spread(m, mail)
		}
	}
	places := make([]int, 0, len(expunge))
	for _, mail := range expunge {
		if place, msg := m.entry(mail); msg != nil {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	m.remove(places)
	result.leave(func(i int) bool {
		_, here := m.uids[mails[i]]
		return !here || marked && m.marksNothing()
	})
}

// leave takes the messages of a result that have gone from it.
func (r *StoreResult) leave(gone func(i int) bool) {
	kept := r.Messages[:0]
	for i, stored := range r.Messages {
		if gone(i) {
			r.Removed = append(r.Removed, stored.UID)
			continue
		}
		kept = append(kept, stored)
	}
	r.Messages = kept
}

// drop takes a label from all messages, in any home, because its mailbox is deleted. The
// messages stay.
func (b *labelBox) drop(m *Mailbox) {
	if b == nil {
		return
	}
	b.user.guard.mu.Lock()
	defer b.user.guard.mu.Unlock()
	s := b.stroke()
	for _, home := range []*Mailbox{b.all, b.spam, b.trash} {
		for _, msg := range home.messages.slice() {
			if msg.labels.has(m) {
				s.relabel(msg.mail, msg.labels.without(m))
			}
		}
	}
}
