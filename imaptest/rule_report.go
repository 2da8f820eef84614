package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// CheckRules fails the test for every rule that never fired although it should have, for
// every verb of one that never changed anything, and for every hold that was never released;
// and says what came nearest. So it does for every rule that always holds and was broken, such as
// [KeepUnseen], once. Start does it at cleanup; where the test has failed already, rules that
// did nothing are only logged, a line each. A server that was made with New is checked by the
// caller.
func (s *Server) CheckRules(t TB) {
	t.Helper()
	s.rules.Check(t)
	if s.guard != nil {
		s.guard.report(t)
	}
	if s.sink != nil {
		s.sink.CheckRules(t)
	}
}

// explainRules says what rules have to do with the failure of a test: an error that did not
// come is often a rule that did not take the command that was meant, and what must never
// happen may be the cause.
func (s *Server) explainRules(t TB) {
	t.Helper()
	if s.guard != nil {
		s.guard.report(t)
	}
	if idle := s.rules.Idle(); len(idle) > 0 {
		t.Logf("rules that did nothing before the test failed\n    %s", strings.Join(idle, "\n    "))
	}
}

// explainUnfired says that the rule never fired, and what came nearest.
func (r *ruleCore) explainUnfired() string {
	s, state := r.srv, r.core.State()
	title := r.what + r.core.Narrowed() + " never fired"
	if state.LostTo != "" {
		title += ": " + state.LostTo + " came before it"
	}
	switch r.at {
	case onConnect:
		return title + "\n" + gotWant(plural(s.ConnsOpened(), "connection"), "one more at least")
	case onTLS:
		return title + "\n" + gotWant(plural(state.Seen, "handshake"), "one more at least")
	}
	commands, dropped := s.rec.commands()
	before := s.rec.begun() - len(commands) - dropped // Mark
	var near []Command
	tooEarly := 0
	for i, cmd := range commands {
		switch early := before+dropped+i < r.made; {
		case early && r.pattern.name != "" && r.pattern.matches(cmd):
			tooEarly++
		case r.near(cmd), !early && r.pattern.name == "":
			near = append(near, cmd)
		}
	}
	detail := gotWant(r.sawNear(near, tooEarly), strings.TrimSpace(r.pattern.text+r.core.Narrowed()))
	return s.explainJournal(r.what+strings.TrimPrefix(title, r.what+r.core.Narrowed()), detail, commands, func(i int) bool { return r.near(commands[i]) })
}

// sawNear says what there was in place of a command that the rule takes.
func (r *ruleCore) sawNear(near []Command, tooEarly int) string {
	got := "no command like it"
	switch state := r.core.State(); {
	case state.Seen > 0:
		got = plural(state.Seen, "command") + " that matched"
	case len(near) > 0 && r.pattern.name == "":
		got = plural(len(near), "command") + r.whose(near)
	case len(near) > 0:
		got = plural(len(near), near[len(near)-1].Name) + r.whose(near)
	}
	if tooEarly > 0 {
		got += fmt.Sprintf("; %d before the rule was made", tooEarly)
	}
	return got
}

// whose says of which accounts and in which mailboxes commands were, if the rule asks for that.
func (r *ruleCore) whose(commands []Command) string {
	var users, mailboxes []string
	for i := range commands {
		if user := userOf(&commands[i]); user != "" && !slices.Contains(users, user) {
			users = append(users, user)
		}
		if mailbox := commands[i].Mailbox; mailbox != "" && !slices.Contains(mailboxes, mailbox) {
			mailboxes = append(mailboxes, mailbox)
		}
	}
	out := ""
	if r.ofUser.Load() && len(users) > 0 {
		out = " of " + joinNames(users)
	}
	if r.inMailbox.Load() && len(mailboxes) > 0 {
		out += " in " + joinNames(mailboxes)
	}
	return out
}

// near says whether a command has the name that the rule wants, by UID or not.
func (r *ruleCore) near(cmd Command) bool {
	return r.pattern.name != "" && strings.TrimPrefix(cmd.Name, "UID ") == strings.TrimPrefix(r.pattern.name, "UID ")
}

// wantsLiteral says whether a rule is about the n-th literal of some command.
func (s *Server) wantsLiteral(n int) bool {
	return slices.ContainsFunc(s.rules.All(), func(r *rule.Rule[place, *effect]) bool {
		return r.At(place{at: onCommand, literal: n}) || r.Has(isRaw)
	})
}
