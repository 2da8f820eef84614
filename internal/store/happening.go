package store

import (
	"iter"
	"slices"
	"sync/atomic"

	"github.com/emersion/go-imap/v2"
)

// HappeningKind is what happened to the mail.
type HappeningKind uint8

// The kinds, and what a [Happening] has besides.
const (
	MessageCame    HappeningKind = iota + 1 // After: the messages
	MessageWent                             // Before: the messages
	FlagsBecame                             // Before, After: the messages; or their annotations did
	MailboxMade                             // that can be selected; its messages come as others do
	MailboxGone                             // Held: the messages that were in it
	MailboxNamed                            // To
	UIDsRenumbered                          // Held: the messages as they were; they are now those of the mailbox
	SettingsBecame                          // Settings; of an account, if there is no Name
)

// Happening is a change of the mail, as it happens.
type Happening struct {
	Kind          HappeningKind
	By            uint32 // the number of who did it, 0 for nobody who has one
	Account, Name string // of the mailbox at that moment; Account is [Shared] for nobody's

	turns        []turn // of messages, at once; in the order of their UIDs
	*MailboxNews        // nil for what happened to messages
}

// turn is what became of a message; of one that came or went, one is nil.
type turn struct{ before, after *message }

// MailboxNews is what happened to a mailbox.
type MailboxNews struct {
	To          string // its name from then on
	UIDValidity uint32 // from then on; of one that is gone: until then
	WasValidity uint32 // of UIDsRenumbered: until then

	held, became list

	// Settings are rights, quotas, subscriptions, annotations, attributes, accounts, passwords, and
	// names that cannot be selected.
	Settings []Difference
}

// Before are the messages as they were, which must not be asked for where there are none.
func (h Happening) Before() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for _, t := range h.turns {
			if !yield(t.before.value()) {
				return
			}
		}
	}
}

// After are the messages as they are from then on.
func (h Happening) After() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for _, t := range h.turns {
			if !yield(t.after.value()) {
				return
			}
		}
	}
}

// Size is of how many messages the happening is, and 1 for what happened to a mailbox.
func (h Happening) Size() int { return max(1, len(h.turns)) }

// Rest is what happened to the messages but for the first n.
func (h Happening) Rest(n int) Happening {
	h.turns = slices.Clone(h.turns[n:])
	return h
}

// Turns are the messages as they were and as they are from then on, where they are both.
func (h Happening) Turns() iter.Seq2[Message, Message] {
	return func(yield func(before, after Message) bool) {
		for _, t := range h.turns {
			if !yield(t.before.value(), t.after.value()) {
				return
			}
		}
	}
}

// SeenSince says that a message has become \Seen since it was another value: for who owns the
// mailbox, or for somebody who has a \Seen of their own there.
func (m Message) SeenSince(before Message) bool {
	return m.Has(imap.FlagSeen) && !before.Has(imap.FlagSeen) || len(m.seenBy.list()) > len(before.seenBy.list())
}

// Held are the messages that a mailbox had before it was deleted or renumbered.
func (h Happening) Held() iter.Seq[Message] { return h.held.values() }

// Became are the messages of a mailbox that was renumbered.
func (h Happening) Became() iter.Seq[Message] { return h.became.values() }

// Keeps is how many bytes of mail would be gone, did nobody keep what happened to the i-th
// message, or to the mailbox.
func (h Happening) Keeps(i int) (n int64) {
	switch h.Kind {
	case MessageWent:
		return int64(len(h.turns[i].before.mail.Raw()))
	case MailboxGone:
		for _, msg := range h.held.all() {
			n += int64(len(msg.mail.Raw()))
		}
	}
	return n
}

func (l *list) values() iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for _, msg := range l.all() {
			if !yield(msg.value()) {
				return
			}
		}
	}
}

// observer is one of those who follow.
type observer struct {
	tell func(Happening)
	next atomic.Pointer[observer] // changed under the store's lock, read under any
}

// Follow calls f for all that happens to the mail from here on, until it is ended. f is
// called under the lock under which it happens: it must not block, nor ask the store.
func (s *Store) Follow(f func(Happening)) (end func()) {
	mine := &observer{tell: f}
	s.mu.Lock()
	defer s.mu.Unlock()
	mine.next.Store(s.followers.Load())
	s.followers.Store(mine)
	return func() { s.unfollow(mine) }
}

func (s *Store) unfollow(f *observer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at := &s.followers; at.Load() != nil; at = &at.Load().next {
		if at.Load() == f {
			at.Store(f.next.Load())
			return
		}
	}
}

// report tells who follows what happened to the mailbox; u.mu and m.mu are held.
func (m *Mailbox) report(kind HappeningKind, news MailboxNews) {
	if m.user.store.followers.Load() == nil {
		return
	}
	told := news
	m.tell(Happening{Kind: kind, By: m.user.by, MailboxNews: &told})
}

// tellTurns tells who follows what became of messages, in one; m.mu is held.
func (m *Mailbox) tellTurns(kind HappeningKind, turns ...turn) {
	if len(turns) > 0 {
		m.tell(Happening{Kind: kind, turns: turns})
	}
}

// reportName tells who follows that there is a name that cannot be selected, or no longer; u.mu and
// m.mu are held.
func (m *Mailbox) reportName(kind DifferenceKind) {
	news := MailboxNews{Settings: []Difference{{Kind: kind, Account: m.user.name, Mailbox: m.name}}}
	m.report(SettingsBecame, news)
}

// tell tells who follows; m.mu is held.
func (m *Mailbox) tell(h Happening) {
	if m.user.store.followers.Load() == nil {
		return
	}
	h.Account, h.Name = m.user.name, m.name
	if h.By == 0 {
		h.By = m.guard.by
	}
	m.user.store.tell(h)
}

func (s *Store) tell(h Happening) {
	for f := s.followers.Load(); f != nil; f = f.next.Load() {
		f.tell(h)
	}
}
