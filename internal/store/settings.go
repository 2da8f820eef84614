package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
)

// MailboxOption fixes something about a mailbox.
type MailboxOption func(*settings) error

// settings are what MailboxOptions come to.
type settings struct {
	specialUse  []imap.MailboxAttr
	uidValidity uint32
	uidNext     imap.UID
	subscribed  bool
	oddities    *Oddities // nil: as they are
	alsoOdd     []func(*Oddities)
}

// odd is what the settings make of a mailbox's oddities.
func (s *settings) odd(o Oddities) Oddities {
	if s.oddities != nil {
		o = *s.oddities
	}
	if len(s.alsoOdd) == 0 {
		return o
	}
	also := o
	for _, set := range s.alsoOdd {
		set(&also)
	}
	return also
}

// SpecialUse gives an attribute that says what a mailbox is for its standard spelling.
func SpecialUse(attr imap.MailboxAttr) (known imap.MailboxAttr, found bool) {
	return flagname.SpecialUse(attr)
}

// WithSpecialUse gives a mailbox attributes like \Archive (RFC 6154, section
// 2), in any case, in place of those that it has. None takes them away.
func WithSpecialUse(attrs ...imap.MailboxAttr) MailboxOption {
	uses := make([]imap.MailboxAttr, len(attrs)) // shared by all mailboxes that get them
	for i, attr := range attrs {
		known, found := SpecialUse(attr)
		if !found {
			return func(*settings) error { return errorf(ErrInvalidFlag, "%s is not a special use", attr) }
		}
		uses[i] = known
	}
	return func(s *settings) error {
		if s.specialUse == nil {
			s.specialUse = uses
		} else {
			s.specialUse = slices.Concat(s.specialUse, uses)
		}
		return nil
	}
}

// WithUIDValidity fixes the UIDVALIDITY; 0 is no such value.
func WithUIDValidity(v uint32) MailboxOption {
	return func(s *settings) error {
		if v == 0 {
			return errorf(ErrInvalidUID, "UIDVALIDITY 0 is not allowed")
		}
		s.uidValidity = v
		return nil
	}
}

// WithUIDNext fixes the UID of the next message; 0 is no such UID.
func WithUIDNext(uid imap.UID) MailboxOption {
	return func(s *settings) error {
		if uid == 0 {
			return errorf(ErrInvalidUID, "UIDNEXT 0 is not allowed")
		}
		s.uidNext = uid
		return nil
	}
}

// Subscribed subscribes to the mailbox's name.
func Subscribed() MailboxOption {
	return func(s *settings) error { s.subscribed = true; return nil }
}

func (s *settings) take(opts []MailboxOption) error {
	for _, opt := range opts {
		if err := opt(s); err != nil {
			return err
		}
	}
	return nil
}

// apply puts the settings into effect; u.mu is held.
func (u *User) apply(mbox *Mailbox, s *settings) {
	if s.subscribed {
		u.setSubscribed(mbox.Name(), true, u.by)
	}
	mbox.mu.Lock()
	defer mbox.mu.Unlock()
	was := mbox.settings()
	defer func() { mbox.tellSettings(was, u.by) }()
	if s.specialUse != nil {
		mbox.specialUse = s.specialUse
		u.store.annotated.Add(1)
	}
	roots := mbox.roots
	mbox.join(nil)
	mbox.odd = s.odd(mbox.odd)
	mbox.join(roots)
	if mbox.odd.Referral != "" {
		u.store.referred.Store(true)
	}
	if mbox.odd.UIDNotSticky {
		u.store.unsticky.Store(true)
	}
	mbox.uidNext = max(mbox.uidNext, s.uidNext)
	if s.uidValidity != 0 {
		u.store.noteUIDValidity(s.uidValidity)
		mbox.setUIDValidity(s.uidValidity)
	}
}

// setUIDValidity makes what has been told of the mailbox void, unless nothing
// has ever happened in it and nobody has looked; m.mu is held.
func (m *Mailbox) setUIDValidity(v uint32) {
	if v == m.uidValidity {
		return
	}
	was := m.numbers()
	m.leaveUIDValidity(v)
	if m.modseq == 1 && !m.opened {
		return
	}
	m.tick()
	m.renumbered(was)
	m.notify()
}

// Configure applies options to a mailbox that exists. A UIDNEXT below the
// mailbox's own has no effect: UIDs only ascend. With another UIDVALIDITY the
// messages keep their UIDs; who follows the log is told of a Reset.
func (m *Mailbox) Configure(opts ...MailboxOption) error {
	s := &settings{}
	if err := s.take(opts); err != nil {
		return err
	}
	m.user.mu.Lock()
	defer m.user.mu.Unlock()
	odd := s.odd(m.Oddities())
	if err := m.user.checkOddities(m.Name(), m, odd); err != nil {
		return err
	}
	if m.NoSelect() && !odd.NoSelect {
		if err := m.user.checkCount(m.Name()); err != nil {
			return err
		}
	}
	m.user.apply(m, s)
	m.user.notify()
	return nil
}
