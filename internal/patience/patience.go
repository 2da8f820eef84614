// Package patience says how long a helper may wait in a test.
package patience

import "time"

// Default is how long a wait may take where nothing else is said.
const Default = 10 * time.Second

// margin is kept of a test's deadline, so that a wait that is in vain ends
// with its own message and not with the panic of the test binary.
const margin = 2 * time.Second

// Limit is the patience of a wait in t, or less where the test's deadline is near.
func Limit(t any, patience time.Duration) time.Duration {
	deadline, ok := deadlineOf(t)
	if !ok {
		return patience
	}
	return max(min(patience, time.Until(deadline)-margin), 0)
}

// deadlineOf is that of the test, if it has one. In a testing/synctest
// bubble it panics, because real time means nothing there.
func deadlineOf(t any) (deadline time.Time, ok bool) {
	timed, has := t.(interface{ Deadline() (time.Time, bool) })
	if !has {
		return time.Time{}, false
	}
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return timed.Deadline()
}
