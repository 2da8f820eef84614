package smtpsink

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// wireConn is what go-smtp talks to. It hands on one command at a time, so that
// rules come between a command and its reply, and does STARTTLS by itself, so
// that they see commands inside TLS too.
type wireConn struct {
	net.Conn // in the clear, or a *tls.Conn
	tracked  *trackedConn
	sink     *Sink
	num      int
	br       *bufio.Reader

	// What follows belongs to go-smtp's goroutine, which reads a command only
	// when it has answered the one before.
	mode      wireMode
	chunk     int64  // bytes of a BDAT chunk that are yet to come
	pending   []byte // to be handed on
	now       *Command
	greeted   bool // the 220 has been written
	needHello bool // STARTTLS was done, and EHLO not said since (RFC 3207, section 4.2)
	dot       int  // how much of CRLF.CRLF has come
	isTLS     bool
	dropReply bool
	after     []func(*Command)
	said      []byte // of a reply that is not yet whole

	gone     chan struct{}
	goneOnce sync.Once
}

// wireMode is what the client's next bytes are.
type wireMode int

const (
	wireCommand wireMode = iota
	wireAuth             // a line of a SASL exchange
	wireData             // a message, up to the dot
	wireChunk            // a chunk of BDAT
)

func newWireConn(tracked *trackedConn, sink *Sink, num int, implicit bool) *wireConn {
	w := &wireConn{Conn: tracked, tracked: tracked, sink: sink, num: num, gone: make(chan struct{})}
	if implicit {
		w.Conn, w.isTLS = tls.Server(tracked, sink.tlsConfig()), true
	}
	w.br = bufio.NewReader(w.Conn)
	return w
}

// Close may be called from any goroutine, and more than once.
func (w *wireConn) Close() error {
	w.goneOnce.Do(func() { close(w.gone) })
	return w.Conn.Close()
}

// wait waits, but no longer than the connection is there.
func (w *wireConn) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.gone:
	}
}

// Read hands on what go-smtp is to see next.
func (w *wireConn) Read(p []byte) (int, error) {
	for len(w.pending) == 0 {
		if err := w.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.pending)
	w.pending = w.pending[n:]
	return n, nil
}

// next reads what comes next into pending; nothing if a rule has answered it.
func (w *wireConn) next() error {
	switch w.mode {
	case wireChunk:
		return w.nextChunk()
	case wireData:
		return w.nextData()
	}
	line, err := w.br.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		err = nil // go-smtp refuses it
	}
	if err != nil {
		return err
	}
	if w.mode == wireAuth {
		w.pending = bytes.Clone(line)
		return nil
	}
	return w.command(bytes.Clone(line))
}

// nextData hands on bytes of a message as they come. go-smtp finds its end.
func (w *wireConn) nextData() error {
	if _, err := w.br.Peek(1); err != nil {
		return err
	}
	w.pending, _ = w.br.Peek(w.br.Buffered())
	w.pending = w.upToDot(w.pending)
	w.br.Discard(len(w.pending))
	return nil
}

// endOfData is what ends a message (RFC 5321, section 4.1.1.4).
const endOfData = "\r\n.\r\n"

// upToDot keeps what is pipelined behind the end of a message for later.
func (w *wireConn) upToDot(data []byte) []byte {
	for i, c := range data {
		switch {
		case c == endOfData[w.dot]:
			w.dot++
		case c == '\r':
			w.dot = 1
		default:
			w.dot = 0
		}
		if w.dot == len(endOfData) {
			w.dot = len("\r\n")
			return bytes.Clone(data[:i+1])
		}
	}
	return bytes.Clone(data)
}

func (w *wireConn) nextChunk() error {
	if w.chunk == 0 {
		w.mode = wireCommand
		return nil
	}
	buf := make([]byte, min(w.chunk, 32<<10))
	n, err := w.br.Read(buf)
	w.chunk -= int64(n)
	w.pending = buf[:n]
	if n > 0 {
		return nil
	}
	return err
}

// command asks the rules about a command, and hands it on if they let it.
func (w *wireConn) command(line []byte) error {
	verb, arg, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
	w.now = &Command{Conn: w.num, Stage: strings.ToUpper(verb), Arg: stageArg(verb, arg)}
	if w.now.Stage == "HELO" || w.now.Stage == "LHLO" {
		w.now.Stage = "EHLO"
	}
	handled, err := w.sink.applyRules(w, w.now)
	if handled || err != nil {
		return err
	}
	switch w.now.Stage {
	case "EHLO":
		w.needHello = false
	case "STARTTLS":
		return w.startTLS()
	case "AUTH", "MAIL", "RCPT", "DATA", "BDAT":
		if w.needHello {
			return w.say("503 5.5.1 Say EHLO first")
		}
		if refused, err := w.refuseExtension(w.now.Stage, arg); refused || err != nil {
			return err
		}
		if w.now.Stage == "BDAT" {
			w.beginChunk(arg)
		}
	}
	w.pending = line
	return nil
}

// beginChunk notes how many bytes follow BDAT, if that can be read.
func (w *wireConn) beginChunk(arg string) {
	size, _, _ := strings.Cut(arg, " ")
	if n, err := strconv.ParseInt(size, 10, 64); err == nil && n >= 0 {
		w.mode, w.chunk = wireChunk, n
	}
}

// stageArg is what a pattern is compared with: the address of MAIL and RCPT, the
// mechanism of AUTH, the name of EHLO.
func stageArg(verb, arg string) string {
	switch strings.ToUpper(verb) {
	case "MAIL", "RCPT":
		_, path, _ := strings.Cut(arg, ":")
		path, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(path), "<"), ">")
		return path
	case "AUTH":
		mech, _, _ := strings.Cut(arg, " ")
		return strings.ToUpper(mech)
	}
	return arg
}

// say answers in go-smtp's place.
func (w *wireConn) say(line string) error {
	_, err := w.Conn.Write(w.plain([]byte(line + "\r\n")))
	return err
}

// startTLS is RFC 3207. What was sent in the clear behind it is thrown away.
func (w *wireConn) startTLS() error {
	switch {
	case w.isTLS:
		return w.say("502 5.5.1 TLS is active already")
	case !w.sink.cfg.startTLS:
		return w.say("502 5.5.1 TLS is not offered")
	}
	if err := w.say("220 2.0.0 Begin the TLS handshake"); err != nil {
		return err
	}
	secure := tls.Server(w.Conn, w.sink.tlsConfig())
	if err := secure.Handshake(); err != nil {
		return err
	}
	w.Conn, w.isTLS, w.needHello = secure, true, true
	w.br = bufio.NewReader(secure)
	return nil
}

// Write takes go-smtp's replies, which come line by line, and passes each on when
// it is whole, after what rules want to do before it.
func (w *wireConn) Write(p []byte) (int, error) {
	w.said = append(w.said, p...)
	if !wholeReply(w.said) {
		return len(p), nil
	}
	reply := w.said
	w.said = nil
	if err := w.beforeReply(); err != nil {
		return 0, err
	}
	w.follow(reply)
	reply = w.plain(reply)
	if w.now != nil && w.now.Stage == "EHLO" {
		reply = w.editHello(reply)
	}
	if _, err := w.Conn.Write(reply); err != nil {
		return 0, err
	}
	return len(p), nil
}

// wholeReply says whether the last line of a reply is there: the one with a space
// behind its code (RFC 5321, section 4.2.1).
func wholeReply(text []byte) bool {
	if !bytes.HasSuffix(text, []byte("\n")) {
		return false
	}
	last := text[bytes.LastIndexByte(text[:len(text)-1], '\n')+1:]
	return len(last) < 4 || last[3] != '-'
}

// beforeReply asks the rules of CONNECT before the greeting, and does what rules
// want done before another reply.
func (w *wireConn) beforeReply() error {
	if !w.greeted {
		w.greeted = true
		handled, err := w.sink.applyRules(w, &Command{Conn: w.num, Stage: "CONNECT"})
		if handled && err == nil {
			w.Close() // a refusal in place of the greeting ends it
			err = net.ErrClosed
		}
		return err
	}
	for _, f := range w.after {
		f(w.now)
	}
	w.after = nil
	if w.dropReply {
		w.Close()
		return net.ErrClosed
	}
	return nil
}

// follow learns from a reply what the client sends next.
func (w *wireConn) follow(p []byte) {
	switch {
	case bytes.HasPrefix(p, []byte("354")):
		w.mode, w.dot = wireData, len("\r\n") // the first line may be the dot
	case bytes.HasPrefix(p, []byte("334")):
		w.mode = wireAuth
	case w.mode == wireAuth, w.mode == wireData:
		w.mode = wireCommand
	}
}
