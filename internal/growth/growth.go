// Package growth holds what takes time to taking time that is near linear in its size.
// A table of cases is a test and a benchmark at once:
//
//	var growths = []growth.Case{{
//		Name: "sort", Size: 20_000,
//		Prepare: func(tb testing.TB, n int) func() {
//			numbers := rand.Perm(n)
//			return func() { slices.Sort(numbers) }
//		},
//	}}
//
//	func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
//	func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }
//
// It says nothing of how fast something is: that is for benchmarks, and for people to
// judge.
package growth

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// Bound is the exponent that no case may exceed: time may grow with size to this
// power, be it from the smallest size to the middle or from there to the largest. What
// is linear, and n log n, are well below it on the busiest machine; what is quadratic is
// well above, at both steps. A single step may be dear by itself: where the larger size
// no longer fits into a cache.
const Bound = 1.5

// Case is something that is done at three sizes: 1, 2 and 4 times Size.
type Case struct {
	Name string
	Size int // the smallest of the three
	// Prepare makes what is needed for a size, and returns what is measured. It is
	// called for each measurement.
	Prepare func(tb testing.TB, n int) (run func())
	// Bulk is how much there is to do at a size, for what must do more than n: to write
	// the names of n levels takes n squared bytes. nil: n.
	Bulk func(n int) float64
}

// full says that the cases have their full size. A plain run has a quarter of it,
// which takes a sixteenth of the time that something quadratic would.
func full() bool { return os.Getenv("GROWTH") == "full" }

func (c Case) size() int {
	if full() {
		return c.Size
	}
	return max(c.Size/4, 1)
}

func (c Case) bulk(n int) float64 {
	if c.Bulk != nil {
		return c.Bulk(n)
	}
	return float64(n)
}

// A case is measured again and again, so often and so long at least, before it has
// failed. The best time of each size counts: what else goes on only ever adds to it.
const (
	rounds   = 5
	patience = 15 * time.Second
)

// Slack is how many times longer something may take with the race detector than without.
const Slack = slack

// floor is what is taken for the time of anything shorter, which cannot be measured
// well.
const floor = time.Millisecond

// Test measures each case until its exponent is within Bound, and fails if that does
// not happen. It logs the times. Under the race detector each case runs once and is not
// judged: what it does then is mostly the detector's work.
func Test(t *testing.T, cases []Case) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if raced {
				c.measure(t, c.size())
				return
			}
			best := [3]time.Duration{math.MaxInt64, math.MaxInt64, math.MaxInt64}
			began := time.Now()
			exponent := math.Inf(1)
			for round := 0; exponent > Bound && (round < rounds || time.Since(began) < patience); round++ {
				for i := range best {
					best[i] = min(best[i], c.measure(t, c.size()<<i))
				}
				exponent = c.exponent(best)
			}
			t.Logf("%v, %v, %v at %d, %d, %d: exponent %.2f", best[0], best[1], best[2], c.size(), 2*c.size(), 4*c.size(), exponent)
			if exponent > Bound {
				t.Errorf("grows with the power of %.2f, want %.2f at most", exponent, Bound)
			}
		})
	}
}

func (c Case) measure(tb testing.TB, n int) time.Duration {
	run := c.Prepare(tb, n)
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it comes when it likes
	began := ProcessorTime()
	run()
	return max(ProcessorTime()-began, floor)
}

// exponent is that of the power of size with which time grows at each of the two steps.
func (c Case) exponent(best [3]time.Duration) float64 {
	step := func(i int) float64 {
		n := c.size() << i
		return math.Log(float64(best[i+1])/float64(best[i])) / math.Log(c.bulk(2*n)/c.bulk(n))
	}
	return min(step(0), step(1))
}

// Benchmark prints the time of each case at each size.
func Benchmark(b *testing.B, cases []Case) {
	for _, c := range cases {
		for i := range 3 {
			n := c.Size << i
			b.Run(fmt.Sprintf("%s/%d", c.Name, n), func(b *testing.B) {
				for range b.N {
					b.StopTimer()
					run := c.Prepare(b, n)
					b.StartTimer()
					run()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/c.bulk(n), "ns/unit")
			})
		}
	}
}
