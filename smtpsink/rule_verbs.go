package smtpsink

import (
	"fmt"
	"time"

	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// Reply answers instead of running the command: Reply(450, "4.2.1", "try later"). The
// enhanced code may be "" (RFC 3463). A 421 ends the connection, and nothing else
// follows from a code: with Reply(250, …) at EOD the client believes that its message
// was taken. At CONNECT the reply takes the place of the greeting; if it is a refusal,
// the client may only QUIT then (RFC 5321, section 3.1).
func (r *Rule) Reply(code int, enhanced, text string) *Rule {
	r.t().Helper()
	e := &Error{Code: code, Text: text}
	if code < 200 || code > 599 {
		return r.misuse("%d is no reply code", code)
	}
	if enhanced != "" {
		n, _ := fmt.Sscanf(enhanced, "%d.%d.%d", &e.Enhanced[0], &e.Enhanced[1], &e.Enhanced[2])
		if n != 3 || e.status() != enhanced {
			return r.misuse("%q is no enhanced code", enhanced)
		}
	}
	return r.do(&effect{
		verb: fmt.Sprintf("Reply(%d, %q, %q)", code, enhanced, text), traits: rule.IsInstead | rule.IsText,
		instead: func(*Command, smtpd.Control) error { return e },
	})
}

// Drop closes the connection; the command does not run.
func (r *Rule) Drop() *Rule {
	r.t().Helper()
	return r.silent("Drop()", func(ctl smtpd.Control) { ctl.Drop(false) })
}

// Reset closes the connection with RST; the command does not run.
func (r *Rule) Reset() *Rule {
	r.t().Helper()
	return r.silent("Reset()", func(ctl smtpd.Control) { ctl.Drop(true) })
}

// Stall never answers; the connection stays open.
func (r *Rule) Stall() *Rule {
	r.t().Helper()
	return r.silent("Stall()", smtpd.Control.Silence)
}

func (r *Rule) silent(verb string, f func(smtpd.Control)) *Rule {
	r.t().Helper()
	return r.do(&effect{verb: verb, traits: rule.IsInstead | rule.IsSilent, instead: func(_ *Command, ctl smtpd.Control) error {
		f(ctl)
		return smtpd.ErrHandled
	}})
}

// DropBeforeReply runs the command, and closes the connection in place of its
// reply: at EOD the message has been taken and filed, and the client never hears.
func (r *Rule) DropBeforeReply() *Rule {
	r.t().Helper()
	return r.do(&effect{verb: "DropBeforeReply()", traits: rule.IsEnd | rule.IsHidden | rule.NeedsRun, prepare: cutAfter(0)})
}

// CutAfter runs the command, sends n bytes of its reply, and closes the
// connection. If the reply has less than n, nothing is cut.
func (r *Rule) CutAfter(n int) *Rule {
	r.t().Helper()
	if n < 0 {
		return r.misuse("CutAfter(%d): that is no number of bytes", n)
	}
	e := &effect{verb: fmt.Sprintf("CutAfter(%d)", n), traits: rule.IsEnd | rule.NeedsAnswer}
	e.prepare = e.watched(cutAfter(n))
	return r.do(e)
}

func cutAfter(n int) func(*Command, smtpd.Control, func()) {
	return func(_ *Command, ctl smtpd.Control, changed func()) {
		left := n
		how := ctl.Sending()
		how.Cut, how.WasCut = &left, changed
	}
}

// Dribble runs the command, and sends its reply n bytes at a time with a pause
// before each piece but the first.
func (r *Rule) Dribble(n int, every time.Duration) *Rule {
	r.t().Helper()
	if n < 1 || every < 0 {
		return r.misuse("Dribble(%d, %v): that would take for ever, or no time", n, every)
	}
	e := &effect{verb: fmt.Sprintf("Dribble(%d, %v)", n, every), traits: rule.IsPieces | rule.NeedsAnswer}
	e.prepare = e.watched(func(_ *Command, ctl smtpd.Control, changed func()) {
		how := ctl.Sending()
		how.Piece, how.Pause, how.InPieces = n, every, changed
	})
	return r.do(e)
}

// Delay waits before the command runs.
func (r *Rule) Delay(d time.Duration) *Rule {
	r.t().Helper()
	if d <= 0 {
		return r.misuse("Delay(%v): that is no time", d)
	}
	return r.do(&effect{verb: fmt.Sprintf("Delay(%v)", d), before: func(_ *Command, ctl smtpd.Control) { ctl.Wait(d) }})
}

// Before calls the test's own code before the command runs.
func (r *Rule) Before(f func(*Command)) *Rule {
	r.t().Helper()
	if f == nil {
		return r.misuse("Before(nil): which code?")
	}
	return r.do(&effect{verb: "Before(func)", before: func(cmd *Command, _ smtpd.Control) {
		r.sink.inside.Call(cmd.Conn, func() { f(cmd) })
	}})
}

// After calls the test's own code when the command has run, before its reply.
func (r *Rule) After(f func(*Command)) *Rule {
	r.t().Helper()
	if f == nil {
		return r.misuse("After(nil): which code?")
	}
	return r.do(&effect{verb: "After(func)", traits: rule.NeedsRun, prepare: func(cmd *Command, ctl smtpd.Control, changed func()) {
		ctl.After(func() {
			changed()
			r.sink.inside.Call(cmd.Conn, func() { f(cmd) })
		})
	}})
}
