package smtpd

import (
	"crypto/tls"
	"errors"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// ErrHandled is what a hook returns that has done with a connection: nothing more
// is written to it.
var ErrHandled = errors.New("handled by a hook")

// Control is what a hook can do to the connection whose step it sees. It belongs
// to the goroutine in which the hook is called, during that call.
type Control struct{ c *conn }

// Wait waits, but no longer than the connection is there.
func (ctl Control) Wait(d time.Duration) {
	ctl.c.Out.Flush()
	ctl.c.Wait(d)
}

// Drop closes the connection, and answers no more; with reset as a host does that
// has been restarted (RST), without what is owed for the commands before.
func (ctl Control) Drop(reset bool) {
	if !reset {
		ctl.c.Out.Flush()
	}
	ctl.c.drop(reset)
}

// Silence reads and forgets what the client sends, and answers nothing, until
// either side closes the connection.
func (ctl Control) Silence() {
	ctl.c.Out.Flush()
	ctl.c.Conn.Silence()
}

// After calls f when the step has run, before it is answered.
func (ctl Control) After(f func()) { ctl.c.after = append(ctl.c.after, f) }

// Sending is how the step's reply is sent, for the hook to change. A connection that is
// cut is dropped.
func (ctl Control) Sending() *serve.Sending { return &ctl.c.sending }

// UseTLS is for StageTLS: the handshake is done with another configuration.
func (ctl Control) UseTLS(cfg *tls.Config) { ctl.c.tlsConfig = cfg }
