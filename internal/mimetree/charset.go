package mimetree

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/transform"
)

// decoder turns bytes into UTF-8; what is invalid becomes U+FFFD.
type decoder func(w *work, data []byte) string

// DecodeCharset turns bytes of a charset into UTF-8; what is invalid becomes
// U+FFFD. It is false for a charset that is not known.
func DecodeCharset(label string, data []byte) (text string, ok bool) {
	decode := findCharset(label)
	if decode == nil {
		return "", false
	}
	return decode(nil, data), true
}

// decodeCharset is DecodeCharset. US-ASCII, and none at all, is what senders say
// who do not know.
func decodeCharset(w *work, label string, data []byte) (string, bool) {
	decode := decodeASCII
	if label != "" {
		decode = findCharset(label)
	}
	if decode == nil {
		return "", false
	}
	return decode(w, data), true
}

// Charsets are the names in MIME of the charsets that are known, in order.
func Charsets() []string {
	var out []string
	for _, row := range charsetTable() {
		out = append(out, row.name)
	}
	slices.Sort(out)
	return out
}

// charsetIndex has the rows of charsetTable by charsetKey.
var charsetIndex = sync.OnceValue(func() map[string]decoder {
	index := make(map[string]decoder)
	for _, row := range charsetTable() {
		index[charsetKey(row.name)] = row.decode
		for alias := range strings.FieldsSeq(row.aliases) {
			index[alias] = row.decode
		}
	}
	return index
})

// findCharset is nil for a charset that is not known. A label may stand in
// quotes or have words behind it, and begin with "x-" or "cs".
func findCharset(label string) decoder {
	label = strings.Trim(label, " \t\r\n\"'")
	if i := strings.IndexAny(label, " \t\r\n;,\"'"); i >= 0 {
		label = label[:i]
	}
	key := charsetKey(label)
	for _, key := range []string{key, strings.TrimPrefix(key, "x"), strings.TrimPrefix(key, "cs")} {
		if decode := charsetIndex()[key]; decode != nil {
			return decode
		}
	}
	for _, find := range []func(string) (encoding.Encoding, error){ianaindex.MIME.Encoding, ianaindex.IANA.Encoding, htmlindex.Get} {
		if enc, err := find(label); err == nil && enc != nil && enc != encoding.Replacement {
			return from(enc)
		}
	}
	return nil
}

// charsetKey is the form in which labels are compared: letters and digits
// alone, in lower case (UTS #22, section 1.4).
func charsetKey(label string) string {
	var out []byte
	for i := range len(label) {
		switch b := label[i]; {
		case 'A' <= b && b <= 'Z':
			out = append(out, b+'a'-'A')
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
			out = append(out, b)
		}
	}
	return string(out)
}

func decodeASCII(w *work, data []byte) string     { return toUTF8(w, string(data)) }
func decodeUTF7Bytes(w *work, data []byte) string { return decodeUTF7(w, string(data)) }
func decodeUTF8(w *work, data []byte) string      { return validUTF8(w, string(data)) }

// validUTF8 has U+FFFD in place of each run of bytes that are invalid.
func validUTF8(w *work, s string) string {
	if w == nil || utf8.ValidString(s) {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	var sb strings.Builder
	invalid := false // the byte before
	for i, r := range s {
		if w.step(1) {
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		if wrong := r == utf8.RuneError && size == 1; !wrong {
			sb.WriteString(s[i : i+size])
			invalid = false
		} else if !invalid {
			sb.WriteRune(utf8.RuneError)
			invalid = true
		}
	}
	return sb.String()
}

// decodeSignedUTF8 is for Python's name of what Windows calls UTF-8.
func decodeSignedUTF8(w *work, data []byte) string {
	return strings.TrimPrefix(decodeUTF8(w, data), "\uFEFF")
}

// from decodes as golang.org/x/text does.
func from(enc encoding.Encoding) decoder {
	return func(w *work, data []byte) string {
		var decode transform.Transformer = enc.NewDecoder()
		if w != nil {
			decode = stoppable{decode, w}
		}
		out, _, err := transform.Bytes(decode, data)
		if err != nil { // of UTF-16 and UTF-32: a character cut in two
			out = append(out, "\uFFFD"...)
		}
		return validUTF8(w, string(out))
	}
}

// table decodes by the characters of all bytes, or of those from 0x80.
func table(chars string) decoder {
	runes := sync.OnceValue(func() []rune { return []rune(chars) })
	return func(w *work, data []byte) string {
		list := runes()
		first := 256 - len(list)
		var sb strings.Builder
		for _, b := range data {
			if w.step(1) {
				break
			}
			if int(b) < first {
				sb.WriteByte(b)
				continue
			}
			sb.WriteRune(list[int(b)-first])
		}
		return sb.String()
	}
}

// stoppable is a transformation that ends early, with an error, when the work is stopped.
type stoppable struct {
	transform.Transformer
	work *work
}

var errStopped = errors.New("mimetree: stopped")

// Transform transforms src piece by piece.
func (s stoppable) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for len(src)-nSrc > stride {
		d, n, err := s.Transformer.Transform(dst[nDst:], src[nSrc:nSrc+stride], false)
		nDst, nSrc = nDst+d, nSrc+n
		if err != nil && (err != transform.ErrShortSrc || n == 0) {
			return nDst, nSrc, err
		}
		if s.work.step(stride) {
			return nDst, nSrc, errStopped
		}
	}
	d, n, err := s.Transformer.Transform(dst[nDst:], src[nSrc:], atEOF)
	return nDst + d, nSrc + n, err
}

var windows1252 = from(charmap.Windows1252)

// toUTF8 takes raw 8-bit text for UTF-8 if it is that, else for windows-1252.
func toUTF8(w *work, s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return windows1252(w, []byte(s))
}
