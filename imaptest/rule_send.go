package imaptest

import (
	"fmt"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// DropBeforeReply runs the command, and closes the connection before a byte of
// its response is sent: the change is made and the client never hears. Continuation
// requests, without which the command would not run, are no response.
func (r *Rule) DropBeforeReply() *Rule {
	r.t().Helper()
	r.do(&effect{verb: "DropBeforeReply()", traits: isEnd | isHidden | needsRun, send: cutAfter(0)})
	return r
}

// CutAfter runs the command, sends n bytes of its response, in the middle of a
// literal if that is there, and closes the connection. If the response has less than n,
// nothing is cut. What IDLE pushes is response; continuation requests are not.
func (r *Rule) CutAfter(n int) *Rule {
	r.t().Helper()
	r.cut(n)
	return r
}

// CutBeforeLine runs the command, sends n-1 lines of its response, and closes the
// connection: before the n-th push of IDLE for one. The first is 1; continuation requests
// are not counted, but for the rules of AtLiteral.
func (r *Rule) CutBeforeLine(n int) *Rule {
	r.t().Helper()
	if n < 1 {
		r.misuse("CutBeforeLine(%d): the first is 1", n)
		return r
	}
	e := &effect{verb: fmt.Sprintf("CutBeforeLine(%d)", n), traits: isEnd | needsAnswer}
	e.beforeLine(n, func(ctl imapd.Control) { ctl.Drop(false) })
	r.do(e)
	return r
}

// beforeLine does something before the n-th line of the answer.
func (e *effect) beforeLine(n int, do func(imapd.Control)) {
	e.near = func([]string) string { return "no answer of so many lines" }
	e.send = func(f *imapd.Filter, ctl imapd.Control, changed func()) {
		at := 0
		f.Gate = append(f.Gate, func(line []byte) {
			if at++; at == n {
				changed()
				do(ctl)
				return
			}
			e.note([][]byte{append([]byte(nil), line...)})
		})
	}
}

// Dribble sends the response n bytes at a time, with a pause before each piece
// but the first.
func (r *Rule) Dribble(n int, every time.Duration) *Rule {
	r.t().Helper()
	r.dribble(n, every)
	return r
}

func (r *ruleCore) cut(n int) {
	r.t().Helper()
	if n < 0 {
		r.misuse("CutAfter(%d): that is no number of bytes", n)
		return
	}
	e := &effect{verb: fmt.Sprintf("CutAfter(%d)", n), traits: isEnd | needsAnswer, send: cutAfter(n)}
	e.near = e.nearBytes
	r.do(e)
}

func cutAfter(n int) func(*imapd.Filter, imapd.Control, func()) {
	return func(f *imapd.Filter, _ imapd.Control, changed func()) {
		if f.Cut != nil && *f.Cut <= n {
			return // of another rule, at a literal
		}
		left := n
		f.Cut, f.WasCut = &left, changed
	}
}

func (r *ruleCore) dribble(n int, every time.Duration) {
	r.t().Helper()
	switch {
	case n < 1:
		r.misuse("Dribble(%d, %v): that would take for ever", n, every)
		return
	case every < 0:
		r.misuse("Dribble(%d, %v): that is no time", n, every)
		return
	}
	e := &effect{
		verb: fmt.Sprintf("Dribble(%d, %v)", n, every), traits: isPieces | needsAnswer,
		send: func(f *imapd.Filter, _ imapd.Control, changed func()) {
			if f.Piece > 0 {
				return // of another rule, at a literal
			}
			once := false
			f.Piece, f.Pause = n, every
			f.InPieces = func() {
				if !once {
					once = true
					changed()
				}
			}
		},
	}
	e.near = e.nearBytes
	r.do(e)
}
