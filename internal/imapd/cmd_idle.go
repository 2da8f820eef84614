package imapd

import (
	"errors"
	"os"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// IDLE: RFC 2177; RFC 9051, section 6.3.13.
//
//	idle = "IDLE" CRLF "DONE"
type idleCmd struct{}

func parseIdle(*parser) command { return idleCmd{} }

// idleLine is what the client sent to end IDLE.
type idleLine struct {
	text []byte
	err  error
}

// run tells changes as they happen until the client says DONE. The channel of
// the change log is taken before the log is read, so no change falls between
// the two.
func (idleCmd) run(c *conn, _ *okResponse) error {
	c.enc.Raw("+ idling").CRLF()
	if err := c.out.Flush(); err != nil {
		return bye("", "the connection is gone")
	}
	c.armAutologout()
	c.inIdle = true
	lines := make(chan idleLine, 1)
	go func() {
		text, err := c.rd.ReadLine()
		lines <- idleLine{text, err}
	}()
	c.srv.update(c, func(s *Session) { s.Idling = true })
	line, err := c.idle(lines)
	c.inIdle = false
	c.srv.update(c, func(s *Session) { s.Idling = false })
	if err != nil {
		return err
	}
	return c.endIdle(line)
}

// idle returns when the client has sent a line. An error of sync closes the
// connection, so that the reading goroutine ends.
func (c *conn) idle(lines <-chan idleLine) (idleLine, error) {
	for {
		var changed <-chan struct{}
		if c.view != nil {
			changed = c.view.mbox.Changed()
			if err := c.idleSync(); err != nil {
				c.raw.Close()
				<-lines
				return idleLine{}, err
			}
		}
		select {
		case line := <-lines:
			return line, nil
		case <-changed:
		}
	}
}

func (c *conn) idleSync() error {
	if err := c.view.sync(c, tellAll); err != nil {
		var answer *imap.Error
		if errors.As(err, &answer) && answer.Type == imap.StatusResponseTypeBye {
			c.sayBye(answer.Code, answer.Text)
		}
		return err
	}
	if err := c.out.Flush(); err != nil {
		return bye("", "the connection is gone")
	}
	return nil
}

// endIdle judges the line that ended IDLE.
func (c *conn) endIdle(line idleLine) error {
	switch {
	case errors.Is(line.err, os.ErrDeadlineExceeded):
		return bye(imap.ResponseCodeUnavailable, "Autologout; idle for too long")
	case line.err != nil:
		c.done = true
		return bye("", "the connection is gone")
	}
	c.recordLine(string(line.text))
	if !strings.EqualFold(string(line.text), "DONE") {
		return bad("expected DONE, got %q", line.text)
	}
	return nil
}
