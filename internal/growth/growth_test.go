package growth

import (
	"math"
	"testing"
	"time"
)

// The exponent of times that are known.
func TestExponent(t *testing.T) {
	linear := Case{Size: 100}
	area := Case{Size: 100, Bulk: func(n int) float64 { return float64(n) * float64(n) }}
	tests := []struct {
		c    Case
		best [3]time.Duration
		want float64
	}{
		{linear, [3]time.Duration{1000, 2000, 4000}, 1},
		{linear, [3]time.Duration{1000, 4000, 16000}, 2},
		{linear, [3]time.Duration{1000, 8000, 64000}, 3},
		{area, [3]time.Duration{1000, 4000, 16000}, 1},
		{linear, [3]time.Duration{1000, 1000, 1000}, 0},
		{linear, [3]time.Duration{1000, 2000, 16000}, 1},            // the last is too large for a cache
		{linear, [3]time.Duration{1000, 8000, 16000}, 1},            // or the middle one already is
		{linear, [3]time.Duration{2000, 6000, 20000}, math.Log2(3)}, // n + n²
	}
	for _, test := range tests {
		if got := test.c.exponent(test.best); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%v: got %v, want %v", test.best, got, test.want)
		}
	}
}

// What is quadratic is seen to be so, and what is linear too, on a machine that is left
// alone for a moment now and then.
func TestMeasures(t *testing.T) {
	spin := func(steps int) func() {
		return func() {
			x := 1
			for i := range steps {
				x = x*31 + i
			}
			sink = x
		}
	}
	quadratic := Case{Size: 4000, Prepare: func(_ testing.TB, n int) func() { return spin(n * n) }}
	linear := Case{Size: 4_000_000, Prepare: func(_ testing.TB, n int) func() { return spin(n) }}
	for _, test := range []struct {
		c    Case
		low  float64
		high float64
	}{{quadratic, 1.6, 2.5}, {linear, 0.5, 1.5}} {
		best := [3]time.Duration{math.MaxInt64, math.MaxInt64, math.MaxInt64}
		got := math.Inf(1)
		for began := time.Now(); (got < test.low || got > test.high) && time.Since(began) < patience; {
			for i := range best {
				best[i] = min(best[i], test.c.measure(t, test.c.size()<<i))
			}
			got = test.c.exponent(best)
		}
		if got < test.low || got > test.high {
			t.Errorf("%v: exponent %.2f, want %v to %v", best, got, test.low, test.high)
		}
	}
}

var sink int
