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
	s.rules.Check(t)
}

// explainUnchanged says that a verb never changed anything, and what came nearest.
func (r *Rule) explainUnchanged(e *effect) string {
	got := "no reply"
	switch longest := e.longest.Load(); {
	case longest > 0:
		got = fmt.Sprintf("a reply of %d bytes", longest)
	case r.core.State().LostTo != "":
		got = "the step was taken by " + r.core.State().LostTo
	}
	return fmt.Sprintf("%s%s fired %s, and %s changed nothing\n    got  %s\n    want %s", r.core.Name, r.core.Narrowed(), rule.Often(r.Fired()), e.verb, got, e.verb)
}

// explainUnfired says that the rule never fired, and which steps there were.
func (r *Rule) explainUnfired() string {
	r.sink.mu.Lock()
	steps := slices.Clone(r.sink.steps)
	r.sink.mu.Unlock()
	var sb strings.Builder
	fmt.Fprintf(&sb, "%s%s never fired", r.core.Name, r.core.Narrowed())
	state := r.core.State()
	if state.LostTo != "" {
		fmt.Fprintf(&sb, ": %s came before it", state.LostTo)
	}
	if state.Seen > 0 {
		fmt.Fprintf(&sb, "; it matched %s, and waits for number %d", rule.Often(state.Seen), state.Nth)
	}
	if early := r.tooEarly(steps); early > 0 {
		fmt.Fprintf(&sb, "; %d before the rule was made", early)
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

// tooEarly is how many steps the rule would have taken if it had been made before.
func (r *Rule) tooEarly(steps []Command) (n int) {
	for i := range steps {
		if steps[i].Seq < r.act.Seq && r.isAt(&steps[i]) {
			n++
		}
	}
	return n
}
