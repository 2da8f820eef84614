package imapwire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
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
	br    *bufio.Reader
	limit int
	read  int64
}

// NewReader reads from br.
func NewReader(br *bufio.Reader, limits Limits) *Reader {
	if limits.Line == 0 {
		limits.Line = DefaultLine
	}
	return &Reader{br: br, limit: limits.Line}
}

// Consumed is the number of bytes that have been read so far.
func (r *Reader) Consumed() int64 { return r.read }

// Reset goes on with another connection, as STARTTLS does.
func (r *Reader) Reset(br *bufio.Reader) { r.br = br }

// Buffered is the number of bytes that have been received and not yet read.
func (r *Reader) Buffered() int { return r.br.Buffered() }

// TakeBuffered takes what has been received and not yet read, for a
// connection that goes on in another form.
func (r *Reader) TakeBuffered() []byte {
	data, _ := r.br.Peek(r.br.Buffered())
	return bytes.Clone(data)
}

// Wait returns when something has been received, or nothing more will be.
func (r *Reader) Wait() { r.br.Peek(1) }

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
}

// TextCommand is a command without literals, of a line that has come by itself.
func TextCommand(line []byte) *Command { return &Command{segments: [][]byte{line}} }

// Segments are the command's texts and literals in turn, texts with their
// CRLF. They must not be modified.
func (c *Command) Segments() [][]byte { return c.segments }

// Raw is the whole command as it was received.
func (c *Command) Raw() []byte { return bytes.Join(c.segments, nil) }

// Parser reads the command's tokens.
func (c *Command) Parser() *Parser { return &Parser{cmd: c} }

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
	left := r.limit
	var refused error
	for {
		line, err := r.line(left)
		if refused == nil {
			cmd.segments = append(cmd.segments, line)
		}
		if err != nil {
			return cmd, err
		}
		left -= len(line)
		lit, ok, err := announcement(line)
		if err != nil || !ok {
			return cmd, errors.Join(refused, err)
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
		if err != nil {
			return cmd, err
		}
	}
}

// ReadLine reads one line and returns it without its CRLF.
func (r *Reader) ReadLine() ([]byte, error) {
	line, err := r.line(r.limit)
	return bytes.TrimSuffix(line, []byte("\r\n")), err
}

// line reads up to CRLF. What is over the limit is read and forgotten.
func (r *Reader) line(limit int) ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := r.br.ReadSlice('\n')
		r.read += int64(len(part))
		if len(line)+len(part) > limit {
			part, tooLong = part[:max(0, limit-len(line))], true
		}
		line = append(line, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return line, err
		}
		break
	}
	if tooLong {
		return line, syntaxError("the command is longer than %d bytes", r.limit)
	}
	return line, checkLine(line)
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
		part := int(min(n, 1<<20))
		skipped, err := r.br.Discard(part)
		r.read += int64(skipped)
		if err != nil {
			return err
		}
		n -= uint64(part)
	}
	return nil
}

// literal reads a literal. Memory grows with what arrives, not with what was
// announced.
func (r *Reader) literal(lit Literal) ([]byte, error) {
	data := make([]byte, 0, min(lit.Size, 64<<10))
	for uint64(len(data)) < lit.Size {
		if len(data) == cap(data) {
			data = append(make([]byte, 0, min(lit.Size, 2*uint64(cap(data)))), data...)
		}
		n, err := io.ReadFull(r.br, data[len(data):cap(data)])
		r.read += int64(n)
		data = data[:len(data)+n]
		if err != nil {
			return data, io.ErrUnexpectedEOF
		}
	}
	return data, nil
}

// announcement finds a literal at the end of a line: "{n}" behind a space or
// "(" and outside a quoted string.
func announcement(line []byte) (lit Literal, ok bool, err error) {
	text := bytes.TrimSuffix(line, []byte("\r\n"))
	if !bytes.HasSuffix(text, []byte("}")) || inQuotes(text) {
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

// inQuotes says whether the end of text lies in an open quoted string.
func inQuotes(text []byte) bool {
	open := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			open = !open
		case text[i] == '\\' && open:
			i++
		}
	}
	return open
}
