package smtpwire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DecodeXtext undoes the encoding of RFC 3461, section 4.
//
//	hexchar = "+" 2(%x30-39 / %x41-46)
func DecodeXtext(s string) (string, error) {
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			if i+2 >= len(s) {
				return "", errors.New("+ is not followed by two hex digits")
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", fmt.Errorf("+%s is no hexchar", s[i+1:i+3])
			}
			sb.WriteByte(byte(n))
			i += 2
		case c <= ' ' || c == '=' || c == 0x7f:
			return "", fmt.Errorf("%q is not xtext", c)
		default:
			sb.WriteByte(c)
		}
	}
	return sb.String(), nil
}

// DecodeUTF8Address undoes the encoding of RFC 6533, section 3:
//
//	EmbeddedUnicodeChar = "\x{" HEXPOINT "}"
func DecodeUTF8Address(s string) (string, error) {
	var sb strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\':
			hex, rest, found := strings.Cut(strings.TrimPrefix(s, `\x{`), "}")
			n, err := strconv.ParseUint(hex, 16, 21)
			if !found || err != nil || !strings.HasPrefix(s, `\x{`) || !isHexPoint(hex, rune(n)) {
				return "", errors.New(`\ is not followed by x{…}`)
			}
			sb.WriteRune(rune(n))
			s = rest
			continue
		case r <= ' ' || r == 0x7f || r == '+' || r == '=' || r == utf8.RuneError && size == 1:
			return "", fmt.Errorf("%q must be encoded", r)
		}
		sb.WriteRune(r)
		s = s[size:]
	}
	return sb.String(), nil
}

// isHexPoint says whether a character may be, and must be, written with so many
// digits: "\" and what xtext may not have, and all beyond ASCII.
func isHexPoint(hex string, r rune) bool {
	digits := max(2, len(strconv.FormatInt(int64(r), 16)))
	special := r != 0 && (r <= ' ' || r == '+' || r == '=' || r == '\\' || r >= 0x7f)
	return len(hex) == digits && special && utf8.ValidRune(r)
}
