package patience_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/patience"
)

// endless is a test without a deadline, ending one with.
type (
	endless struct{}
	ending  struct{ at time.Time }
)

func (endless) Deadline() (time.Time, bool)  { return time.Time{}, false }
func (e ending) Deadline() (time.Time, bool) { return e.at, true }

// A wait ends before its test does.
func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			t          any
			have, want time.Duration
		}{
			{nil, time.Minute, time.Minute},
			{endless{}, time.Minute, time.Minute},
			{ending{time.Now().Add(time.Hour)}, time.Minute, time.Minute},
			{ending{time.Now().Add(10 * time.Second)}, time.Minute, 8 * time.Second},
			{ending{time.Now().Add(time.Second)}, time.Minute, 0},
			{t, time.Minute, time.Minute}, // in a bubble
			{t, 0, 24 * time.Hour},
		} {
			if got := patience.Limit(test.t, test.have); got != test.want {
				t.Errorf("%v: got %v, want %v", test.t, got, test.want)
			}
		}
	})
}

// A bubble is known from within, in goroutines of its own too and years later.
func TestBubble(t *testing.T) {
	if patience.Bubble() {
		t.Error("this is none")
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(100 * 365 * 24 * time.Hour)
		inside := make(chan bool)
		go func() { inside <- patience.Bubble() }()
		if !patience.Bubble() || !<-inside {
			t.Error("this is one")
		}
	})
}

// Outside a bubble a wait in vain takes real time.
func TestUsual(t *testing.T) {
	if got := patience.Limit(nil, 0); got != 10*time.Second || patience.Bubble() {
		t.Errorf("got %v; in a bubble: %v", got, patience.Bubble())
	}
}
