package smtpsink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// CheckRules fails the test for every rule that never fired although it should
// have, and says what came nearest. Start does it at cleanup.
func (s *Sink) CheckRules(t TB) {
	t.Helper()
	s.mu.Lock()
	rules, steps := slices.Clone(s.rules), slices.Clone(s.steps)
	s.mu.Unlock()
	for _, r := range rules {
		r.mu.Lock()
		missed := !r.optional && r.fired == 0
		r.mu.Unlock()
		if missed {
			t.Errorf("%s", r.explain(steps))
		}
	}
}

func (r *Rule) explain(steps []Command) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sb strings.Builder
	fmt.Fprintf(&sb, "On(%q) never fired", r.text)
	if r.does == nil {
		return sb.String() + ": it says nothing of what is to happen"
	}
	stages := append(smtpd.Verbs(), "*", smtpd.StageConnect, smtpd.StageTLS, smtpd.StageEOD)
	if !slices.Contains(stages, r.stage) {
		return sb.String() + ": there is no stage " + r.stage + " (have CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and the other commands)"
	}
	if r.seen > 0 {
		fmt.Fprintf(&sb, "; %d steps matched, and it waits for number %d", r.seen, r.nth)
	}
	sb.WriteString("\nall steps:")
	for _, cmd := range steps[max(0, len(steps)-maxRows):] {
		mark := "     "
		if cmd.Stage == r.stage {
			mark = "    >"
		}
		fmt.Fprintf(&sb, "\n%s %d  %s", mark, cmd.Conn, cmd)
	}
	return sb.String()
}
