package imapd

import (
	"errors"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// ErrHandled is what a hook returns that has done with a command, or with a
// connection, whatever there is to do: nothing more is written for it.
var ErrHandled = errors.New("handled by a hook")

// Control is what a hook can do to the connection whose command it sees. It
// belongs to the goroutine in which the hook is called, during that call.
type Control struct{ c *conn }

// Number is that of the command that runs, as the hook Start has given it; 0 if there is none.
func (ctl Control) Number() uint32 { return ctl.c.number }

// Gone is closed when the connection has been closed on this side, or the client is
// known to have hung up.
func (ctl Control) Gone() <-chan struct{} { return ctl.c.Gone() }

// Wait waits, but no longer than the connection is there.
func (ctl Control) Wait(d time.Duration) { ctl.c.Wait(d) }

// Write sends a line as it is, with CRLF. If it is the tagged one, or a BYE, it is what the
// journal has as the command's result.
func (ctl Control) Write(line string) {
	if rest, found := strings.CutPrefix(line, ctl.c.tag+" "); found && ctl.c.tag != "" {
		ctl.c.replied = rest
	} else if rest, found := strings.CutPrefix(line, "* BYE"); found {
		ctl.c.replied = "BYE" + rest
	}
	ctl.c.verbatim = true
	ctl.c.enc.Raw(line).CRLF()
	ctl.c.verbatim = false
}

// Tag is that of the command, "" if there is none.
func (ctl Control) Tag() string { return ctl.c.tag }

// Flush sends what has been written. What a filter holds back is not among it.
func (ctl Control) Flush() { ctl.c.Out.Flush() }

// Blame says why the connection is about to end, if nobody has yet.
func (ctl Control) Blame(why string) { ctl.c.Blame(why) }

// Drop closes the connection without another byte; with reset as a host does
// that has been restarted (RST).
func (ctl Control) Drop(reset bool) { ctl.c.drop(reset) }

// LoggedIn says whether somebody is logged in now.
func (ctl Control) LoggedIn() bool { return ctl.c.user != nil }

// Bye says BYE in place of the command's own answer, and ends the connection.
func (ctl Control) Bye(err error) { ctl.c.bye = err }

// Silence reads and forgets what the client sends, and answers nothing, until
// either side closes the connection.
func (ctl Control) Silence() {
	if ctl.c.handshaking {
		ctl.c.SilenceBelow()
	} else {
		ctl.c.Out.Flush()
		ctl.c.Silence()
	}
	ctl.c.done, ctl.c.dropped = true, true
}

// Deaf answers nothing and reads nothing until this side closes the connection.
func (ctl Control) Deaf() {
	if !ctl.c.handshaking {
		ctl.c.Out.Flush()
	}
	<-ctl.c.Gone()
	if !ctl.c.IsClosed() {
		ctl.c.Blame(serve.HungUp)
	}
	ctl.c.drop(false)
}

// Filter is what the response of this command passes through, or the greeting. It is made
// by the first call.
func (ctl Control) Filter() *Filter {
	if ctl.c.filter == nil {
		ctl.c.filter = &Filter{}
	}
	return ctl.c.filter
}

// Greet says this behind "* OK " or "* PREAUTH " in place of the usual greeting.
func (ctl Control) Greet(text string) { ctl.c.greeting = text }

// Preauth logs the client in with the greeting, if there is such an account (RFC 9051,
// section 7.1.4).
func (ctl Control) Preauth(user string) {
	if account, found := ctl.c.srv.cfg.Store.User(user); found {
		ctl.c.preauth = account
	}
}

// Advertise adds capabilities to what this connection is told from here on. Told is called
// with every list that it is told then, as that was before and is after it. What the same who
// has said before is forgotten.
func (ctl Control) Advertise(who any, told func(before, after string), caps ...imap.Cap) {
	ctl.c.show(showing{shownCaps{more: caps}, who, told})
}

// Conceal takes capabilities from what this connection is told from here on. What belongs
// to them works all the same, but for ENABLE.
func (ctl Control) Conceal(who any, told func(before, after string), caps ...imap.Cap) {
	ctl.c.show(showing{shownCaps{less: withDependents(caps, ctl.c.srv.caps.list())}, who, told})
}

// Pace sends no more than so many bytes a second from here on.
func (ctl Control) Pace(bytesPerSecond int) {
	ctl.c.Out.Pace(bytesPerSecond)
}

// byRule is why a connection has ended that a hook has closed.
const byRule = "a rule"

// drop closes the connection and forgets what is yet to be written.
func (c *conn) drop(reset bool) {
	c.done, c.dropped = true, true
	c.Blame(byRule)
	c.Drop(reset)
}
