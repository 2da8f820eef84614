package imapd

import (
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"
)

// ErrHandled is what a hook returns that has done with a command, or with a
// connection, whatever there is to do: nothing more is written for it.
var ErrHandled = errors.New("handled by a hook")

// Control is what a hook can do to the connection whose command it sees. It
// belongs to the goroutine in which the hook is called, during that call.
type Control struct{ c *conn }

// Gone is closed when the connection has been closed on this side, or the client is
// known to have hung up.
func (ctl Control) Gone() <-chan struct{} { return ctl.c.Gone() }

// Wait waits, but no longer than the connection is there.
func (ctl Control) Wait(d time.Duration) { ctl.c.Wait(d) }

// Write sends a line as it is, with CRLF.
func (ctl Control) Write(line string) { ctl.c.enc.Raw(line).CRLF() }

// Flush sends what has been written. What a filter holds back is not among it.
func (ctl Control) Flush() { ctl.c.Out.Flush() }

// Drop closes the connection without another byte; with reset as a host does
// that has been restarted (RST).
func (ctl Control) Drop(reset bool) { ctl.c.drop(reset) }

// LoggedIn says whether somebody is logged in now.
func (ctl Control) LoggedIn() bool { return ctl.c.user != nil }

// Bye says BYE in place of the command's own answer, and ends the connection.
func (ctl Control) Bye(err *imap.Error) { ctl.c.bye = err }

// Silence reads and forgets what the client sends, and answers nothing, until
// either side closes the connection.
func (ctl Control) Silence() {
	ctl.c.Out.Flush()
	ctl.c.Silence()
	ctl.c.done = true
}

// Deaf answers nothing and reads nothing until this side closes the connection.
func (ctl Control) Deaf() {
	ctl.c.Out.Flush()
	<-ctl.c.Gone()
	ctl.c.drop(false)
}

// Filter passes the command's response through f.
func (ctl Control) Filter(f *Filter) { ctl.c.filter = f }

// CurrentFilter is the filter that another hook has set, or nil.
func (ctl Control) CurrentFilter() *Filter { return ctl.c.filter }

// Pace sends no more than so many bytes a second from here on.
func (ctl Control) Pace(bytesPerSecond int) {
	ctl.c.Out.Pace(bytesPerSecond)
}

// drop closes the connection and forgets what is yet to be written.
func (c *conn) drop(reset bool) {
	c.done = true
	c.Drop(reset)
}
