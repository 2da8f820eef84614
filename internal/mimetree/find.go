package mimetree

import (
	"bytes"
	"encoding/binary"
	"iter"
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

// findUpper looks for a key in what is, in upper case, the text: only where the two characters
// of the key that are the rarest may be, all are compared.
func findUpper(text []byte, key string) (found, plain bool) {
	n := len(key)
	i, j := rarest(key)
	p := pairOf(key[i], key[j])
	left := 8 * len(text) // of what may be compared before that takes too long
	end := len(text) - n + 1
	for at, next := 0, 0; at < end; at = next {
		at += p.absent(text[at+i:end+i], text[at+j:end+j])
		next = min(at+word, end)
		piece := text[at : next+n-1]
		if !isASCII(piece) {
			return false, false
		}
		if left -= (next - at) * n; left < 0 {
			return bytes.Contains(appendUpper(nil, text), []byte(key)), isASCII(text)
		}
		if beginsWithin(piece, key) {
			return true, false
		}
	}
	return false, isASCII(text[:i])
}

// beginsWithin is findUpper in a short text, one place after the other.
func beginsWithin(text []byte, key string) bool {
	for ; len(text) >= len(key); text = text[1:] {
		if isUpperOf(text[:len(key)], key) {
			return true
		}
	}
	return false
}

// rarest are the places of the two characters of a key that are the rarest.
func rarest(key string) (i, j int) {
	for k := 1; k < len(key); k++ {
		switch rank := commonness[key[k]]; {
		case rank < commonness[key[i]]:
			i, j = k, i
		case i == j || rank < commonness[key[j]]:
			j = k
		}
	}
	return i, j
}

// commonness is that of the characters of keys in mail, roughly.
var commonness = [256]uint8{
	' ': 30, 'E': 29, 'T': 28, 'A': 27, 'O': 26, 'I': 25, 'N': 24, 'S': 23, 'R': 22, 'H': 21, 'L': 20, 'D': 19, 'C': 18, 'U': 17, 'M': 16,
	'0': 15, '1': 15, '2': 15, '3': 14, '4': 14, '5': 14, '6': 14, '7': 14, '8': 14, '9': 14,
	'P': 13, 'F': 12, 'G': 11, 'W': 10, 'Y': 9, 'B': 8, '.': 8, '-': 8, 'V': 7, 'K': 6, 'X': 5, 'J': 4, 'Q': 3, 'Z': 2,
}

// pair is two characters, each eight times, and what of a text is compared with them.
type pair struct{ a, b, careA, careB uint64 }

// pairOf is that of two characters in upper case: the cases of a letter are one.
func pairOf(a, b byte) pair {
	careA, careB := careOf(a), careOf(b)
	return pair{uint64(a) * everyByte & careA, uint64(b) * everyByte & careB, careA, careB}
}

func careOf(b byte) uint64 {
	if isUpper(b) {
		return ^uint64(caseBit * everyByte)
	}
	return ^uint64(0)
}

// How many places are looked at together: in a word, and in a step.
const (
	word = 8
	step = 4 * word
)

// absent is at how many places neither text has its character of the pair where the other has
// its, and both are ASCII; it may be less than a word too few. The texts are of one length.
func (p pair) absent(a, b []byte) int {
	n := 0
	for ; n+step <= len(a) && n+step <= len(b); n += step {
		x, y := a[n:n+step], b[n:n+step]
		may := p.at(x, y) | p.at(x[word:], y[word:]) | p.at(x[2*word:], y[2*word:]) | p.at(x[3*word:], y[3*word:])
		if may&highBits != 0 {
			break
		}
	}
	for ; n < len(a) && len(a) >= word; n += word {
		from := min(n, len(a)-word)
		if p.at(a[from:], b[from:])&highBits != 0 {
			return n
		}
	}
	return min(n, len(a))
}

// at has, of the eight places where texts begin, a high bit where both characters are, and where
// one is not ASCII.
func (p pair) at(a, b []byte) uint64 {
	wrong := (binary.LittleEndian.Uint64(a)&p.careA ^ p.a) | (binary.LittleEndian.Uint64(b)&p.careB ^ p.b)
	return (wrong - everyByte) | wrong
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

// runs are the pieces of letters and digits of a text, in ASCII.
func runs(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for start, i := 0, 0; i <= len(s); i++ {
			if i < len(s) && isLetterOrDigit(s[i]) {
				continue
			}
			if i > start && !yield(s[start:i]) {
				return
			}
			start = i + 1
		}
	}
}

// longestRun is the longest of them, or "".
func longestRun(s string) (longest string) {
	for run := range runs(s) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	return longest
}

func isLetterOrDigit(b byte) bool { return '0' <= b && b <= '9' || isLetter(b) }

// lacks says whether text is in ASCII, and has not all letters and digits in a row that a key has:
// however it is unfolded or quoted, it does not say the key. What is long is rare.
func (c Collation) lacks(w *work, text []byte, key string) bool {
	longest := longestRun(key)
	if longest == "" {
		return false
	}
	if found, plain := c.find(w, text, longest); !found {
		return plain
	}
	for run := range runs(key) {
		if run == longest {
			continue
		}
		if found, plain := c.find(w, text, run); !found {
			return plain
		}
	}
	return false
}

// headerLacks is lacks of a header, or of the value of a field: encoded words say something else.
func (c Collation) headerLacks(w *work, header []byte, key string) bool {
	return c.lacks(w, header, key) && !hasWords(header)
}

// hasWords says whether there may be encoded words in a header.
func hasWords(header []byte) bool { return bytes.Contains(header, []byte("=?")) }
