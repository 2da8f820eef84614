package imapwire

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// utf7Base64 is base64 with "," for "/" and without padding (RFC 3501,
// section 5.1.3). Strict: the unused bits at the end are zero.
var utf7Base64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding).Strict()

func isDirect(b byte) bool { return 0x20 <= b && b <= 0x7e && b != '&' }

// EncodeUTF7 writes a mailbox name in modified UTF-7. Invalid UTF-8 becomes
// U+FFFD.
func EncodeUTF7(s string) string {
	var sb strings.Builder
	for len(s) > 0 {
		switch {
		case s[0] == '&':
			sb.WriteString("&-")
			s = s[1:]
			continue
		case isDirect(s[0]):
			sb.WriteByte(s[0])
			s = s[1:]
			continue
		}
		n := 0
		for n < len(s) && !isDirect(s[n]) && s[n] != '&' {
			n++
		}
		sb.WriteByte('&')
		sb.WriteString(utf7Base64.EncodeToString(utf16Bytes(s[:n])))
		sb.WriteByte('-')
		s = s[n:]
	}
	return sb.String()
}

// sevenBit writes what is not ASCII as EncodeUTF7 does, and leaves the rest.
func sevenBit(s string) string {
	var sb strings.Builder
	for s != "" {
		from := strings.IndexFunc(s, isEightBit)
		if from < 0 {
			return sb.String() + s
		}
		sb.WriteString(s[:from])
		s = s[from:]
		to := strings.IndexFunc(s, func(r rune) bool { return !isEightBit(r) })
		if to < 0 {
			to = len(s)
		}
		sb.WriteString(EncodeUTF7(s[:to]))
		s = s[to:]
	}
	return sb.String()
}

func utf16Bytes(s string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

// DecodeUTF7 reads modified UTF-7. It is strict: what EncodeUTF7 would have
// written otherwise is an error, so that a name has one spelling.
func DecodeUTF7(s string) (string, error) { return decodeUTF7(s, isDirect) }

// decodeEither reads a name in UTF-8 in which "&" may be written as modified UTF-7
// has it, "&-", as go-imap's client does; else "&" is itself.
func decodeEither(s string) string {
	name, err := decodeUTF7(s, func(b byte) bool { return isDirect(b) || b >= utf8.RuneSelf })
	if err != nil {
		return s
	}
	return name
}

func decodeUTF7(s string, isDirect func(byte) bool) (string, error) {
	var sb strings.Builder
	shifted := false // the last thing was a shifted sequence
	for i := 0; i < len(s); {
		switch b := s[i]; {
		case b == '&':
			end := strings.IndexByte(s[i:], '-')
			if end < 0 {
				return "", errors.New("an unterminated & sequence")
			}
			if end == 1 {
				sb.WriteByte('&')
				shifted = false
			} else {
				if shifted {
					return "", errors.New("two & sequences in a row")
				}
				text, err := decodeShifted(s[i+1 : i+end])
				if err != nil {
					return "", err
				}
				sb.WriteString(text)
				shifted = true
			}
			i += end + 1
		case isDirect(b):
			sb.WriteByte(b)
			shifted = false
			i++
		default:
			return "", errors.New("a byte that is not modified UTF-7")
		}
	}
	return sb.String(), nil
}

func decodeShifted(s string) (string, error) {
	raw, err := utf7Base64.DecodeString(s)
	// DecodeString passes over line ends.
	if err != nil || strings.ContainsAny(s, "\r\n") || len(raw)%2 != 0 || len(raw) == 0 {
		return "", errors.New("an & sequence that is not base64 of UTF-16")
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	runes := utf16.Decode(units)
	if !slices.Equal(utf16.Encode(runes), units) {
		return "", errors.New("an & sequence with a lone surrogate")
	}
	for _, r := range runes {
		if r < utf8.RuneSelf && (isDirect(byte(r)) || r == '&') {
			return "", errors.New("printable ASCII in an & sequence")
		}
	}
	return string(runes), nil
}
