package sweep_test

import (
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/sweep"
)

// spinner does nothing else any more when its login fails.
func spinner(t testing.TB, srv *imaptest.Server) string {
	c, err := dial(t.Context(), srv, timeout)
	for err != nil {
		runtime.Gosched()
	}
	c.close()
	return ""
}

// A goroutine that runs for ever holds a processor and takes half a minute to be given up: a sweep
// of which two are left makes no more runs, and says so.
func TestEndless(t *testing.T) {
	if inChild() {
		sweep.Impatient(t)
		sweep.Run(t, spinner, letters(1), sweep.Pairs())
		return
	}
	out := child(t, "-test.run=^TestEndless$", "-test.parallel=2")
	for _, want := range []string{
		`STUCK after 1s of real time it still runs: \[run[a-z]+\] sweep_test.spinner`,
		`  [0-9]+ were not made: too many goroutines run or wait without end by now`,
		`     run  go test -run '\^TestEndless\$/\^at\$/`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if strings.Contains(out, "more with several disturbances") {
		t.Errorf("pairs were made\n%s", out)
	}
}
