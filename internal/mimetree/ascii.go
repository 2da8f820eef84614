package mimetree

import (
	"bytes"
	"encoding/binary"
)

// Text in ASCII, which most is, is compared as it stands, eight characters at a time.
const (
	everyByte = 0x0101010101010101
	highBits  = 0x80 * everyByte
)

// isASCII says whether no byte is above 0x7f.
func isASCII(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&highBits != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// appendUpper appends text with the letters of ASCII in upper case.
func appendUpper(dst, text []byte) []byte { return appendFlipped(dst, text, 'a', 'z') }

// appendLower appends text with the letters of ASCII in lower case.
func appendLower(dst []byte, text string) []byte { return appendFlipped(dst, text, 'A', 'Z') }

// appendFlipped appends text with the letters from first to last in the other case.
func appendFlipped[T string | []byte](dst []byte, text T, first, last byte) []byte {
	dst = append(dst, text...)
	b := dst[len(dst)-len(text):]
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		low := x &^ highBits
		atLeast := low + uint64(0x80-first)*everyByte // of these the highest bit is set
		above := low + uint64(0x7f-last)*everyByte
		binary.LittleEndian.PutUint64(b, x^(atLeast&^above&^x&highBits)>>2) // which makes caseBit of it
	}
	for i, c := range b {
		if first <= c && c <= last {
			b[i] = c ^ caseBit
		}
	}
	return dst
}

// appendASCII appends the key of ASCII.
func (c Collation) appendASCII(w *work, dst, ascii []byte) []byte {
	for len(ascii) > 0 && !w.step(min(stride, len(ascii))) {
		piece := ascii[:min(stride, len(ascii))]
		if c == Octet {
			dst = append(dst, piece...)
		} else {
			dst = appendUpper(dst, piece)
		}
		ascii = ascii[len(piece):]
	}
	return dst
}

// isPlain says whether the value is in ASCII, and has no encoded words: on one line, it is what
// it decodes to.
func (f Field) isPlain() bool { return isASCII(f.Value) && !hasWords(f.Value) }

// appendKey appends the key of the value, decoded.
func (f Field) appendKey(w *work, c Collation, dst []byte) []byte {
	switch {
	case !f.isPlain():
		return append(dst, c.key(w, f.decoded(w))...)
	case !f.folded:
		return c.appendASCII(w, dst, bytes.Trim(f.Value, " \t"))
	}
	return c.appendASCII(w, dst, []byte(f.unfolded(w)))
}

// contains says whether the value, decoded, holds the text of a key.
func (f Field) contains(w *work, c Collation, key string) bool {
	if !f.folded && !hasWords(f.Value) {
		if found, plain := c.find(w, bytes.Trim(f.Value, " \t"), key); found || plain {
			return found
		}
	}
	var room [256]byte
	return bytes.Contains(f.appendKey(w, c, room[:0]), []byte(key))
}

// stands says whether the body is text that stands as it is as far as it is in ASCII.
func (p *Part) stands(w *work) bool {
	return isIdentity(p.Encoding) && keepsASCII(p.charset(w))
}

// appendKey appends the key of the text of the part.
func (p *Part) appendKey(w *work, c Collation, dst []byte) []byte {
	if p.stands(w) && isASCII(p.body) {
		return c.appendASCII(w, dst, p.body)
	}
	return append(dst, c.key(w, p.decodedText(w))...)
}
