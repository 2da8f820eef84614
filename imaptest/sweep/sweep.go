package sweep

import (
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Scenario is what the code under test does, from its first connection to its end. It may
// be run thousands of times, each time on a fresh server; what it returns is what the code
// has on its own side then, as a text, and must be that of the undisturbed run. "" compares
// nothing, and UIDs have no place in it: a server may give out new ones.
//
// t is a testing.TB and no *testing.T: what fails in a run is part of the report.
type Scenario func(t testing.TB, srv *imaptest.Server) string

// Run runs the scenario twice undisturbed, and then once for every disturbance at every
// point at which it talked. What comes of it is said in one block at the end, and the
// earliest run of each finding is a failed subtest.
func Run(t *testing.T, s Scenario, opts ...Option) {
	t.Helper()
	sw := newSweep(t, s, opts)
	if why := sw.unknownNames(); why != "" {
		t.Fatal("sweep: " + why)
	}
	if !sw.prepare() || !sw.undisturbed() {
		return
	}
	runs, all := sw.runs()
	if len(runs) == 0 {
		t.Fatal("sweep: there is nothing to run: no disturbance fits a point of the scenario")
	}
	if isFiltered(t) {
		sw.runSubtests(runs)
		return
	}
	began := time.Now()
	outcomes := sw.runAll(runs)
	r := newReport(sw, runs, outcomes)
	r.takeSeveral(sw.runsOfSeveral(runs, outcomes))
	r.of, r.took = all, time.Since(began)
	r.say()
}

// sweep is one call of Run.
type sweep struct {
	*config
	t        *testing.T
	scenario Scenario
	snapshot *imaptest.Snapshot
	known    map[*byte]identity // of the messages in the snapshot
	first    *outcome           // undisturbed
	points   []Point
	// answeredBad are commands of the undisturbed run that are no points.
	answeredBad []string
	list        []Disturbance // that there are
	detailed    bool          // a run is shown by itself

	left left // bubbles that could not be ended

	keepServers bool // of runs, for reports
}

func newSweep(t *testing.T, s Scenario, opts []Option) *sweep {
	sw := &sweep{t: t, scenario: s, config: newConfig(opts)}
	sw.list = append(Disturbances(), sw.also...)
	return sw
}

// prepare makes the server of which all others are copies.
func (sw *sweep) prepare() (ok bool) {
	sw.t.Helper()
	var err error
	sw.enclose(func(*testing.T) {
		var srv *imaptest.Server
		if srv, err = imaptest.New(sw.serverOptions()...); err != nil {
			return
		}
		sw.snapshot = srv.Snapshot()
		sw.known = make(map[*byte]identity)
		for _, m := range messages(srv) {
			if raw := m.Raw(); len(raw) > 0 {
				sw.known[&raw[0]] = identify(m)
			}
		}
		err = srv.Close()
	})
	if err != nil {
		sw.t.Fatalf("sweep: %v", err)
	}
	return err == nil
}

// undisturbed runs the scenario twice, and says why it cannot be swept.
func (sw *sweep) undisturbed() (ok bool) {
	sw.t.Helper()
	var both [2]*outcome
	for i := range both {
		both[i] = sw.once(nil)
		if both[i].skipped {
			sw.t.Skipf("sweep: the scenario skips: %s", both[i].why())
		}
		if why := both[i].why(); why != "" {
			sw.t.Fatalf("sweep: undisturbed, the scenario is not at a good end: %s%s", why, both[i].indented())
			return false
		}
	}
	first, second := both[0], both[1]
	if first.conns == 0 && len(first.steps) == 0 {
		sw.t.Fatal("sweep: the scenario has connected to nothing: it must dial the server that it is given")
		return false
	}
	if why := differs(first, second); why != "" {
		sw.t.Fatalf("sweep: the scenario is not the same twice, and cannot be swept: %s", why)
		return false
	}
	if why := sw.endsOtherwise(first, second); why != "" {
		sw.t.Fatalf("sweep: the scenario does not end the same twice, and cannot be swept: %s", why)
		return false
	}
	sw.first, sw.points = first, pointsOf(first)
	sw.answeredBad = answeredBad(first)
	return true
}
