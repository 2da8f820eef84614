package smtpsink

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/patience"
	"github.com/go-mailtest/mailtest/internal/search"
)

// limit is how long a wait in t may take.
func (s *Sink) limit(t TB) time.Duration { return patience.Limit(t, s.cfg.Patience) }

// Message is the one message that meets every condition. None, or more than
// one, stops the test.
func (s *Sink) Message(t TB, match ...Match) Message {
	t.Helper()
	found := selectMatching(s.Messages(), match)
	if len(found) != 1 {
		t.Fatalf("%s", s.report(s.found(found, match), search.Describe(match)))
		return Message{}
	}
	return found[0]
}

// WaitMessage waits until some message meets every condition and returns the
// first. When it returns, the client has been told and the copies have been
// filed. After ten seconds ([WithPatience]), shortly before the test's deadline, or when
// the sink is closed, it stops the test and says what there was instead.
func (s *Sink) WaitMessage(t TB, match ...Match) Message {
	t.Helper()
	var found []Message
	if !s.waitFor(t, func(news []Message, _ int) bool {
		found = selectMatching(news, match)
		return len(found) > 0
	}) {
		t.Fatalf("%s", s.report(s.outcome()+closest(s.Messages(), match), search.Describe(match)))
		return Message{}
	}
	return found[0]
}

// WaitCount waits until n messages have been accepted, as WaitMessage does.
func (s *Sink) WaitCount(t TB, n int) {
	t.Helper()
	inTime := s.waitFor(t, func(_ []Message, total int) bool { return total >= n })
	if got := s.Accepted(); !inTime || got != n {
		t.Fatalf("%s", s.report(count(got), fmt.Sprint(n)))
	}
}

// outcome is how a wait has failed.
func (s *Sink) outcome() string {
	select {
	case <-s.gone:
		return "none until the sink was closed"
	default:
		return "none, in time"
	}
}

// AssertCount checks how many messages were accepted.
func (s *Sink) AssertCount(t TB, n int) {
	t.Helper()
	if got := s.Accepted(); got != n {
		t.Errorf("%s", s.report(count(got), fmt.Sprint(n)))
	}
}

// AssertSent checks that some message meets every condition.
func (s *Sink) AssertSent(t TB, match ...Match) {
	t.Helper()
	if len(selectMatching(s.Messages(), match)) == 0 {
		t.Errorf("%s", s.report(s.found(nil, match), search.Describe(match)))
	}
}

// AssertNotSent checks that no message meets every condition.
func (s *Sink) AssertNotSent(t TB, match ...Match) {
	t.Helper()
	if found := selectMatching(s.Messages(), match); len(found) > 0 {
		t.Errorf("%s", s.report(count(len(found)), "no "+strings.TrimPrefix(search.Describe(match), "a ")))
	}
}

// AssertNothingSent checks that no message was accepted.
func (s *Sink) AssertNothingSent(t TB) {
	t.Helper()
	s.AssertCount(t, 0)
}

// found says how many messages there are; if none, which comes closest.
func (s *Sink) found(found []Message, match []Match) string {
	if len(found) == 0 {
		return "none" + closest(s.Messages(), match)
	}
	return count(len(found))
}

func count(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}

// maxRows is how many messages a report lists.
const maxRows = 20

// report is the text of a failure: the difference, what was sent, and the end
// of the dialogue.
func (s *Sink) report(got, want string) string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "mail sent\n    got  %s\n    want %s", got, want)
	messages, accepted := s.Messages(), s.Accepted()
	fmt.Fprintf(&sb, "\naccepted: %d", accepted)
	if len(messages) < accepted {
		fmt.Fprintf(&sb, ", of which the last %d are kept", len(messages))
	}
	for i, m := range messages {
		if i == maxRows {
			fmt.Fprintf(&sb, "\n    … %d more", len(messages)-i)
			break
		}
		sb.WriteString("\n    " + m.summary())
	}
	if tail := s.tail(); tail != "" {
		sb.WriteString("\nlast lines:\n" + tail)
	}
	return sb.String()
}

// summary is the message in a report.
func (m Message) summary() string {
	return fmt.Sprintf("<%s> to <%s>  %q", m.From, strings.Join(m.Recipients(), ">, <"), m.Subject())
}
