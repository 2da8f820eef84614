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
	if errs, collected := s.t.(*rule.Collector); collected {
		for _, err := range errs.Take() {
			s.noteShown()
			t.Errorf("%v", err)
		}
	}
	s.reportRules(t)
	if s.sink != nil {
		s.sink.CheckRules(t)
	}
}

// reportRules fails the test for the rules that are not of another's.
func (s *Server) reportRules(t TB) {
	t.Helper()
	for _, r := range s.allRules() {
		r.mu.Lock()
		own := r.own
		r.mu.Unlock()
		if !own {
			r.report(t)
		}
	}
}

// report fails the test if the rule did not do what it was made for.
func (r *ruleCore) report(t TB) {
	t.Helper()
	for _, why := range r.complaints() {
		r.srv.noteShown()
		t.Errorf("%s", why)
	}
}

func (r *ruleCore) complaints() (out []string) {
	r.mu.Lock()
	effects, broken := r.effects, r.broken
	r.mu.Unlock()
	state := r.core.State()
	switch {
	case broken || state.Removed:
		return nil // that has been said, or is meant
	case len(effects) == 0:
		return []string{r.what + " says nothing of what is to happen: No, Drop, Delay …"}
	}
	for _, e := range effects {
		if e.abandoned != nil && e.abandoned() {
			out = append(out, r.what+r.narrowed()+" was reached, and never released")
		}
	}
	switch {
	case state.Optional:
		return out
	case state.Fired == 0:
		return append(out, r.explainUnfired())
	}
	for _, e := range effects {
		if changed, _ := e.state(); changed == 0 {
			out = append(out, explainUnchanged(r, e))
		}
	}
	return out
}

// explainUnfired says that the rule never fired, and what came nearest.
func (r *ruleCore) explainUnfired() string {
	s, state := r.srv, r.core.State()
	title := r.what + r.narrowed() + " never fired"
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
	detail := gotWant(got, strings.TrimSpace(r.pattern.text+r.narrowed()))
	return s.explainJournal(r.what+strings.TrimPrefix(title, r.what+r.narrowed()), detail, commands, func(i int) bool { return r.near(commands[i]) })
}

// near says whether a command has the name that the rule wants, by UID or not.
func (r *ruleCore) near(cmd Command) bool {
	return r.pattern.name != "" && strings.TrimPrefix(cmd.Name, "UID ") == strings.TrimPrefix(r.pattern.name, "UID ")
}

// narrowed says how the rule was narrowed.
func (r *ruleCore) narrowed() string {
	r.mu.Lock()
	literal := r.literal
	r.mu.Unlock()
	out := r.core.Narrowed()
	if literal > 0 {
		out += fmt.Sprintf(", at literal %d", literal)
	}
	return out
}

// wantsLiteral says whether a rule is about the n-th literal of some command.
func (s *Server) wantsLiteral(n int) bool {
	return slices.ContainsFunc(s.allRules(), func(r *ruleCore) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.literal == n || slices.ContainsFunc(r.effects, func(e *effect) bool { return e.traits&isRaw != 0 })
	})
}
