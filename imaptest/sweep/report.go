package sweep

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// report is what came of a sweep.
type report struct {
	*sweep
	list     []*run
	outcomes []*outcome
	of       int // all runs that there could have been
	took     time.Duration

	entries   []*entry
	disturbed int
	nothing   int
	missed    []*run
	failed    int
	gaveUp    int
}

// entry is a finding, once.
type entry struct {
	finding
	run     *run
	outcome *outcome
	others  []*run
}

func newReport(sw *sweep, runs []*run, outcomes []*outcome) *report {
	r := &report{sweep: sw, list: runs, outcomes: outcomes}
	for i, one := range runs {
		r.take(one, outcomes[i])
	}
	slices.SortStableFunc(r.entries, func(a, b *entry) int {
		return slices.Index(kinds, a.kind) - slices.Index(kinds, b.kind)
	})
	return r
}

// take counts a run and its findings.
func (r *report) take(one *run, o *outcome) {
	switch {
	case !o.reached:
		r.missed = append(r.missed, one)
	case !o.acted:
		r.nothing++
	default:
		r.disturbed++
	}
	failed := false
	for _, f := range r.findings(one, o) {
		if k := r.knows(f.kind, one.name()); k != nil {
			k.runs++
			continue
		}
		failed = true
		r.add(f, one, o)
	}
	switch {
	case failed:
		r.failed++
	case o.failed && r.forgiven(o):
		r.gaveUp++
	}
}

func (r *report) add(f finding, one *run, o *outcome) {
	for _, e := range r.entries {
		if e.key == f.key {
			e.others = append(e.others, one)
			return
		}
	}
	r.entries = append(r.entries, &entry{finding: f, run: one, outcome: o})
}

// say logs the block, and fails a subtest for each entry.
func (r *report) say() {
	r.t.Helper()
	text := r.text()
	wrong := r.wrong()
	for _, why := range wrong {
		text += "\n" + why + "\n"
	}
	if len(r.entries)+len(wrong) == 0 {
		r.t.Log(strings.TrimRight(text, "\n"))
		return
	}
	r.t.Error(strings.TrimRight(text, "\n"))
	r.failSubtests()
}

// failSubtests fails the earliest run of each entry by name.
func (r *report) failSubtests() {
	if len(r.entries) == 0 {
		return
	}
	var points []string
	names := make(map[string][]string)
	for _, e := range r.entries {
		point := e.run.point.String()
		if names[point] == nil {
			points = append(points, point)
		}
		if !slices.Contains(names[point], e.run.Name) {
			names[point] = append(names[point], e.run.Name)
		}
	}
	r.t.Run("at", func(t *testing.T) {
		for _, point := range points {
			t.Run(point, func(t *testing.T) {
				for _, name := range names[point] {
					t.Run(name, func(t *testing.T) {
						t.Fail()
						r.reportAgain(t, point, name)
					})
				}
			})
		}
	})
}

// wrong is what makes the sweep itself no good.
func (r *report) wrong() (out []string) {
	if n := len(r.missed); n*10 > len(r.list) {
		out = append(out, "  more than a tenth of the runs did not reach their point: the scenario is another each time, or gives up early")
	}
	if len(r.list) < r.of {
		return out
	}
	for _, k := range r.expected {
		if k.runs == 0 {
			out = append(out, fmt.Sprintf("  Known(%q, …) did not occur: it can go", k.pattern))
		}
	}
	return out
}

// text is the block.
func (r *report) text() string {
	var sb strings.Builder
	disturbances := make(map[string]bool)
	for _, one := range r.list {
		disturbances[one.Name] = true
	}
	perSecond := float64(len(r.list)) / max(r.took.Seconds(), 1e-9)
	fmt.Fprintf(&sb, "sweep: %s, %s: %s in %v (%.0f/s)\n", count(len(r.points), "point"), count(len(disturbances), "disturbance"),
		count(len(r.list), "run"), r.took.Round(time.Millisecond), perSecond)
	if len(r.list) < r.of {
		fmt.Fprintf(&sb, "  a sample of all %d runs\n", r.of)
	}
	if r.real && r.groups == nil {
		sb.WriteString("  in real time, without what only takes time: stalls, delays and answers in pieces\n")
	}
	fmt.Fprintf(&sb, "  %d disturbed the scenario, %d found nothing to disturb, %d were not reached\n", r.disturbed, r.nothing, len(r.missed))
	for _, one := range r.missed[:min(len(r.missed), shownMissed)] {
		fmt.Fprintf(&sb, "    not reached: %s\n", one.name())
	}
	if r.gaveUp > 0 {
		fmt.Fprintf(&sb, "  %s gave up, and lost and doubled nothing\n", count(r.gaveUp, "run"))
	}
	for _, k := range r.expected {
		if k.runs > 0 {
			fmt.Fprintf(&sb, "  known: %s in %s: %s\n", k.pattern, count(k.runs, "run"), k.why)
		}
	}
	if len(r.entries) > 0 {
		fmt.Fprintf(&sb, "  %s failed, %s:\n", count(r.failed, "run"), count(len(r.entries), "finding"))
	}
	for i, e := range r.entries {
		sb.WriteString("\n" + e.text(r.t, i+1))
	}
	return sb.String()
}

// shownMissed is how many points that were not reached are named.
const shownMissed = 10

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// text is the entry in the block.
func (e *entry) text(t *testing.T, number int) string {
	var sb strings.Builder
	head := fmt.Sprintf("  %d. %s ", number, e.kind)
	sb.WriteString(head + strings.ReplaceAll(e.finding.text, "\n", "\n"+strings.Repeat(" ", len(head))) + "\n")
	sb.WriteString("     at   " + e.run.point.describe() + "\n")
	if n := len(e.others); n > 0 {
		fmt.Fprintf(&sb, "     in   %s: %s; %s\n", count(n+1, "run"), e.commands(), e.verbs())
	}
	sb.WriteString("     rule " + e.outcome.code + "\n")
	sb.WriteString("     run  go test -run '" + runPattern(t.Name(), e.run) + "'\n")
	return sb.String()
}

// commands are where the finding was made, with how often.
func (e *entry) commands() string {
	counts := make(map[string]int)
	var names []string
	for _, one := range append([]*run{e.run}, e.others...) {
		if counts[one.point.Name] == 0 {
			names = append(names, one.point.Name)
		}
		counts[one.point.Name]++
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%s (%d)", name, counts[name])
	}
	return someOf(names, 5)
}

// verbs are the disturbances that showed it.
func (e *entry) verbs() string {
	var names []string
	for _, one := range append([]*run{e.run}, e.others...) {
		if !slices.Contains(names, one.Go) {
			names = append(names, one.Go)
		}
	}
	return someOf(names, 3)
}

func someOf(names []string, n int) string {
	if more := len(names) - n; more > 0 {
		return strings.Join(names[:n], ", ") + fmt.Sprintf(" and %d others", more)
	}
	return strings.Join(names, ", ")
}

// runPattern is what -run takes to do one run. Names have no letters that a shell or a
// regular expression takes for something else.
func runPattern(test string, r *run) string {
	var parts []string
	for _, part := range append(strings.Split(test, "/"), "at", r.point.String(), r.Name) {
		parts = append(parts, "^"+part+"$")
	}
	return strings.Join(parts, "/")
}
