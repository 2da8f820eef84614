package mimetree

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// decodeUTF7 decodes UTF-7 (RFC 2152): "+" begins UTF-16 in base64, "-" or any
// other character ends it, "+-" is a "+". What is malformed stays as it stands.
func decodeUTF7(s string) string {
	var sb strings.Builder
	for {
		plain, rest, found := strings.Cut(s, "+")
		sb.WriteString(strings.ToValidUTF8(plain, "\uFFFD"))
		if !found {
			return sb.String()
		}
		end := 0
		for end < len(rest) && isBase64(rest[end]) {
			end++
		}
		switch text, ok := decodeUTF16(rest[:end]); {
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
func decodeUTF16(s string) (string, bool) {
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(data) == 0 || len(data)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i])<<8 | uint16(data[2*i+1])
	}
	return string(utf16.Decode(units)), true
}
