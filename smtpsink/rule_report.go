package smtpsink

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// CheckRules fails the test for every rule that never fired although it should
// have, and for every verb that never changed anything, and says what came nearest. Start
// does it at cleanup.
func (s *Sink) CheckRules(t TB) {
	t.Helper()
	if misuse, collected := s.t.(*rule.Collector); collected {
		for _, err := range misuse.Take() {
			t.Errorf("%v", err)
		}
	}
	s.mu.Lock()
	rules := slices.Clone(s.rules)
	s.mu.Unlock()
	for _, r := range rules {
		r.mu.Lock()
		own := r.own
		r.mu.Unlock()
		if !own {
			r.report(t)
		}
	}
}

// report fails the test if the rule did not do what it was made for.
func (r *Rule) report(t TB) {
	t.Helper()
	r.mu.Lock()
	effects, broken := r.effects, r.broken
	r.mu.Unlock()
	state := r.core.State()
	switch {
	case broken || state.Removed:
		return // that has been said, or is meant
	case len(effects) == 0:
		t.Errorf("On(%q) never fired: it says nothing of what is to happen", r.text)
		return
	case state.Optional:
		return
	case state.Fired == 0:
		t.Errorf("%s", r.explain(state))
		return
	}
	for _, e := range effects {
		e.mu.Lock()
		changed := e.changed
		e.mu.Unlock()
		if changed == 0 {
			t.Errorf("On(%q)%s fired %d times, and %s changed nothing: no reply has so many bytes, or another rule came before it", r.text, r.core.Narrowed(), state.Fired, e.verb)
		}
	}
}

func (r *Rule) explain(state rule.State) string {
	r.sink.mu.Lock()
	steps := slices.Clone(r.sink.steps)
	r.sink.mu.Unlock()
	var sb strings.Builder
	fmt.Fprintf(&sb, "On(%q)%s never fired", r.text, r.core.Narrowed())
	if state.LostTo != "" {
		fmt.Fprintf(&sb, ": On(%q) came before it", state.LostTo)
	}
	if state.Seen > 0 {
		fmt.Fprintf(&sb, "; %d steps matched, and it waits for number %d", state.Seen, state.Nth)
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
