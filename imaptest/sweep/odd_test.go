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

// odd are scenarios that cannot be swept, and the line that says why.
var odd = []struct {
	name     string
	want     string
	scenario sweep.Scenario
	opts     []sweep.Option
}{
	{"nothing", "the scenario has connected to nothing: it must dial the server that it is given",
		func(testing.TB, *imaptest.Server) string { return "" }, nil},
	{"other", "the scenario is not the same twice, and cannot be swept: command 3 of a connection is nothing in the one run and NOOP in the other",
		otherEachTime(), nil},
	{"other end", "the scenario does not end the same twice, and cannot be swept: it returns\n                - 1\n                + 2",
		otherResult(), nil},
	{"fails", "undisturbed, the scenario is not at a good end: FAILED no such thing",
		func(t testing.TB, srv *imaptest.Server) string { t.Error("no such thing"); return careful(t, srv) }, nil},
	{"fails in setup", "undisturbed, the scenario is not at a good end: FAILED no mailbox \"Nowhere\" of user",
		careful, []sweep.Option{sweep.Setup(func(t testing.TB, srv *imaptest.Server) { srv.Mailbox("Nowhere").Deliver(t, []byte("x")) })}},
	{"panics", "undisturbed, the scenario is not at a good end: PANIC nobody expected that: sweep_test.panics",
		panics, nil},
	{"hangs", "undisturbed, the scenario is not at a good end: HANGS not at its end after 48h0m0s; connection 1 waits on IDLE",
		idles, nil},
	{"leaks", "undisturbed, the scenario is not at a good end: LEAKS a goroutine is left behind: [chan receive] sweep_test.waitForNews",
		func(t testing.TB, srv *imaptest.Server) string {
			go waitForNews(make(chan string))
			return careful(t, srv)
		}, nil},
	{"away", "undisturbed, the scenario is not at a good end: RUNS AWAY more than 20000 commands and connections, undisturbed 0",
		endless, nil},
	{"rule", `undisturbed, the scenario is not at a good end: FAILED On("UID COPY") never fired`,
		func(t testing.TB, srv *imaptest.Server) string { srv.On("UID COPY").Drop(); return careful(t, srv) }, nil},
	{"mark", `undisturbed, the scenario is not at a good end: FAILED Mark("in/out"): a name has letters, digits and dots`,
		func(t testing.TB, srv *imaptest.Server) string {
			sweep.Program(t, srv, 1, func(p *sweep.Process) error { p.Mark("in/out"); return nil })
			return ""
		}, nil},
	{"server", "sweep: imaptest: Without: capability NOSUCH is not implemented",
		careful, []sweep.Option{sweep.Server(imaptest.Without("NOSUCH"))}},
	{"nothing left", "there is nothing to run: no disturbance fits a point of the scenario",
		careful, []sweep.Option{sweep.Only(sweep.Kills)}},
}

func otherEachTime() sweep.Scenario {
	var n atomic.Int64
	return func(t testing.TB, srv *imaptest.Server) string {
		c, err := dial(t.Context(), srv, timeout)
		if err != nil {
			t.Fatal(err)
		}
		defer c.close()
		for range n.Add(1) {
			c.cmd("NOOP")
		}
		return ""
	}
}

func otherResult() sweep.Scenario {
	var n atomic.Int64
	return func(t testing.TB, srv *imaptest.Server) string { careful(t, srv); return fmt.Sprint(n.Add(1)) }
}

func panics(testing.TB, *imaptest.Server) string { panic("nobody expected that") }

func idles(t testing.TB, srv *imaptest.Server) string {
	c, err := dial(t.Context(), srv, timeout)
	if err != nil {
		t.Fatal(err)
	}
	c.cmd("IDLE")
	c.nc.SetDeadline(time.Time{})
	c.line()
	return ""
}

func endless(t testing.TB, srv *imaptest.Server) string {
	c, err := dial(t.Context(), srv, timeout)
	for err == nil {
		_, err = c.cmd("NOOP")
	}
	return ""
}

// What cannot be swept is named at once, in one line.
func TestOddScenarios(t *testing.T) {
	if inChild() {
		for _, o := range odd {
			t.Run(o.name, func(t *testing.T) { sweep.Run(t, o.scenario, append(o.opts, letters(2))...) })
		}
		return
	}
	out := child(t, "-test.run=^TestOddScenarios$")
	for _, o := range odd {
		_, got, found := strings.Cut(out, "--- FAIL: TestOddScenarios/"+strings.ReplaceAll(o.name, " ", "_")+" (")
		got, _, _ = strings.Cut(got, "--- FAIL")
		if !found || !strings.Contains(got, o.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", o.name, got, o.want)
		}
	}
}

// A scenario that skips skips the test.
func TestSkips(t *testing.T) {
	if inChild() {
		sweep.Run(t, func(t testing.TB, _ *imaptest.Server) string { t.Skip("not on this machine"); return "" })
		return
	}
	out := child(t, "-test.run=^TestSkips$", "-test.v")
	if !strings.Contains(out, "--- SKIP: TestSkips") || !strings.Contains(out, "the scenario skips: FAILED skipped: not on this machine") {
		t.Errorf("got\n%s", out)
	}
}
