package imaptest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/told"
)

// fail reports a failed assertion: a title, the difference, the mailbox with
// the messages that matter marked, and the last lines of the wire.
func (s *Server) fail(t TB, title, detail string, m Mailbox, marked ...imap.UID) {
	t.Helper()
	s.noteShown(t.Name())
	t.Errorf("%s", s.failed(s.failure(t, title, detail, m, marked)))
}

// fatal is fail that stops the test.
func (s *Server) fatal(t TB, title, detail string, m Mailbox, marked ...imap.UID) {
	t.Helper()
	s.noteShown(t.Name())
	t.Fatalf("%s", s.failed(s.failure(t, title, detail, m, marked)))
}

func (s *Server) explain(t TB, title, detail string, m Mailbox, marked []imap.UID) string {
	var parts []string
	for _, part := range []string{title, detail, s.above.Once(t.Name(), m.listing(marked)), s.above.Once(t.Name(), s.tail(m)), s.above.Once(t.Name(), s.hints())} {
		if part != "" {
			parts = append(parts, strings.TrimRight(part, "\n"))
		}
	}
	return strings.Join(parts, "\n")
}

// errorf is t.Errorf: what it says needs no more to be understood.
func (s *Server) errorf(t TB, format string, args ...any) {
	t.Helper()
	s.noteShown(t.Name())
	t.Errorf("%s", s.failed(textFailure(fmt.Sprintf(format, args...))))
}

// fatalf is errorf that stops the test.
func (s *Server) fatalf(t TB, format string, args ...any) {
	t.Helper()
	s.noteShown(t.Name())
	t.Fatalf("%s", s.failed(textFailure(fmt.Sprintf(format, args...))))
}

// noteShown keeps cleanup from explaining what has been explained to a test, that of the test's
// other servers too.
func (s *Server) noteShown(test string) {
	told.Tell(test)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = true
}

// explainFailure logs the end of the wire when a test failed for a reason that no helper of
// ours has explained, and that may be the server's: it is not where no client has come yet,
// nor where a data race was found.
func (s *Server) explainFailure(t TB) {
	t.Helper()
	s.mu.Lock()
	shown := s.shown
	s.mu.Unlock()
	if shown || told.Knows(s.test) || s.ConnsOpened() == 0 && s.smtpTail() == "" || races() > s.races {
		return
	}
	if text := s.Explain(); text != "" {
		t.Logf("the server when the test failed\n%s", text)
	}
}

// Explain is what a failure shows of the server, for who has no test to fail: the
// mailboxes that have messages, and the last lines of the last connections.
func (s *Server) Explain() string {
	var parts []string
	for _, user := range s.Store().Users() {
		for _, mbox := range user.Mailboxes() {
			if mbox.Status().Messages > 0 {
				parts = append(parts, strings.TrimRight(s.User(user.Name()).Mailbox(mbox.Name()).listing(nil), "\n"))
			}
		}
	}
	for _, tail := range []string{s.rec.tail(Mailbox{}), s.smtpTail(), s.hints()} {
		if tail != "" {
			parts = append(parts, strings.TrimRight(tail, "\n"))
		}
	}
	return strings.Join(parts, "\n")
}

// tail is the end of the conversations that had to do with any of the mailboxes: where no client of
// IMAP has come, of what was said over SMTP.
func (s *Server) tail(mailboxes ...Mailbox) string {
	return cmp.Or(s.rec.tail(mailboxes...), s.smtpTail())
}

// smtpTail is the end of what was said over SMTP.
func (s *Server) smtpTail() string {
	if s.sink == nil || s.sink.Transcript() == "" {
		return ""
	}
	lines := strings.SplitAfter(strings.TrimSpace(s.sink.Transcript()), "\n")
	return "last lines over SMTP:\n    " + strings.Join(lines[max(0, len(lines)-shownLines):], "    ")
}

// gotWant is the block that every comparison prints.
func gotWant(got, want string) string { return "    got  " + got + "\n    want " + want }

// title names the mailbox.
func (m Mailbox) title() string { return m.name }

// missing says that there is no such mailbox or account, and which there are.
func (m Mailbox) missing() string {
	user, found := m.account.srv.Store().User(m.account.name)
	switch {
	case !found:
		return m.account.missing()
	case m.exists():
		return fmt.Sprintf(`mailbox %q of %s is \Noselect`, m.name, m.account.name)
	}
	return fmt.Sprintf("no mailbox %q of %s (have %s)", m.name, m.account.name, joinNames(mailboxNames(user)))
}

// listing is the mailbox as a table, with the marked messages pointed at.
func (m Mailbox) listing(marked []imap.UID) string {
	mbox, found := m.lookup()
	if !found {
		return ""
	}
	status := mbox.Status()
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s of %s: %s, UIDVALIDITY %d, UIDNEXT %d\n", m.name, m.account.name,
		plural(int(status.Messages), "message"), status.UIDValidity, status.UIDNext)
	rows := makeRows(m.seen(mbox), marked)
	if len(rows) == 0 {
		return sb.String() + m.tooHigh()
	}
	writeRows(&sb, rows, int(status.Messages))
	return sb.String()
}

// tooHigh points at an INBOX that lies lower than it should, where this one is empty: what the
// mail of a test becomes if another folder is given than the one in which INBOX is.
func (m Mailbox) tooHigh() string {
	user, found := m.account.srv.core().User(m.account.name)
	option := m.account.srv.cfg.mailOption()
	if !found || option == "" || !strings.EqualFold(m.name, "INBOX") {
		return ""
	}
	for _, mbox := range user.Mailboxes() {
		levels := strings.Split(mbox.Name(), string(user.Delimiter()))
		above := len(levels) - 1
		if n := mbox.Status().Messages; n > 0 && above > 0 && strings.EqualFold(levels[above], "INBOX") {
			how := "one level"
			if above > 1 {
				how = plural(above, "level")
			}
			return fmt.Sprintf("%s has %s: is the folder given to %s %s too high?\n",
				mbox.Name(), plural(n, "message"), option, how)
		}
	}
	return ""
}

// nearest points at a message that almost matches: one that meets all conditions in
// another mailbox; to show up a typing error, one of the account with a subject that
// differs little; or one of the mailbox that fails one condition of several.
func (m Mailbox) nearest(match []Match) string {
	user, found := m.account.srv.Store().User(m.account.name)
	if !found || len(match) == 0 {
		return ""
	}
	for _, mbox := range user.Mailboxes() {
		for _, msg := range selectMatching(mbox.Messages(), match) {
			return fmt.Sprintf("; there is UID %d %q in %s", msg.UID, msg.Subject(), mbox.Name())
		}
	}
	closest, hasSubject := m.closest(match)
	if closest != "" && hasSubject {
		return closest
	}
	for _, one := range match {
		want, isSubject := strings.CutPrefix(one.text, "Subject ")
		if !isSubject {
			continue
		}
		want, _ = strconv.Unquote(want)
		if subject, where := m.account.nearestSubject(want); subject != "" {
			return fmt.Sprintf("; nearest: %q in %s", subject, where)
		}
	}
	return closest
}

// closest is the first message that meets all conditions but one, and whether a
// subject is among those that it meets.
func (m Mailbox) closest(match []Match) (text string, hasSubject bool) {
	if len(match) < 2 {
		return "", false
	}
	isSubject := func(one Match) bool { return strings.HasPrefix(one.text, "Subject ") }
	for _, msg := range m.Messages() {
		failed := unmet(msg, match)
		if len(failed) != 1 {
			continue
		}
		hasSubject := !isSubject(failed[0]) && slices.ContainsFunc(match, isSubject)
		if text == "" || hasSubject {
			text = fmt.Sprintf("; closest: UID %d %q, all but %s", msg.UID, msg.Subject(), failed[0].text)
		}
		if hasSubject {
			return text, true
		}
	}
	return text, false
}

// nearestSubject looks through the whole account for the subject that differs
// least, if it differs by a third of its length at most.
func (a Account) nearestSubject(want string) (subject, where string) {
	user, found := a.srv.Store().User(a.name)
	if !found {
		return "", ""
	}
	best := len(want)/3 + 1
	for _, mbox := range user.Mailboxes() {
		for _, msg := range mbox.Messages() {
			if d := rule.Distance(strings.ToLower(want), strings.ToLower(msg.Subject()), best); d < best {
				best, subject, where = d, msg.Subject(), mbox.Name()
			}
		}
	}
	return subject, where
}
