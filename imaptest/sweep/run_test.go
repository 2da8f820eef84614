package sweep_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

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
		for _, want := range []string{"rule srv.On(", "DOUBLED \"letter 1\" is there 2 times", "transcript\n", "C: t4 UID COPY 1 Archive", "[CAPABILITY …]", "state\n", "account user\n"} {
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

// Sweeps do the same runs with the same results in every process, and under -parallel.
func TestDeterministic(t *testing.T) {
	if inChild() {
		sweep.Run(t, copies(false), letters(2))
		return
	}
	first, count := "", "2"
	if os.Getenv("CI") != "" {
		count = "20"
	}
	for i, parallel := range []string{"1", "4"} {
		out := normal(child(t, "-test.run=^TestDeterministic$", "-test.count="+count, "-test.parallel="+parallel))
		blocks := strings.Split(out, "--- FAIL: TestDeterministic (TIME)\n")
		if i == 0 {
			first = blocks[1]
		}
		for _, block := range blocks[1:] {
			if block != first {
				t.Fatalf("-parallel %s: got\n%s\nand before it\n%s", parallel, block, first)
			}
		}
	}
	if !strings.Contains(first, "finding") {
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
