package mimetree

import (
	"bytes"
	"strings"
)

// Unparsed is a message that nobody has parsed yet, under a collation. Most messages do not
// have what is searched for, and of most of these the bytes alone tell. So its methods answer
// as those of [Collated] do, where they are sure of it, and need no memory.
type Unparsed struct {
	raw  []byte
	work *work
	in   Collation
}

// Look is a message that has not been parsed, for somebody who may want no more of it, at once.
func Look(raw []byte, stop Stop) Unparsed { return Unparsed{raw: raw, work: workOn(len(raw), stop)} }

// In is the message under a collation.
func (u Unparsed) In(c Collation) Unparsed {
	u.in = c
	return u
}

// HeaderContains is always sure. What most headers do not have as a whole none of their fields
// has.
func (u Unparsed) HeaderContains(name, key string) (found, sure bool) {
	if u.in.headerLacks(u.work, entityOf(u.work, u.raw).header, key) {
		return false, true
	}
	for f := range fields(u.raw).named(u.work, name) {
		if key == "" || f.contains(u.work, u.in, key) {
			return true, true
		}
	}
	return false, true
}

// AddressContains is not sure where an address has to be taken apart.
func (u Unparsed) AddressContains(name, key string) (found, sure bool) {
	header := entityOf(u.work, u.raw).header
	if u.in.headerLacks(u.work, header, key) && !hasHidden(header) {
		return false, true
	}
	run, sure := longestRun(key), true
	for f := range fields(u.raw).named(u.work, name) {
		if key == "" || f.contains(u.work, u.in, key) {
			return true, true
		}
		sure = sure && !f.mayShow(u.work, u.in, run)
	}
	return false, sure
}

// TextContains is sure that a key is not there if that needs no decoding. What is searched
// consists of pieces of the message then, without the folding of fields.
func (u Unparsed) TextContains(key string) (found, sure bool) {
	return false, u.in.headerLacks(u.work, u.raw, key) && !hasEncodedText(u.work, u.raw)
}

// BodyContains is sure where TextContains is: the body is part of what that looks at.
func (u Unparsed) BodyContains(key string) (found, sure bool) { return u.TextContains(key) }

// hasEncodedText says whether there may be a field, in the message's header or deeper, because
// of which text in ASCII says something else than it seems to. It is looked for by its colon, of
// which there are few in a text. Where there is one message without parts, its header is all.
func hasEncodedText(w *work, raw []byte) bool {
	nested := false
	for colon := nextColon(w, raw, 0); colon < len(raw); colon = nextColon(w, raw, colon+1) {
		encodes, nests := mayEncode(w, raw, colon)
		if encodes {
			return nested || colon < headerLength(w, raw)
		}
		nested = nested || nests
	}
	return w.isStopped()
}

// nextColon is where the first colon is from pos on, or the end.
func nextColon(w *work, raw []byte, pos int) int {
	i := bytes.IndexByte(raw[pos:], ':')
	if i < 0 || w.step(i+1) {
		return len(raw)
	}
	return pos + i
}

// mayEncode says that of the field whose colon it may be, and whether because of it there may
// be headers in the body.
func mayEncode(w *work, raw []byte, colon int) (encodes, nests bool) {
	name := raw[:colon]
	for len(name) > 0 && isBlankByte(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	switch {
	case isLastLine(name, "Content-Transfer-Encoding"):
		return !isIdentity(valueBehind(w, raw, colon)), false
	case isLastLine(name, "Content-Type"):
		var room [128]byte
		value := textOf(appendLower(room[:0], valueBehind(w, raw, colon)))
		return !namesASCII(value), strings.HasPrefix(value, "m") // multipart or message
	}
	return false, false
}

// isLastLine says whether the last of some lines is a text, in any case.
func isLastLine(lines []byte, text string) bool {
	start := len(lines) - len(text)
	return start >= 0 && (start == 0 || lines[start-1] == '\n') && strings.EqualFold(textOf(lines[start:]), text)
}

// valueBehind is that of the field with a colon.
func valueBehind(w *work, raw []byte, colon int) string {
	end, _ := fieldEnd(w, raw, colon)
	return trimSpace(textOf(raw[colon+1 : end]))
}

// isIdentity says that text in a transfer encoding stands as it is.
func isIdentity(encoding string) bool {
	return strings.EqualFold(encoding, "7BIT") || strings.EqualFold(encoding, "8BIT") || strings.EqualFold(encoding, "BINARY")
}

// keepsASCII says that text in a charset is ASCII as far as its bytes are.
func keepsASCII(charset string) bool {
	switch lower(charset) {
	case "", "us-ascii", "utf-8", "iso-8859-1", "iso-8859-15", "windows-1252":
		return true
	}
	return false
}

// namesASCII says whether a Content-Type names a charset as most do, and one that keeps ASCII,
// or none; it is in lower case. A comment may hide one: it can stand within a word.
func namesASCII(value string) bool {
	if strings.IndexByte(value, '(') >= 0 {
		return false
	}
	for rest := value; ; {
		_, after, found := strings.Cut(rest, "charset")
		if !found {
			return true
		}
		charset := strings.TrimPrefix(strings.TrimPrefix(after, "="), `"`)
		end := 0
		for end < len(charset) && !charsetEnds[charset[end]] {
			end++
		}
		if end == 0 || !keepsASCII(charset[:end]) {
			return false
		}
		rest = charset[end:]
	}
}

// charsetEnds end the name of a charset.
var charsetEnds = stops{'"': true, ' ': true, '\t': true, '\r': true, '\n': true, ';': true}
