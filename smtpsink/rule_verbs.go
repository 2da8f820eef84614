package smtpsink

import (
	"fmt"
	"time"

	"github.com/go-mailtest/mailtest/internal/smtpd"
)

func (r *Rule) do(does func(ctl smtpd.Control, cmd *Command) error) { r.set(func() { r.does = does }) }

// Reply answers instead of running the command: Reply(450, "4.2.1", "try later"). The
// enhanced code may be "" (RFC 3463). A 421 ends the connection, and nothing else
// follows from a code: with Reply(250, …) at EOD the client believes that its message
// was taken. At CONNECT the reply takes the place of the greeting; if it is a refusal,
// the client may only QUIT then (RFC 5321, section 3.1). A code that is none panics.
func (r *Rule) Reply(code int, enhanced, text string) {
	e := &Error{Code: code, Text: text}
	if code < 200 || code > 599 {
		panic(fmt.Sprintf("smtpsink: %d is no reply code", code))
	}
	if enhanced != "" {
		n, _ := fmt.Sscanf(enhanced, "%d.%d.%d", &e.Enhanced[0], &e.Enhanced[1], &e.Enhanced[2])
		if n != 3 || e.status() != enhanced {
			panic(fmt.Sprintf("smtpsink: %q is no enhanced code", enhanced))
		}
	}
	reply := smtpError(e)
	r.do(func(smtpd.Control, *Command) error { return reply })
}

// Drop closes the connection; the command does not run.
func (r *Rule) Drop() {
	r.do(func(ctl smtpd.Control, _ *Command) error { ctl.Drop(false); return smtpd.ErrHandled })
}

// Reset closes the connection with RST; the command does not run.
func (r *Rule) Reset() {
	r.do(func(ctl smtpd.Control, _ *Command) error { ctl.Drop(true); return smtpd.ErrHandled })
}

// Stall never answers; the connection stays open.
func (r *Rule) Stall() {
	r.do(func(ctl smtpd.Control, _ *Command) error { ctl.Silence(); return smtpd.ErrHandled })
}

// DropBeforeReply runs the command, and closes the connection in place of its
// reply: at EOD the message has been taken and filed, and the client never hears.
func (r *Rule) DropBeforeReply() { r.CutAfter(0) }

// CutAfter runs the command, sends n bytes of its reply, and closes the
// connection.
func (r *Rule) CutAfter(n int) {
	r.do(func(ctl smtpd.Control, _ *Command) error {
		left := n
		ctl.Sending().Cut = &left
		return nil
	})
}

// Dribble runs the command, and sends its reply n bytes at a time, with a pause before
// each piece but the first.
func (r *Rule) Dribble(n int, every time.Duration) {
	r.do(func(ctl smtpd.Control, _ *Command) error {
		how := ctl.Sending()
		how.Piece, how.Pause = max(n, 1), every
		return nil
	})
}

// Delay waits before the command runs.
func (r *Rule) Delay(d time.Duration) {
	r.do(func(ctl smtpd.Control, _ *Command) error { ctl.Wait(d); return nil })
}

// Before calls the test's own code before the command runs.
func (r *Rule) Before(f func(*Command)) {
	r.do(func(_ smtpd.Control, cmd *Command) error { f(cmd); return nil })
}

// After calls the test's own code when the command has run, before its reply.
func (r *Rule) After(f func(*Command)) {
	r.do(func(ctl smtpd.Control, cmd *Command) error {
		ctl.After(func() { f(cmd) })
		return nil
	})
}
