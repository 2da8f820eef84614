package smtpsink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/search"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text string // as a failure names it
	is   search.Condition
}

// String is the condition as a failure names it.
func (m Match) String() string { return m.text }

// From matches a sender in the From field by address, in any case, or by display name, as
// that of imaptest does. [MailFrom] is the envelope's.
func From(who string) Match { return Match{fmt.Sprintf("From %q", who), search.FromIs(who)} }

// To matches an addressee in the To field by address, in any case, or by display name, as
// that of imaptest does. [RcptTo] is the envelope's.
func To(who string) Match { return Match{fmt.Sprintf("To %q", who), search.ToIs(who)} }

// Subject matches a whole subject, decoded.
func Subject(subject string) Match {
	return Match{fmt.Sprintf("Subject %q", subject), search.SubjectIs(subject)}
}

// Header matches a header field that holds value, decoded and in any case; an empty value
// matches every message that has the field.
func Header(name, value string) Match {
	return Match{fmt.Sprintf("Header %s: %q", name, value), search.HeaderSeen(name, value)}
}

// Text matches messages whose text holds s.
func Text(s string) Match { return Match{fmt.Sprintf("Text %q", s), search.TextSeen(s)} }

// MailFrom matches the reverse-path of the envelope, in any case; "" is that of a bounce.
func MailFrom(addr string) Match {
	return where(search.CostFacts, fmt.Sprintf("MailFrom %q", addr), func(m Message) bool { return strings.EqualFold(m.From, addr) })
}

// RcptTo matches any recipient of the envelope, in any case.
func RcptTo(addr string) Match {
	return where(search.CostFacts, fmt.Sprintf("RcptTo %q", addr), func(m Message) bool { return hasInAnyCase(m.Recipients(), addr) })
}

// Bcc matches a recipient of the envelope that neither To nor Cc names, in any
// case.
func Bcc(addr string) Match {
	return where(search.CostHeader, fmt.Sprintf("Bcc %q", addr), func(m Message) bool { return hasInAnyCase(m.Bcc(), addr) })
}

// Auth matches the account that authenticated; "" is none.
func Auth(account string) Match {
	return where(search.CostFacts, fmt.Sprintf("Auth %q", account), func(m Message) bool { return strings.EqualFold(m.Auth, account) })
}

// Where is a condition of the test's own. It is asked about messages that meet the others.
func Where(ok func(Message) bool) Match { return where(search.CostUnknown, "Where(func)", ok) }

// where is a condition on what only a sink knows.
func where(cost search.Cost, text string, ok func(Message) bool) Match {
	return Match{text, search.Test(cost, text, func(m search.Message) bool { return ok(m.(candidate).msg) })}
}

func hasInAnyCase(list []string, s string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, s) })
}

// candidate is a message as the conditions of package search look at it.
type candidate struct {
	search.Mail
	msg Message
}

func newCandidate(m Message) candidate { return candidate{search.Mail{Parsed: m.tree}, m} }

func selectMatching(messages []Message, match []Match) []Message {
	all := make([]search.Condition, len(match))
	for i, one := range match {
		all[i] = one.is
	}
	query := search.And(all...).Bind(search.Scope{})
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return !query.Match(newCandidate(m)) })
}

// closest points at the first message that meets all conditions but one.
func closest(messages []Message, match []Match) string {
	if len(match) < 2 {
		return ""
	}
	for _, m := range messages {
		unmet := slices.DeleteFunc(slices.Clone(match), func(one Match) bool { return len(selectMatching([]Message{m}, []Match{one})) > 0 })
		if len(unmet) == 1 {
			return fmt.Sprintf("; closest: %q, which is not %s", m.Subject(), unmet[0])
		}
	}
	return ""
}
