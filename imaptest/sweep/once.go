package sweep

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// outcome is how a run went.
type outcome struct {
	srv *imaptest.Server // for a report; nil if none is wanted

	commands   []imaptest.Command // up to Calm
	said       []*said            // to each of them, undisturbed
	steps      []smtpsink.Command
	marks      []string
	processes  int
	conns      int
	handshakes int
	before     contents // when the scenario began
	after      contents
	result     string

	failures []string
	failed   bool
	skipped  bool
	panicked string
	hung     string // what it waits for
	stuck    string
	unmade   bool   // it was not made: see left
	away     string // how it ran away
	leaked   string

	reached bool // the rules have fired
	acted   bool // and have made a difference
	rival   rival
	code    string // the rules as Go

	log        string
	explain    string
	transcript string
	state      string
}

// patienceInBubble is how much virtual time a scenario has.
const patienceInBubble = 48 * time.Hour

// once runs the scenario, undisturbed if r is nil.
func (sw *sweep) once(r *run) *outcome {
	o := &outcome{}
	if stuck := sw.enclose(func(t *testing.T) { sw.play(t, o, r) }); stuck.why != "" {
		switch {
		case stuck.leaked:
			o.leaked = stuck.why
			return o
		case stuck.over:
			o.failed, o.failures = true, append(o.failures, stuck.why)
			return o
		}
		sw.left.add(stuck.busy)
		// What the bubble wrote is not touched: it may write yet.
		return &outcome{stuck: stuck.why, reached: true, acted: true, code: codeOf(r)}
	}
	return o
}

func codeOf(r *run) string {
	if r == nil {
		return ""
	}
	return r.code()
}

// end is why a bubble did not end well.
type end struct {
	why    string
	leaked bool // goroutines were left behind, when all else had ended
	over   bool // nothing of the bubble runs any more
	busy   bool // it runs, and will for ever
}

// left are the bubbles that could not be ended.
type left struct{ busy, stuck atomic.Int64 }

func (l *left) add(busy bool) {
	if busy {
		l.busy.Add(1)
	} else {
		l.stuck.Add(1)
	}
}

// How many may be left of a sweep: one that is busy holds a processor, and half a minute went by
// before it was given up.
const (
	mostBusy  = 2
	mostStuck = 100
)

// tooMany says that no more runs are to be made.
func (l *left) tooMany() bool { return l.busy.Load() >= mostBusy || l.stuck.Load() >= mostStuck }

// failedItself is why a bubble ends that nobody has told to. What fails in a run goes to its
// recorder, all but this.
const failedItself = "the test itself has failed: there is a race, if go test -race says so (go test -parallel 1 tells in which run)"

// enclose calls f in a bubble of its own, with a t that is its own, and waits for its end. In
// real time it calls f as it is.
func (sw *sweep) enclose(f func(t *testing.T)) end {
	if sw.real {
		f(sw.t)
		return end{}
	}
	w := &watched{number: make(chan string, 1), ended: make(chan string, 1)}
	go func() {
		why := failedItself
		defer func() { w.ended <- why }()
		defer func() {
			if r := recover(); r != nil {
				why = fmt.Sprint(r)
			}
		}()
		synctest.Test(sw.t, func(t *testing.T) {
			w.number <- bubble()
			f(t)
		})
		why = ""
	}()
	return w.wait()
}
