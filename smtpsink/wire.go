package smtpsink

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxLine is how long a line may be: 12,288 octets for AUTH (RFC 4954, section
// 4), far more than any other command needs.
const maxLine = 16 << 10

// wireConn is what go-smtp talks to in place of the client. go-smtp reads one
// command, answers it, and reads the next; so at every read the reply to the
// command before is complete, and it can be edited, replaced or kept back before
// it is sent. Commands come from the client's lines, checked for what go-smtp
// leaves unchecked. go-smtp never sees a message's bytes, nor TLS, nor AUTH.
//
// What is not said to be shared belongs to the goroutine that reads.
type wireConn struct {
	nc      net.Conn // in the clear, or a *tls.Conn
	raw     net.Conn // what is below TLS
	sink    *Sink
	num     int
	br      *bufio.Reader
	since   time.Time
	session *session // of go-smtp

	in       []byte // for go-smtp to read
	out      []byte // go-smtp's reply
	instead  string // what the client gets in place of it
	ruled    bool   // instead is a rule's
	sending  []byte // replies that are not written yet
	verb     string // of the command that runs
	now      *Command
	after    []func()
	settling []*captured // messages whose reply is under way

	greeted   bool
	declined  bool // the greeting was a refusal
	hello     helloKind
	helo      string // what the client called itself
	isTLS     bool
	auth      string // the account
	dropReply bool   // what a rule does to the reply
	cutReply  bool
	cutAfter  int
	dribble   int
	pause     time.Duration
	hungUp    bool

	chunks   bool   // a message is coming by BDAT
	buf      []byte // room for a message
	msg      []byte // the message
	msgError error  // why there is none

	gone     chan struct{} // closed with the connection; shared
	goneOnce sync.Once
}

// helloKind is how the client introduced itself.
type helloKind int

const (
	noHello helloKind = iota
	oldHello
	extendedHello // EHLO or LHLO
)

func newWireConn(raw net.Conn, sink *Sink, num int, implicit bool) *wireConn {
	w := &wireConn{nc: raw, raw: raw, sink: sink, num: num, gone: make(chan struct{}), since: sink.cfg.clock()}
	w.br = bufio.NewReaderSize(w.nc, maxLine)
	if implicit {
		w.secure()
	}
	return w
}

// Read hands on what go-smtp is to see next.
func (w *wireConn) Read(p []byte) (n int, err error) {
	defer w.guard(&err)
	for len(w.in) == 0 {
		if err := w.next(); err != nil {
			return 0, err
		}
	}
	n = copy(p, w.in)
	w.in = w.in[n:]
	return n, nil
}

// guard makes an error of a panic in the test's own code: the client sees 421, the
// test that owns the sink the stack.
func (w *wireConn) guard(err *error) {
	r := recover()
	if r == nil {
		return
	}
	w.sink.noteBug(fmt.Errorf("smtpsink: panic in %v: %v\n%s", w.now, r, debug.Stack()))
	if w.now == nil || w.now.Stage != stageTLS { // within a handshake nothing can be sent
		w.send(formatReply(421, "4.3.0", "internal error"))
		w.flush()
	}
	*err = w.hangUp()
}

// Write keeps a line of go-smtp's reply.
func (w *wireConn) Write(p []byte) (int, error) {
	w.out = append(w.out, p...)
	return len(p), nil
}

// next ends the command before and begins another; if that is answered here,
// go-smtp gets nothing to read.
func (w *wireConn) next() error {
	if !w.greeted {
		if err := w.greet(); err != nil {
			return err
		}
	}
	code, err := w.finish()
	switch {
	case err != nil:
		return err
	case code == 354:
		return w.readData()
	case code == 421: // RFC 5321, section 3.8
		w.flush()
		return w.hangUp()
	}
	line, err := w.readLine()
	switch {
	case errors.Is(err, errLongLine):
		w.now, w.verb = nil, ""
		return w.refuse(errLongLine)
	case err != nil:
		return err
	}
	return w.command(line)
}

// greet lets go-smtp's greeting go, unless a rule has another.
func (w *wireConn) greet() error {
	w.greeted = true
	if w.isTLS {
		if err := w.handshake(); err != nil {
			return err
		}
	}
	w.now = &Command{Conn: w.num, Stage: stageConnect}
	handled, err := w.sink.applyRules(w, w.now)
	w.declined = handled && codeOf(w.instead) >= 400
	return err
}

// reply answers in go-smtp's place.
func (w *wireConn) reply(code int, enhanced, text string) error {
	w.instead = formatReply(code, enhanced, text)
	return nil
}

// refuse is reply for an error.
func (w *wireConn) refuse(err error) error {
	w.instead = formatError(err)
	return nil
}

// obey is reply for a rule's. It stands for itself: nothing follows from its code but
// the end of the connection from 421.
func (w *wireConn) obey(e *Error) {
	w.instead, w.ruled = formatError(e), true
}

// finish ends the command that has run: its reply is on its way. It says the
// reply's code.
func (w *wireConn) finish() (code int, err error) {
	w.runAfter()
	text, ruled := w.takeReply()
	switch {
	case w.hungUp: // go-smtp's reply to a rule that has hung up
		return 0, io.EOF
	case w.dropReply:
		return 0, w.drop()
	case text == "":
		return 0, nil
	}
	before := len(w.sending)
	w.send(text)
	if ruled && codeOf(text) != 421 {
		text = ""
	}
	switch {
	case w.cutReply:
		w.sending = w.sending[:min(before+w.cutAfter, len(w.sending))]
		return 0, w.drop()
	case w.dribble > 0:
		err = w.trickle(before)
		w.settle()
	case len(w.settling) > 0:
		err = w.flush()
		w.settle()
	}
	return codeOf(text), err
}

// takeReply is the reply to the command that has run, and whether it is a rule's.
func (w *wireConn) takeReply() (text string, ruled bool) {
	text, ruled = string(w.out), w.ruled
	switch {
	case w.instead != "":
		text = w.instead
	case w.now != nil && w.now.Stage == "EHLO" && strings.HasPrefix(text, "250"):
		text = w.helloReply()
	case (w.verb == "MAIL" || w.verb == "RCPT") && strings.HasPrefix(text, "500 "):
		text = "501 " + text[len("500 "):] // go-smtp's for a parameter (RFC 5321, section 4.2.2)
	}
	w.out, w.instead, w.ruled = w.out[:0], "", false
	return strings.ReplaceAll(text, noDomain, ""), ruled
}

// runAfter does what rules want done when a command has run.
func (w *wireConn) runAfter() {
	for _, f := range w.after {
		f()
	}
	w.after = nil
}

// drop sends what is owed for the commands before, and closes the connection.
func (w *wireConn) drop() error {
	w.flush()
	err := w.hangUp()
	w.settle()
	return err
}

// trickle sends the last reply a few bytes at a time.
func (w *wireConn) trickle(from int) error {
	reply := slices.Clone(w.sending[from:])
	w.sending = w.sending[:from]
	for piece := range slices.Chunk(reply, w.dribble) {
		w.sending = append(w.sending, piece...)
		if err := w.flush(); err != nil {
			return err
		}
		w.wait(w.pause)
	}
	w.dribble = 0
	return nil
}

// send adds a reply to those that are to be written.
func (w *wireConn) send(text string) {
	if !w.sink.cfg.has("ENHANCEDSTATUSCODES") {
		text = withoutEnhanced(text)
	}
	w.sink.dialogue.add(w.num, 'S', text)
	w.sending = append(w.sending, text...)
}

// flush writes the replies that have gathered; a client that pipelines gets
// them in one piece (RFC 2920, section 3.2).
func (w *wireConn) flush() error {
	if len(w.sending) == 0 {
		return nil
	}
	_, err := w.nc.Write(w.sending)
	w.sending = w.sending[:0]
	return err
}

// settle tells who waits of the messages that have been answered.
func (w *wireConn) settle() {
	for _, c := range w.settling {
		w.sink.answered(c)
	}
	w.settling = nil
}

// errLongLine is RFC 4954, section 4, and RFC 5321, section 4.5.3.1.4.
var errLongLine = &Error{500, [3]int{5, 5, 6}, "line too long"}

// readLine reads a command without its CRLF. Nothing else ends a line (RFC
// 5321, section 2.3.8); what stands behind a bare LF is not looked at.
func (w *wireConn) readLine() (string, error) {
	if waiting, _ := w.br.Peek(w.br.Buffered()); bytes.IndexByte(waiting, '\n') < 0 {
		if err := w.flush(); err != nil {
			return "", err
		}
	}
	line, err := w.br.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		if err := w.skipLine(); err != nil {
			return "", err
		}
		return "", errLongLine
	}
	if err != nil {
		return "", err
	}
	text, whole := strings.CutSuffix(string(line), "\r\n")
	if !whole || strings.ContainsAny(text, "\r\x00") {
		w.send(formatReply(521, "5.5.2", "bare CR, bare LF or NUL in a command"))
		w.flush()
		return "", w.hangUp()
	}
	return text, nil
}

// skipLine reads to the end of a line.
func (w *wireConn) skipLine() error {
	for {
		_, err := w.br.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// hangUp closes the connection; go-smtp sees its end.
func (w *wireConn) hangUp() error {
	w.hungUp = true
	w.shut()
	return io.EOF
}

// shut closes the connection. It may be called from any goroutine.
func (w *wireConn) shut() error {
	w.goneOnce.Do(func() { close(w.gone) })
	return w.raw.Close()
}

// reset makes the connection end with RST.
func (w *wireConn) reset() {
	switch nc := w.raw.(type) {
	case interface{ SetLinger(int) error }:
		nc.SetLinger(0)
	case interface{ Reset() }:
		nc.Reset()
	}
	w.hangUp()
}

// wait waits, but no longer than the connection is there.
func (w *wireConn) wait(d time.Duration) {
	w.flush()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.gone:
	}
}

// stall reads what the client sends until it gives up.
func (w *wireConn) stall() {
	w.flush()
	io.Copy(io.Discard, w.raw) // within a handshake w.nc cannot be read
	w.hangUp()
}

// Close is go-smtp's: after QUIT, and when reading has failed.
func (w *wireConn) Close() (err error) {
	defer w.sink.forgetConn(w)
	defer w.guard(&err)
	if !w.hungUp && w.greeted {
		w.finish()
		w.flush()
		w.hungUp = true
		if tc, ok := w.nc.(*tls.Conn); ok {
			tc.CloseWrite()
		}
	}
	w.settle()
	return w.shut()
}

// LocalAddr is the connection's.
func (w *wireConn) LocalAddr() net.Addr { return w.raw.LocalAddr() }

// RemoteAddr is the client's.
func (w *wireConn) RemoteAddr() net.Addr { return w.raw.RemoteAddr() }

// SetDeadline is there for net.Conn; go-smtp is given no timeouts.
func (w *wireConn) SetDeadline(t time.Time) error { return w.nc.SetDeadline(t) }

// SetReadDeadline is like SetDeadline.
func (w *wireConn) SetReadDeadline(t time.Time) error { return w.nc.SetReadDeadline(t) }

// SetWriteDeadline is like SetDeadline.
func (w *wireConn) SetWriteDeadline(t time.Time) error { return w.nc.SetWriteDeadline(t) }
