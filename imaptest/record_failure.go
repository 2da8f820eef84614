package imaptest

import (
	"regexp"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/history"
)

// failure is a failed assertion as data: what fail prints.
func (s *Server) failure(t TB, title, detail string, m Mailbox, marked []imap.UID) history.Failure {
	f := history.Failure{Title: title, Account: m.account.name, Mailbox: m.name, Text: s.explain(t, title, detail, m, marked)}
	f.Got, f.Want = splitGotWant(detail)
	for _, uid := range marked {
		f.UIDs = append(f.UIDs, uint32(uid))
	}
	return f
}

// textFailure is a failure of which there is a text alone.
func textFailure(text string) history.Failure {
	f := history.Failure{Text: text}
	f.Title, f.Got, f.Want = compared(text)
	return f
}

// failed records a failure, and returns its text. The first one is what the report is about.
func (s *Server) failed(f history.Failure) (text string) {
	act := s.rec.history.Note(history.Act{Kind: history.Fail, Args: f.Title, Bad: true, Failure: &f})
	s.mu.Lock()
	if s.firstFailure == 0 {
		s.firstFailure = act.Seq
	}
	s.mu.Unlock()
	if link := s.reportLink(); link != "" {
		return f.Text + "\n" + link
	}
	return f.Text
}

// held records an assertion that held: of what, and what was wanted.
func (s *Server) held(args ...string) {
	s.rec.history.Note(history.Act{Kind: history.Assert, Args: clip(strings.Join(args, " "), maxHeld)})
}

// held is that of a mailbox.
func (m Mailbox) held(args ...string) {
	m.account.srv.held(append([]string{m.account.shown(m.name)}, args...)...)
}

// shown is the name of one of the account's mailboxes as a report has it.
func (a Account) shown(mailbox string) string {
	if a == a.srv.first() {
		return mailbox
	}
	return a.name + ": " + mailbox
}

// maxHeld is how much is recorded of what was asserted.
const maxHeld = 200

// noteRule records what is about to be reported of a rule.
func (s *Server) noteRule(text string) {
	s.noteShown(s.test)
	s.failed(textFailure(text))
}

// splitGotWant is what gotWant was made of, whatever follows it.
func splitGotWant(detail string) (got, want string) {
	rest, found := strings.CutPrefix(detail, "    got  ")
	if !found {
		return "", ""
	}
	got, rest, found = strings.Cut(rest, "\n    want ")
	if !found {
		return "", ""
	}
	want, _, _ = strings.Cut(rest, "\n")
	return got, want
}

// Errorf fails the test as t.Errorf does, and is a failure of which reports know: its time is
// that of the failure, and what the text names is what it is about, "INBOX, UID 3" or a subject
// in double quotes. A first line like "saved: got 3 bytes, want 4" is compared, and so are lines
// that begin with got and want.
func (s *Server) Errorf(t TB, format string, args ...any) {
	t.Helper()
	s.nameReport(t)
	s.errorf(t, format, args...)
}

// Fatalf is Errorf that stops the test.
func (s *Server) Fatalf(t TB, format string, args ...any) {
	t.Helper()
	s.nameReport(t)
	s.fatalf(t, format, args...)
}

// nameReport has a report be that of a test, where the server was made with New.
func (s *Server) nameReport(t TB) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reportName = t.Name()
}

// comparison is how helpers and tests say what they got and wanted.
var comparison = regexp.MustCompile(`(?s)\bgot:? +(.+?)(?:[,;]? +|\s*\n\s*)(?:but )?want(?:ed)?:? +([^\n]+)`)

// compared is what a text compares, and the title before it; without a comparison its first
// line.
func compared(text string) (title, got, want string) {
	at := comparison.FindStringSubmatchIndex(text)
	if at == nil {
		title, _, _ = strings.Cut(text, "\n")
		return title, "", ""
	}
	title = strings.TrimRight(strings.TrimSpace(text[:at[0]]), ":,;")
	return title, text[at[2]:at[3]], text[at[4]:at[5]]
}
