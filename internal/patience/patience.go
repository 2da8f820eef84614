// Package patience says how long a helper may wait in a test.
package patience

import (
	"bytes"
	"runtime"
	"time"
)

// Default is the patience of who was told nothing, InBubble that in a testing/synctest
// bubble: waiting in vain takes no time there, and what is waited for may be hours away.
const (
	Default  = 10 * time.Second
	InBubble = 24 * time.Hour
)

// margin is kept of a test's deadline, so that a wait that is in vain ends
// with its own message and not with the panic of the test binary.
const margin = 2 * time.Second

// Limit is the patience of a wait in t, or less where the test's deadline is near. Zero is
// what is usual.
func Limit(t any, patience time.Duration) time.Duration {
	switch {
	case patience == 0 && Bubble():
		patience = InBubble
	case patience == 0:
		patience = Default
	}
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

// Bubble says whether the caller is in a testing/synctest bubble, which the first line of
// its stack says: "goroutine 18 [running, synctest bubble 3]:". A stack costs more than all
// else of a server's start, so the clock is asked first: in a bubble it is not monotonic.
func Bubble() bool {
	if now := time.Now(); now != now.Round(0) {
		return false
	}
	buf := make([]byte, 128)
	head, _, _ := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("\n"))
	return bytes.Contains(head, []byte("synctest bubble"))
}
