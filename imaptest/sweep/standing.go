package sweep

import (
	"runtime"
	"slices"
)

// maxYields is for how long somebody waits for goroutines that may have no end.
const maxYields = 10_000

// standing returns true when all other goroutines of the caller's bubble wait: for something of the
// bubble, or for a lock. It is for where virtual time must not go by, because one that waits for
// a lock would stop it. Outside a bubble nobody can tell.
func standing() bool {
	number, me := bubble(), goroutine()
	if number == "" {
		return false
	}
	for range maxYields {
		if !slices.ContainsFunc(allOf(number), func(g stackOf) bool { return g.number != me && g.runs() }) {
			return true
		}
		runtime.Gosched()
	}
	return false
}
