package imaptest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// CheckRules fails the test for every rule that never fired although it should have, for
// every verb of one that never changed anything, and for every hold that was never released;
// and says what came nearest. Start does it at cleanup, unless the test has failed; a server
// that was made with New is checked by the caller.
func (s *Server) CheckRules(t TB) {
	t.Helper()
	s.rules.Check(t)
	if s.sink != nil {
		s.sink.CheckRules(t)
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
	early := func(i int) bool { return before+dropped+i < r.made }
	name, near, tooEarly := "", 0, 0
	for i, cmd := range commands {
		switch {
		case early(i) && r.pattern.name != "" && r.pattern.matches(cmd):
			tooEarly++
		case r.near(cmd):
			name, near = cmd.Name, near+1
		}
	}
	got := "no command like it"
	if near > 0 {
		got = plural(near, name)
	}
	if state.Seen > 0 {
		got = plural(state.Seen, "command") + " that matched"
	}
	if tooEarly > 0 {
		got += fmt.Sprintf("; %d before the rule was made", tooEarly)
	}
	detail := gotWant(got, strings.TrimSpace(r.pattern.text+r.core.Narrowed()))
	return s.explainJournal(r.what+strings.TrimPrefix(title, r.what+r.core.Narrowed()), detail, commands, func(i int) bool { return r.near(commands[i]) })
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
