package store

import (
	"hash/maphash"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// labelBox is what makes an account one in which a message is once, whichever mailboxes show
// it. A mailbox is as it is in any account: a list of messages, UIDs, a log. What is more:
//
//   - Each message has one entry in one of All Mail, Spam and Trash, its home.
//   - While that is All Mail, it has one in the mailbox of each of its labels, and, if it is
//     \Flagged, in Starred. In Spam and Trash the labels are only remembered.
//   - All entries have the same content, flags and dates, and the same labelSet, but for
//     \Deleted, which is of the entry: what one mailbox marks is not to go from all.
//
// So every write writes all entries of a message, in one step under the one guard that all
// mailboxes of the account have, and with one modseq. Whoever reads a mailbox or follows its
// log needs to know nothing of labels.
type labelBox struct {
	user                      *User
	all, spam, trash, starred *Mailbox // made with the account, and never gone
	threads                   threads

	// guarded by the account's guard
	rules LabelRules
	sets  map[string]*labelSet
	sums  map[uint64][]*Mail // what is there by the sums of the bytes; nil: to be made
	seed  maphash.Seed
}

func newLabelBox(u *User, rules LabelRules) *labelBox {
	return &labelBox{user: u, rules: rules, sets: make(map[string]*labelSet), seed: maphash.MakeSeed()}
}

// stroke is one change of an account with labels. All that it does has one modseq. The guard
// is held as long as there is one.
type stroke struct {
	*labelBox
	modseq uint64
}

func (b *labelBox) stroke() stroke { return stroke{b, b.all.nextModSeq()} }

// isHome says that a mailbox is one in which each message has its one entry.
func (b *labelBox) isHome(m *Mailbox) bool { return m == b.all || m == b.spam || m == b.trash }

// home is where a message is, and its entry there; nil if it is not in the account.
func (b *labelBox) home(mail *Mail) (*Mailbox, *message) {
	for _, m := range []*Mailbox{b.all, b.trash, b.spam} {
		if _, msg := m.entry(mail); msg != nil {
			return m, msg
		}
	}
	return nil, nil
}

// entry is a message's entry in the mailbox, or nil.
func (m *Mailbox) entry(mail *Mail) (place int, msg *message) {
	uid, here := m.uids[mail]
	if !here {
		return 0, nil
	}
	return m.messages.find(uid)
}

// holders are the mailboxes that have an entry of a message.
func (b *labelBox) holders(mail *Mail) []*Mailbox {
	home, msg := b.home(mail)
	if home != b.all {
		return []*Mailbox{home}
	}
	out := []*Mailbox{home}
	for _, m := range append(slices.Clip(msg.labels.labels), b.starred) {
		if m == nil {
			continue
		}
		if _, here := m.uids[mail]; here {
			out = append(out, m)
		}
	}
	return out
}

// flagsHere are flags as the mailbox spells them, with \Deleted or without.
func (m *Mailbox) flagsHere(flags []imap.Flag, deleted bool) []imap.Flag {
	flags = slices.DeleteFunc(slices.Clone(flags), func(flag imap.Flag) bool { return flag == imap.FlagDeleted })
	if deleted {
		flags = append(flags, imap.FlagDeleted)
	}
	learned, err := m.flags.learn(flags)
	if err != nil {
		return nil // there is none that another mailbox has not learned
	}
	return m.flags.set(learned)
}

// enter gives a message that is in All Mail an entry in the mailbox of a label, which then
// may show the oldest no longer. A mailbox that has no UID left does not show it either.
func (s stroke) enter(m *Mailbox, home *message, deleted bool) {
	if _, here := m.uids[home.mail]; here || m.checkUIDs(uint64(m.uidNext)+1) != nil {
		return
	}
	entry := home.again()
	entry.flags, entry.save = m.flagsHere(home.flags, deleted), s.user.store.now()
	s.put(m, entry)
	s.trim(m)
}

// put adds an entry to a mailbox.
func (s stroke) put(m *Mailbox, entry *message) {
	m.tellTurns(MessageCame, turn{after: m.addAt(s.modseq, entry)})
	m.notify()
}

// leave takes a message's entry from a mailbox.
func (s stroke) leave(m *Mailbox, mail *Mail) {
	if place, msg := m.entry(mail); msg != nil {
		m.removeAt(s.modseq, []int{place})
	}
}

// trim takes the oldest entries from the mailbox of a label that shows too many.
func (s stroke) trim(m *Mailbox) {
	for limit := s.rules.MailboxMax; limit > 0 && !s.fixed(m) && m.messages.len() > limit; {
		m.removeAt(s.modseq, []int{0})
	}
}

// relabel gives a message other labels than it has. All Mail tells it as a change, so that
// who asks for changes since a modseq learns of labels; in the other mailboxes nothing is
// told (not seen).
func (s stroke) relabel(mail *Mail, labels *labelSet) {
	home, msg := s.home(mail)
	if msg.labels == labels {
		return
	}
	was := msg.labels
	if home == s.all {
		for _, m := range was.labels {
			if !labels.has(m) {
				s.leave(m, mail)
			}
		}
	}
	place, _ := home.entry(mail)
	changed := msg.again()
	changed.labels, changed.modseq = labels, s.modseq
	home.messages.set(place, changed)
	home.stamp(s.modseq)
	home.noteChange(msg, changed, nil)
	home.compactIfLong()
	home.notify()
	if home == s.all {
		for _, m := range labels.labels {
			if !was.has(m) {
				s.enter(m, changed, false)
			}
		}
	}
	s.sameLabels(changed)
}

// sameLabels gives the other entries of a message the labels of that in its home.
func (b *labelBox) sameLabels(home *message) {
	for _, m := range b.holders(home.mail) {
		place, entry := m.entry(home.mail)
		if entry.labels != home.labels {
			other := entry.again()
			other.labels = home.labels
			m.messages.set(place, other)
		}
	}
}

// label adds a label to a message that is in All Mail: in Starred, the flag.
func (s stroke) label(m *Mailbox, mail *Mail) {
	_, msg := s.home(mail)
	if m == s.starred {
		s.flag(mail, imap.StoreFlagsAdd, imap.FlagFlagged)
		return
	}
	s.relabel(mail, msg.labels.with(m))
	_, msg = s.home(mail)
	s.enter(m, msg, false) // what was too old to be shown
}

// unlabel takes a label, or the star, from a message.
func (s stroke) unlabel(m *Mailbox, mail *Mail) {
	_, msg := s.home(mail)
	if m == s.starred {
		s.flag(mail, imap.StoreFlagsDel, imap.FlagFlagged)
		return
	}
	s.relabel(mail, msg.labels.without(m))
}

// flag changes a flag of a message in all mailboxes.
func (s stroke) flag(mail *Mail, op imap.StoreFlagsOp, flag imap.Flag) {
	home, msg := s.home(mail)
	if msg.has(flag) == (op == imap.StoreFlagsAdd) {
		return
	}
	place, _ := home.entry(mail)
	home.replace(place, home.flagsHere(combine(msg.flags, op, []imap.Flag{flag}), msg.has(imap.FlagDeleted)), s.modseq)
	home.stamp(s.modseq)
	home.notify()
	s.spread(home, mail)
}

// spread gives the other entries of a message the flags of the one in a mailbox, and has it
// in Starred if it is \Flagged and in All Mail, and not otherwise.
func (s stroke) spread(from *Mailbox, mail *Mail) {
	_, msg := from.entry(mail)
	for _, m := range s.holders(mail) {
		if m == from {
			continue
		}
		place, entry := m.entry(mail)
		flags := m.flagsHere(msg.flags, entry.has(imap.FlagDeleted))
		if !sameSet(flags, entry.flags) {
			m.replace(place, flags, s.modseq)
			m.stamp(s.modseq)
			m.compactIfLong()
			m.notify()
		}
	}
	s.star(mail)
}

// star has a message in Starred, or takes it from there.
func (s stroke) star(mail *Mail) {
	home, msg := s.home(mail)
	switch {
	case s.starred == nil:
	case home == s.all && msg.has(imap.FlagFlagged):
		s.enter(s.starred, msg, false)
	default:
		s.leave(s.starred, mail)
	}
}

// rehome moves a message to another of All Mail, Spam and Trash. From All Mail it goes from
// everywhere, and its labels are remembered; there it is shown under them again.
func (s stroke) rehome(mail *Mail, to *Mailbox) {
	from, msg := s.home(mail)
	if from == to {
		return
	}
	for _, m := range s.holders(mail) {
		s.leave(m, mail)
	}
	moved := msg.again()
	moved.labels, moved.save = msg.labels.at(to), s.user.store.now()
	moved.flags = to.flagsHere(msg.flags, false)
	size := holding{messages: 1, octets: mail.Size()}
	from.dismiss(size)
	to.charge(size)
	s.put(to, moved)
	if to == s.all {
		for _, m := range moved.labels.labels {
			s.enter(m, moved, false)
		}
		s.star(mail)
	}
}

// delete takes a message from the account.
func (s stroke) delete(mail *Mail) {
	home, _ := s.home(mail)
	for _, m := range s.holders(mail) {
		s.leave(m, mail)
	}
	home.dismiss(holding{messages: 1, octets: mail.Size()})
	s.forget(mail)
}
