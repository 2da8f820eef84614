package search

import (
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Seen is a [Message] as a person sees it. SEARCH asks for pieces of the header; a test asks
// for the whole of what is seen, and the conditions below do.
type Seen interface {
	Message
	Subject() string // decoded
	Envelope() *imap.Envelope
	MessageID() string                      // without angle brackets
	Text() string                           // what a person reads
	HeaderContains(name, value string) bool // decoded, in any case
}

func seen(cost Cost, name string, arg any, test func(m Seen) bool) Condition {
	return key(cost, name, arg, func(m Message) bool { return test(m.(Seen)) })
}

// Describe says what conditions with names are wanted of a message.
func Describe[N fmt.Stringer](conditions []N) string {
	if len(conditions) == 0 {
		return "any message"
	}
	names := make([]string, len(conditions))
	for i, c := range conditions {
		names[i] = c.String()
	}
	return "a message with " + strings.Join(names, ", ")
}

// SubjectIs is met by messages with that subject.
func SubjectIs(subject string) Condition {
	return seen(CostHeader, "SUBJECT-IS", subject, func(m Seen) bool { return m.Subject() == subject })
}

// FromIs is met by messages from somebody: by address, in any case, or by display name.
func FromIs(who string) Condition {
	return seen(CostHeader, "FROM-IS", who, func(m Seen) bool { return names(m.Envelope().From, who) })
}

// ToIs is met by messages to somebody in their To field, as FromIs is.
func ToIs(who string) Condition {
	return seen(CostHeader, "TO-IS", who, func(m Seen) bool { return names(m.Envelope().To, who) })
}

func names(list []imap.Address, who string) bool {
	for i := range list {
		if list[i].Name == who || HasAddress(list[i:i+1], who) {
			return true
		}
	}
	return false
}

// HasAddress says whether an address is in a list, in any case.
func HasAddress(list []imap.Address, addr string) bool {
	for i := range list {
		if strings.EqualFold(list[i].Addr(), addr) {
			return true
		}
	}
	return false
}

// MessageIDIs is met by the messages with that Message-ID, with or without angle brackets.
func MessageIDIs(id string) Condition {
	id = strings.Trim(id, "<>")
	return seen(CostHeader, "MESSAGE-ID-IS", id, func(m Seen) bool { return m.MessageID() == id })
}

// HeaderSeen is [Header] of what is seen.
func HeaderSeen(name, value string) Condition {
	return seen(CostHeader, "HEADER "+name, value, func(m Seen) bool { return m.HeaderContains(name, value) })
}

// TextSeen is met by messages whose readable text holds s, as it stands.
func TextSeen(s string) Condition {
	return seen(CostText, "READ", s, func(m Seen) bool { return strings.Contains(m.Text(), s) })
}

// Mail is a message that is in no mailbox: what only a mailbox knows of it is zero.
type Mail struct {
	Parsed func() *mimetree.Message // once, when it is first asked for
}

// Tree is the mail, parsed.
func (m Mail) Tree() *mimetree.Message { return m.Parsed() }

// Unparsed leaves it to Tree.
func (m Mail) Unparsed() (mimetree.Unparsed, bool) { return mimetree.Unparsed{}, false }

// Size is that of the mail.
func (m Mail) Size() int64 { return int64(len(m.Parsed().Raw())) }

// Subject is that of the mail.
func (m Mail) Subject() string { return m.Parsed().Subject() }

// Text is that of the mail.
func (m Mail) Text() string { return m.Parsed().Text() }

// MessageID is that of the mail.
func (m Mail) MessageID() string { return m.Parsed().MessageID() }

// Envelope is that of the mail.
func (m Mail) Envelope() *imap.Envelope { return m.Parsed().IMAPEnvelope() }

// HeaderContains looks into the mail's header.
func (m Mail) HeaderContains(name, value string) bool {
	return m.Parsed().HeaderContains(name, mimetree.Fold(value))
}

// UID: it has none.
func (Mail) UID() imap.UID { return 0 }

// ModSeq: it has none.
func (Mail) ModSeq() uint64 { return 0 }

// Has: it has no flags.
func (Mail) Has(imap.Flag) bool { return false }

// Recent: it is not.
func (Mail) Recent() bool { return false }

// InternalDate: it has none.
func (Mail) InternalDate() time.Time { return time.Time{} }

// SaveDate: it has none.
func (Mail) SaveDate() time.Time { return time.Time{} }

// EmailID: it has none.
func (Mail) EmailID() string { return "" }

// ThreadID: it has none.
func (Mail) ThreadID() string { return "" }
