package smtpsink

import (
	"slices"
	"sync"

	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// effect is one verb of a rule. One of the functions is set.
type effect struct {
	verb string // CutAfter(3)
	kind kind

	before  func(cmd *Command, ctl smtpd.Control)
	prepare func(cmd *Command, ctl smtpd.Control, changed func())
	instead func(cmd *Command, ctl smtpd.Control) error

	mu      sync.Mutex // guards what follows
	changed int
}

// kind is what verbs are, for those that contradict each other.
type kind int

const (
	early  kind = iota // before the step
	secure             // which certificate is shown
	reply              // a reply in place of the step
	silent             // nothing in place of the step
	late               // when the step has run
	hidden             // nothing of the reply is sent
	ending             // the connection ends in the reply
	pieces             // how the reply is sent
)

// contradictions are pairs of verbs that cannot both be.
var contradictions = []struct {
	a, b kind
	why  string
}{
	{reply, reply, "both take the place of the step"},
	{reply, silent, "both take the place of the step"},
	{silent, silent, "both take the place of the step"},
	{secure, silent, "both say how the handshake ends"},
	{secure, secure, "a handshake shows one certificate"},
	{reply, late, "the step does not run"},
	{silent, late, "the step does not run"},
	{reply, hidden, "the step does not run, which is Drop"},
	{silent, hidden, "the step does not run"},
	{silent, ending, "nothing is replied"},
	{silent, pieces, "nothing is replied"},
	{hidden, hidden, "a connection ends once"},
	{hidden, ending, "a connection ends once"},
	{hidden, pieces, "nothing of the reply is sent"},
	{ending, ending, "a connection ends once"},
	{pieces, pieces, "there is one size of pieces"},
}

func contradiction(a, b kind) string {
	for _, row := range contradictions {
		if row.a == a && row.b == b || row.a == b && row.b == a {
			return row.why
		}
	}
	return ""
}

// all are the rule's effects; nil while it was called wrongly.
func (r *Rule) all() []*effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return nil
	}
	return r.effects
}

// do gives the rule a verb, unless that contradicts another, or does not fit the stage.
func (r *Rule) do(e *effect) {
	r.t().Helper()
	isTLS := r.stage == smtpd.StageTLS
	if isTLS && (e.kind > late || e.kind == reply) || e.kind == secure && !isTLS {
		r.misuse("%s does not fit the stage %s", e.verb, r.stage)
		return
	}
	for _, other := range r.all() {
		if why := contradiction(other.kind, e.kind); why != "" {
			r.misuse("%s after %s: %s", e.verb, other.verb, why)
			return
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.effects = append(r.effects[:len(r.effects):len(r.effects)], e)
}

// firing is a rule that takes effect at a step.
type firing struct {
	rule    *Rule
	effects []*effect
	counted bool
}

func (f *firing) changed(e *effect) {
	e.mu.Lock()
	e.changed++
	e.mu.Unlock()
	if !f.counted {
		f.counted = true
		f.rule.core.NoteChanged()
	}
}

// askRules does what the rules want at a step: those that are due, as far as they do not
// contradict each other, in the order of their kinds and of the rules. An error is in place
// of the step.
func (s *Sink) askRules(step *smtpd.Command, ctl smtpd.Control) error {
	cmd := (*Command)(step)
	var due []*firing
	for _, r := range s.noteStep(*cmd) {
		if effects := r.all(); len(effects) > 0 && r.matches(cmd) && r.core.Matches(cmd) && r.core.Take() {
			due = append(due, &firing{rule: r, effects: effects})
		}
	}
	due = settle(due)
	for _, f := range due {
		for _, e := range f.effects {
			if e.before != nil {
				f.changed(e)
				e.before(cmd, ctl)
			}
		}
	}
	for _, f := range due {
		for _, e := range f.effects {
			if e.prepare != nil {
				e.prepare(cmd, ctl, func() { f.changed(e) })
			}
		}
	}
	for _, f := range due {
		for _, e := range f.effects {
			if e.instead != nil {
				f.changed(e)
				return e.instead(cmd, ctl)
			}
		}
	}
	return nil
}

// settle leaves out what contradicts the first that takes the place of the step, or what an
// earlier rule wants. A rule of which nothing is left has not fired.
func settle(due []*firing) []*firing {
	var taken []*firing
	for _, f := range due {
		if slices.ContainsFunc(f.effects, func(e *effect) bool { return e.instead != nil }) {
			taken = []*firing{f}
			break
		}
	}
	for _, f := range due {
		if slices.Contains(taken, f) {
			continue
		}
		lostTo := ""
		f.effects = slices.DeleteFunc(slices.Clone(f.effects), func(e *effect) bool {
			for _, other := range taken {
				if other.contradicts(e) {
					lostTo = other.rule.text
					return true
				}
			}
			return false
		})
		if len(f.effects) == 0 {
			f.rule.core.Lost(lostTo)
			continue
		}
		taken = append(taken, f)
	}
	return slices.DeleteFunc(due, func(f *firing) bool { return len(f.effects) == 0 })
}

func (f *firing) contradicts(e *effect) bool {
	return slices.ContainsFunc(f.effects, func(own *effect) bool { return contradiction(own.kind, e.kind) != "" })
}
