package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// shownRules is how many rules a failure names.
const shownRules = 5

// hints are what is worth knowing behind the last lines: whom nobody knew here, and which
// rules there have been.
func (s *Server) hints() string {
	lines := slices.Concat(s.unknownLogins(), s.unknownRecipients(), s.rulesFired())
	return strings.Join(lines, "\n")
}

// unknownLogins says whether the last login was that of an account that there is not.
func (s *Server) unknownLogins() []string {
	name := s.rec.deniedLogin()
	if _, found := s.Store().User(name); found || name == "" {
		return nil
	}
	return []string{fmt.Sprintf("there is no account %q; there is %s", clip(name, shownWidth), joinNames(s.accountNames()))}
}

// deniedLogin is whom the last login was to be, "" if it was let in or is not known.
func (rec *recorder) deniedLogin() string {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, e := range slices.Backward(rec.journal.entries) {
		switch {
		case e.Name != "LOGIN" && e.Name != "AUTHENTICATE" || e.Status == "":
		case e.Status == imap.StatusResponseTypeNo:
			return e.attempt
		default:
			return ""
		}
	}
	return ""
}

// unknownRecipients says what lets mail to the last recipient in that was refused because
// nobody here has it.
func (s *Server) unknownRecipients() []string {
	if s.sink == nil {
		return nil
	}
	for _, step := range slices.Backward(s.sink.Commands()) {
		if step.Stage == "RCPT" && step.Code == 550 && strings.Contains(step.Text, "no such user here") {
			return []string{fmt.Sprintf("nobody here is %s (accounts: %s): smtpsink.Relay takes mail for others", step.Arg, joinNames(s.accountNames()))}
		}
	}
	return nil
}

// rulesFired are the rules that have fired, and how often.
func (s *Server) rulesFired() (lines []string) {
	for _, r := range s.rules.All() {
		fired := r.State().Fired
		if fired == 0 {
			continue
		}
		if len(lines) == shownRules {
			return append(lines, "rules: … more fired")
		}
		name := r.Name + r.Narrowed()
		for _, e := range r.Effects() {
			if verb, _, _ := strings.Cut(e.verb, "("); !strings.HasPrefix(name, verb+"(") { // Hold, Command
				name += "." + e.verb
			}
		}
		lines = append(lines, fmt.Sprintf("rules: %s fired %s", clip(name, shownWidth), rule.Often(fired)))
	}
	return lines
}
