package smtpsink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/search"
)

// Match is a condition on a message. Several of them must all hold.
type Match struct {
	text string // as a failure names it
	is   search.Condition

	want string                 // what may be a typing error of one of
	have func(Message) []string // these; or nil
}

// String is the condition as a failure names it.
func (m Match) String() string { return m.text }

// From matches a sender in the From field by address, in any case, or by display name, as
// that of imaptest does. [MailFrom] is the envelope's.
func From(who string) Match { return Match{text: fmt.Sprintf("From %q", who), is: search.FromIs(who)} }

// To matches an addressee in the To field by address, in any case, or by display name, as
// that of imaptest does. [RcptTo] is the envelope's.
func To(who string) Match { return Match{text: fmt.Sprintf("To %q", who), is: search.ToIs(who)} }

// Subject matches a whole subject, decoded.
func Subject(subject string) Match {
	return Match{fmt.Sprintf("Subject %q", subject), search.SubjectIs(subject), subject, func(m Message) []string { return []string{m.Subject()} }}
}

// Header matches a header field that holds value, decoded and in any case; an empty value
// matches every message that has the field.
func Header(name, value string) Match {
	return Match{text: fmt.Sprintf("Header %s: %q", name, value), is: search.HeaderSeen(name, value)}
}

// Text matches messages whose text holds s.
func Text(s string) Match { return Match{text: fmt.Sprintf("Text %q", s), is: search.TextSeen(s)} }

// MailFrom matches the reverse-path of the envelope, in any case; "" is that of a bounce.
func MailFrom(addr string) Match {
	return oneOf("MailFrom", addr, func(m Message) []string { return []string{m.From} })
}

// RcptTo matches any recipient of the envelope, in any case.
func RcptTo(addr string) Match { return oneOf("RcptTo", addr, Message.Recipients) }

// Bcc matches a recipient of the envelope that neither To nor Cc names, in any
// case.
func Bcc(addr string) Match { return oneOf("Bcc", addr, Message.Bcc) }

// Auth matches the account that authenticated; "" is none.
func Auth(account string) Match {
	return oneOf("Auth", account, func(m Message) []string { return []string{m.Auth} })
}

// Where is a condition of the test's own. It is asked about messages that meet the others.
func Where(ok func(Message) bool) Match {
	return Match{text: "Where(func)", is: where(search.CostUnknown, "Where(func)", ok)}
}

// oneOf is met by messages that have a text among some, in any case.
func oneOf(name, want string, have func(Message) []string) Match {
	is := where(search.CostHeader, name, func(m Message) bool {
		return slices.ContainsFunc(have(m), func(one string) bool { return strings.EqualFold(one, want) })
	})
	return Match{fmt.Sprintf("%s %q", name, want), is, want, have}
}

// where is a condition on what only a sink knows.
func where(cost search.Cost, name string, ok func(Message) bool) search.Condition {
	return search.Test(cost, name, func(m search.Message) bool { return ok(m.(candidate).msg) })
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
		if one.text == "" {
			panic("smtpsink: a Match that is no condition")
		}
		all[i] = one.is
	}
	query := search.And(all...).Bind(search.Scope{})
	return slices.DeleteFunc(slices.Clone(messages), func(m Message) bool { return !query.Match(newCandidate(m)) })
}

// closest points at the first message that meets all conditions but one, or else at what
// one of them may have meant.
func closest(messages []Message, match []Match) string {
	for i := 0; len(match) > 1 && i < len(messages); i++ {
		unmet := slices.DeleteFunc(slices.Clone(match), func(one Match) bool { return len(selectMatching(messages[i:i+1], []Match{one})) > 0 })
		if len(unmet) == 1 {
			return fmt.Sprintf("; closest: %q, which is not %s", messages[i].Subject(), unmet[0])
		}
	}
	for _, one := range match {
		var have []string
		for i := 0; one.have != nil && i < len(messages); i++ {
			have = append(have, one.have(messages[i])...)
		}
		if nearest := rule.Nearest(one.want, have); nearest != "" && !strings.EqualFold(nearest, one.want) {
			return fmt.Sprintf("; nearest: %q", nearest)
		}
	}
	return ""
}
