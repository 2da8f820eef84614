package imaptest

import (
	"bytes"
	"slices"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// place is what rules are asked about.
type place struct {
	at      point
	cmd     *Command // nil: any
	literal int      // that is announced, from 1; 0: the command is whole
	invalid error    // why the command cannot run, nil if it can
}

// play does what the rules want at a place: it brings about the effects of those that are
// due, in the order of their kinds and of the rules. An error is in place of what would come
// there.
func (s *Server) play(p place, ctl imapd.Control) error {
	due := s.rules.Due(p)
	if p.at == onCommand && len(due) > 0 {
		ctl.Flush() // answers to what was pipelined before are none of the rules'
	}
	for f, e := range due.Effects() {
		if e.before != nil {
			f.Changed(e)
			s.mark(e, p, ctl)
			e.before(p.cmd, ctl)
		}
	}
	for f, e := range due.Effects() {
		if e.prepare(p.cmd, ctl, func() { f.Changed(e); s.mark(e, p, ctl) }) && p.literal > 0 {
			ctl.Filter().CountContinuations = true
		}
	}
	for f, e := range due.Effects() {
		if e.instead != nil {
			f.Changed(e)
			s.mark(e, p, ctl)
			err := e.instead(p.cmd, ctl)
			blameBye(err, ctl, byRule)
			return err
		}
	}
	return nil
}

// mark records what an effect does to a command or a connection.
func (s *Server) mark(e *effect, p place, ctl imapd.Control) {
	conn := 0
	if p.cmd != nil {
		conn = p.cmd.Conn
	}
	s.rec.history.Mark(history.Mark{
		Proto: history.IMAP, Conn: conn, To: uint64(ctl.Number()), By: e.of.act.Seq, Verb: e.verb, Ends: e.traits&(isEnd|isSilent|isBye) != 0,
	})
}

// isAt says whether a rule is asked at a place. A command that cannot run is for those
// that need none that can.
func (r *ruleCore) isAt(p place) bool {
	return r.at == p.at && int(r.literal.Load()) == p.literal && (p.invalid == nil || r.core.Has(isRaw)) &&
		(r.at != onCommand || p.cmd == nil || r.pattern.matches(*p.cmd))
}

// prepare sets up what the effect does when the command has run, or to its answer, and says
// whether that is anything.
func (e *effect) prepare(cmd *Command, ctl imapd.Control, changed func()) bool {
	switch {
	case e.lasting != nil:
		e.lasting(cmd, ctl, changed)
		return false
	case e.after != nil:
		filter := ctl.Filter()
		filter.Ran = append(filter.Ran, func(ctl imapd.Control) {
			changed()
			e.after(cmd, ctl)
		})
	case e.edit != nil:
		filter := ctl.Filter()
		filter.Edit = append(filter.Edit, e.editor(e.edit(cmd), changed))
	case e.send != nil:
		filter := ctl.Filter()
		if e.send(filter, ctl, changed); filter.Cut != nil || filter.Piece > 0 {
			filter.Edit = append(filter.Edit, e.watch())
		}
	default:
		return false
	}
	return true
}

// editor has an editor watched: whether it changes anything, and if not what it saw.
func (e *effect) editor(edit imapd.Editor, changed func()) imapd.Editor {
	counted := false
	return func(lines [][]byte, last bool) [][]byte {
		before := slices.Clone(lines)
		after := edit(lines, last)
		switch {
		case !slices.EqualFunc(before, after, bytes.Equal):
			if !counted {
				changed()
			}
			counted = true
		case !counted:
			e.note(before)
		}
		return after
	}
}
