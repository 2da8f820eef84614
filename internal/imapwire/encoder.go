package imapwire

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"
)

// keptBuffer is how much of its buffer an Encoder keeps between responses.
const keptBuffer = 64 << 10

// maxQuoted is the longest string that is sent quoted and not as a literal.
const maxQuoted = 1000

// Encoder builds one response at a time. Its methods return the Encoder, so
// that calls chain.
type Encoder struct {
	// UTF8 sends UTF-8 in quoted strings and mailbox names.
	UTF8 bool
	// Names writes the name of a mailbox in place of Mailbox, if it is not nil.
	Names func(e *Encoder, name string)

	buf  []byte
	lent *[]byte // as Ready took it, or nil
	sink func(line []byte)
}

// responses are buffers of Encoders that rest.
var responses = sync.Pool{New: func() any { buf := make([]byte, 0, usualResponse); return &buf }}

// usualResponse is how much room there is for a response at first.
const usualResponse = 1 << 10

// Ready takes room for responses, which an Encoder otherwise makes itself.
func (e *Encoder) Ready() {
	if e.lent == nil {
		e.lent = responses.Get().(*[]byte)
		e.buf = *e.lent
	}
}

// Rest gives it back, between two responses.
func (e *Encoder) Rest() {
	if e.lent != nil {
		if cap(e.buf) > 0 {
			*e.lent = e.buf[:0]
		}
		responses.Put(e.lent)
	}
	e.buf, e.lent = nil, nil
}

// NewEncoder gives each finished response, CRLF included, to sink. The bytes
// are valid during that call only.
func NewEncoder(sink func(line []byte)) *Encoder { return &Encoder{sink: sink} }

// CRLF ends the response.
func (e *Encoder) CRLF() {
	e.buf = append(e.buf, '\r', '\n')
	e.sink(e.buf)
	e.Discard()
}

// Discard forgets what has been built of a response.
func (e *Encoder) Discard() {
	if cap(e.buf) > keptBuffer {
		e.buf = nil
	}
	e.buf = e.buf[:0]
}

// Len is the length of the response so far.
func (e *Encoder) Len() int { return len(e.buf) }

// Since is what has been appended since the response had a length. It is valid until
// something else is.
func (e *Encoder) Since(length int) []byte { return e.buf[length:] }

// Truncate forgets what has been appended since the response had a length.
func (e *Encoder) Truncate(length int) { e.buf = e.buf[:length] }

// Again appends once more what stands between two lengths that the response has had.
func (e *Encoder) Again(from, to int) *Encoder {
	e.buf = append(e.buf, e.buf[from:to]...)
	return e
}

// Raw appends s as it is.
func (e *Encoder) Raw(s string) *Encoder {
	e.buf = append(e.buf, s...)
	return e
}

// SP appends a space.
func (e *Encoder) SP() *Encoder {
	e.buf = append(e.buf, ' ')
	return e
}

// Num appends a number.
func (e *Encoder) Num(n uint32) *Encoder { return e.Num64(uint64(n)) }

// Num64 appends a number.
func (e *Encoder) Num64(n uint64) *Encoder {
	e.buf = strconv.AppendUint(e.buf, n, 10)
	return e
}

// Quoted appends a quoted string; the caller knows that s can be one.
func (e *Encoder) Quoted(s string) *Encoder {
	e.buf = append(e.buf, '"')
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			break
		}
		e.buf = append(e.buf, s[:i]...)
		e.buf = append(e.buf, '\\', s[i])
		s = s[i+1:]
	}
	e.buf = append(append(e.buf, s...), '"')
	return e
}

// String appends a quoted string where that is possible, else a literal. NUL, which
// neither can have (RFC 3501, section 9, CHAR8), is shown as U+FFFD.
func (e *Encoder) String(s string) *Encoder {
	if isPlain(s) {
		return e.plain(s)
	}
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if e.quotable(s) {
		return e.Quoted(s)
	}
	e.literalHead("{", len(s))
	e.buf = append(e.buf, s...)
	return e
}

// plain appends in quotes what can stand there as it is.
func (e *Encoder) plain(s string) *Encoder {
	e.buf = append(append(append(e.buf, '"'), s...), '"')
	return e
}

// Upper appends s in upper case, as String does.
func (e *Encoder) Upper(s string) *Encoder {
	if !isPlain(s) {
		return e.String(strings.ToUpper(s))
	}
	start := len(e.buf)
	e.plain(s)
	sent := e.buf[start:]
	for i, b := range sent {
		if 'a' <= b && b <= 'z' {
			sent[i] = b - 'a' + 'A'
		}
	}
	return e
}

// isPlain says whether a string can be sent in quotes as it stands, as most can.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i]; b-' ' >= 0x80-' ' || b == '"' || b == '\\' {
			return false
		}
	}
	return len(s) <= maxQuoted
}

// AString appends an atom where that is possible, else a string (RFC 9051, section 9,
// astring).
func (e *Encoder) AString(s string) *Encoder {
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !isAStringChar(byte(r)) }) {
		return e.String(s)
	}
	return e.Raw(s)
}

func (e *Encoder) quotable(s string) bool {
	if len(s) > maxQuoted {
		return false
	}
	eightBit := false
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case b == '\r' || b == '\n':
			return false
		case b >= 0x80:
			eightBit = true
		}
	}
	return !eightBit || (e.UTF8 && utf8.ValidString(s))
}

// NString appends s, or NIL.
func (e *Encoder) NString(s string, ok bool) *Encoder {
	if !ok {
		return e.Raw("NIL")
	}
	return e.String(s)
}

// Literal appends a literal. The bytes are sent as they are, with a NUL too, which is
// for Literal8 to have.
func (e *Encoder) Literal(b []byte) *Encoder { return e.literal("{", b) }

// Literal8 appends a literal8, which may hold NUL bytes (RFC 3516).
func (e *Encoder) Literal8(b []byte) *Encoder { return e.literal("~{", b) }

func (e *Encoder) literal(open string, b []byte) *Encoder {
	e.literalHead(open, len(b))
	e.buf = append(e.buf, b...)
	return e
}

func (e *Encoder) literalHead(open string, n int) {
	e.Raw(open).Num64(uint64(n)).Raw("}\r\n")
}

// Mailbox appends a mailbox name, in modified UTF-7 unless e.UTF8.
func (e *Encoder) Mailbox(name string) *Encoder {
	switch {
	case e.Names != nil:
		e.Names(e, name)
		return e
	case name == "INBOX":
		return e.Raw(name)
	case e.UTF8:
		return e.String(name)
	}
	return e.String(EncodeUTF7(name))
}

// Flags appends a list of flags in parentheses.
func (e *Encoder) Flags(flags []imap.Flag) *Encoder {
	e.buf = append(e.buf, '(')
	for i, flag := range flags {
		if i > 0 {
			e.buf = append(e.buf, ' ')
		}
		e.buf = append(e.buf, flag...)
	}
	e.buf = append(e.buf, ')')
	return e
}

// DateTime appends a date-time with a padded day: " 1-Feb-2024 10:00:00 +0200".
func (e *Encoder) DateTime(t time.Time) *Encoder {
	e.buf = t.AppendFormat(e.buf, `"_2-Jan-2006 15:04:05 -0700"`)
	return e
}

// Text appends human-readable text: on one line, never empty, and in seven bits
// unless e.UTF8 (RFC 3501, section 9, text). What is not ASCII is shown as in a
// mailbox name.
func (e *Encoder) Text(s string) *Encoder {
	if s == "" {
		s = "-"
	}
	if strings.ContainsAny(s, "\r\n\x00") {
		s = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\x00", " ").Replace(s)
	}
	if !e.UTF8 {
		s = sevenBit(s)
	}
	return e.Raw(s)
}
