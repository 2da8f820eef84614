package rule

import (
	"iter"
	"slices"
)

// Firing is a rule that takes effect at a point.
type Firing[P any, E Effect] struct {
	rule    *Rule[P, E]
	effects []E
	counted bool // that it has changed something
}

// Changed counts that an effect of the rule has changed something, the rule once a point.
func (f *Firing[P, E]) Changed(e E) {
	e.NoteChanged()
	if !f.counted {
		f.counted = true
		f.rule.noteChanged()
	}
}

// Firings are the rules that take effect at a point, in the order in which they were made.
type Firings[P any, E Effect] []*Firing[P, E]

// Effects are what is to happen, in the order of the rules.
func (list Firings[P, E]) Effects() iter.Seq2[*Firing[P, E], E] {
	return func(yield func(*Firing[P, E], E) bool) {
		for _, f := range list {
			for _, e := range f.effects {
				if !yield(f, e) {
					return
				}
			}
		}
	}
}

// Due asks every rule about a point, so that each counts on its own, and takes what can be
// of their effects.
func (l *Rules[P, E]) Due(point P) Firings[P, E] {
	var due Firings[P, E]
	for _, r := range l.All() {
		effects := r.Effects()
		if len(effects) > 0 && r.Matches(point) && r.take() {
			due = append(due, &Firing[P, E]{rule: r, effects: effects})
		}
	}
	return due.settle()
}

// settle leaves out what cannot be: what contradicts the first that takes the place of the
// command, or what an earlier rule wants. A rule of which nothing is left has not fired.
func (list Firings[P, E]) settle() Firings[P, E] {
	var taken Firings[P, E]
	if i := slices.IndexFunc(list, (*Firing[P, E]).isInstead); i >= 0 {
		taken = append(taken, list[i])
	}
	for _, f := range list {
		if slices.Contains(taken, f) {
			continue
		}
		lostTo := ""
		f.effects = slices.DeleteFunc(slices.Clone(f.effects), func(e E) bool {
			i := slices.IndexFunc(taken, func(other *Firing[P, E]) bool { return other.contradicts(e) })
			if i >= 0 {
				lostTo = taken[i].rule.Name
			}
			return i >= 0
		})
		if len(f.effects) == 0 {
			f.rule.lost(lostTo)
			continue
		}
		taken = append(taken, f)
	}
	return slices.DeleteFunc(list, func(f *Firing[P, E]) bool { return len(f.effects) == 0 })
}

func (f *Firing[P, E]) isInstead() bool {
	return slices.ContainsFunc(f.effects, func(e E) bool { return e.Traits()&IsInstead != 0 })
}

func (f *Firing[P, E]) contradicts(e E) bool {
	return slices.ContainsFunc(f.effects, func(own E) bool { return contradiction(own.Traits(), e.Traits(), false) != "" })
}
