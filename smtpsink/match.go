package smtpsink

import (
	"fmt"
	"mime"
	"net/mail"
	"slices"
	"strings"

	"github.com/emersion/go-message/charset"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text string
	ok   func(Message) bool
}

// String is the condition as a failure names it.
func (m Match) String() string { return m.text }

// From matches a sender in the From field by address, in any case, or by display name, as
// that of imaptest does. [MailFrom] is the envelope's.
func From(who string) Match {
	return Match{fmt.Sprintf("From %q", who), func(m Message) bool { return inField(m.Header()["From"], who) }}
}

// To matches an addressee in the To field by address, in any case, or by display name, as
// that of imaptest does. [RcptTo] is the envelope's.
func To(who string) Match {
	return Match{fmt.Sprintf("To %q", who), func(m Message) bool { return inField(m.Header()["To"], who) }}
}

// inField says whether a field of addresses names somebody.
func inField(values []string, who string) bool {
	for _, value := range values {
		parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}
		list, err := parser.ParseList(value)
		if err == nil && slices.ContainsFunc(list, func(a *mail.Address) bool { return strings.EqualFold(a.Address, who) || a.Name == who }) {
			return true
		}
	}
	return false
}

// MailFrom matches the reverse-path of the envelope, in any case; "" is that of a bounce.
func MailFrom(addr string) Match {
	return Match{fmt.Sprintf("MailFrom %q", addr), func(m Message) bool { return strings.EqualFold(m.From, addr) }}
}

// RcptTo matches any recipient of the envelope, in any case.
func RcptTo(addr string) Match {
	return Match{fmt.Sprintf("RcptTo %q", addr), func(m Message) bool {
		for _, rcpt := range m.To {
			if strings.EqualFold(rcpt.Addr, addr) {
				return true
			}
		}
		return false
	}}
}

func hasInAnyCase(list []string, s string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, s) })
}

// Auth matches the account that authenticated; "" is none.
func Auth(account string) Match {
	return Match{fmt.Sprintf("Auth %q", account), func(m Message) bool { return strings.EqualFold(m.Auth, account) }}
}

// Bcc matches a recipient of the envelope that neither To nor Cc names, in any
// case.
func Bcc(addr string) Match {
	return Match{fmt.Sprintf("Bcc %q", addr), func(m Message) bool { return hasInAnyCase(m.Bcc(), addr) }}
}

// Subject matches a whole subject, decoded.
func Subject(subject string) Match {
	return Match{fmt.Sprintf("Subject %q", subject), func(m Message) bool { return m.Subject() == subject }}
}

// Header matches a header field that holds value, in any case; an empty value
// matches every message that has the field.
func Header(name, value string) Match {
	return Match{fmt.Sprintf("Header %s: %q", name, value), func(m Message) bool {
		got, ok := m.Header()[canonical(name)]
		for _, v := range got {
			if strings.Contains(strings.ToLower(v), strings.ToLower(value)) {
				return true
			}
		}
		return ok && value == ""
	}}
}

// Text matches messages whose first text part holds s.
func Text(s string) Match {
	return Match{fmt.Sprintf("Text %q", s), func(m Message) bool { return strings.Contains(m.Text(), s) }}
}

// Where is a condition of the test's own.
func Where(ok func(Message) bool) Match { return Match{"Where(func)", ok} }

func selectMatching(messages []Message, match []Match) []Message {
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool {
		return slices.ContainsFunc(match, func(one Match) bool { return !one.ok(m) })
	})
}

// unmet are the conditions that do not hold for a message.
func unmet(m Message, match []Match) []Match {
	return slices.DeleteFunc(slices.Clone(match), func(one Match) bool { return one.ok(m) })
}

// closest points at the first message that meets all conditions but one.
func closest(messages []Message, match []Match) string {
	if len(match) < 2 {
		return ""
	}
	for _, m := range messages {
		if failed := unmet(m, match); len(failed) == 1 {
			return fmt.Sprintf("; closest: %q, which is not %s", m.Subject(), failed[0].text)
		}
	}
	return ""
}

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
