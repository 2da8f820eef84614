package mimetree

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// find looks for the text of a key in text as it stands. plain says that there is nothing but
// ASCII in it; of other text that is to be decoded, only that the key is found is sure.
func (c Collation) find(w *work, text []byte, key string) (found, plain bool) {
	for len(key) <= stride {
		piece := text[:min(stride+len(key), len(text))] // overlapping with the next
		if found, plain = c.findIn(piece, key); found || !plain || len(piece) == len(text) || w.step(stride) {
			return found, plain
		}
		text = text[stride:]
	}
	plain = isASCII(text)
	return plain && bytes.Contains(c.appendASCII(w, nil, text), []byte(key)), plain
}

// findIn is find in a text that is not long.
func (c Collation) findIn(text []byte, key string) (found, plain bool) {
	switch {
	case len(key) == 0:
		return true, false
	case len(key) > len(text) || !c.isOfASCII(key):
		return false, isASCII(text)
	case c == Octet:
		return bytes.Contains(text, []byte(key)), isASCII(text)
	}
	return findUpper(text, key)
}

// isOfASCII says whether ASCII can have the key.
func (c Collation) isOfASCII(key string) bool {
	for i := range len(key) {
		if key[i] >= 0x80 || c != Octet && 'a' <= key[i] && key[i] <= 'z' {
			return false
		}
	}
	return true
}

// findUpper looks for a key in what is, in upper case, the text. At sixteen places at once it
// compares the first and the last character of the key; where both are right, the others.
func findUpper(text []byte, key string) (found, plain bool) {
	n := len(key)
	first, last := probeOf(key[0]), probeOf(key[n-1])
	left := 8 * len(text) // of what may be compared before that takes too long
	at, end := 0, len(text)-n+1
	for ; at+16 <= end; at += 16 {
		begins, ends := text[at:at+16], text[at+n-1:at+n+15] // where the key can begin, and where it would end
		x, y := binary.LittleEndian.Uint64(begins), binary.LittleEndian.Uint64(begins[8:])
		right := first.at(x) & last.at(binary.LittleEndian.Uint64(ends))
		right |= first.at(y) & last.at(binary.LittleEndian.Uint64(ends[8:])) >> 7
		if (x|y)&highBits != 0 {
			return false, false
		}
		for ; right != 0; right &= right - 1 {
			bit := bits.TrailingZeros64(right)
			i := at + bit/8 + 8*(1-bit%8/7)
			if isUpperOf(text[i:i+n], key) {
				return true, false
			}
			if left -= n; left < 0 {
				return bytes.Contains(appendUpper(nil, text), []byte(key)), isASCII(text)
			}
		}
	}
	rest := text[at:]
	for ; at < end; at++ {
		if isUpperOf(text[at:at+n], key) {
			return true, false
		}
	}
	return false, isASCII(rest)
}

// probe is a character of a key, eight times.
type probe struct{ is, caseless uint64 }

func probeOf(b byte) probe {
	if 'A' <= b && b <= 'Z' {
		return probe{uint64(b|caseBit) * everyByte, caseBit * everyByte}
	}
	return probe{uint64(b) * everyByte, 0}
}

// at has the high bits of bytes where x may have the character, in either case, and of all
// where it has.
func (p probe) at(x uint64) uint64 {
	wrong := (x | p.caseless) ^ p.is
	return (wrong - everyByte) &^ wrong & highBits
}

// isUpperOf says whether a text of the length of a key is it, in upper case.
func isUpperOf(text []byte, key string) bool {
	for i, b := range text {
		if 'a' <= b && b <= 'z' {
			b ^= caseBit
		}
		if b != key[i] {
			return false
		}
	}
	return true
}

// longestRun is the longest piece of letters and digits of a text, in ASCII.
func longestRun(s string) (longest string) {
	for start, i := 0, 0; i <= len(s); i++ {
		if i < len(s) && isLetterOrDigit(s[i]) {
			continue
		}
		if i-start > len(longest) {
			longest = s[start:i]
		}
		start = i + 1
	}
	return longest
}

func isLetterOrDigit(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z'
}

// hasWords says whether there may be encoded words in a header.
func hasWords(header []byte) bool { return bytes.Contains(header, []byte("=?")) }
