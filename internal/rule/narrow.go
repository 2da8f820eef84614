package rule

import (
	"fmt"
	"slices"
)

// condition narrows a rule. It may call whatever it likes. Its text stands behind what a
// report calls the rule.
type condition[P any] struct {
	text string
	ok   func(P) bool
}

// Narrow adds a condition.
func (r *Rule[P, E]) Narrow(text string, ok func(P) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conditions = append(r.conditions[:len(r.conditions):len(r.conditions)], condition[P]{text, ok})
}

// Nth has the rule begin with the n-th point, and end with it unless Times says more.
func (r *Rule[P, E]) Nth(n int) {
	r.T().Helper()
	if n < 1 {
		r.Misuse("Nth(%d): the first is 1", n)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.nth = n; r.times == 0 {
		r.times = 1
	}
}

// Times is how often the rule fires at most.
func (r *Rule[P, E]) Times(n int) {
	r.T().Helper()
	if n < 1 {
		r.Misuse("Times(%d): a rule that never fires is none", n)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = n
}

// As narrows the rule to points of an account, as is says.
func (r *Rule[P, E]) As(user string, is func(point P) bool) {
	r.T().Helper()
	if user == "" {
		r.Misuse("As(\"\"): which account?")
		return
	}
	r.Narrow(" of "+user, is)
}

// OnConn narrows the rule to the n-th connection; number is that of a point's.
func (r *Rule[P, E]) OnConn(n int, number func(point P) int) {
	r.T().Helper()
	if n < 1 {
		r.Misuse("OnConn(%d): the first is 1", n)
		return
	}
	r.Narrow(fmt.Sprintf(" on connection %d", n), func(point P) bool { return number(point) == n })
}

// In narrows the rule to a mailbox, as is says.
func (r *Rule[P, E]) In(mailbox string, is func(point P) bool) {
	r.T().Helper()
	if mailbox == "" {
		r.Misuse("In(\"\"): which mailbox?")
		return
	}
	r.Narrow(" in "+mailbox, is)
}

// Where narrows the rule by a condition of the test's own; given says that there is one.
func (r *Rule[P, E]) Where(given bool, ok func(point P) bool) {
	r.T().Helper()
	if !given {
		r.Misuse("Where(nil): which condition?")
		return
	}
	r.Narrow(" where func", ok)
}

// Optional says that the rule need not fire.
func (r *Rule[P, E]) Optional() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.optional = true
}

// remove has the rule take nothing more.
func (r *Rule[P, E]) remove() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed = true
}

// Matches asks whether the rule is for a point, and counts nothing.
func (r *Rule[P, E]) Matches(point P) bool {
	r.mu.Lock()
	conditions, removed := r.conditions, r.removed
	r.mu.Unlock()
	return !removed && r.At(point) && !slices.ContainsFunc(conditions, func(c condition[P]) bool { return !c.ok(point) })
}

// take counts a point that matches, and says whether the rule is to fire. Its firing is
// counted with that, so that of two that come at once none is too many.
func (r *Rule[P, E]) take() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen++
	if r.removed || r.seen < r.nth || r.times > 0 && r.fired >= r.times {
		return false
	}
	r.fired++
	return true
}

// lost takes back that the rule has fired: another came before it.
func (r *Rule[P, E]) lost(to string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fired--
	r.lostTo = to
}

// noteChanged counts a point at which the rule has changed something.
func (r *Rule[P, E]) noteChanged() {
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
func (r *Rule[P, E]) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return State{r.nth, r.seen, r.fired, r.changed, r.optional, r.removed, r.lostTo}
}

// Narrowed says how the rule was narrowed: ", number 2 of bob in Archive".
func (r *Rule[P, E]) Narrowed() string {
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
