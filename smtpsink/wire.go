package smtpsink

import (
	"bufio"
	"bytes"
	"errors"
	"net"
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
	secret   bool   // one may be coming that is no argument of AUTH
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
		w.now, w.verb, w.secret = nil, "", true
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
