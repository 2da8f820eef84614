package rule

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Rules are those of a server.
type Rules[P any, E Effect] struct {
	T TB // what is called wrongly fails it
	// Noted is called with what is about to be reported of a rule; or nil.
	Noted func(text string)

	list atomic.Pointer[[]*Rule[P, E]] // nil: none
	mu   sync.Mutex                    // held while another list is stored
}

// New makes a rule, which does nothing until it has a verb.
func (l *Rules[P, E]) New(spec Spec[P, E]) *Rule[P, E] {
	r := &Rule[P, E]{Spec: spec, rules: l, tb: l.T, nth: 1}
	l.change(func(list []*Rule[P, E]) []*Rule[P, E] { return append(list, r) })
	return r
}

// change puts another list in the place of the rules.
func (l *Rules[P, E]) change(f func([]*Rule[P, E]) []*Rule[P, E]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if list := f(slices.Clone(l.All())); len(list) > 0 {
		l.list.Store(&list)
	} else {
		l.list.Store(nil)
	}
}

// Any is asked first, so that a server without rules does no more.
func (l *Rules[P, E]) Any() bool { return l.list.Load() != nil }

// All are those that have not been removed, in the order in which they were made.
func (l *Rules[P, E]) All() []*Rule[P, E] {
	if list := l.list.Load(); list != nil {
		return *list
	}
	return nil
}

// Clear takes all rules away.
func (l *Rules[P, E]) Clear() {
	for _, r := range l.All() {
		r.Remove()
	}
}

// Check fails the test for what was called wrongly without one, and for every rule that did
// not do what it was made for, unless that is another's business.
func (l *Rules[P, E]) Check(t TB) {
	t.Helper()
	for _, err := range Misuse(l.T) {
		l.noted(err.Error())
		t.Errorf("%v", err)
	}
	for _, r := range l.All() {
		r.mu.Lock()
		own := r.own
		r.mu.Unlock()
		if !own {
			r.report(t)
		}
	}
}

// Idle is what Check would say first of each rule, in a line: for a test that has failed
// already, perhaps because of it.
func (l *Rules[P, E]) Idle() (lines []string) {
	for _, r := range l.All() {
		if all := r.complaints(); len(all) > 0 {
			line, _, _ := strings.Cut(all[0], "\n")
			lines = append(lines, line)
		}
	}
	return lines
}

func (l *Rules[P, E]) noted(text string) {
	if l.Noted != nil {
		l.Noted(text)
	}
}

// report fails the test if the rule did not do what it was made for.
func (r *Rule[P, E]) report(t TB) {
	t.Helper()
	for _, why := range r.complaints() {
		r.rules.noted(why)
		t.Errorf("%s", why)
	}
}

func (r *Rule[P, E]) complaints() (out []string) {
	r.mu.Lock()
	effects, broken := r.effects, r.broken
	r.mu.Unlock()
	state := r.State()
	switch {
	case broken || state.Removed:
		return nil // that has been said, or is meant
	case len(effects) == 0:
		return []string{r.Name + " says nothing of what is to happen: Drop, Delay …"}
	case r.Held != nil && slices.ContainsFunc(effects, r.Held):
		out = append(out, r.Name+r.Narrowed()+" was reached, and never released")
	}
	switch {
	case state.Optional:
		return out
	case state.Fired == 0:
		return append(out, r.Unfired())
	}
	for _, e := range effects {
		if e.Changed() == 0 {
			out = append(out, r.Unchanged(e))
		}
	}
	return out
}

// Often is how often something was: once, 2 times.
func Often(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
