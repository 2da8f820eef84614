// Package rule is what the rules of every protocol have: conditions on what they take, how
// often they do, and what they had of it. What they do is the protocol's.
package rule

import (
	"fmt"
	"sync"
)

// Rule takes points of a protocol, which are values of type P. Its methods may be called
// from any goroutine.
type Rule[P any] struct {
	mu         sync.Mutex // guards what follows; never held while a condition is asked
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

// condition narrows a rule. Its text stands behind what a report calls the rule.
type condition[P any] struct {
	text string
	ok   func(P) bool
}

// New is a rule that takes every point.
func New[P any]() *Rule[P] { return &Rule[P]{nth: 1} }

// Where adds a condition. It may call whatever it likes.
func (r *Rule[P]) Where(text string, ok func(P) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conditions = append(r.conditions[:len(r.conditions):len(r.conditions)], condition[P]{text, ok})
}

// Nth has the rule begin with the n-th point, and end with it unless Times says more.
func (r *Rule[P]) Nth(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.nth = n; r.times == 0 {
		r.times = 1
	}
}

// Times is how often the rule fires at most.
func (r *Rule[P]) Times(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = n
}

// Optional says that the rule need not fire.
func (r *Rule[P]) Optional() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.optional = true
}

// Remove has the rule take nothing more. It reports whether it did before.
func (r *Rule[P]) Remove() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := !r.removed
	r.removed = true
	return was
}

// Matches asks the conditions, and counts nothing.
func (r *Rule[P]) Matches(point P) bool {
	r.mu.Lock()
	conditions, removed := r.conditions, r.removed
	r.mu.Unlock()
	for _, c := range conditions {
		if removed || !c.ok(point) {
			return false
		}
	}
	return !removed
}

// Take counts a point that matches, and says whether the rule is to fire. Its firing is
// counted with that, so that of two that come at once none is too many.
func (r *Rule[P]) Take() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen++
	if r.removed || r.seen < r.nth || r.times > 0 && r.fired >= r.times {
		return false
	}
	r.fired++
	return true
}

// Lost takes back that the rule has fired: another came before it.
func (r *Rule[P]) Lost(to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fired--
	r.lostTo = to
}

// NoteChanged counts a point at which the rule has changed something.
func (r *Rule[P]) NoteChanged() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed++
}

// State is what there is to say of a rule.
type State struct {
	Nth, Seen, Fired, Changed int
	Optional, Removed         bool
	LostTo                    string // the rule that came before it last
}

// State is how the rule is now.
func (r *Rule[P]) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return State{r.nth, r.seen, r.fired, r.changed, r.optional, r.removed, r.lostTo}
}

// Narrowed says how the rule was narrowed: ", number 2 of bob in Archive".
func (r *Rule[P]) Narrowed() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := ""
	if r.nth > 1 {
		out = fmt.Sprintf(", number %d", r.nth)
	}
	for _, c := range r.conditions {
		out += c.text
	}
	return out
}
