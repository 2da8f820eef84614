package sweep_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// inChild says that this process is one that findings were asked of: its tests fail.
func inChild() bool { return os.Getenv("SWEEP_FINDINGS") != "" }

// child runs tests of this binary that are to fail, and returns what go test would show.
func child(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "SWEEP_FINDINGS=1")
	out, err := cmd.CombinedOutput()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		t.Fatal(err)
	}
	return string(out)
}

// What is another in each process, or with what the server knows besides.
var varying = []struct {
	re   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`in [0-9.]+m?s \([0-9]+/s\)`), "in TIME (RATE/s)"},
	{regexp.MustCompile(`\([0-9.]+s\)`), "(TIME)"},
	{regexp.MustCompile(`(SELECT \w+ -> )[0-9]+ lines`), "${1}N lines"},
	{regexp.MustCompile(`[a-z_]+_test\.go:[0-9]+: `), ""},
	{regexp.MustCompile(`(?m)^(PASS|FAIL|ok .*|exit status.*)\n`), ""},
}

func normal(out string) string {
	for _, v := range varying {
		out = v.re.ReplaceAllString(out, v.with)
	}
	return out
}

// faulty are clients each of which has a fault, and what is swept of them.
var faulty = []struct {
	name     string
	scenario sweep.Scenario
	opts     []sweep.Option
}{
	{"lost", copies(false), []sweep.Option{sweep.Only(sweep.Answers)}},
	{"doubled", copies(true), []sweep.Option{sweep.Only(sweep.Breaks)}},
	{"foreign", foreign, []sweep.Option{sweep.Only(sweep.Rivals), sweep.Except("Expunge", "ExpungeAfter", "UIDValidity", "UIDValidityAfter", "Restore", "Move", "Deliver", "DeliverAfter")}},
	{"hangs", waiter, []sweep.Option{sweep.Only(sweep.Slow)}},
	{"hangs at the greeting", dumb, []sweep.Option{sweep.Only(sweep.Slow)}},
	{"hangs at a challenge", hopeful, []sweep.Option{sweep.Only(sweep.Answers), sweep.Except("No", "Bad", "Bye")}},
	{"hangs under a rival", patient, []sweep.Option{sweep.Only(sweep.Rivals), sweep.Unchecked(sweep.SameState)}},
	{"odd", trusting, []sweep.Option{sweep.Only(sweep.Odd)}},
	{"pushes", listener, []sweep.Option{sweep.Only(sweep.Breaks, sweep.Slow, sweep.Odd), sweep.Except("Omit", "Delay", "Dribble")}},
	{"outdated", outdated, []sweep.Option{sweep.Only(sweep.Rivals), sweep.Except("Deliver", "DeliverAfter", "Expunge", "ExpungeAfter", "Move")}},
	{"overwritten", overwriter, []sweep.Option{sweep.Only(sweep.Rivals)}},
	{"killed", worker, []sweep.Option{sweep.Only(sweep.Breaks, sweep.Kills)}},
	{"half", writer, nil},
	{"stuck", locker, []sweep.Option{sweep.Only(sweep.Slow), sweep.Except("Delay", "Dribble")}},
	{"away", hasty, []sweep.Option{sweep.Except("Delay", "Dribble"), sweep.Setup(func(t testing.TB, srv *imaptest.Server) { srv.Mailbox("Work").Create(t) })}},
	{"changed", seenFirst, nil},
	{"result", teller, []sweep.Option{sweep.Only(sweep.Breaks, sweep.Answers)}},
	{"failed", resigned, []sweep.Option{sweep.Only(sweep.Answers)}},
	{"panic", rash, []sweep.Option{sweep.Only(sweep.Answers)}},
	{"leaks", forgetful, []sweep.Option{sweep.Only(sweep.Answers)}},
	{"stray", stray, []sweep.Option{sweep.Only(sweep.Answers)}},
	{"itself", racy, []sweep.Option{sweep.Only(sweep.Answers), sweep.Except("Bad", "Bye")}},
	{"known", copies(true), []sweep.Option{sweep.Only(sweep.Breaks),
		sweep.Known("DOUBLED UID_COPY#*/*", "a COPY whose answer is lost is done again"),
		sweep.Known("DOUBLED UID_*#*/*", "the same before the EXPUNGE"),
		sweep.Known("LOST *", "never")}},
}

// Each fault is found, and said once, in the words that the golden file has.
func TestFindings(t *testing.T) {
	if inChild() {
		for _, f := range faulty {
			t.Run(f.name, func(t *testing.T) { sweep.Run(t, f.scenario, append(f.opts, letters(2))...) })
		}
		return
	}
	compare(t, "testdata/findings.txt", normal(child(t, "-test.run=^TestFindings$")))
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if os.Getenv("IMAPTEST_UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; it is to be\n%s", err, got)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("%s differs from line %d on; got\n%s", golden, i+1, strings.Join(gotLines[min(i, len(gotLines)):], "\n"))
		}
	}
}
