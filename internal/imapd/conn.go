package imapd

import (
	"compress/flate"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/store"
)

// conn is one client's connection. Its fields belong to the goroutine of
// serve, but for info, which is written under srv.mu and read there by others.
type conn struct {
	*serve.Conn
	srv  *Server
	info Session
	// recorded is what has been of a command that is not yet whole.
	recorded string
	heard    []byte      // what is recorded, to be used again
	secret   expectation // what the lines to come may hold

	in      io.Reader // what rd reads: the stream, or what is decompressed of it
	tls     *tls.Conn // nil: in the clear
	rd      *imapwire.Reader
	enc     *imapwire.Encoder
	waiting bool // a goroutine reads: reading must not flush

	owing     bool // the client has sent something since it was last answered
	answering answering
	begun     *Command    // of which a literal has been announced, or nil
	lines     answerLines // of the command that runs
	number    uint32      // of that command, for the store
	hidden    int         // how much of the next line to the client is not shown

	user        *store.User
	provedBy    string // the mechanism by which it has logged in, "" before that and for PREAUTH
	view        *view  // the selected mailbox, or nil
	needs       needs  // the rights that the command takes that runs
	enabled     enabled
	language    *language          // of texts for people
	inUTF8      bool               // they are in UTF-8, as LANGUAGE has it
	collation   mimetree.Collation // of searches
	verbatim    bool               // what is written now is nothing to translate
	notify      *notifySettings    // of NOTIFY SET, or nil
	annotations *knownAnnotations  // nil: the client has not asked to be told
	compressed  bool
	deflation   *deflation      // while compressed
	tag         string          // of the command that runs
	running     string          // its name, "" if that is not to be shown
	mailboxes   []string        // the mailboxes that it names, with a profile
	quirks      map[string]bool // that have acted
	gates       []passed        // of the profile's gates
	parsed      command         // the command that a gate is asked about
	waited      int             // how many commands in a row had come before they were waited for, with a profile
	edited      string          // the result of the command if an edit has changed it
	times       moments
	bads        int         // bad commands in a row, with a profile
	saidBad     bool        // the command that runs is one, whatever the profile says to it
	identified  bool        // an ID has been sent
	attempt     string      // the name with which somebody has tried to log in
	done        bool        // logged out, or told BYE
	dropped     bool        // closed by a hook
	replied     string      // the result of what a hook has answered
	greeting    string      // in place of the usual one, "" for that
	preauth     *store.User // who is logged in with the greeting, or nil
	shown       []showing
	// handshaking says that the hook of a TLS handshake is called.
	handshaking bool
	// afterReply runs once the tagged response has been flushed: STARTTLS.
	afterReply func()
	filter     *Filter // of the command that runs, or nil
	bye        error   // what a hook wants said in place of an answer, or nil

	interruption
	farewell string // the BYE that Shutdown asks for; under srv.mu
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{Conn: serve.NewConn(nc), srv: s, owing: true} // the greeting is owing
	c.lines = make(answerLines, 0, usualLines)
	c.Out.Counted, c.Out.Show = '*', appendShown
	if c.tls, c.info.TLS = nc.(*tls.Conn); c.info.TLS {
		c.Out.First = c.handshake
	}
	c.stop = c.interrupted
	c.enabled, c.language = c.initiallyEnabled(), c.ownLanguage()
	c.enc = imapwire.NewEncoder(c.writeLine)
	c.enc.UTF8 = c.speaksUTF8()
	if s.profile != nil {
		c.enc.Names = s.profile.writeName
	}
	c.through(c.Stream(), flushingReader{c})
	return c
}

// noTLS is why a connection has ended that did not become one of TLS.
const noTLS = "the TLS handshake failed"

// handshake is that of implicit TLS.
func (c *conn) handshake() error {
	err := c.tls.Handshake()
	if err != nil {
		c.Blame(noTLS)
		c.Out.Note(serve.NoTLS(err))
	}
	return err
}

// through makes out what is written to, and in what is read: the connection, or what
// compresses it.
func (c *conn) through(out io.Writer, in io.Reader) {
	c.in = in
	if c.rd == nil {
		c.rd = imapwire.NewReader(in, imapwire.Limits{Line: c.srv.profile.lineBeforeLogin()})
	} else {
		c.rd.Reset(in)
	}
	c.Out.Through(out)
}

// flushingReader sends what has been written before it waits for more. So
// the answers to pipelined commands share a write, and a client that waits
// for an answer has it. That nobody listens any more is no reason not to do what was
// sent before. While it waits there is no room for responses.
type flushingReader struct{ c *conn }

func (r flushingReader) Read(p []byte) (int, error) {
	if r.c.waiting {
		return r.c.Stream().Read(p)
	}
	r.c.countRoundTrip()
	r.c.Out.Flush()
	r.c.enc.Rest()
	defer r.c.enc.Ready()
	return r.c.Stream().Read(p)
}

// countRoundTrip counts an answer for which the client has had to wait.
func (c *conn) countRoundTrip() {
	if c.owing && c.Out.Waiting() {
		c.owing = false
		c.srv.roundTrips.Add(1)
	}
}

// writeLine is where every line to the client passes.
func (c *conn) writeLine(line []byte) {
	if c.translates() {
		line = c.translate(line)
	}
	if p := c.srv.profile; p != nil && len(p.edits) > 0 && !c.verbatim {
		c.editLine(line)
		return
	}
	c.filtered(line)
}

// filtered lets a line through the filter of the command, if there is one.
func (c *conn) filtered(line []byte) {
	if c.filter != nil {
		c.filterLine(line)
		return
	}
	c.emit(line)
}

// emit gathers a line to be written.
func (c *conn) emit(line []byte) {
	c.lines.add(line)
	c.Out.Add(line, c.hidden)
	c.hidden = 0
}

func (c *conn) serve() {
	defer c.guard()
	c.open()
	c.greet()
	for !c.done && c.step() {
	}
	c.closeView()
	c.Out.Flush()
	c.enc.Rest()
}

// open is what comes before the first line.
func (c *conn) open() {
	if open := c.srv.cfg.Hooks.Open; open != nil {
		c.Out.Record(open(c.info.Conn))
	}
	if c.srv.profile != nil {
		c.times.connect = time.Now()
	}
	c.enc.Ready()
}

// guard reports a panic outside a command, as of a hook when a client connects. Within
// a handshake nothing can be said.
func (c *conn) guard() {
	r := recover()
	if r == nil {
		return
	}
	c.srv.bug(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
	if c.tls == nil || c.tls.ConnectionState().HandshakeComplete {
		c.sayBye(no("server.bug", imap.ResponseCodeServerBug, "internal error"))
		c.Out.Flush()
	}
}

// greet says the first line, or what the hook wants in its place.
func (c *conn) greet() {
	if connect := c.srv.cfg.Hooks.Connect; connect != nil {
		if err := connect(c.info.Conn, Control{c}); err != nil {
			c.done = true
			if answer, ok := refusalOf(err); ok {
				c.sayBye(answer)
			}
			c.repliedResult()
			return
		}
	}
	status := "* OK "
	if c.preauth != nil {
		status, c.user = "* PREAUTH ", c.preauth
		c.loggedIn(false)
		c.srv.update(c, func(s *Session) { s.User = c.user.Name() })
	}
	if c.srv.profile != nil && c.greeting == "" {
		c.greetAs(status)
		return
	}
	c.enc.Raw(status)
	if c.greeting != "" {
		c.enc.Text(c.greeting)
	} else {
		c.enc.Raw("[")
		c.writeCapabilityData()
		c.enc.Raw("] ").Text(c.srv.cfg.Greeting)
	}
	c.enc.CRLF()
	c.endFilter()
}

// greetAs says the greeting of a profile.
func (c *conn) greetAs(status string) {
	code, text := c.capabilityData(), c.srv.cfg.Greeting
	line := c.phrase(said{event: "greeting", code: code, text: text, line: "* " + statusText("OK", code, text)})
	c.enc.Text(status + strings.TrimPrefix(line, "* OK ")).CRLF()
	c.endFilter()
}

// step reads and runs one command. It reports whether the connection goes on.
func (c *conn) step() bool {
	c.armAutologout()
	if c.toldToGo() {
		return false
	}
	if c.notify != nil {
		if err := c.waitInput(c.tellUnasked); err != nil {
			return false
		}
	}
	c.countWaiting()
	cmd, err := c.rd.ReadCommand(c.acceptLiteral)
	c.owing = true
	if err != nil {
		return c.unread(cmd, err)
	}
	c.command(cmd)
	return true
}

// unread answers a command that is not whole. It reports whether the connection goes on.
func (c *conn) unread(cmd *imapwire.Command, err error) bool {
	refused, isRefusal := refusalOf(err)
	var syntax *imapwire.SyntaxError
	switch {
	case errors.Is(err, ErrHandled):
		c.handled(cmd)
	case isRefusal:
		c.refuse(cmd, refused)
	case errors.As(err, &syntax):
		c.refuse(cmd, bad("command.line", "%s", syntax))
	default:
		c.brokenOff(cmd, c.cannotRead(err))
		return false
	}
	return true
}

func (c *conn) armAutologout() {
	if p := c.srv.profile; p != nil && len(p.clocks) > 0 {
		c.times.command = time.Now()
		c.Stream().SetReadDeadline(c.deadline())
		return
	}
	if d := c.srv.cfg.Autologout; d > 0 {
		c.Stream().SetReadDeadline(time.Now().Add(d))
	}
}

// brokenOff records what a client has sent of a command before nothing more could be
// read, and says BYE if that is not because the client is gone.
func (c *conn) brokenOff(wire *imapwire.Command, why error) {
	answer, farewell := refusalOf(why)
	if wire == nil || len(wire.Segments()) == 0 || len(wire.Segments()[0]) == 0 {
		if farewell {
			c.sayBye(answer)
		}
		return
	}
	h, _ := c.hear(wire)
	c.recordCommand(h)
	c.filter = nil
	begun := c.begin(h, wire)
	if !farewell {
		c.done = true
		c.end(begun, "")
		return
	}
	c.end(begun, c.sayBye(answer))
}

// cannotRead is what an error of reading asks for behind which there is no reading on:
// BYE, or errGone.
func (c *conn) cannotRead(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		if k := c.struck(); k != nil {
			c.strike(k)
			return errGone
		}
		return c.whyTimeout()
	case errors.As(err, &corrupt):
		return bye("bye.stream", "", "the compressed data is corrupt before its byte %d (RFC 1951)", int64(corrupt))
	case errors.Is(err, errStillCompressed):
		return bye("bye.stream", "", "%s", err)
	}
	return errGone
}

// handled ends a command with which a hook has done before it was whole.
func (c *conn) handled(wire *imapwire.Command) {
	h, _ := c.hear(wire)
	c.expect(h, wire, false)
	c.recordCommand(h)
	c.end(c.begin(h, wire), c.repliedResult())
}

// refuse answers a command that could not be read.
func (c *conn) refuse(wire *imapwire.Command, err *refusal) {
	h, _ := c.hear(wire)
	c.expect(h, wire, false)
	if h.err != nil {
		h.tag = "*"
	}
	c.recordCommand(h)
	cmd := c.begin(h, wire)
	if err.kind() == imap.StatusResponseTypeBye {
		result := c.sayBye(err)
		c.endFilter()
		c.end(cmd, result)
		return
	}
	c.tag = h.tag
	c.end(cmd, c.asSent(c.answer(h, err)))
}
