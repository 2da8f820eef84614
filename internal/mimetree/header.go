package mimetree

import (
	"bytes"
	"iter"
	"strings"
	"unsafe"
)

// Field is a header field as it stands.
type Field struct {
	Name  string // in the case it was written in
	Value []byte // after the colon, folding kept, without the last line end

	start, end int  // of the whole field in the header, with its line end
	folded     bool // the value is on more than one line
}

// entity is a header with what is behind it.
type entity struct{ header, body []byte }

// fields are those of a header, behind whose blank line there may be more: one is found when it
// is looked for.
type fields []byte

// place is where in its header a field begins, where its colon is, and where it ends, behind
// its line end.
type place struct {
	start, colon, end int
	folded            bool
}

// textOf is what bytes of a message say. They are not copied, as they never change.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// usualName is how many letters the names of most fields have no more than.
const usualName = 32

// colonOf is where the colon is of the field that begins at pos, -1 for what is neither a field
// nor the continuation of one: a name is printable ASCII without space or colon (RFC 5322,
// section 2.2). Obsolete fields have space before the colon (section 4.5).
func colonOf(raw []byte, pos int) int {
	i := pos
	for i < len(raw) && raw[i] > ' ' && raw[i] < 0x7f && raw[i] != ':' {
		i++
	}
	name := i - pos
	for i < len(raw) && isBlankByte(raw[i]) {
		i++
	}
	if name == 0 || i == len(raw) || raw[i] != ':' {
		return -1
	}
	return i
}

func isBlankByte(b byte) bool { return b == ' ' || b == '\t' }

// fieldEnd is behind the line in which pos is and its continuations, if there are such.
func fieldEnd(w *work, raw []byte, pos int) (end int, folded bool) {
	for {
		i := bytes.IndexByte(raw[pos:], '\n')
		if i < 0 {
			return len(raw), folded
		}
		if pos += i + 1; pos == len(raw) || !isBlankByte(raw[pos]) || w.step(1) {
			return pos, folded
		}
		folded = true
	}
}

// lineEnd is behind the line end of the line at pos.
func lineEnd(b []byte, pos int) int {
	if i := bytes.IndexByte(b[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(b)
}

// blankLine is the length of the empty line with which b begins, or 0.
func blankLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// trimLineEnd takes one CRLF or LF off the end.
func trimLineEnd(b []byte) []byte {
	n := len(b)
	if n == 0 || b[n-1] != '\n' {
		return b
	}
	if n--; n > 0 && b[n-1] == '\r' {
		n--
	}
	return b[:n]
}

// HeaderOf is the header of a message, with the blank line.
func HeaderOf(raw []byte) []byte { return entityOf(nil, raw).header }

// entityOf finds where a header ends: behind the first blank line. A message without one is all
// header, whatever its lines look like.
func entityOf(w *work, raw []byte) entity {
	n := headerLength(w, raw)
	return entity{raw[:n], raw[n:]}
}

func headerLength(w *work, raw []byte) int {
	if n := blankLine(raw); n > 0 {
		return n
	}
	end := len(raw) - 1 // behind the last place where a line may end before another
	for at, next := 0, 0; at < end && !w.step(next-at); at = next {
		from := at + lineEndPair.absent(raw[at:min(at+stride, end)], raw[at+1:])
		next = min(from+word, end)
		for i := from; i < next; i++ {
			if raw[i] != '\n' {
				continue
			}
			if n := blankLine(raw[i+1:]); n > 0 {
				return i + 1 + n
			}
		}
	}
	return len(raw)
}

// lineEndPair is a line feed before another or a carriage return, or before what differs from
// these in the bits in which they do.
var lineEndPair = pair{'\n' * everyByte, ('\n' & '\r') * everyByte, ^uint64(0), ^uint64(('\n' ^ '\r') * everyByte)}

// at is the field at a place.
func (fs fields) at(p place) Field {
	value := trimLineEnd(fs[p.colon+1 : p.end])
	return Field{Name: fs.name(p), Value: value[:len(value):len(value)], start: p.start, end: p.end, folded: p.folded}
}

// name is that of the field at a place.
func (fs fields) name(p place) string { return trimBlanks(textOf(fs[p.start:p.colon])) }

// caseBit is what the two cases of a letter differ in.
const caseBit = 'a' ^ 'A'

// isNamed says whether the field at a place has a name, in any case.
func (fs fields) isNamed(p place, name string) bool {
	have := textOf(fs[p.start:p.colon])
	n := len(name)
	return len(have) >= n && strings.EqualFold(have[:n], name) && trimBlanks(have[n:]) == ""
}

// next is the first field from pos on whose name begins with a letter, in either case, or with
// any where that is 0: the colons of others are not looked for. Where there is none, it begins
// where the header ends, before the blank line.
func (fs fields) next(w *work, pos int, initial byte) (p place, found bool) {
	for pos < len(fs) && !(fs[pos] <= '\r' && blankLine(fs[pos:]) > 0) {
		colon := -1
		if initial == 0 || beginsWith(fs[pos], initial) {
			colon = colonOf(fs, pos)
		}
		end, folded := fieldEnd(w, fs, pos)
		if w.step(1 + end - pos) {
			break
		}
		if colon >= 0 {
			return place{pos, colon, end, folded}, true
		}
		pos = end
	}
	return place{start: pos}, false
}

// all are the fields in order.
func (fs fields) all(w *work) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for p, ok := fs.next(w, 0, 0); ok && yield(fs.at(p)); p, ok = fs.next(w, p.end, 0) {
		}
	}
}

// nextNamed is the first field of a name, in any case, from pos on.
func (fs fields) nextNamed(w *work, pos int, name string) (p place, found bool) {
	if name == "" {
		return place{}, false
	}
	for p, found = fs.next(w, pos, name[0]); found && !fs.isNamed(p, name); p, found = fs.next(w, p.end, name[0]) {
	}
	return p, found
}

// named are the fields of a name, in any case.
func (fs fields) named(w *work, name string) iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for p, ok := fs.nextNamed(w, 0, name); ok && yield(fs.at(p)); p, ok = fs.nextNamed(w, p.end, name) {
		}
	}
}

// beginsWith says whether a byte is a letter, in either case.
func beginsWith(first, letter byte) bool { return (first^letter)&^caseBit == 0 }

// find is the first field of a name.
func (fs fields) find(w *work, name string) (Field, bool) {
	if p, ok := fs.nextNamed(w, 0, name); ok {
		return fs.at(p), true
	}
	return Field{}, false
}

// get is the unfolded value of the first field of a name, or "".
func (fs fields) get(w *work, name string) string {
	f, _ := fs.find(w, name)
	return f.unfolded(w)
}

// Unfolded is the value on one line, without white space at its ends, and
// otherwise as it stands (RFC 5322, section 2.2.3).
func (f Field) Unfolded() string { return f.unfolded(nil) }

func (f Field) unfolded(w *work) string {
	if !f.folded {
		return trimBlanks(textOf(f.Value))
	}
	out := make([]byte, 0, len(f.Value))
	for rest := f.Value; len(rest) > 0 && !w.step(1); {
		end := lineEnd(rest, 0)
		out = append(out, trimLineEnd(rest[:end])...)
		rest = rest[end:]
	}
	return trimBlanks(textOf(out))
}

// trimBlanks is strings.Trim of spaces and tabs.
func trimBlanks(s string) string {
	for len(s) > 0 && isBlankByte(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isBlankByte(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// Decoded is the value on one line in UTF-8, with encoded words decoded (RFC
// 2047). A word in an unknown charset stays as it is; raw 8-bit text that is
// not UTF-8 is taken for windows-1252.
func (f Field) Decoded() string { return f.decoded(nil) }

func (f Field) decoded(w *work) string { return decodeWords(w, f.unfolded(w)) }
