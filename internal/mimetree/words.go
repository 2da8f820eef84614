package mimetree

import (
	"encoding/base64"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// decodeWords decodes the encoded words of RFC 2047 wherever they stand. It
// is lenient where senders are wrong: words within quotes or other text,
// words that cut a character in two (their bytes are joined before they are
// decoded), raw 8-bit text. A word in an unknown charset stays as it is.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return toUTF8(s)
	}
	var sb strings.Builder
	var pending encodedWord // words of one charset that follow each other
	for len(s) > 0 {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		word, n := parseEncodedWord(s[i:])
		if n == 0 {
			pending.flush(&sb)
			sb.WriteString(toUTF8(s[:i+2]))
			s = s[i+2:]
			continue
		}
		// White space between encoded words is not shown (RFC 2047, section 6.2).
		if between := s[:i]; !pending.empty() && strings.Trim(between, " \t") == "" && strings.EqualFold(pending.charset, word.charset) {
			pending.data += word.data
			pending.source += between + word.source
		} else {
			adjacent := !pending.empty() && strings.Trim(between, " \t") == ""
			pending.flush(&sb)
			if !adjacent {
				sb.WriteString(toUTF8(between))
			}
			pending = word
		}
		s = s[i+n:]
	}
	pending.flush(&sb)
	sb.WriteString(toUTF8(s))
	return sb.String()
}

// encodedWord is the bytes of one or more words of the same charset.
type encodedWord struct{ charset, data, source string }

func (w *encodedWord) empty() bool { return w.source == "" }

// flush writes the word decoded, or as it stood.
func (w *encodedWord) flush(sb *strings.Builder) {
	if w.empty() {
		return
	}
	if text, ok := decodeCharset(w.charset, []byte(w.data)); ok {
		sb.WriteString(text)
	} else {
		sb.WriteString(w.source)
	}
	*w = encodedWord{}
}

// parseEncodedWord reads =?charset?encoding?text?= at the start of s and
// returns its length, or 0 if there is none.
func parseEncodedWord(s string) (encodedWord, int) {
	parts := strings.SplitN(s, "?", 5)
	if len(parts) < 5 || !strings.HasPrefix(parts[4], "=") || strings.ContainsAny(parts[1], " \t") {
		return encodedWord{}, 0
	}
	label, _, _ := strings.Cut(parts[1], "*") // RFC 2231, section 5: a language
	n := len(parts[0]) + len(parts[1]) + len(parts[2]) + len(parts[3]) + 5
	w := encodedWord{charset: label, source: s[:n]}
	switch strings.ToUpper(parts[2]) {
	case "Q":
		w.data = decodeQ(parts[3])
	case "B":
		w.data = string(decodeBase64([]byte(parts[3])))
	default:
		return encodedWord{}, 0
	}
	return w, n
}

// decodeQ is the "Q" encoding: "_" is a space, "=XX" a byte.
func decodeQ(s string) string {
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			sb.WriteByte(' ')
		case s[i] == '=' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			sb.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		default:
			sb.WriteByte(s[i])
		}
	}
	return sb.String()
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

func unhex(b byte) byte {
	switch {
	case b <= '9':
		return b - '0'
	case b >= 'a':
		return b - 'a' + 10
	}
	return b - 'A' + 10
}

// decodeBase64 passes over what is not base64, and padding that is missing
// or in the middle (RFC 2045, section 6.8).
func decodeBase64(src []byte) []byte {
	clean := make([]byte, 0, len(src))
	for _, b := range src {
		if 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '+' || b == '/' {
			clean = append(clean, b)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

// decodeCharset turns bytes of a charset into UTF-8; what is invalid becomes
// U+FFFD.
func decodeCharset(label string, data []byte) (string, bool) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8":
		return strings.ToValidUTF8(string(data), "\uFFFD"), true
	case "", "us-ascii", "ascii":
		return toUTF8(string(data)), true
	}
	r, err := charset.Reader(label, strings.NewReader(string(data)))
	if err != nil {
		return "", false
	}
	out, err := io.ReadAll(r)
	return strings.ToValidUTF8(string(out), "\uFFFD"), err == nil
}

// toUTF8 takes raw 8-bit text for UTF-8 if it is that, else for windows-1252.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return out
}
