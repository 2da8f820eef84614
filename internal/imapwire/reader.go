package imapwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// DefaultLine is the limit of a command's text in bytes, literals aside.
const DefaultLine = 64 << 10

// Limits bound what is read.
type Limits struct {
	Line int // bytes of a command's text, literals aside; 0 means DefaultLine
}

// SyntaxError is a line that is not IMAP. Its text is fit for a BAD response.
type SyntaxError struct{ Text string }

// Error is the reason, without a prefix.
func (e *SyntaxError) Error() string { return e.Text }

func syntaxError(format string, args ...any) *SyntaxError {
	return &SyntaxError{fmt.Sprintf(format, args...)}
}

// Reader reads commands and lines.
type Reader struct {
	ahead ahead
	limit int
	read  int64
}

// NewReader reads from in.
func NewReader(in io.Reader, limits Limits) *Reader {
	if limits.Line == 0 {
		limits.Line = DefaultLine
	}
	r := &Reader{limit: limits.Line}
	r.Reset(in)
	return r
}

// LimitLine is how long a command's text may be from here on; 0 means DefaultLine.
func (r *Reader) LimitLine(n int) {
	if n == 0 {
		n = DefaultLine
	}
	r.limit = n
}

// Consumed is the number of bytes that have been read so far.
func (r *Reader) Consumed() int64 { return r.read }

// Reset goes on with another connection, as STARTTLS does.
func (r *Reader) Reset(in io.Reader) {
	r.ahead.giveBack()
	r.ahead.in, r.ahead.left, r.ahead.err = in, nil, nil
}

// Buffered is the number of bytes that have been received and not yet read.
func (r *Reader) Buffered() int { return len(r.ahead.left) }

// TakeBuffered takes what has been received and not yet read, for a
// connection that goes on in another form.
func (r *Reader) TakeBuffered() []byte { return bytes.Clone(r.ahead.left) }

// Wait returns when something has been received, or nothing more will be.
func (r *Reader) Wait() { r.ahead.fill() }

// Literal is the announcement "{n}", "{n+}", "~{n}" or "~{n+}" of a literal.
type Literal struct {
	Size    uint64
	NonSync bool // "+": the client does not wait (RFC 7888)
	Binary  bool // "~": a literal8 (RFC 3516)
}

// Command is a command as it was received.
type Command struct {
	segments [][]byte // text, literal, text, literal, …, text; texts with their CRLF
	binary   []bool   // of each literal
	literals uint64   // bytes of all literals

	// Room for what most have: no literal, or one.
	few [3][]byte
	one [1]bool
}

// TextCommand is a command without literals, of a line that has come by itself.
func TextCommand(line []byte) *Command { return &Command{segments: [][]byte{line}} }

// LiteralBytes is the size of the command's literals together.
func (c *Command) LiteralBytes() uint64 { return c.literals }

// Segments are the command's texts and literals in turn, texts with their
// CRLF. They must not be modified.
func (c *Command) Segments() [][]byte { return c.segments }

// Raw is the whole command as it was received.
func (c *Command) Raw() []byte { return bytes.Join(c.segments, nil) }

// Parser reads the command's tokens.
func (c *Command) Parser() *Parser {
	p := &Parser{cmd: c}
	p.enter(0)
	return p
}

// ReadCommand reads a line, and each literal with the line behind it. accept
// is called with the command so far for every literal; if it returns nil it
// has sent the continuation that a synchronizing literal needs. If it returns
// an error, ReadCommand returns the command so far with that error: at once
// for a synchronizing literal, which the client will not send, and after
// reading and forgetting the rest of the command for another.
//
// A *SyntaxError leaves the reader at the next line. With any other error the command has
// what came before it.
func (r *Reader) ReadCommand(accept func(cmd *Command, lit Literal) error) (*Command, error) {
	cmd := &Command{}
	cmd.segments, cmd.binary = cmd.few[:0], cmd.one[:0]
	left := r.limit
	var refused error
	for {
		line, err := r.line(left)
		if refused == nil {
			cmd.segments = append(cmd.segments, line.text)
		}
		if err != nil && !isSyntax(err) {
			return cmd, err
		}
		left -= len(line.text)
		lit, ok, outOfRange := line.announcement()
		if err == nil {
			err = outOfRange
		}
		if refused == nil {
			refused = err
		}
		if outOfRange != nil || !ok {
			return cmd, refused
		}
		if refused == nil {
			refused = accept(cmd, lit)
		}
		if refused != nil {
			if !lit.NonSync {
				return cmd, refused
			}
			if err := r.discard(lit.Size); err != nil {
				return cmd, err
			}
			continue
		}
		data, err := r.literal(lit)
		cmd.segments = append(cmd.segments, data)
		cmd.binary = append(cmd.binary, lit.Binary)
		cmd.literals += uint64(len(data))
		if err != nil {
			return cmd, err
		}
	}
}

// ReadLine reads one line and returns it without its CRLF.
func (r *Reader) ReadLine() ([]byte, error) {
	line, err := r.line(r.limit)
	return bytes.TrimSuffix(line.text, []byte("\r\n")), err
}

func isSyntax(err error) bool {
	var syntax *SyntaxError
	return errors.As(err, &syntax)
}

// line is a line as far as it was kept. Whatever is wrong with one, its end may
// announce a literal: what follows is then no command (RFC 7888, section 3).
type line struct {
	text   []byte // what is within the limit
	end    []byte // of a line that is too long, the end of what is not
	quoted quoted // up to there
}

// longestAnnouncement is the most that can matter at the end of a line.
const longestAnnouncement = 64

// line reads up to LF. What is over the limit is read and forgotten.
func (r *Reader) line(limit int) (line, error) {
	var l line
	for tooLong := false; ; {
		part, err := r.ahead.upTo('\n')
		r.read += int64(len(part))
		ends := bytes.HasSuffix(part, []byte("\n"))
		if fits := min(len(part), limit-len(l.text)); !tooLong {
			l.text = append(l.text, part[:fits]...)
			if part = part[fits:]; len(part) > 0 {
				tooLong = true
				l.quoted.read(l.text)
			}
		}
		if tooLong {
			l.forget(part)
		}
		switch {
		case err != nil:
			return l, err
		case !ends:
		case tooLong:
			return l, syntaxError("longer than %d bytes", r.limit)
		default:
			return l, checkLine(l.text)
		}
	}
}

// forget keeps no more of a piece of the line than its end.
func (l *line) forget(part []byte) {
	l.end = append(l.end, part...)
	if surplus := len(l.end) - longestAnnouncement; surplus > 0 {
		l.quoted.read(l.end[:surplus])
		l.end = append(l.end[:0], l.end[surplus:]...)
	}
}

// checkLine refuses what no command may hold outside literals.
func checkLine(line []byte) error {
	if !bytes.HasSuffix(line, []byte("\r\n")) {
		return syntaxError("the line ends in a bare LF")
	}
	text := line[:len(line)-2]
	if i := bytes.IndexAny(text, "\r\x00"); i >= 0 {
		return syntaxError("byte 0x%02x at column %d", text[i], i+1)
	}
	return nil
}

func (r *Reader) discard(n uint64) error {
	for n > 0 {
		skipped, err := r.ahead.skip(n)
		r.read += int64(skipped)
		if err != nil {
			return err
		}
		n -= uint64(skipped)
	}
	return nil
}

// literal reads a literal. Memory grows with what arrives, not with what was
// announced.
func (r *Reader) literal(lit Literal) ([]byte, error) {
	room := min(lit.Size, 64<<10)
	data := make([]byte, 0, room+uint64(behind))
	for uint64(len(data)) < lit.Size {
		if uint64(len(data)) == room {
			room = min(lit.Size, 2*room)
			data = append(make([]byte, 0, room+uint64(behind)), data...)
		}
		n, err := r.ahead.put(data[len(data):room])
		r.read += int64(n)
		data = data[:len(data)+n]
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil && uint64(len(data)) < lit.Size {
			return data, err
		}
	}
	return slices.Clip(data), nil
}

// announcement finds a literal at the end of the line: "{n}" behind a space or
// "(" and outside a quoted string.
func (l line) announcement() (lit Literal, ok bool, err error) {
	text := l.text
	if l.end != nil {
		text = l.end
	}
	text = bytes.TrimSuffix(text, []byte("\r\n"))
	if !bytes.HasSuffix(text, []byte("}")) {
		return lit, false, nil
	}
	if l.quoted.read(text); l.quoted.open {
		return lit, false, nil
	}
	open := bytes.LastIndexByte(text, '{')
	if open < 0 {
		return lit, false, nil
	}
	digits := text[open+1 : len(text)-1]
	if digits, lit.NonSync = bytes.CutSuffix(digits, []byte("+")); len(digits) == 0 {
		return lit, false, nil
	}
	for _, b := range digits {
		if !isDigit(b) {
			return lit, false, nil
		}
	}
	if lit.Binary = open > 0 && text[open-1] == '~'; lit.Binary {
		open--
	}
	if open == 0 || (text[open-1] != ' ' && text[open-1] != '(') {
		return lit, false, nil
	}
	if lit.Size, err = strconv.ParseUint(string(digits), 10, 63); err != nil {
		return lit, false, syntaxError("the literal's size %s is out of range", digits)
	}
	return lit, true, nil
}

// quoted says whether the text that was read so far ends in a quoted string that is
// open, and there behind a backslash.
type quoted struct{ open, escaped bool }

func (q *quoted) read(text []byte) {
	for _, b := range text {
		switch {
		case q.escaped:
			q.escaped = false
		case b == '"':
			q.open = !q.open
		case b == '\\':
			q.escaped = q.open
		}
	}
}
