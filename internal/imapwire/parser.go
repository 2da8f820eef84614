package imapwire

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep lists may nest.
const maxDepth = 1000

// Parser reads the tokens of a command. Its first error sticks: after it every
// method returns its zero value and consumes nothing, so that a command's
// parse function checks once, at its end.
type Parser struct {
	// UTF8 allows UTF-8 in quoted strings and takes mailbox names as UTF-8
	// (IMAP4rev2, or UTF8=ACCEPT enabled).
	UTF8 bool
	// EarlyUTF8 allows UTF-8 in quoted strings before it is enabled. Mailbox names
	// may be in either form.
	EarlyUTF8 bool
	// InPlace is what a client should do in place of sending 8-bit characters in a
	// quoted string, for the error's text.
	InPlace string

	cmd     *Command
	seg     int    // the text segment that is read
	line    []byte // that segment without its CRLF; nil after an error
	pos     int    // in it
	depth   int
	err     *SyntaxError
	nameErr error
}

// NewParser reads text, which has no literals and no CRLF.
func NewParser(text string) *Parser {
	return (&Command{segments: [][]byte{[]byte(text + "\r\n")}}).Parser()
}

// enter goes to the beginning of a text segment.
func (p *Parser) enter(seg int) {
	p.seg, p.line, p.pos = seg, nil, 0
	if seg < len(p.cmd.segments) {
		p.line = bytes.TrimSuffix(p.cmd.segments[seg], []byte("\r\n"))
	}
}

// Err is the first error, a *SyntaxError, or nil.
func (p *Parser) Err() error {
	if p.err == nil {
		return nil
	}
	return p.err
}

// OK says that there has been no error.
func (p *Parser) OK() bool { return p.err == nil }

// Fail sets the error if there is none yet.
func (p *Parser) Fail(format string, args ...any) {
	if p.err == nil {
		p.err, p.line = syntaxError(format, args...), nil
	}
}

// text is what is left of the segment, without its CRLF; nothing after an error.
func (p *Parser) text() []byte {
	if p.pos > len(p.line) {
		return nil
	}
	return p.line[p.pos:]
}

// expected sets an error that says what came instead.
func (p *Parser) expected(what string) {
	got := p.Remaining()
	if got == "" {
		p.Fail("expected %s at the end of the line", what)
		return
	}
	p.Fail("expected %s at column %d, got %s", what, p.pos+1, strconv.QuoteToASCII(got))
}

// Remaining is the beginning of what is left, for error texts.
func (p *Parser) Remaining() string {
	rest := p.text()
	return string(rest[:min(len(rest), 40)])
}

// Peek is the next byte, 0 at the end.
func (p *Parser) Peek() byte {
	if rest := p.text(); len(rest) > 0 {
		return rest[0]
	}
	return 0
}

// Try consumes b if it comes next.
func (p *Parser) Try(b byte) bool {
	if rest := p.text(); len(rest) == 0 || rest[0] != b {
		return false
	}
	p.pos++
	return true
}

// Ahead says whether s comes next, in any case.
func (p *Parser) Ahead(s string) bool {
	rest := p.text()
	return len(rest) >= len(s) && strings.EqualFold(string(rest[:len(s)]), s)
}

// TryWord consumes s if it comes next, in any case.
func (p *Parser) TryWord(s string) bool {
	if !p.Ahead(s) {
		return false
	}
	p.pos += len(s)
	return true
}

// Expect consumes b, which must come next.
func (p *Parser) Expect(b byte) {
	if !p.Try(b) {
		p.expected(strconv.QuoteRune(rune(b)))
	}
}

// SP is exactly one space.
func (p *Parser) SP() {
	if !p.Try(' ') {
		p.expected("a space")
	}
}

// AtEnd says that nothing is left of the command.
func (p *Parser) AtEnd() bool {
	return p.err == nil && len(p.text()) == 0 && p.seg >= len(p.cmd.segments)-1
}

// End demands that nothing is left.
func (p *Parser) End() {
	if p.err == nil && !p.AtEnd() {
		p.expected("the end of the line")
	}
}

// take consumes a run of one or more bytes of a class.
func (p *Parser) take(class func(byte) bool, what string) string {
	return string(p.taken(class, what))
}

// taken is take of bytes that are not kept.
func (p *Parser) taken(class func(byte) bool, what string) []byte {
	rest := p.text()
	n := 0
	for n < len(rest) && class(rest[n]) {
		n++
	}
	if n == 0 {
		p.expected(what)
		return nil
	}
	p.pos += n
	return rest[:n]
}

// Tag is a command's tag.
func (p *Parser) Tag() string { return p.take(isTagChar, "a tag") }

// Atom is 1*ATOM-CHAR.
func (p *Parser) Atom() string { return p.take(isAtomChar, "an atom") }

// Keyword is an atom in upper case: the name of a command or an option.
func (p *Parser) Keyword() string { return strings.ToUpper(p.take(isAtomChar, "a word")) }

// ItemName is the name of a FETCH item or section in upper case; it ends
// before "[", "]" and "<".
func (p *Parser) ItemName() string { return strings.ToUpper(p.take(isItemChar, "an item")) }

// AString is an atom, a quoted string or a literal.
func (p *Parser) AString() string {
	if b := p.Peek(); b == '"' || b == '{' {
		return p.String()
	}
	return p.take(isAStringChar, "a string")
}

// String is a quoted string or a literal.
func (p *Parser) String() string {
	switch p.Peek() {
	case '"':
		return p.quoted()
	case '{':
		data := p.Literal()
		return string(data)
	}
	p.expected("a quoted string or a literal")
	return ""
}

// NString is a string, or NIL, which gives "" and false.
func (p *Parser) NString() (string, bool) {
	if b := p.Peek(); b != '"' && b != '{' && p.TryWord("NIL") {
		return "", false
	}
	s := p.String()
	return s, p.err == nil
}

// quoted: only the double quote and the backslash are escaped.
func (p *Parser) quoted() string {
	rest := p.text()
	var sb strings.Builder
	eightBit := false
	for i := 1; i < len(rest); i++ {
		b := rest[i]
		switch {
		case b == '"':
			p.pos += i + 1
			return p.checkQuoted(sb.String(), eightBit)
		case b == '\\':
			if i++; i == len(rest) || (rest[i] != '"' && rest[i] != '\\') {
				p.Fail(`a quoted string may escape only \" and \\`)
				return ""
			}
			b = rest[i]
		case b >= 0x80:
			eightBit = true
		}
		sb.WriteByte(b)
	}
	p.Fail("a quoted string without its end at column %d", p.pos+1)
	return ""
}

func (p *Parser) checkQuoted(s string, eightBit bool) string {
	switch {
	case eightBit && !p.UTF8 && !p.EarlyUTF8:
		p.Fail("8-bit characters in a quoted string%s", p.InPlace)
		return ""
	case eightBit && !utf8.ValidString(s):
		p.Fail("a quoted string that is not UTF-8")
		return ""
	}
	return s
}

// LiteralIs8 says that a literal8 comes next.
func (p *Parser) LiteralIs8() bool { return p.atLiteral() && p.cmd.binary[p.seg/2] }

// atLiteral says that the text ends in the announcement that comes next.
func (p *Parser) atLiteral() bool {
	rest := p.text()
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == '~') && p.seg+1 < len(p.cmd.segments) &&
		bytes.IndexByte(rest, '}') == len(rest)-1
}

// Literal is a literal or literal8. The bytes are the command's own: the
// caller may keep them. NUL is for literal8 only.
func (p *Parser) Literal() []byte {
	if !p.atLiteral() {
		p.expected("a literal")
		return nil
	}
	is8 := p.LiteralIs8()
	data := p.cmd.segments[p.seg+1]
	if !is8 && bytes.IndexByte(data, 0) >= 0 {
		p.Fail("a literal with a NUL byte (RFC 9051, section 4.3)")
		return nil
	}
	p.enter(p.seg + 2)
	return data
}

// Number is 0 to 4294967295.
func (p *Parser) Number() uint32 { return uint32(p.number(32)) }

// Number64 is 0 to 9223372036854775807.
func (p *Parser) Number64() uint64 { return p.number(63) }

// NZNumber is a number that is not 0.
func (p *Parser) NZNumber() uint32 {
	if p.Peek() == '0' {
		p.expected("a number that is not 0")
		return 0
	}
	return p.Number()
}

func (p *Parser) number(bits int) uint64 {
	n, most := uint64(0), uint64(1)<<bits-1
	text, digits := p.text(), 0
	for ; digits < len(text) && isDigit(text[digits]); digits++ {
		d := uint64(text[digits] - '0')
		if n > (most-d)/10 {
			at := p.pos
			p.Fail("the number %s at column %d is out of range", p.taken(isDigit, "a number"), at+1)
			return 0
		}
		n = 10*n + d
	}
	if digits == 0 {
		p.expected("a number")
	}
	p.pos += digits
	return n
}

// Enter guards a recursion: it fails when lists nest too deep. A true result
// must be followed by Leave.
func (p *Parser) Enter() bool {
	if p.depth >= maxDepth {
		p.Fail("nested more than %d deep", maxDepth)
	}
	if p.err != nil {
		return false
	}
	p.depth++
	return true
}

// Leave ends what Enter began.
func (p *Parser) Leave() { p.depth-- }

// List is "(" item *(SP item) ")".
func (p *Parser) List(item func()) { p.list(item, false) }

// ListOrEmpty is a List, or "()".
func (p *Parser) ListOrEmpty(item func()) { p.list(item, true) }

func (p *Parser) list(item func(), mayBeEmpty bool) {
	if !p.Enter() {
		return
	}
	defer p.Leave()
	p.Expect('(')
	if mayBeEmpty && p.Try(')') {
		return
	}
	for p.err == nil {
		item()
		if p.Try(')') {
			return
		}
		if !p.Try(' ') {
			p.expected(fmt.Sprintf("a space or %q", ')'))
		}
	}
}
