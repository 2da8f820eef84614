package maildate

import "strings"

// token is a run of digits, a run of letters, or a single other character.
type token struct{ text string }

func (t token) isNumber() bool { return t.text != "" && '0' <= t.text[0] && t.text[0] <= '9' }
func (t token) isWord() bool   { return t.text != "" && isLetter(t.text[0]) }
func isDigit(b byte) bool      { return '0' <= b && b <= '9' }
func isLetter(b byte) bool     { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// appendTokens splits a date. Commas and quotes say nothing that the order of the
// rest does not say too.
func appendTokens(dst []token, s string) []token {
	for pos := 0; pos < len(s); {
		end := pos + 1
		switch b := s[pos]; {
		case isDigit(b):
			end = runEnd(s, pos, isDigit)
		case isLetter(b):
			end = runEnd(s, pos, isLetter)
		case b == '(':
			pos = commentEnd(s, pos)
			continue
		case strings.IndexByte(" \t\r\n,\"", b) >= 0:
			pos = end
			continue
		}
		dst = append(dst, token{s[pos:end]})
		pos = end
	}
	return dst
}

func runEnd(s string, pos int, is func(byte) bool) int {
	for pos < len(s) && is(s[pos]) {
		pos++
	}
	return pos
}

// commentEnd is behind the comment at pos. Comments nest, and one that is left
// open ends with the text (RFC 5322, section 3.2.2).
func commentEnd(s string, pos int) int {
	for depth := 0; pos < len(s); pos++ {
		switch s[pos] {
		case '\\':
			pos++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return pos + 1
			}
		}
	}
	return len(s)
}

// behindSemicolon is what follows the last semicolon that is in no comment and
// no quoted string; all of s without one.
func behindSemicolon(s string) string {
	last, quoted := 0, false
	for pos := 0; pos < len(s); pos++ {
		switch b := s[pos]; {
		case b == '\\':
			pos++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '(':
			pos = commentEnd(s, pos) - 1
		case b == ';':
			last = pos + 1
		}
	}
	return s[last:]
}
