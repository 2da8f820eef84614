package sweep

import (
	"fmt"
	"testing"
	"time"
)

// Retry calls f until it returns nil, at most n times, with a minute between: of virtual
// time, or ten milliseconds of real time. In vain it stops the scenario with the last error.
// A disturbance comes once, so that three tries are enough for code that recovers.
func Retry(t testing.TB, n int, f func() error) {
	t.Helper()
	if ours, ok := t.(*recorder); ok && ours.player != nil && ours.player.run != nil {
		n += len(ours.player.run.acts) - 1 // for each disturbance one more
	}
	pause := time.Minute
	if bubble() == "" {
		pause = 10 * time.Millisecond
	}
	for try := 1; ; try++ {
		err := f()
		switch {
		case err == nil:
			return
		case try >= n:
			t.Fatalf("%s: %v", tries(try), err)
			return
		}
		select {
		case <-time.After(pause):
		case <-t.Context().Done():
			t.Fatalf("%s: %v", tries(try), err)
			return
		}
	}
}

func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

// Calm ends the disturbances: what the scenario does from here on is to look, and no point
// of the sweep. Code that is to be as it was whatever a rival does needs it before its last
// look: what a rival does after that look no code can know. Outside a sweep it does nothing.
func Calm(t testing.TB) {
	if ours, ok := t.(*recorder); ok && ours.calm != nil {
		ours.calm()
	}
}
