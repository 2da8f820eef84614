package sweep

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Outcomes makes all runs of a sweep, each with what came of it as a text: what was said and
// answered on each connection, how the mail ends, what was found.
func Outcomes(t *testing.T, s Scenario, opts ...Option) (names, texts []string) {
	t.Helper()
	sw := newSweep(t, s, opts)
	if !sw.prepare() || !sw.undisturbed() {
		return nil, nil
	}
	runs, _ := sw.runs()
	outcomes := sw.runAll(runs)
	more, made := sw.runsOfSeveral(runs, outcomes)
	runs, outcomes = append(runs, more...), append(outcomes, made...)
	for i, r := range runs {
		names, texts = append(names, r.name()), append(texts, outcomes[i].all(sw.findings(r, outcomes[i])))
	}
	return names, texts
}

// Chosen are the runs that a sweep would make, with what they are as Go.
func Chosen(t *testing.T, s Scenario, opts ...Option) (names []string) {
	t.Helper()
	sw := newSweep(t, s, opts)
	if !sw.prepare() || !sw.undisturbed() {
		return nil
	}
	runs, _ := sw.runs()
	for _, r := range runs {
		names = append(names, r.name()+" "+r.code())
	}
	return names
}

func (o *outcome) all(found []finding) string {
	var sb strings.Builder
	last := make(map[int]int) // of a connection: who hangs up may do so sooner or later than it is answered
	for i, cmd := range o.commands {
		last[cmd.Conn] = i
	}
	for i, cmd := range o.commands {
		result := fmt.Sprint(cmd.Lines, cmd.Result())
		if i == last[cmd.Conn] {
			result = "the last"
		}
		fmt.Fprintf(&sb, "%d %s %s: %s\n", cmd.Conn, cmd.Tag, cmd, result)
	}
	for _, step := range o.steps {
		fmt.Fprintf(&sb, "smtp %d %s\n", step.Conn, step)
	}
	fmt.Fprintf(&sb, "marks %q, %d programs, %d connections, %d handshakes\n", o.marks, o.processes, o.conns, o.handshakes)
	for _, k := range o.after.without(nil) {
		fmt.Fprintf(&sb, "%s %s %s %q\n", k.account, k.mailbox, o.after.name(k.message), k.flags)
	}
	fmt.Fprintf(&sb, "result %q, failures %q %v, reached %v, acted %v\n%s\n", o.result, o.failures, o.failed, o.reached, o.acted, o.code)
	for _, f := range found {
		fmt.Fprintf(&sb, "%s%s\n", f.heading(), f.text)
	}
	return sb.String()
}

// Impatient gives up a bubble that runs for ever sooner, until the test ends.
func Impatient(t *testing.T) {
	was := maxBusy
	maxBusy = time.Second
	t.Cleanup(func() { maxBusy = was })
}

// Inner is the test that a run is in.
func Inner(t testing.TB) testing.TB { return t.(*recorder).TB }
