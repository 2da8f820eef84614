package imapd

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/memstore"
)

// Limits of what is read before anybody has logged in: a user name, a
// password and a SASL response fit.
const maxLiteralBeforeLogin = 4 << 10

// maxLiteral bounds the literals of every command but APPEND.
const maxLiteral = 1 << 20

// conn is one client's connection. Its fields belong to the goroutine of
// serve, but for info, which is written under srv.mu and read there by others.
type conn struct {
	srv    *Server
	info   Session
	record func(from Side, line []byte) // nil: nobody listens

	nc      net.Conn
	tls     *tls.Conn // nil: in the clear
	raw     net.Conn  // what close closes: the connection as it was given
	rd      *imapwire.Reader
	out     output
	enc     *imapwire.Encoder
	waiting bool // a goroutine reads: reading must not flush

	user       *memstore.User
	view       *view // the selected mailbox, or nil
	enabled    enabled
	notify     *notifySettings // of NOTIFY SET, or nil
	compressed bool
	tag        string // of the command that runs
	done       bool   // logged out, or told BYE
	// afterReply runs once the tagged response has been flushed: STARTTLS.
	afterReply func()
}

func newConn(s *Server, nc net.Conn) *conn {
	c := &conn{srv: s, raw: nc}
	c.tls, c.info.TLS = nc.(*tls.Conn)
	c.enabled = c.initiallyEnabled()
	c.enc = imapwire.NewEncoder(c.writeLine)
	c.enc.UTF8 = c.speaksUTF8()
	c.attach(nc)
	return c
}

// attach makes nc the connection that is read and written.
func (c *conn) attach(nc net.Conn) {
	c.nc = nc
	br := bufio.NewReader(flushingReader{c})
	if c.rd == nil {
		c.rd = imapwire.NewReader(br, imapwire.Limits{})
	} else {
		c.rd.Reset(br)
	}
	c.out.nc = nc
}

// flushingReader sends what has been written before it waits for more. So
// the answers to pipelined commands share a write, and a client that waits
// for an answer has it.
type flushingReader struct{ c *conn }

func (r flushingReader) Read(p []byte) (int, error) {
	if !r.c.waiting {
		if err := r.c.out.Flush(); err != nil {
			return 0, err
		}
	}
	return r.c.nc.Read(p)
}

// writeLine is where every line to the client passes.
func (c *conn) writeLine(line []byte) {
	if c.record != nil {
		c.record(FromServer, line)
	}
	c.out.add(line)
}

func (c *conn) close() { c.raw.Close() }

func (c *conn) serve() {
	if open := c.srv.cfg.Hooks.Open; open != nil {
		c.record = open(c.info.Conn)
	}
	c.enc.Raw("* OK [CAPABILITY ").Raw(c.capabilities()).Raw("] ").Text(c.srv.cfg.Greeting).CRLF()
	for !c.done && c.step() {
	}
	c.closeView()
	c.out.Flush()
}

// step reads and runs one command. It reports whether the connection goes on.
func (c *conn) step() bool {
	c.armAutologout()
	if c.notify != nil {
		if err := c.waitInput(c.tellUnasked); err != nil {
			return false
		}
	}
	cmd, err := c.rd.ReadCommand(c.acceptLiteral)
	var refused *imap.Error
	var syntax *imapwire.SyntaxError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.sayBye(imap.ResponseCodeUnavailable, "Autologout; idle for too long")
		return false
	case errors.As(err, &refused):
		c.refuse(cmd, refused)
	case errors.As(err, &syntax):
		c.refuse(cmd, bad("%s", syntax))
	case err != nil:
		return false
	default:
		c.command(cmd)
	}
	return true
}

func (c *conn) armAutologout() {
	if d := c.srv.cfg.Autologout; d > 0 {
		c.nc.SetReadDeadline(time.Now().Add(d))
	}
}

// acceptLiteral answers the announcement of a literal.
func (c *conn) acceptLiteral(cmd *imapwire.Command, lit imapwire.Literal) error {
	p := cmd.Parser()
	p.Tag()
	p.SP()
	name := commandName(p)
	if _, err := c.lookup(name); err != nil {
		return err
	}
	limit := uint64(maxLiteral)
	switch {
	case c.user == nil:
		limit = maxLiteralBeforeLogin
	case name == "APPEND", name == "REPLACE", name == "UID REPLACE":
		limit = c.srv.cfg.AppendLimit
	}
	if lit.Size > limit {
		return no(imap.ResponseCodeTooBig, "a literal of %d bytes is over the limit of %d", lit.Size, limit)
	}
	if lit.NonSync {
		return c.acceptNonSync(lit)
	}
	c.enc.Raw("+ Ready for literal data").CRLF()
	return nil
}

// acceptNonSync holds a client to what was advertised (RFC 7888).
func (c *conn) acceptNonSync(lit imapwire.Literal) error {
	switch {
	case c.has(imap.CapLiteralPlus):
		return nil
	case !c.has(imap.CapLiteralMinus):
		return bad("non-synchronizing literals are not supported")
	case lit.Size > 4096:
		return bad("LITERAL- allows 4096 bytes, not %d (RFC 7888, section 5)", lit.Size)
	}
	return nil
}

// refuse answers a command that could not be read.
func (c *conn) refuse(cmd *imapwire.Command, err *imap.Error) {
	if cmd == nil {
		c.tagged("*", err, "")
		return
	}
	p := cmd.Parser()
	tag := p.Tag()
	p.SP()
	name := commandName(p)
	c.recordClient(name, cmd)
	if !p.OK() || tag == "" {
		tag = "*"
	}
	c.tagged(tag, err, "")
}

// command runs one command from its line to its tagged response.
func (c *conn) command(wire *imapwire.Command) {
	p := wire.Parser()
	tag := p.Tag()
	if p.OK() && !p.AtEnd() && p.Peek() != ' ' {
		p.Fail("a tag with %q in it", p.Peek())
	}
	if !p.OK() {
		c.recordClient("", wire)
		c.tagged("*", bad("a command begins with a tag: %v", p.Err()), "")
		return
	}
	p.SP()
	name := commandName(p)
	line := c.recordClient(name, wire)
	if !p.OK() {
		c.tagged(tag, bad("%v", p.Err()), "")
		return
	}
	c.tag = tag
	cmd := &Command{Session: c.info, Tag: tag, Name: name, Line: line, Start: time.Now()}
	c.srv.update(c, func(s *Session) { s.Command = name })
	ok, err := c.run(cmd, p)
	c.finish(cmd, ok, err)
	c.srv.update(c, func(s *Session) { s.Command = "" })
	if then := c.afterReply; then != nil {
		c.afterReply = nil
		c.out.Flush()
		then()
	}
}

// run finds, parses and runs a command, and then tells what has changed.
func (c *conn) run(cmd *Command, p *imapwire.Parser) (ok okResponse, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.enc.Discard()
			err = fmt.Errorf("panic in %s: %v\n%s", cmd.Name, r, debug.Stack())
		}
	}()
	spec, err := c.lookup(cmd.Name)
	if err != nil {
		return ok, err
	}
	body, err := c.parse(spec, p)
	if err != nil {
		return ok, err
	}
	if before := c.srv.cfg.Hooks.Before; before != nil {
		if err := before(cmd); err != nil {
			return ok, err
		}
	}
	err = body.run(c, &ok)
	if c.done {
		return ok, err
	}
	if c.view != nil {
		how := telling{syncMode: spec.sync}
		if ok.holdExpunges {
			how.syncMode = holdExpunges
		}
		if syncErr := c.view.sync(c, how); syncErr != nil {
			return ok, syncErr
		}
	}
	c.complete(&ok)
	return ok, err
}

// complete adds to the response what is known only when all has been told.
func (c *conn) complete(ok *okResponse) {
	if ok.highest && c.enabled.qresync && c.view != nil && !c.view.mbox.NoModSeq() {
		ok.code = fmt.Sprintf("HIGHESTMODSEQ %d", c.view.modseq)
	}
	if ok.limited == 0 {
		return
	}
	code := fmt.Sprintf("MESSAGELIMIT %d %d", c.srv.cfg.MessageLimit, ok.limited)
	if ok.code == "" {
		ok.code = code
		return
	}
	c.enc.Raw("* NO [").Raw(code).Raw("] Not all messages were worked on").CRLF()
}

func (c *conn) parse(spec *commandSpec, wire *imapwire.Parser) (command, error) {
	wire.UTF8 = c.speaksUTF8()
	p := &parser{Parser: wire, c: c, uid: strings.HasPrefix(spec.name, "UID ")}
	body := spec.parse(p)
	p.End()
	if err := p.Err(); err != nil {
		return nil, bad("%s: %v", spec.name, err)
	}
	return body, nil
}

// okResponse is what a command wants to say in its tagged OK.
type okResponse struct {
	code string // what stands in the brackets, "" for none
	text string // "" for "NAME completed"
	// highest puts HIGHESTMODSEQ into the brackets, where QRESYNC is enabled
	// (RFC 7162, section 3.2.7).
	highest bool
	// holdExpunges keeps EXPUNGE back where the command's row would allow it.
	holdExpunges bool
	// limited is the lowest UID that was worked on, if a limit left out others
	// (RFC 9738).
	limited imap.UID
}

// finish sends the tagged response.
func (c *conn) finish(cmd *Command, ok okResponse, err error) {
	var answer *imap.Error
	if err != nil && !errors.As(err, &answer) {
		c.srv.bug(fmt.Errorf("connection %d: %s: %w", c.info.Conn, cmd.Line, err))
		answer = no(imap.ResponseCodeServerBug, "internal error")
	}
	switch {
	case answer != nil && answer.Type == imap.StatusResponseTypeBye:
		if !c.done {
			c.sayBye(answer.Code, answer.Text)
		}
		cmd.Result = "BYE " + answer.Text
	default:
		if ok.text == "" {
			ok.text = cmd.Name + " completed"
		}
		cmd.Result = c.taggedOK(cmd.Tag, answer, ok)
	}
	cmd.End = time.Now()
	if after := c.srv.cfg.Hooks.After; after != nil {
		after(cmd)
	}
}

func (s *Server) bug(err error) {
	if hook := s.cfg.Hooks.Bug; hook != nil {
		hook(err)
	}
}

// taggedOK sends err if there is one, else OK.
func (c *conn) taggedOK(tag string, err *imap.Error, ok okResponse) string {
	if err != nil {
		return c.tagged(tag, err, ok.code)
	}
	c.enc.Raw(tag).Raw(" OK ")
	result := "OK "
	if ok.code != "" {
		c.enc.Raw("[").Raw(ok.code).Raw("] ")
		result += "[" + ok.code + "] "
	}
	c.enc.Text(ok.text).CRLF()
	return result + ok.text
}

// tagged sends a NO or BAD. A command that answers NO with a code that
// carries data puts it into code.
func (c *conn) tagged(tag string, err *imap.Error, code string) string {
	if err.Code != "" {
		code = string(err.Code)
	}
	result := string(err.Type) + " "
	if code != "" {
		result += "[" + code + "] "
	}
	result += err.Text
	c.enc.Raw(tag).SP().Text(result).CRLF()
	return result
}

func (c *conn) sayBye(code imap.ResponseCode, text string) {
	c.tagged("*", &imap.Error{Type: imap.StatusResponseTypeBye, Code: code, Text: text}, "")
	c.done = true
	c.out.Flush()
}
