package store

import (
	"iter"
	"sync/atomic"
)

// HappeningKind is what happened to the mail.
type HappeningKind uint8

// The kinds, and what a [Happening] has besides.
const (
	MessageCame    HappeningKind = iota + 1 // After
	MessageWent                             // Before
	FlagsBecame                             // Before, After
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

	before, after *message
	*MailboxNews  // nil for what happened to a message
}

// MailboxNews is what happened to a mailbox.
type MailboxNews struct {
	To          string // its name from then on
	UIDValidity uint32 // from then on; of one that is gone: until then
	WasValidity uint32 // of UIDsRenumbered: until then

	held, became list

	Settings []Difference // rights, quotas, subscriptions, annotations, attributes
}

// Before is the message as it was, which must not be asked for where there is none.
func (h Happening) Before() Message { return h.before.value() }

// After is the message as it is from then on.
func (h Happening) After() Message { return h.after.value() }

// Held are the messages that a mailbox had before it was deleted or renumbered.
func (h Happening) Held() iter.Seq[Message] { return h.held.values() }

// Became are the messages of a mailbox that was renumbered.
func (h Happening) Became() iter.Seq[Message] { return h.became.values() }

// Keeps is how many bytes of mail would be gone, did nobody keep the happening.
func (h Happening) Keeps() int64 {
	switch h.Kind {
	case MessageWent:
		return int64(len(h.before.mail.Raw()))
	case MailboxGone:
		return h.size()
	}
	return 0
}

func (h Happening) size() (n int64) {
	for _, msg := range h.held.all() {
		n += int64(len(msg.mail.Raw()))
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
