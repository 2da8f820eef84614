package smtpd

import (
	"crypto/tls"
	"errors"
	"slices"
	"time"
)

// ErrHandled is what a hook returns that has done with a connection: nothing more
// is written to it.
var ErrHandled = errors.New("handled by a hook")

// Control is what a hook can do to the connection whose step it sees. It belongs
// to the goroutine in which the hook is called, during that call.
type Control struct{ c *conn }

// Wait waits, but no longer than the connection is there.
func (ctl Control) Wait(d time.Duration) {
	ctl.c.flush()
	ctl.c.Wait(d)
}

// Drop closes the connection, and answers no more; with reset as a host does that
// has been restarted (RST), without what is owed for the commands before.
func (ctl Control) Drop(reset bool) {
	if reset {
		ctl.c.out.Discard()
		ctl.c.Reset()
	}
	ctl.c.drop()
}

// Silence reads and forgets what the client sends, and answers nothing, until
// either side closes the connection.
func (ctl Control) Silence() {
	ctl.c.flush()
	ctl.c.Silence()
	ctl.c.drop()
}

// After calls f when the step has run, before it is answered.
func (ctl Control) After(f func()) { ctl.c.after = append(ctl.c.after, f) }

// Sending is how the step's reply is to be sent.
func (ctl Control) Sending() *Sending { return &ctl.c.sending }

// UseTLS is for StageTLS: the handshake is done with another configuration.
func (ctl Control) UseTLS(cfg *tls.Config) { ctl.c.tlsConfig = cfg }

// Sending is how a reply is sent, if not as a whole and at once.
type Sending struct {
	Cut   bool // the connection ends behind the first CutAt bytes
	CutAt int
	Piece int           // how many bytes are sent at a time; 0 for all
	Pause time.Duration // after each piece
}

// drop sends what is owed for the commands before, and closes the connection.
func (c *conn) drop() {
	c.flush()
	c.out.Discard()
	c.Close()
}

// send sends a reply in its own way.
func (c *conn) send(reply []byte) error {
	how := c.sending
	if how.Cut {
		c.emit(reply[:min(max(how.CutAt, 0), len(reply))])
		c.drop()
		return errGone
	}
	c.recordReply(reply)
	for piece := range slices.Chunk(reply, how.Piece) {
		c.out.Flush()
		c.out.Add(piece)
		c.out.Flush()
		c.Wait(how.Pause)
	}
	return nil
}
