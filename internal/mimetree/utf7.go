package mimetree

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF7 decodes UTF-7 (RFC 2152): "+" begins UTF-16 in base64, "-" or any
// other character ends it, "+-" is a "+". What is malformed stays as it stands.
func decodeUTF7(w *work, s string) string {
	var sb strings.Builder
	for {
		plain, rest, found := strings.Cut(s, "+")
		sb.WriteString(validUTF8(w, plain))
		if !found || w.step(len(plain)+1) {
			return sb.String()
		}
		end := 0
		for end < len(rest) && isBase64(rest[end]) && !w.step(1) {
			end++
		}
		switch text, ok := decodeUTF16(w, rest[:end]); {
		case end == 0 && strings.HasPrefix(rest, "-"):
			sb.WriteByte('+')
		case !ok:
			sb.WriteString("+" + rest[:end])
			s = rest[end:]
			continue
		default:
			sb.WriteString(text)
		}
		s = strings.TrimPrefix(rest[end:], "-")
	}
}

// decodeUTF16 decodes base64 without padding of UTF-16, big end first.
func decodeUTF16(w *work, s string) (string, bool) {
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(data) == 0 || len(data)%2 != 0 {
		return "", false
	}
	var out []byte
	for len(data) > 0 && !w.step(2) {
		r, size := rune(data[0])<<8|rune(data[1]), 2
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
			if len(data) >= 4 {
				r = utf16.DecodeRune(rune(data[0])<<8|rune(data[1]), rune(data[2])<<8|rune(data[3]))
			}
			if r != utf8.RuneError {
				size = 4
			}
		}
		out = utf8.AppendRune(out, r)
		data = data[size:]
	}
	return string(out), true
}
