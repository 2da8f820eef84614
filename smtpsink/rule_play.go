package smtpsink

import (
	"strings"
	"sync/atomic"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// effect is one verb of a rule. One of the functions is set.
type effect struct {
	rule.Counter
	of     *Rule
	verb   string // CutAfter(3)
	traits rule.Traits

	before  func(cmd *Command, ctl smtpd.Control)
	prepare func(cmd *Command, ctl smtpd.Control, changed func())
	instead func(cmd *Command, ctl smtpd.Control) error

	longest atomic.Int64 // of the replies that it has seen, in bytes
}

// watched is prepare of an effect on how a reply is sent, which takes note of its size.
func (e *effect) watched(prepare func(*Command, smtpd.Control, func())) func(*Command, smtpd.Control, func()) {
	return func(cmd *Command, ctl smtpd.Control, changed func()) {
		prepare(cmd, ctl, changed)
		how := ctl.Sending()
		others := how.Sized
		how.Sized = func(size int) {
			if others != nil {
				others(size)
			}
			e.longest.Store(max(e.longest.Load(), int64(size)))
		}
	}
}

// Verb: see [rule.Effect].
func (e *effect) Verb() string { return e.verb }

// Traits: see [rule.Effect].
func (e *effect) Traits() rule.Traits { return e.traits }

// do gives the rule a verb.
func (r *Rule) do(e *effect) *Rule {
	r.t().Helper()
	e.of = r
	r.core.Do(e)
	r.sink.history.Amend(r.act, func(a *history.Act) { a.Note = strings.TrimPrefix(a.Note+", "+e.verb, ", ") })
	return r
}

// misuse reports what cannot be meant.
func (r *Rule) misuse(format string, args ...any) *Rule {
	r.t().Helper()
	r.core.Misuse(format, args...)
	return r
}

// misfit says that a verb is about handshakes, and the stage is not, or the other way round.
func (r *Rule) misfit(e *effect) string {
	atTLS, ofTLS := r.stage == smtpd.StageTLS, e.traits&rule.IsTLS != 0
	if ofTLS && !atTLS || atTLS && e.traits&ofReplies != 0 {
		return e.verb + " does not fit the stage " + r.stage
	}
	return ""
}

// ofReplies are verbs that a handshake does not have.
const ofReplies = rule.IsText | rule.NeedsAnswer | rule.IsEnd

// askRules does what the rules want at a step: those that are due, in the order of their
// kinds and of the rules. An error is in place of the step.
func (s *Sink) askRules(step *smtpd.Command, ctl smtpd.Control) error {
	cmd := new(Command) // its own: the test may keep it, and the step goes on
	*cmd = Command(*step)
	due := s.rules.Due(cmd)
	for f, e := range due.Effects() {
		if e.before != nil {
			f.Changed(e)
			s.noteMark(e, cmd)
			e.before(cmd, ctl)
		}
	}
	for f, e := range due.Effects() {
		if e.prepare != nil {
			e.prepare(cmd, ctl, func() { f.Changed(e); s.noteMark(e, cmd) })
		}
	}
	for f, e := range due.Effects() {
		if e.instead != nil {
			f.Changed(e)
			s.noteMark(e, cmd)
			return e.instead(cmd, ctl)
		}
	}
	return nil
}

// noteMark records what an effect does to a step.
func (s *Sink) noteMark(e *effect, cmd *Command) {
	s.history.Mark(history.Mark{
		Proto: s.proto(), Conn: cmd.Conn, To: cmd.Seq, By: e.of.act.Seq, Verb: e.verb, Ends: e.traits&(rule.IsEnd|rule.IsSilent) != 0,
	})
}
