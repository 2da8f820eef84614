// Package natural orders names as a person reads them: "9" before "10".
package natural

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Compare orders two names: a run of decimal digits is a number, of any length and in
// any script, and stands where the digit 0 does; all else goes by code point. Of names
// that differ in nothing else, as "7" and "07", the one with fewer zeros comes first.
// It is a total order: only equal names compare as equal.
func Compare(a, b string) int {
	same := sameBegin(a, b)
	x, y := a[same:], b[same:]
	for x != "" && y != "" {
		var c int
		var one, other token
		one, x = next(x)
		other, y = next(y)
		if c = one.compare(other); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}

// sameBegin is how long what two names begin with and what makes no difference is: all up to
// a digit behind which they may differ, or to what is no ASCII.
func sameBegin(a, b string) int {
	same := 0
	for i := range min(len(a), len(b)) {
		switch c := a[i]; {
		case c != b[i] || c >= utf8.RuneSelf:
			return same
		case c < '0' || c > '9':
			same = i + 1
		}
	}
	return same
}

// token is a number or a character.
type token struct {
	char   rune   // '0' for a number
	digits string // of a number, in ASCII, without leading zeros
	text   string // of a character, which may be no UTF-8
}

// next cuts the first token off a name that is not empty.
func next(name string) (token, string) {
	end, ascii := len(name), true
	for i, r := range name {
		if _, ok := digitOf(r); !ok {
			end = i
			break
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	switch {
	case end == 0:
		r, size := utf8.DecodeRuneInString(name)
		return token{char: r, text: name[:size]}, name[size:]
	case ascii:
		return number(name[:end]), name[end:]
	}
	return number(strings.Map(asciiDigit, name[:end])), name[end:]
}

func asciiDigit(r rune) rune {
	digit, _ := digitOf(r)
	return rune('0' + digit)
}

func number(digits string) token {
	return token{char: '0', digits: strings.TrimLeft(digits, "0")}
}

// compare orders tokens: numbers by their value, of which the longer is the larger.
func (t token) compare(other token) int {
	return cmp.Or(cmp.Compare(t.char, other.char), cmp.Compare(len(t.digits), len(other.digits)),
		strings.Compare(t.digits, other.digits), strings.Compare(t.text, other.text))
}

// digitOf is the value of a decimal digit. Those of a script follow one another from 0
// to 9 (Unicode, section 4.6), and so do the scripts in a range of the table.
func digitOf(r rune) (byte, bool) {
	if r < utf8.RuneSelf {
		return byte(r - '0'), '0' <= r && r <= '9'
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
	}
	for _, block := range unicode.Nd.R32 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
	}
	return 0, false
}
