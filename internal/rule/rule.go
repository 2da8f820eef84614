// Package rule is what the rules of every protocol are: which points of it they take, how
// often, and what they had of that; verbs that compose or contradict each other; and the
// report of what was not as the test had meant it. What a verb does is the protocol's.
//
// internal/README.md has the rooms around it.
package rule

import (
	"fmt"
	"slices"
	"sync"
)

// TB is what rules need of a test.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Failed() bool
}

// Rule takes points of a protocol, which are values of type P, and has verbs of type E. Its
// methods may be called from any goroutine.
type Rule[P any, E Effect] struct {
	Spec[P, E]
	rules *Rules[P, E]

	mu      sync.Mutex // guards what follows; never held while a condition is asked
	tb      TB         // whose test it is
	own     bool       // tb is that of For
	effects []E
	broken  bool // it was called wrongly, which has been reported

	conditions []condition[P]
	nth        int // from which matching point on, 1 for the first
	times      int // how often at most, 0 for ever
	optional   bool
	removed    bool
	seen       int // matching points
	fired      int
	changed    int
	lostTo     string
}

// Spec is what the protocol says of a rule.
type Spec[P any, E Effect] struct {
	Name string // as reports have it: On("FETCH")
	// At says whether the rule is asked at a point at all, before it counts.
	At func(point P) bool
	// Misfit says why a verb is not for this rule, "" if it is.
	Misfit func(e E) string
	// Unfired says that the rule never fired, and what came nearest.
	Unfired func() string
	// Unchanged says that a verb never changed anything, and why.
	Unchanged func(e E) string
	// Held says that a verb still holds something at the end, or is nil.
	Held func(e E) bool
}

// T is whose test the rule fails.
func (r *Rule[P, E]) T() TB {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tb
}

// Misuse reports what cannot be meant, at the line of the test that says so.
func (r *Rule[P, E]) Misuse(format string, args ...any) {
	r.mu.Lock()
	r.broken = true
	t := r.tb
	r.mu.Unlock()
	t.Helper()
	text := fmt.Sprintf("%s: %s", r.Name, fmt.Sprintf(format, args...))
	r.rules.noted(text)
	t.Errorf("%s", text)
}

// For has the rule end with t, which is a subtest's, and report there.
func (r *Rule[P, E]) For(t TB) {
	r.mu.Lock()
	r.tb, r.own = t, true
	r.mu.Unlock()
	t.Cleanup(func() {
		t.Helper()
		if !t.Failed() {
			r.report(t)
		}
		r.Remove()
	})
}

// Remove takes the rule away: it fires no more, and does not fail the test.
func (r *Rule[P, E]) Remove() {
	r.remove()
	r.rules.change(func(list []*Rule[P, E]) []*Rule[P, E] {
		return slices.DeleteFunc(list, func(one *Rule[P, E]) bool { return one == r })
	})
}

// Effects are the rule's verbs; none while it was called wrongly.
func (r *Rule[P, E]) Effects() []E {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return nil
	}
	return r.effects
}

// Do gives the rule a verb, unless that does not fit, or contradicts another.
func (r *Rule[P, E]) Do(e E) {
	r.T().Helper()
	if wrong := r.Misfit(e); wrong != "" {
		r.Misuse("%s", wrong)
		return
	}
	for _, other := range r.Effects() {
		if why := contradiction(other.Traits(), e.Traits(), true); why != "" {
			r.Misuse("%s after %s: %s", e.Verb(), other.Verb(), why)
			return
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.effects = append(r.effects[:len(r.effects):len(r.effects)], e)
}

// Has says whether a verb has a trait, used rightly or not.
func (r *Rule[P, E]) Has(trait Traits) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.effects, func(e E) bool { return e.Traits()&trait != 0 })
}
