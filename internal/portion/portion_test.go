package portion_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/portion"
)

// logger is a test whose log is read.
type logger struct {
	testing.TB
	log strings.Builder
}

func (l *logger) Logf(format string, args ...any) { fmt.Fprintf(&l.log, format, args...) }

// It is the whole where the environment says so, and a portion that the log tells elsewhere.
func TestOf(t *testing.T) {
	for env, want := range map[string]int{"true": 100, "": 7, "false": 7} {
		t.Setenv("WHOLE", env)
		l := &logger{TB: t}
		if got := portion.Of(l, "%d mails", 100, 7); got != want {
			t.Errorf("WHOLE=%s: %d, want %d", env, got, want)
		}
		if told := l.log.String() == "7 mails; 100 mails with WHOLE=true"; told != (want == 7) {
			t.Errorf("WHOLE=%s: the log has %q", env, l.log.String())
		}
	}
}

// So it is with checks, which are as many as ever when the test is over, and as many as a flag
// says.
func TestChecks(t *testing.T) {
	count := func() (n int) {
		rapid.Check(t, func(*rapid.T) { n++ })
		return n
	}
	usual := count()
	for env, want := range map[string]int{"true": usual, "": 5} {
		t.Run(env, func(t *testing.T) {
			t.Setenv("WHOLE", env)
			portion.Checks(t, 5)
			if got := count(); got != want {
				t.Errorf("WHOLE=%s: %d checks, want %d", env, got, want)
			}
		})
	}
	if got := count(); got != usual {
		t.Errorf("%d checks behind it, want %d", got, usual)
	}
	flag.Set("rapid.checks", "9")
	defer flag.Set("rapid.checks", fmt.Sprint(usual))
	portion.Checks(t, 5)
	if got := count(); got != 9 {
		t.Errorf("%d checks where a flag says 9", got)
	}
}

// CI runs the whole.
func TestWholeInCI(t *testing.T) {
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(string(script), "go test"); !strings.Contains(first, "\nexport CI=true WHOLE=true\n") {
		t.Error("the environment of .ci/run has no WHOLE=true")
	}
}
