package imapd

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// IDLE: RFC 2177; RFC 9051, section 6.3.13.
//
//	idle = "IDLE" CRLF "DONE"
type idleCmd struct{}

func parseIdle(*parser) command { return &idleCmd{} }

// run tells changes as they happen until the client says DONE.
func (*idleCmd) run(c *conn, _ *okResponse) error {
	defer func() { c.times.idle = time.Time{} }()
	if err := c.beginIdle(); err != nil {
		return errGone
	}
	err := c.waitInput(c.idleTell)
	c.srv.update(c, func(s *Session) { s.Idling = false })
	if err != nil {
		return errGone
	}
	if err := c.endIdle(); err != nil {
		return err
	}
	return c.strikeAfter("DONE")
}

// beginIdle is apart from run, whose frame is there as long as the client waits.
func (c *conn) beginIdle() error {
	c.say("continue.idle", "+ idling")
	c.countRoundTrip()
	if err := c.Out.Flush(); err != nil {
		return err
	}
	if c.srv.profile != nil {
		c.times.idle = time.Now()
	}
	c.armAutologout()
	c.srv.update(c, func(s *Session) { s.Idling = true })
	return nil
}

// idleTell is what waitInput calls in IDLE. With NOTIFY the client gets what
// it asked for there, and nothing else (RFC 5465, section 4).
func (c *conn) idleTell() (<-chan struct{}, error) {
	if c.idleSilent() {
		return nil, nil
	}
	if c.notify != nil {
		return c.tellUnasked()
	}
	var changed <-chan struct{}
	if c.enabled.metadata {
		changed = c.user.Activity()
		c.tellAnnotations()
	}
	if c.view == nil {
		return changed, nil
	}
	if changed == nil {
		changed = c.view.mbox.Changed()
	}
	return changed, c.syncUnasked(telling{syncMode: tellAll})
}

// syncUnasked is sync outside a command. A mailbox that is gone ends the
// connection.
func (c *conn) syncUnasked(how telling) error {
	if err := c.view.sync(c, how); err != nil {
		if answer, ok := refusalOf(err); ok && answer.kind() == imap.StatusResponseTypeBye {
			c.sayBye(answer)
		}
		return err
	}
	if keep := c.view.mayKeep(c, false); keep > 0 {
		c.writeHighestModSeq(c.view.mbox, keep)
	}
	return nil
}

// endIdle judges the line that ends IDLE, whatever it is: a client that sends another
// one no longer waits for changes (RFC 9051, section 6.3.13).
func (c *conn) endIdle() error {
	line, err := c.readContinuation()
	if line == nil && err != nil {
		return err
	}
	if err == nil && strings.EqualFold(string(line), "DONE") {
		c.recordLine(string(line))
		return nil
	}
	wire := imapwire.TextCommand(line)
	h, _ := c.hear(wire) // it may be a LOGIN all the same
	c.expect(h, wire, true)
	c.recordLine(h.line)
	switch {
	case err != nil:
		return err
	case h.quiet:
		return bad("idle.done", "expected DONE")
	}
	return bad("idle.done", "expected DONE, got %.40q", line)
}
