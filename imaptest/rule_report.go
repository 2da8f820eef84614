package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// unfired are the rules that never fired although they should have.
func (s *Server) unfired() []*Rule {
	s.rulesMu.RLock()
	rules := slices.Clone(s.rules)
	s.rulesMu.RUnlock()
	return slices.DeleteFunc(rules, func(r *Rule) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.optional || r.fired > 0
	})
}

// reportRules fails the test for every rule that never fired, and says what came
// nearest.
func (s *Server) reportRules(t TB) {
	t.Helper()
	for _, r := range s.unfired() {
		s.noteShown()
		t.Errorf("%s", s.explainUnfired(r))
	}
}

func (s *Server) explainUnfired(r *Rule) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.does == nil {
		return r.what + " says nothing of what is to happen: No, Drop, Delay …"
	}
	if r.event == onConnect || r.event == onTLS {
		return r.what + r.narrowed() + " never fired\n" + gotWant(plural(s.ConnsOpened(), "connection"), "one more at least")
	}
	commands := s.Commands()
	name, near := "", 0
	for _, cmd := range commands {
		if r.near(cmd) {
			name, near = cmd.Name, near+1
		}
	}
	got := "no command like it"
	if near > 0 {
		got = plural(near, name)
	}
	if r.seen > 0 {
		got = plural(r.seen, "command") + " that matched"
	}
	detail := gotWant(got, strings.TrimSpace(r.pattern.text+r.narrowed()))
	return s.explainJournal(r.what+" never fired", detail, commands, func(i int) bool { return r.near(commands[i]) })
}

// near says whether a command has the name that the rule wants, by UID or not.
func (r *Rule) near(cmd Command) bool {
	return r.pattern.name != "" && strings.TrimPrefix(cmd.Name, "UID ") == strings.TrimPrefix(r.pattern.name, "UID ")
}

// narrowed says how the rule was narrowed.
func (r *Rule) narrowed() string {
	var out string
	if r.nth > 1 {
		out += fmt.Sprintf(", number %d", r.nth)
	}
	if r.user != "" {
		out += " of " + r.user
	}
	if r.mailbox != "" {
		out += " in " + r.mailbox
	}
	if r.conn != 0 {
		out += fmt.Sprintf(" on connection %d", r.conn)
	}
	if r.where != nil {
		out += " where func"
	}
	return out
}
