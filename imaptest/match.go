package imaptest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/flagname"
	"github.com/go-mailtest/mailtest/memstore"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text string                      // as a failure names it
	ok   func(memstore.Message) bool // nil for one that cannot be: text says why
}

// String is the condition as a failure names it: Subject "Invoice 17".
func (m Match) String() string { return m.text }

// Where is a condition of the test's own.
func Where(ok func(memstore.Message) bool) Match { return Match{"Where(func)", ok} }

// UID matches the message with that UID.
func UID(uid imap.UID) Match {
	return Match{"UID " + formatUID(uid), func(m memstore.Message) bool { return m.UID == uid }}
}

// Subject matches a whole subject, decoded to UTF-8.
func Subject(subject string) Match {
	return Match{fmt.Sprintf("Subject %q", subject), func(m memstore.Message) bool { return m.Subject() == subject }}
}

// From matches a sender by address, in any case, or by display name.
func From(who string) Match {
	return Match{fmt.Sprintf("From %q", who), func(m memstore.Message) bool { return names(m.Envelope().From, who) }}
}

// To matches an addressee in the To field by address, in any case, or by
// display name.
func To(who string) Match {
	return Match{fmt.Sprintf("To %q", who), func(m memstore.Message) bool { return names(m.Envelope().To, who) }}
}

func names(list []imap.Address, who string) bool {
	for i := range list {
		if strings.EqualFold(list[i].Addr(), who) || list[i].Name == who {
			return true
		}
	}
	return false
}

// MessageID matches a Message-ID, with or without its angle brackets.
func MessageID(id string) Match {
	id = strings.Trim(id, "<>")
	return Match{fmt.Sprintf("MessageID %q", id), func(m memstore.Message) bool { return m.MessageID() == id }}
}

// Header matches a header field that holds value, in any case; an empty value
// matches every message that has the field.
func Header(name, value string) Match {
	text := fmt.Sprintf("Header %s: %q", name, value)
	return Match{text, func(m memstore.Message) bool { return m.HeaderContains(name, value) }}
}

// Text matches messages whose readable text holds s.
func Text(s string) Match {
	return Match{fmt.Sprintf("Text %q", s), func(m memstore.Message) bool { return strings.Contains(m.Text(), s) }}
}

// Flagged matches messages that have all of the flags; without any, those
// that are \Flagged. A system flag without its backslash fails the test that looks: see
// [memstore.Keyword].
func Flagged(flags ...imap.Flag) Match {
	flags, err := orFlagged(flags)
	if err != nil {
		return Match{text: "Flagged: " + err.Error()}
	}
	return Match{"Flagged " + formatFlags(flags), func(m memstore.Message) bool {
		for _, flag := range flags {
			if !m.Has(flag) {
				return false
			}
		}
		return true
	}}
}

// Unflagged matches messages that have none of the flags; without any, those
// that are not \Flagged. A system flag without its backslash fails the test, as with
// [Flagged].
func Unflagged(flags ...imap.Flag) Match {
	flags, err := orFlagged(flags)
	if err != nil {
		return Match{text: "Unflagged: " + err.Error()}
	}
	return Match{"Unflagged " + formatFlags(flags), func(m memstore.Message) bool {
		for _, flag := range flags {
			if m.Has(flag) {
				return false
			}
		}
		return true
	}}
}

func orFlagged(flags []imap.Flag) ([]imap.Flag, error) {
	if len(flags) == 0 {
		return []imap.Flag{imap.FlagFlagged}, nil
	}
	return flagname.ParseAll(flags)
}

// wrongMatch says why one of the conditions cannot be, "" if all can.
func wrongMatch(match []Match) string {
	for _, one := range match {
		if one.ok == nil {
			return cmp.Or(one.text, "a Match that is no condition")
		}
	}
	return ""
}

// matchAll says whether every condition holds.
func matchAll(m memstore.Message, match []Match) bool {
	for _, one := range match {
		if !one.ok(m) {
			return false
		}
	}
	return true
}

// describe names all conditions: Subject "Invoice 17", Flagged \Seen.
func describe(match []Match) string {
	if len(match) == 0 {
		return "any message"
	}
	var out []string
	for _, one := range match {
		out = append(out, one.text)
	}
	return "a message with " + strings.Join(out, ", ")
}

func selectMatching(messages []memstore.Message, match []Match) []memstore.Message {
	var out []memstore.Message
	for _, m := range messages {
		if matchAll(m, match) {
			out = append(out, m)
		}
	}
	return out
}
