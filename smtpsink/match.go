package smtpsink

import (
	"fmt"
	"slices"
	"strings"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text string
	ok   func(Message) bool
}

// String is the condition as a failure names it.
func (m Match) String() string { return m.text }

// From matches the reverse-path, in any case; "" is that of a bounce.
func From(addr string) Match {
	return Match{fmt.Sprintf("From %q", addr), func(m Message) bool { return strings.EqualFold(m.From, addr) }}
}

// To matches any recipient of the envelope, in any case.
func To(addr string) Match {
	return Match{fmt.Sprintf("To %q", addr), func(m Message) bool { return hasInAnyCase(m.Recipients(), addr) }}
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

// Header matches a header field that has this value, in any case; an empty
// value asks for the field alone.
func Header(name, value string) Match {
	return Match{fmt.Sprintf("Header %s: %q", name, value), func(m Message) bool {
		got, ok := m.Header()[canonical(name)]
		return hasInAnyCase(got, value) || ok && value == ""
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
