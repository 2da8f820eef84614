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
	nothing   []*run
	missed    []*run
	unmade    int // because too many bubbles were left
	failed    int
	gaveUp    int

	together       int    // runs with several disturbances
	apart          []*run // of these, those that did not come to the last one
	idle           []*run // and those of which a disturbance found nothing to act on
	failedTogether int
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
	return r
}

// takeSeveral counts the runs with several disturbances. A finding that is not yet there is
// reduced to what it needs.
func (r *report) takeSeveral(list []*run, outcomes []*outcome) {
	r.together = len(list)
	for i, one := range list {
		switch {
		case outcomes[i].unmade:
			r.unmade++
			continue
		case !outcomes[i].reached:
			r.apart = append(r.apart, one)
			continue
		case !outcomes[i].acted:
			r.idle = append(r.idle, one)
		}
		for _, f := range r.unknown(one, outcomes[i]) {
			r.failedTogether++
			if known := slices.IndexFunc(r.entries, func(e *entry) bool { return e.what == f.what }); known >= 0 {
				r.entries[known].others = append(r.entries[known].others, one)
			} else {
				less, made, same := r.reduce(one, outcomes[i], f)
				r.add(same, less, made)
			}
			break // what else is wrong with it may come of the same
		}
	}
}

// take counts a run and its findings.
func (r *report) take(one *run, o *outcome) {
	switch {
	case o.unmade:
		r.unmade++
		return
	case !o.reached:
		r.missed = append(r.missed, one)
	case !o.acted:
		r.nothing = append(r.nothing, one)
	default:
		r.disturbed++
	}
	failed := false
	for _, f := range r.findings(one, o) {
		if k := r.knows(f.kind, one); k != nil {
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
	slices.SortStableFunc(r.entries, func(a, b *entry) int {
		return slices.Index(kinds, a.kind) - slices.Index(kinds, b.kind)
	})
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
	tree := newSubtests()
	for _, e := range r.entries {
		tree.add(e.run, func(t *testing.T) {
			t.Fail()
			r.reportAgain(t, e.run)
		})
	}
	tree.run(r.t)
}

// wrong is what makes the sweep itself no good.
func (r *report) wrong() (out []string) {
	if n := len(r.missed); n*10 > len(r.list) {
		out = append(out, "  more than a tenth of the runs did not reach their point: the scenario is another each time, or gives up early")
	}
	// After the first disturbance a client may go another way, and does where it draws lots.
	if n := len(r.apart); n*5 > r.together {
		out = append(out, "  more than a fifth of the runs with several disturbances did not come to the last one")
	}
	if r.disturbed == 0 && len(r.missed) < len(r.list) {
		out = append(out, "  no run was disturbed: there was nothing to act on")
	}
	if r.left.tooMany() {
		return out
	}
	if asked := r.several.pairs || r.several.random > 0; asked && r.together == 0 {
		out = append(out, "  no run has several disturbances: none went well with one, or nothing can come after it")
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
		for _, a := range one.acts {
			disturbances[a.Name] = true
		}
	}
	perSecond := float64(len(r.list)+r.together) / max(r.took.Seconds(), 1e-9)
	fmt.Fprintf(&sb, "sweep: %s, %s: %s in %v (%.0f/s)\n", count(len(r.points), "point"), count(len(disturbances), "disturbance"),
		count(len(r.list), "run"), r.took.Round(time.Millisecond), perSecond)
	if len(r.list) < r.of {
		fmt.Fprintf(&sb, "  a sample of all %d runs\n", r.of)
	}
	if r.real && r.groups == nil {
		sb.WriteString("  in real time, without what only takes time: stalls, delays and answers in pieces\n")
	}
	fmt.Fprintf(&sb, "  %d disturbed the scenario, %d found nothing to disturb, %s not reached\n", r.disturbed, len(r.nothing), were(len(r.missed)))
	if r.unmade > 0 {
		fmt.Fprintf(&sb, "  %s not made: too many goroutines run or wait without end by now\n", were(r.unmade))
	}
	if len(r.nothing) > 0 {
		fmt.Fprintf(&sb, "    nothing for: %s\n", countedNames(r.nothing))
	}
	writeNames(&sb, "not reached", r.missed)
	if len(r.answeredBad) > 0 {
		fmt.Fprintf(&sb, "  no points, because undisturbed they are answered BAD: %s\n", someOf(r.answeredBad, 6))
	}
	if r.together > 0 {
		fmt.Fprintf(&sb, "  %s more with several disturbances: %d did not come to the last one, %d had one that found nothing to disturb\n",
			count(r.together, "run"), len(r.apart), len(r.idle))
		writeNames(&sb, "did not come to", r.apart)
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
		fmt.Fprintf(&sb, "  %s failed, %s:\n", count(r.failed+r.failedTogether, "run"), count(len(r.entries), "finding"))
	}
	for i, e := range r.entries {
		sb.WriteString("\n" + e.text(r.t, i+1))
	}
	return sb.String()
}

// writeNames names runs, each on a line of its own.
func writeNames(sb *strings.Builder, what string, runs []*run) {
	for _, one := range runs[:min(len(runs), shownMissed)] {
		fmt.Fprintf(sb, "    %s: %s\n", what, one.name())
	}
	if more := len(runs) - shownMissed; more > 0 {
		fmt.Fprintf(sb, "    %s: %s\n", what, count(more, "other"))
	}
}

// countedNames are the disturbances of some runs, each with how many there are.
func countedNames(runs []*run) string {
	counts := make(map[string]int)
	var names []string
	for _, one := range runs {
		name := one.acts[0].Name
		if counts[name] == 0 {
			names = append(names, name)
		}
		counts[name]++
	}
	slices.SortStableFunc(names, func(a, b string) int { return counts[b] - counts[a] })
	for i, name := range names {
		names[i] = fmt.Sprintf("%s (%d)", name, counts[name])
	}
	return someOf(names, 6)
}

// shownMissed is how many points that were not reached are named.
const shownMissed = 10

func were(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("%d were", n)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// text is the entry in the block.
func (e *entry) text(t *testing.T, number int) string {
	var sb strings.Builder
	head := fmt.Sprintf("  %d. %s", number, e.heading())
	sb.WriteString(head + strings.ReplaceAll(e.finding.text, "\n", "\n"+strings.Repeat(" ", len(head))) + "\n")
	for i, a := range e.run.acts {
		sb.WriteString([]string{"     at   ", "     and  "}[min(i, 1)] + a.point.describe() + "\n")
	}
	if n := len(e.others); n > 0 {
		fmt.Fprintf(&sb, "     in   %s: %s; %s\n", count(n+1, "run"), e.commands(), e.verbs())
	}
	sb.WriteString("     rule " + strings.ReplaceAll(e.outcome.code, "\n", "\n          ") + "\n")
	sb.WriteString("     run  go test -run '" + runPattern(t.Name(), e.run) + "'\n")
	return sb.String()
}

// commands are where the finding was made, with how often.
func (e *entry) commands() string {
	counts := make(map[string]int)
	var names []string
	for _, one := range append([]*run{e.run}, e.others...) {
		name := one.point().Name
		for _, a := range one.acts[1:] {
			name += " with " + a.point.Name
		}
		if counts[name] == 0 {
			names = append(names, name)
		}
		counts[name]++
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
		if verbs := one.verbs(); !slices.Contains(names, verbs) {
			names = append(names, verbs)
		}
	}
	return someOf(names, 3)
}

func someOf(names []string, n int) string {
	if more := len(names) - n; more > 0 {
		return strings.Join(names[:n], ", ") + " and " + count(more, "other")
	}
	return strings.Join(names, ", ")
}

// runPattern is what -run takes to do one run. Names have no letters that a shell or a
// regular expression takes for something else.
func runPattern(test string, r *run) string {
	var parts []string
	for part := range strings.SplitSeq(test+"/"+r.root()+"/"+r.name(), "/") {
		parts = append(parts, "^"+part+"$")
	}
	return strings.Join(parts, "/")
}
