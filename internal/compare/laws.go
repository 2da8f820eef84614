package compare

import (
	"fmt"
	"math"
)

// law is what must hold of how things grow.
type law struct {
	text  string
	bound float64
	found float64
}

func (l law) broken() bool { return !(l.found <= l.bound) }

func (l law) String() string {
	return fmt.Sprintf("%s: %s, at most %s", l.text, figure(l.found), figure(l.bound))
}

// flatBound is how many times the time at a size may be that at a thousandth of it, if it
// does not depend on the size. What is proportional is a thousand times.
const flatBound = 4

// laws are those about messages, at a size and at a smaller one.
func laws(small, large int, at map[int]grown, memory float64) []law {
	times := func(name string) float64 {
		return at[large].each[name].Processor.Seconds() / at[small].each[name].Processor.Seconds()
	}
	factor := float64(large) / float64(small)
	var out []law
	for _, row := range growths {
		if _, measured := at[large].each[row.name]; !measured {
			continue
		}
		bound := 2 * factor // what it has to say or to look at is proportional
		switch {
		case row.flat:
			bound = flatBound
		case row.name == "SELECT" && large <= 100_000:
			bound = 20
		}
		out = append(out, law{fmt.Sprintf("%s: %d messages, times that of %d", row.name, large, small), bound, times(row.name)})
	}
	return append(out, law{fmt.Sprintf("memory for each of %d messages beyond its bytes", large), memory, at[large].atRest})
}

// What a message and an idling client may cost of memory, in bytes, and what no run of the
// tests may exceed.
const (
	messageWanted, messageHeld = 250, 275
	idleWanted, idleHeld       = 16 << 10, 20 << 10
)

// idleLaw is about an idling client's memory.
func idleLaw(i idled, bound float64) law {
	return law{fmt.Sprintf("memory for each of %d idling clients, bytes", i.clients), bound, i.memory}
}

// broken are the laws that do not hold.
func broken(all []law) (out []law) {
	for _, l := range all {
		if l.broken() || math.IsNaN(l.found) {
			out = append(out, l)
		}
	}
	return out
}
