package store

import (
	"errors"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Oddities are what few mailboxes are, and a client must cope with all the
// same.
type Oddities struct {
	NoSelect      bool // only a name: \Noselect
	NoInferiors   bool // nothing can be made below it: \Noinferiors
	ReadOnly      bool // clients can read it, and change nothing
	NoModSeq      bool // clients are told NOMODSEQ (RFC 7162, section 3.1.2.2)
	UIDNotSticky  bool // another UIDVALIDITY each time it is opened: UIDNOTSTICKY (RFC 4315, section 4)
	FixedKeywords bool // clients can add no keywords: PERMANENTFLAGS without \*
	Remote        bool // on another server: only LIST (REMOTE) lists it (RFC 5258, section 3.1)
	SeenPerUser   bool // each account that uses it has its own \Seen (RFC 4314, section 5.2)
	Hidden        bool // clients do not see it, and cannot use it

	// Referral is where it is, and what is below it: IMAP URLs, separated by spaces, to which
	// clients are sent (RFC 2193). Such a mailbox is Remote.
	Referral string
}

// Words name what is set: \Noselect and the like as LIST has them, read-only and
// the like as the fixtures do.
func (o Oddities) Words() []string {
	var words []string
	for _, row := range []struct {
		is   bool
		word string
	}{
		{o.NoSelect, `\Noselect`}, {o.NoInferiors, `\Noinferiors`}, {o.isRemote(), `\Remote`}, {o.ReadOnly, "read-only"},
		{o.NoModSeq, "nomodseq"}, {o.UIDNotSticky, "uidnotsticky"}, {o.FixedKeywords, "fixed-keywords"},
		{o.SeenPerUser, "seen-per-user"}, {o.Hidden, "hidden"},
	} {
		if row.is {
			words = append(words, row.word)
		}
	}
	if o.Referral != "" {
		words = append(words, "referral "+o.Referral)
	}
	return words
}

// WithOddities makes a mailbox odd, or ordinary again. Those of [Mailbox] are
// about clients: what a test does itself it can do to a mailbox that is
// ReadOnly or has FixedKeywords.
func WithOddities(o Oddities) MailboxOption {
	return func(s *settings) error { s.oddities = &o; return nil }
}

// withOddity sets one more.
func withOddity(set func(*Oddities)) MailboxOption {
	return func(s *settings) error { s.alsoOdd = append(s.alsoOdd, set); return nil }
}

// NoSelect makes only a name, as if a mailbox with inferiors had been deleted.
func NoSelect() MailboxOption { return withOddity(func(o *Oddities) { o.NoSelect = true }) }

// NoInferiors makes a mailbox below which there is and can be nothing.
func NoInferiors() MailboxOption { return withOddity(func(o *Oddities) { o.NoInferiors = true }) }

// ReadOnly makes a mailbox that SELECT opens as EXAMINE does.
func ReadOnly() MailboxOption { return withOddity(func(o *Oddities) { o.ReadOnly = true }) }

// WithoutModSeq makes a mailbox without persistent modseqs: clients are told
// NOMODSEQ (RFC 7162, section 3.1.2.2). The store goes on counting them.
func WithoutModSeq() MailboxOption { return withOddity(func(o *Oddities) { o.NoModSeq = true }) }

// UIDNotSticky makes a mailbox whose UIDs are good for one session only (RFC
// 4315, section 4).
func UIDNotSticky() MailboxOption { return withOddity(func(o *Oddities) { o.UIDNotSticky = true }) }

// FixedKeywords makes a mailbox in which clients can use the keywords that it
// has, and no others.
func FixedKeywords() MailboxOption { return withOddity(func(o *Oddities) { o.FixedKeywords = true }) }

// Remote makes a mailbox that is on another server: only LIST (REMOTE) lists it
// (RFC 5258, section 3.1).
func Remote() MailboxOption { return withOddity(func(o *Oddities) { o.Remote = true }) }

// SeenPerUser makes a mailbox in which each account has its own \Seen. That of who owns
// it is the one of its messages; the other flags are the same for all.
func SeenPerUser() MailboxOption { return withOddity(func(o *Oddities) { o.SeenPerUser = true }) }

// Hidden makes a mailbox that clients do not see, and cannot use: one that a provider has
// for itself, or that a setting keeps from IMAP.
func Hidden() MailboxOption { return withOddity(func(o *Oddities) { o.Hidden = true }) }

// HasUIDNotSticky says whether a mailbox of any account is UIDNotSticky. It costs nothing
// where none ever was.
func (s *Store) HasUIDNotSticky() bool {
	return s.unsticky.Load() && s.hasOdd(func(o Oddities) bool { return o.UIDNotSticky })
}

func (s *Store) hasOdd(is func(Oddities) bool) bool {
	return slices.ContainsFunc(s.Users(), func(u *User) bool { return u.hasOdd(is) })
}

func (u *User) hasOdd(is func(Oddities) bool) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for _, mbox := range u.byName {
		if is(mbox.Oddities()) {
			return true
		}
	}
	return false
}

// Oddities are those of the mailbox.
func (m *Mailbox) Oddities() Oddities {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.odd
}

// NoSelect says that there is only the name, and no mailbox.
func (m *Mailbox) NoSelect() bool { return m.Oddities().NoSelect }

// NoModSeq says that clients are told of no modseqs.
func (m *Mailbox) NoModSeq() bool { return m.Oddities().NoModSeq }

// Remote says that the mailbox is on another server.
func (m *Mailbox) Remote() bool { return m.Oddities().isRemote() }

func (o Oddities) isRemote() bool { return o.Remote || o.Referral != "" }

// checkOddities refuses what a mailbox cannot become; u.mu is held.
func (u *User) checkOddities(name string, mbox *Mailbox, o Oddities) error {
	if err := errors.Join(checkReferral(o.Referral), u.box.checkOddities(name, mbox, o)); err != nil {
		return err
	}
	switch {
	case o.Referral != "" && name == inbox:
		return errorf(ErrInvalidName, "INBOX cannot be elsewhere: the login is referred then")
	case o.Hidden && name == inbox:
		return errorf(ErrInvalidName, "INBOX cannot be hidden")
	case o.NoInferiors && len(u.inferiors(name)) > 0:
		return errorf(ErrHasChildren, `mailbox %q has inferior names and cannot be \Noinferiors`, name)
	case o.NoSelect && name == inbox:
		return errorf(ErrInvalidName, `INBOX cannot be \Noselect`)
	case o.NoSelect && mbox != nil && mbox.Status().Messages > 0:
		return errorf(ErrNoSelect, `mailbox %q has messages and cannot be \Noselect`, name)
	}
	return nil
}

// checkSuperiors refuses a name below one that is \Noinferiors; u.mu is held.
func (u *User) checkSuperiors(name string) error {
	for _, above := range u.superiors(name) {
		if mbox := u.byName[above]; mbox != nil && mbox.Oddities().NoInferiors {
			return errorf(ErrNoInferiors, `there can be no mailbox %q: %q is \Noinferiors`, name, above)
		}
	}
	return nil
}

// permanent are the flags of a list that a client may set in this mailbox;
// m.mu is held.
func (m *Mailbox) permanent(flags []imap.Flag) []imap.Flag {
	if !m.odd.FixedKeywords {
		return flags
	}
	return slices.DeleteFunc(slices.Clone(flags), func(flag imap.Flag) bool {
		return !m.flags.knows(flag)
	})
}

// Permanent are the flags of a list that a client may set in this mailbox: all
// of them, but for new keywords in one with FixedKeywords (RFC 9051, section
// 7.1, PERMANENTFLAGS).
func (m *Mailbox) Permanent(flags []imap.Flag) []imap.Flag {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.permanent(flags)
}
