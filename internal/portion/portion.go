// Package portion says how much of a long test is run: the whole where the environment has
// WHOLE=true, as in CI, and elsewhere a portion, of which the test's log tells.
package portion

import (
	"flag"
	"fmt"
	"os"
	"strconv"
)

// TB is what is needed of a *testing.T.
type TB interface {
	Helper()
	Logf(format string, args ...any)
	Cleanup(f func())
}

// Of gives how many there are in the whole of a test, or in its portion. what says of what,
// for the log: "%d messages".
func Of(t TB, what string, whole, portion int) int {
	t.Helper()
	if os.Getenv("WHOLE") == "true" {
		return whole
	}
	t.Logf("%s; %s with WHOLE=true", fmt.Sprintf(what, portion), fmt.Sprintf(what, whole))
	return portion
}

// Checks has rapid make n checks of each property, until a test that is not parallel is over,
// and not as many as the whole has. If -rapid.checks says how many, it is that.
func Checks(t TB, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	usual, err := strconv.Atoi(checks.DefValue)
	if err != nil || checks.Value.String() != checks.DefValue {
		return
	}
	t.Cleanup(func() { checks.Value.Set(checks.DefValue) })
	checks.Value.Set(strconv.Itoa(Of(t, "%d checks", usual, n)))
}
