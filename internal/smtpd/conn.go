package smtpd

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"strconv"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// conn is one client's connection. Its fields belong to the goroutine of serve;
// what other goroutines may do is [serve.Conn]'s.
type conn struct {
	*serve.Conn
	srv  *Server
	info Session

	tls         *tls.Conn // nil: in the clear
	tlsConfig   *tls.Config
	handshaking bool
	rd          *smtpwire.Reader

	declined bool // the greeting was a refusal
	done     bool // the reply that comes is the last
	strays   bool // a line that is no command may be a response to AUTH
	tx       *transaction
	room     []byte // for the messages
	heard    []byte // for what is recorded

	// Of the step that runs:
	step    *Command
	running []*Command // that have been told of: the step, of LMTP perhaps several
	said    []said     // its replies
	answer  []byte     // its reply
	code    int        // of the reply's last line
	after   []func()
	sending serve.Sending
	offered *transaction // whose answer it is
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{Conn: serve.NewConn(nc), srv: s, step: &Command{}}
	c.info = Session{Conn: int(s.conns.Add(1)), RemoteAddr: nc.RemoteAddr().String(), Connected: s.cfg.Clock()}
	c.rd = smtpwire.NewReader(flushingReader{c})
	return c
}

// flushingReader sends what has been written before it waits for more. So the
// answers to a group of commands share a write (RFC 2920, section 3.2), and a client
// that waits for an answer has it.
type flushingReader struct{ c *conn }

func (r flushingReader) Read(p []byte) (int, error) {
	if err := r.c.Out.Flush(); err != nil {
		return 0, err
	}
	return r.c.Stream().Read(p)
}

// serve is the connection from its first byte to its end, which is an error.
func (c *conn) serve(implicitTLS bool) {
	defer c.Out.Flush()
	defer c.abandon()
	defer c.guard()
	if open := c.srv.cfg.Hooks.Open; open != nil {
		c.Out.Record(open(c.info.Conn))
	}
	var err error
	if implicitTLS {
		err = c.secure()
	}
	if err == nil {
		err = c.greet()
	}
	for err == nil {
		err = c.next()
	}
	if c.tls != nil && c.Out.Flush() == nil {
		c.tls.CloseWrite()
	}
}

// guard makes a bug's report of a panic, as in a hook. Within a handshake nothing
// can be said.
func (c *conn) guard() {
	r := recover()
	if r == nil {
		return
	}
	if bug := c.srv.cfg.Hooks.Bug; bug != nil {
		bug(fmt.Errorf("panic in %s %s: %v\n%s", c.step.Stage, c.step.Arg, r, debug.Stack()))
	}
	if !c.handshaking {
		c.begin(&Command{})
		c.say(421, smtp.EnhancedCode{4, 3, 0}, "internal error")
		c.finish()
	}
}

// greet says the first line, or what the hook wants in its place.
func (c *conn) greet() error {
	err := c.ask(&Command{Stage: StageConnect})
	protocol := "ESMTP"
	if c.srv.cfg.LMTP {
		protocol = "LMTP"
	}
	c.say(220, smtp.NoEnhancedCode, c.srv.cfg.Hostname+" "+protocol+" Service Ready")
	err = c.conclude(err)
	c.declined = c.code >= 400
	return err
}

// errGone is the end of the connection: nothing more is read, and nothing said.
var errGone = errors.New("the connection has ended")

// next reads and runs one command.
func (c *conn) next() error {
	line, err := c.readLine()
	if err != nil {
		c.begin(&Command{})
		return c.conclude(err)
	}
	return c.command(line)
}

// readLine reads a line. What stands behind a bare LF is not looked at, as it may be
// somebody else's, and is the end of the connection.
func (c *conn) readLine() (string, error) {
	line, err := c.rd.ReadLine()
	switch {
	case errors.Is(err, smtpwire.ErrLongLine):
		return "", refusal(500, smtp.EnhancedCode{5, 5, 6}, "line too long") // RFC 5321, section 4.5.3.1.4
	case errors.Is(err, smtpwire.ErrBareLineEnd):
		c.done = true
		return "", refusal(521, smtp.EnhancedCode{5, 5, 2}, "bare CR, bare LF or NUL in a command")
	case err != nil:
		return "", errGone
	}
	return line, nil
}

// begin makes cmd the step that runs.
func (c *conn) begin(cmd *Command) {
	c.step, c.answer, c.said, c.code, c.after, c.sending = cmd, c.answer[:0], c.said[:0], 0, nil, serve.Sending{}
}

// ask begins a step, and asks the hook about it.
func (c *conn) ask(cmd *Command) error {
	c.begin(cmd)
	return c.hook(cmd)
}

func (c *conn) hook(cmd *Command) error {
	c.note(cmd)
	if hook := c.srv.cfg.Hooks.Step; hook != nil {
		return hook(cmd, Control{c})
	}
	return nil
}

// conclude ends a step that has run: with the reply that has been said or, after an
// error, with that. The end of the connection is what it returns.
func (c *conn) conclude(err error) error {
	switch {
	case err == nil:
	case isEnd(err):
		c.owe()
		c.abandon()
		return errGone
	default:
		c.answer, c.said = c.answer[:0], c.said[:0]
		c.sayError(err)
	}
	return c.finish()
}

// isEnd says whether an error is not to be answered.
func isEnd(err error) bool { return errors.Is(err, ErrHandled) || errors.Is(err, errGone) }

// finish lets the reply go that has been said. 421 is the last (RFC 5321, section
// 3.8).
func (c *conn) finish() error {
	for _, f := range c.after {
		f()
	}
	c.after = nil
	if len(c.answer) == 0 {
		c.settle(0)
		return nil
	}
	cut, size := false, len(c.answer)
	send := func() { c.Out.Add(c.answer, 0) }
	if c.sending.IsUsual() {
		send()
	} else {
		cut = c.Out.SendAs(c.sending, size, send)
	}
	c.answer = c.answer[:0]
	c.owe()
	c.settle(size)
	if cut {
		c.drop(false)
		return errGone
	}
	if c.code == 421 || c.done {
		c.Blame(strconv.Itoa(c.code))
		c.Out.Flush()
		return errGone
	}
	return nil
}

// drop closes the connection, as a rule wants it.
func (c *conn) drop(reset bool) {
	c.Blame("a rule")
	c.Conn.Drop(reset)
}

// owe sees to it that who has been offered a message hears of its answer.
func (c *conn) owe() {
	if c.offered != nil {
		c.Out.Owe(c.offered, c.Out.Tally())
		c.offered = nil
	}
}
