package imaptest

import (
	"bytes"
	"slices"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// place is what rules are asked about.
type place struct {
	at      point
	cmd     *Command
	literal int   // that is announced, from 1; 0: the command is whole
	invalid error // why the command cannot run, nil if it can
}

// firing is a rule that takes effect at a place.
type firing struct {
	rule    *ruleCore
	effects []*effect
	counted bool // that it has changed something
}

// changed counts that an effect of the rule has changed something, the rule once a command.
func (f *firing) changed(e *effect) {
	e.noteChanged()
	if !f.counted {
		f.counted = true
		f.rule.core.NoteChanged()
	}
}

// play does what the rules want at a place: it finds those that are due, takes what can be
// of their effects, and brings these about in the order of their kinds and of the rules. An
// error is in place of what would come there.
func (s *Server) play(p place, ctl imapd.Control) error {
	firings := settle(s.due(p))
	if p.at == onCommand && len(firings) > 0 {
		ctl.Flush() // answers to what was pipelined before are none of the rules'
	}
	for _, f := range firings {
		for _, e := range f.effects {
			if e.before != nil {
				f.changed(e)
				e.before(p.cmd, ctl)
			}
		}
	}
	s.prepare(p, firings, ctl)
	for _, f := range firings {
		for _, e := range f.effects {
			if e.instead != nil {
				f.changed(e)
				return e.instead(p.cmd, ctl)
			}
		}
	}
	return nil
}

// due asks every rule, so that each counts on its own.
func (s *Server) due(p place) []*firing {
	var out []*firing
	for _, r := range s.allRules() {
		effects := r.all()
		if len(effects) > 0 && r.isAt(p) && r.core.Matches(p.cmd) && r.core.Take() {
			out = append(out, &firing{rule: r, effects: effects})
		}
	}
	return out
}

// isAt says whether a rule is asked at a place. A command that cannot run is for those
// that need none that can.
func (r *ruleCore) isAt(p place) bool {
	r.mu.Lock()
	literal := r.literal
	r.mu.Unlock()
	return r.at == p.at && literal == p.literal && (p.invalid == nil || r.is(isRaw)) &&
		(r.at != onCommand || r.pattern.matches(*p.cmd))
}

// is says whether an effect has a trait.
func (r *ruleCore) is(trait traits) bool {
	return slices.ContainsFunc(r.all(), func(e *effect) bool { return e.traits&trait != 0 })
}

// settle leaves out what cannot be: what contradicts the first that takes the place of the
// command, or what an earlier rule wants. A rule of which nothing is left has not fired.
func settle(firings []*firing) []*firing {
	var taken []*firing
	for _, f := range firings {
		if slices.ContainsFunc(f.effects, func(e *effect) bool { return e.traits&isInstead != 0 }) {
			taken = []*firing{f}
			break
		}
	}
	for _, f := range firings {
		if slices.Contains(taken, f) {
			continue
		}
		lostTo := ""
		kept := slices.DeleteFunc(slices.Clone(f.effects), func(e *effect) bool {
			for _, other := range taken {
				if other.contradicts(e) {
					lostTo = other.rule.what
					return true
				}
			}
			return false
		})
		if f.effects = kept; len(kept) == 0 {
			f.rule.core.Lost(lostTo)
			continue
		}
		taken = append(taken, f)
	}
	return slices.DeleteFunc(firings, func(f *firing) bool { return len(f.effects) == 0 })
}

func (f *firing) contradicts(e *effect) bool {
	return slices.ContainsFunc(f.effects, func(own *effect) bool { return contradiction(own.traits, e.traits, false) != "" })
}

// prepare sets up what is to happen when the command has run, and to its answer.
func (s *Server) prepare(p place, firings []*firing, ctl imapd.Control) {
	for _, f := range firings {
		for _, e := range f.effects {
			switch {
			case e.after != nil:
				filter := ctl.Filter()
				filter.Ran = append(filter.Ran, func(ctl imapd.Control) {
					f.changed(e)
					e.after(p.cmd, ctl)
				})
			case e.edit != nil:
				filter := ctl.Filter()
				filter.Edit = append(filter.Edit, f.editor(e, e.edit(p.cmd)))
			case e.send != nil:
				filter := ctl.Filter()
				if e.send(filter, ctl, func() { f.changed(e) }); filter.Cut != nil || filter.Piece > 0 {
					filter.Edit = append(filter.Edit, e.watch())
				}
			default:
				continue
			}
			if p.literal > 0 {
				ctl.Filter().CountContinuations = true
			}
		}
	}
}

// editor has an editor watched: whether it changes anything, and if not what it saw.
func (f *firing) editor(e *effect, edit imapd.Editor) imapd.Editor {
	counted := false
	return func(lines [][]byte, last bool) [][]byte {
		before := slices.Clone(lines)
		after := edit(lines, last)
		switch {
		case !slices.EqualFunc(before, after, bytes.Equal):
			if !counted {
				f.changed(e)
			}
			counted = true
		case !counted:
			e.note(before)
		}
		return after
	}
}
