package sweep_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// forgetting says NOOP as often as it is told for each of its runs, the first of which is 1.
func forgetting(times func(run int) int) sweep.Scenario {
	var runs atomic.Int64
	return func(t testing.TB, srv *imaptest.Server) string {
		n := times(int(runs.Add(1)))
		sweep.Retry(t, 3, func() error {
			c, err := dial(t.Context(), srv, timeout)
			if err != nil {
				return err
			}
			defer c.close()
			for range n {
				if _, err := c.cmd("NOOP"); err != nil {
					return err
				}
			}
			return nil
		})
		return ""
	}
}

// noops are those of two undisturbed runs, and of all others.
func noops(undisturbed, later int) sweep.Scenario {
	return forgetting(func(run int) int {
		if run <= 2 {
			return undisturbed
		}
		return later
	})
}

// mumbling says commands that there are not.
func mumbling(t testing.TB, srv *imaptest.Server) string {
	sweep.Retry(t, 3, func() error {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			return err
		}
		defer c.close()
		for _, line := range []string{"XYZZY", "FETCH 1", "XYZZY"} {
			if _, err := c.cmd("%s", line); err != nil && !strings.Contains(err.Error(), "BAD") {
				return err
			}
		}
		return nil
	})
	return ""
}

// mine are disturbances of the test's own, and no others.
func mine(opts ...sweep.Option) []sweep.Option {
	return append(opts, sweep.Only("Mine"), sweep.Serial())
}

// drops drops commands of a name, the only one if first is set.
func drops(command string, first bool) sweep.Option {
	return sweep.Also(sweep.Disturbance{
		Name: "DropIt", Group: "Mine", Go: "Drop()",
		At: func(p sweep.Point) bool { return p.Kind == sweep.Command && p.Name == command && (p.N == 1 || !first) },
		Do: func(e *sweep.Env) { e.Rule().Drop() },
	})
}

// idlesAt has nothing to act on.
func idlesAt(command string) sweep.Option {
	return sweep.Also(sweep.Disturbance{
		Name: "Idle", Group: "Mine", Go: "Before(nothing)",
		At: func(p sweep.Point) bool { return p.Kind == sweep.Command && p.Name == command },
		Do: func(e *sweep.Env) { e.Rule().Before(func(*imaptest.Command) { e.Nothing() }) },
	})
}

// counted are sweeps in which something was not tried, what is said of it, and whether that is too
// much.
var counted = []struct {
	name     string
	scenario sweep.Scenario
	opts     []sweep.Option
	fails    bool
	want     []string
}{
	{"one of ten", noops(10, 9), mine(drops("NOOP", false)), false, []string{
		": 10 runs in", "9 disturbed the scenario, 0 found nothing to disturb, 1 was not reached\n", "    not reached: NOOP#10/DropIt\n",
	}},
	{"two of ten", noops(10, 8), mine(drops("NOOP", false)), true, []string{
		"8 disturbed the scenario, 0 found nothing to disturb, 2 were not reached\n",
		"not reached: NOOP#9/DropIt\n", "not reached: NOOP#10/DropIt\n", "more than a tenth of the runs did not reach their point",
	}},
	{"many", noops(15, 1), mine(drops("NOOP", false)), true, []string{"not reached: NOOP#11/DropIt\n", "not reached: 4 others\n"}},
	{"nothing", noops(3, 3), mine(drops("NOOP", true), idlesAt("NOOP")), false, []string{
		"1 disturbed the scenario, 3 found nothing to disturb, 0 were not reached\n", "nothing for: Idle (3)\n",
	}},
	{"nothing at all", noops(3, 3), mine(idlesAt("NOOP")), true, []string{
		"0 disturbed the scenario, 3 found nothing to disturb", "no run was disturbed: there was nothing to act on",
	}},
	{"nothing after it", noops(2, 2), mine(drops("LOGIN", true), idlesAt("NOOP"), sweep.Pairs()), false, []string{
		"2 runs more with several disturbances: 0 did not come to the last one, 2 had one that found nothing to disturb\n",
	}},
	// runs 1 and 2 are undisturbed, 3 and 4 have one disturbance, the others two
	{"apart", forgetting(func(run int) int { return []int{0, 1, 1, 1, 1}[run%5] }), mine(drops("LOGIN", true), drops("NOOP", true), sweep.Pairs()), true, []string{
		"1 run more with several disturbances: 1 did not come to the last one", "    did not come to: LOGIN#1/DropIt/NOOP#1/DropIt\n",
		"more than a fifth of the runs with several disturbances did not come to the last one",
	}},
	{"none good", resigned, append(mine(drops("SELECT", true), sweep.Pairs()), letters(1)), true, []string{
		"no run has several disturbances: none went well with one",
	}},
	{"no commands", mumbling, mine(drops("LOGIN", true)), false, []string{
		`no points, because undisturbed they are answered BAD: "FETCH 1" (1), "XYZZY" (2)` + "\n",
	}},
	{"real time", noops(1, 1), []sweep.Option{sweep.RealTime(time.Minute), sweep.Serial(), sweep.Except("Refuse", "Restart")}, false, []string{
		"in real time, without what only takes time: stalls, delays and answers in pieces\n",
	}},
	{"no such group", noops(1, 1), []sweep.Option{sweep.Only(sweep.Breaks, "Brakes")}, true, []string{`sweep: Only: no disturbance is of the group "Brakes"`}},
	{"no such name", noops(1, 1), []sweep.Option{sweep.Except("No", "Droop")}, true, []string{`sweep: Except: no disturbance is called "Droop"`}},
	{"no such check", noops(1, 1), []sweep.Option{sweep.Unchecked("Speed")}, true, []string{`sweep: Unchecked: there is no check "Speed"`}},
	{"no pattern", noops(1, 1), []sweep.Option{sweep.Known("LOST [", "")}, true, []string{`sweep: Known: "LOST [" is no pattern`}},
	{"no name", noops(1, 1), []sweep.Option{sweep.Also(sweep.Disturbance{Name: "my own"})}, true, []string{`sweep: Also: disturbance "my own" needs a name of letters`}},
	{"no act", noops(1, 1), []sweep.Option{sweep.Also(sweep.Disturbance{Name: "Own"})}, true, []string{`sweep: Also: disturbance "Own" needs At and Do`}},
}

// What was not tried is counted and named, and where it is much the sweep fails.
func TestCounts(t *testing.T) {
	if inChild() {
		for _, row := range counted {
			t.Run(row.name, func(t *testing.T) { sweep.Run(t, row.scenario, row.opts...) })
		}
		return
	}
	out := child(t, "-test.v", "-test.run=^TestCounts$")
	for i, row := range counted {
		_, text, _ := strings.Cut(out, "=== RUN   TestCounts/"+strings.ReplaceAll(row.name, " ", "_")+"\n")
		text, _, _ = strings.Cut(text, "=== RUN   TestCounts/"+strings.ReplaceAll(counted[(i+1)%len(counted)].name, " ", "_")+"\n")
		for _, want := range row.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", row.name, want, text)
			}
		}
		if result := fmt.Sprintf("%s: TestCounts/%s (", map[bool]string{true: "FAIL", false: "PASS"}[row.fails], strings.ReplaceAll(row.name, " ", "_")); !strings.Contains(out, result) {
			t.Errorf("no %q in\n%s", result, text)
		}
	}
}

// A line that asks for a run that there is no more fails: nothing was tried.
func TestNoSuchRun(t *testing.T) {
	if inChild() {
		sweep.Run(t, careful, letters(1))
		return
	}
	for _, line := range []string{"^at$/^UID_MOVE#2$/^Drop$", "^together$/^UID_MOVE#1$/^Drop$/^UID_MOVE#2$/^Droop$"} {
		out := child(t, "-test.run=^TestNoSuchRun$/"+line)
		if want := "no run is called " + strings.NewReplacer("^", "", "$", "").Replace(line); !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out := child(t, "-test.v", "-test.run=^TestNoSuchRun$/at/XYZZY"); !strings.Contains(out, "PASS: TestNoSuchRun") {
		t.Errorf("got\n%s", out)
	}
}
