package sweep_test

import (
	"flag"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// several is how many runs with several disturbances there are: more with SWEEP=whole.
func several() int {
	if os.Getenv("SWEEP") == "whole" {
		return 5000
	}
	return 60
}

// A client with which nothing is wrong passes the whole sweep, whatever the server is.
func TestCareful(t *testing.T) {
	for _, with := range []imaptest.Option{imaptest.Everything, imaptest.Without("MULTIAPPEND", "QRESYNC")} {
		sweep.Run(t, careful, letters(3), sweep.Server(with))
	}
}

// The line of a block does one run and no other, and shows all of it.
func TestOneRun(t *testing.T) {
	if inChild() {
		sweep.Run(t, copies(true), letters(2))
		return
	}
	for _, line := range regexp.MustCompile(`-run '([^']*)'`).FindAllStringSubmatch(child(t, "-test.run=^TestOneRun$"), -1) {
		out := child(t, "-test.v", "-test.run="+line[1])
		if n := strings.Count(out, "    --- FAIL: TestOneRun/at/"); n != 2 { // the point and the run
			t.Errorf("%s: %d subtests failed, want one", line[1], n-1)
		}
		for _, want := range []string{"rule srv.On(", "DOUBLED", "\"letter 1\" is there 2 times", "transcript\n", "C: t4 UID COPY 1 Archive", "[CAPABILITY …]", "state\n", "account user\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", line[1], want, out)
			}
		}
	}
	out := child(t, "-test.v", "-test.run=^TestOneRun$/^at$/^UID_COPY#2$/^No$")
	if !strings.Contains(out, "--- PASS: TestOneRun/at/UID_COPY#2/No ") || strings.Count(out, "--- PASS") != 4 {
		t.Errorf("got\n%s", out)
	}
}

// times is how often TestDeterministic sweeps at each -parallel.
var times = flag.Int("sweep.times", 1, "how often TestDeterministic sweeps, in each of its ways")

// Sweeps do the same runs with the same results in every process, and under -parallel: with one
// disturbance, with several that a seed has chosen, and with programs that are killed.
func TestDeterministic(t *testing.T) {
	if inChild() {
		t.Run("faults", func(t *testing.T) { sweep.Run(t, copies(false), letters(2), sweep.Random(50, 3)) })
		t.Run("kills", func(t *testing.T) {
			sweep.Run(t, worker, letters(2), sweep.Only(sweep.Breaks, sweep.Kills), sweep.Sample(60), sweep.Pairs())
		})
		return
	}
	first := ""
	for _, parallel := range []string{"1", "4"} {
		out := normal(child(t, "-test.run=^TestDeterministic$", "-test.count="+strconv.Itoa(*times), "-test.parallel="+parallel))
		blocks := strings.Split(out, "--- FAIL: TestDeterministic (TIME)\n")[1:]
		if len(blocks) != *times {
			t.Fatalf("-parallel %s: %d sweeps, want %d; got\n%s", parallel, len(blocks), *times, out)
		}
		for _, block := range blocks {
			if first == "" {
				first = block
			}
			if block != first {
				t.Fatalf("-parallel %s: got\n%s\nand before it\n%s", parallel, block, first)
			}
		}
	}
	if strings.Count(first, "more with several disturbances") != 2 || !strings.Contains(first, "when it is killed") {
		t.Errorf("got\n%s", first)
	}
}

// With -short there is a sample, which has every point and every disturbance.
func TestShort(t *testing.T) {
	if inChild() {
		sweep.Run(t, careful, letters(5))
		return
	}
	out := child(t, "-test.short", "-test.v", "-test.run=^TestShort$")
	if !strings.Contains(out, "200 runs in") || !strings.Contains(out, "a sample of all ") {
		t.Errorf("got\n%s", out)
	}
}
