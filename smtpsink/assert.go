package smtpsink

import (
	"fmt"
	"strings"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/internal/told"
)

// Message is the one message that meets every condition. None, or more than
// one, stops the test.
func (s *Sink) Message(t TB, match ...Match) Message {
	t.Helper()
	found := selectMatching(s.Messages(), match)
	if len(found) != 1 {
		t.Fatalf("%s", s.report(t, "", s.found(found, match), describe("one", match)))
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
	if why := s.waitFor(t, func(news []Message, _ int) bool {
		found = selectMatching(news, match)
		return len(found) > 0
	}); why != "" {
		t.Fatalf("%s", s.report(t, why, s.found(nil, match), describe("a", match)))
		return Message{}
	}
	return found[0]
}

// WaitCount waits until n messages have been accepted, as WaitMessage does.
func (s *Sink) WaitCount(t TB, n int) {
	t.Helper()
	why := s.waitFor(t, func(_ []Message, total int) bool { return total >= n })
	if got := s.Accepted(); why != "" || got != n {
		t.Fatalf("%s", s.report(t, why, count(got), count(n)))
	}
}

// AssertCount checks how many messages were accepted.
func (s *Sink) AssertCount(t TB, n int) {
	t.Helper()
	if got := s.Accepted(); got != n {
		t.Errorf("%s", s.report(t, "", count(got), count(n)))
		return
	}
	s.held(count(n))
}

// AssertSent checks that some message meets every condition.
func (s *Sink) AssertSent(t TB, match ...Match) {
	t.Helper()
	if len(selectMatching(s.Messages(), match)) == 0 {
		t.Errorf("%s", s.report(t, "", s.found(nil, match), describe("a", match)))
		return
	}
	s.held(describe("a", match))
}

// AssertNotSent checks that no message meets every condition.
func (s *Sink) AssertNotSent(t TB, match ...Match) {
	t.Helper()
	if found := selectMatching(s.Messages(), match); len(found) > 0 {
		t.Errorf("%s", s.report(t, "", count(len(found)), describe("no", match)))
		return
	}
	s.held(describe("no", match))
}

// AssertNothingSent checks that no message was accepted.
func (s *Sink) AssertNothingSent(t TB) {
	t.Helper()
	s.AssertCount(t, 0)
}

// held records an assertion that held.
func (s *Sink) held(what string) { s.history.Note(history.Act{Kind: history.Assert, Args: what}) }

// describe says what is wanted: a message with Subject "Invoice 17".
func describe(article string, match []Match) string {
	_, which, _ := strings.Cut(search.Describe(match), " ")
	return article + " " + which
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

// report is the text of a failure: why a wait ended, if it is of one, the difference, and
// what was sent.
func (s *Sink) report(t TB, why, got, want string) string {
	told.Tell(t.Name())
	s.mu.Lock()
	s.shown = true
	s.mu.Unlock()
	if why != "" {
		why = ": " + why
	}
	f := history.Failure{Title: "mail sent" + why, Got: got, Want: want}
	f.Text = fmt.Sprintf("%s\n    got  %s\n    want %s\n%s", f.Title, got, want, strings.TrimRight(s.above.Once(t.Name(), s.listing()), "\n"))
	return s.cfg.failed(s.history, f)
}

// listing is what was sent, and the end of the dialogue.
func (s *Sink) listing() string {
	var sb strings.Builder
	messages, accepted := s.Messages(), s.Accepted()
	fmt.Fprintf(&sb, "accepted: %d", accepted)
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

// explain logs what was sent when a test failed for a reason that no helper has explained, if
// any client has come.
func (s *Sink) explain(t TB) {
	t.Helper()
	s.mu.Lock()
	shown := s.shown
	s.mu.Unlock()
	if !shown && !told.Knows(s.test) && s.Transcript() != "" {
		t.Logf("the sink when the test failed\n%s", s.listing())
	}
}

// maxSubject is how much of a subject a report shows.
const maxSubject = 80

// summary is the message in a report.
func (m Message) summary() string {
	subject := []rune(m.Subject())
	if len(subject) > maxSubject {
		subject = append(subject[:maxSubject:maxSubject], '…')
	}
	return fmt.Sprintf("<%s> to <%s>  %q", m.From, strings.Join(m.Recipients(), ">, <"), string(subject))
}
