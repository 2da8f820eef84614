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

// explainUnchanged says that a verb never changed anything.
func (r *Rule) explainUnchanged(e *effect) string {
	why := "another rule came before it"
	if e.traits&rule.NeedsAnswer != 0 {
		why = "no reply has so many bytes, or " + why
	}
	return fmt.Sprintf("%s%s fired %s, and %s changed nothing: %s", r.core.Name, r.core.Narrowed(), rule.Often(r.Fired()), e.verb, why)
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
