package compare

import (
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// busy is a process that keeps every core of the machine busy, as somebody else's work
// does. It changes ratios: whoever waits for the other side more often is woken dearer.
const busy = "busy"

func startBusy(setup) (*played, error) {
	cores := runtime.NumCPU()
	runtime.GOMAXPROCS(cores + 1) // one for whoever asks
	var over atomic.Bool
	for range cores {
		go func() {
			for !over.Load() {
			}
		}()
	}
	return &played{end: func() { over.Store(true) }}, nil
}

// whileBusy does something on a machine that is busy.
func whileBusy(tb testing.TB, do func()) {
	tb.Helper()
	p, err := newProcess(busy)
	if err == nil {
		err = p.fresh(setup{})
	}
	if err != nil {
		tb.Fatal(err)
	}
	defer p.end()
	do()
}

// busyOutcome is what works cost ours and the peer meanwhile.
func busyOutcome(tb testing.TB, works []work, rounds int) outcome {
	tb.Helper()
	o := outcome{works: works}
	bench := newBench(tb, ours, peer)
	whileBusy(tb, func() {
		for _, w := range works {
			o.costs = append(o.costs, bench.compare(w, rounds))
		}
	})
	return o
}

// peerTable is that of the ratios to the peer alone.
func (o outcome) peerTable(of func(spent) time.Duration) *table {
	t := &table{columns: []string{"work", peerRatio}}
	for i, w := range o.works {
		t.add(w.name, o.costs[i].of(peer, of)/o.costs[i].of(ours, of))
	}
	return t
}

// heldRatios are those to the peer that may fall by a third: the lesser of what they are
// on a machine that does nothing else and on one that is busy.
func heldRatios(page string) (*table, error) {
	quiet, err := readTable(page, ratioHeading)
	if err != nil {
		return nil, err
	}
	other, err := readTable(page, busyHeading)
	if err != nil {
		return nil, err
	}
	t := &table{columns: []string{"work", peerRatio}}
	for _, r := range quiet.rows {
		ratio := quiet.at(r.name, peerRatio)
		if b := other.at(r.name, peerRatio); !math.IsNaN(b) {
			ratio = min(ratio, b)
		}
		t.add(r.name, ratio)
	}
	return t, nil
}
