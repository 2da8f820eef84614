package compare

import (
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// kinds are the servers, in the order of the page.
var kinds = []string{ours, peer, old, dovecot, lowest}

// bench has what works need besides the servers: a Dovecot that runs all the time, and
// tapes for the floor.
type bench struct {
	tb      testing.TB
	kinds   []string
	played  map[string]*process
	dovecot *dovecotServer
	dir     string
}

func newBench(tb testing.TB, kinds ...string) *bench {
	tb.Helper()
	b := &bench{tb: tb, kinds: slices.Clone(kinds), dir: tb.TempDir(), played: make(map[string]*process)}
	if i := slices.Index(kinds, dovecot); i >= 0 {
		if b.dovecot = newDovecot(tb); b.dovecot == nil {
			b.kinds = slices.Delete(b.kinds, i, i+1)
		}
	}
	for _, kind := range b.kinds {
		if kind != dovecot {
			b.played[kind] = start(tb, kind)
		}
	}
	return b
}

// dovecotVersion is that of the Dovecot, if there is one.
func (b *bench) dovecotVersion() string {
	if b.dovecot == nil {
		return "not installed"
	}
	return b.dovecot.version()
}

// costs are what a work has cost at each server.
type costs map[string]spent

// dovecotRounds are fewer, because an account of Dovecot's is made of thousands of files.
const dovecotRounds = 3

// compare does a work at each server in turn, so many times. The medians count.
func (b *bench) compare(w work, rounds int) costs {
	b.tb.Helper()
	all := make(map[string][]spent)
	tape := b.record(w)
	for round := range rounds {
		for _, kind := range b.kinds {
			if kind == dovecot && round >= dovecotRounds {
				continue
			}
			if w.lacks[kind] == "" {
				all[kind] = append(all[kind], b.once(w, kind, tape))
			}
		}
	}
	out := make(costs)
	for kind, each := range all {
		out[kind] = median(each)
	}
	return out
}

// once does a work at a server that has just been made, or at an account that has.
func (b *bench) once(w work, kind, tape string) spent {
	b.tb.Helper()
	r := &run{srv: b.fresh(w, kind, tape)}
	defer r.srv.done()
	if err := w.do(r); err != nil {
		b.tb.Fatalf("%s at %s: %v", w.name, kind, err)
	}
	return r.spent
}

func (b *bench) fresh(w work, kind, tape string) target {
	b.tb.Helper()
	n := messages
	if w.empty {
		n = 0
	}
	if kind == dovecot {
		return b.dovecot.account(n)
	}
	p := b.played[kind]
	if err := p.fresh(setup{Mail: n, SMTP: w.smtp, Tape: tape}); err != nil {
		b.tb.Fatalf("%s at %s: %v", w.name, kind, err)
	}
	return p
}

// record has our server do the work once, and gives the name of a file with what it said,
// for the floor.
func (b *bench) record(w work) string {
	b.tb.Helper()
	if !slices.Contains(b.kinds, lowest) {
		return ""
	}
	r := &run{srv: b.fresh(w, ours, ""), tape: &tape{}}
	name := filepath.Join(b.dir, "tape")
	err := w.do(r)
	if err == nil {
		err = r.tape.save(name)
	}
	if err != nil {
		b.tb.Fatalf("%s is not recorded: %v", w.name, err)
	}
	return name
}

// median is that of the clock and that of the processor.
func median(all []spent) spent {
	middle := func(part func(spent) time.Duration) time.Duration {
		var times []time.Duration
		for _, s := range all {
			times = append(times, part(s))
		}
		slices.Sort(times)
		return times[len(times)/2]
	}
	return spent{
		middle(func(s spent) time.Duration { return s.Clock }),
		middle(func(s spent) time.Duration { return s.Processor }),
	}
}
