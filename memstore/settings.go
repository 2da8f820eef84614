package memstore

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
)

// MailboxOption fixes something about a mailbox.
type MailboxOption store.MailboxOption

func mailboxOptions(opts []MailboxOption) []store.MailboxOption {
	out := make([]store.MailboxOption, len(opts))
	for i, opt := range opts {
		out[i] = store.MailboxOption(opt)
	}
	return out
}

// WithSpecialUse gives a mailbox attributes like \Archive (RFC 6154, section 2),
// in any case, in place of those that it has. None takes them away.
func WithSpecialUse(attrs ...imap.MailboxAttr) MailboxOption {
	return MailboxOption(store.WithSpecialUse(attrs...))
}

// WithUIDValidity fixes the UIDVALIDITY; 0 is no such value.
func WithUIDValidity(v uint32) MailboxOption { return MailboxOption(store.WithUIDValidity(v)) }

// WithUIDNext fixes the UID of the next message; 0 is no such UID.
func WithUIDNext(uid imap.UID) MailboxOption { return MailboxOption(store.WithUIDNext(uid)) }

// Subscribed subscribes to the mailbox's name.
func Subscribed() MailboxOption { return MailboxOption(store.Subscribed()) }

// WithOddities makes a mailbox odd, or ordinary again. Most oddities are about
// clients: what a test does itself it can do to a mailbox that is ReadOnly or has
// FixedKeywords.
func WithOddities(o fixtures.Oddities) MailboxOption {
	return MailboxOption(store.WithOddities(store.Oddities(o)))
}

// Oddities are those of the mailbox.
func (m *Mailbox) Oddities() fixtures.Oddities { return fixtures.Oddities(m.core().Oddities()) }

// NoSelect makes only a name, as if a mailbox with inferiors had been deleted.
func NoSelect() MailboxOption { return MailboxOption(store.NoSelect()) }

// NoInferiors makes a mailbox below which there is and can be nothing.
func NoInferiors() MailboxOption { return MailboxOption(store.NoInferiors()) }

// ReadOnly makes a mailbox that SELECT opens as EXAMINE does.
func ReadOnly() MailboxOption { return MailboxOption(store.ReadOnly()) }

// WithoutModSeq makes a mailbox without persistent modseqs: clients are told
// NOMODSEQ (RFC 7162, section 3.1.2.2). The store goes on counting them.
func WithoutModSeq() MailboxOption { return MailboxOption(store.WithoutModSeq()) }

// UIDNotSticky makes a mailbox whose UIDs are good for one session only (RFC
// 4315, section 4).
func UIDNotSticky() MailboxOption { return MailboxOption(store.UIDNotSticky()) }

// FixedKeywords makes a mailbox in which clients can use the keywords that it
// has, and no others.
func FixedKeywords() MailboxOption { return MailboxOption(store.FixedKeywords()) }

// Remote makes a mailbox that is on another server: only LIST (REMOTE) lists it
// (RFC 5258, section 3.1).
func Remote() MailboxOption { return MailboxOption(store.Remote()) }
