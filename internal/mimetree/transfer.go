package mimetree

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
)

// transferEncodings are those of RFC 2045, section 6.1.
var transferEncodings = []string{"7BIT", "8BIT", "BINARY", "BASE64", "QUOTED-PRINTABLE"}

// Decoded is the body with its transfer encoding undone (RFC 2045, section 6).
// What is malformed is decoded as far as it can be; an encoding that is not
// known is an error. The bytes must not be modified.
func (p *Part) Decoded() ([]byte, error) { return p.decoded(nil) }

// Decoded is what [Part.Decoded] is of a part of the message.
func (m *Message) Decoded(p *Part) ([]byte, error) { return p.decoded(m.work) }

func (p *Part) decoded(w *work) ([]byte, error) {
	if p.oddEncoding != "" {
		return nil, fmt.Errorf("mimetree: unknown transfer encoding %q", p.oddEncoding)
	}
	switch p.Encoding {
	case "7BIT", "8BIT", "BINARY":
		return p.Body(), nil
	case "BASE64":
		return decodeBase64(w, p.body), nil
	case "QUOTED-PRINTABLE":
		return decodeQuotedPrintable(w, p.body), nil
	}
	return nil, fmt.Errorf("mimetree: unknown transfer encoding %q", p.Encoding)
}

// decodeQuotedPrintable drops white space at the end of lines, and joins lines
// at a "=" (RFC 2045, section 6.7).
func decodeQuotedPrintable(w *work, body []byte) []byte {
	out := make([]byte, 0, len(body))
	for len(body) > 0 && !w.step(1) {
		next := lineEnd(body, 0)
		line := trimLineEnd(body[:next])
		end := body[len(line):next]
		line, soft := bytes.CutSuffix(bytes.TrimRight(line, " \t"), []byte("="))
		out = appendEscaped(w, out, line, '=')
		if !soft {
			out = append(out, end...)
		}
		body = body[next:]
	}
	return out
}

// appendEscaped undoes "=XX", or another mark, and keeps what is no valid
// escape.
func appendEscaped[T string | []byte](w *work, out []byte, s T, mark byte) []byte {
	for i := 0; i < len(s) && !w.step(min(stride, len(s)-i)); {
		for end := min(i+stride, len(s)); i < end; i++ {
			if s[i] == mark && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
				out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
				i += 2
				continue
			}
			out = append(out, s[i])
		}
	}
	return out
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

// decodeBase64 passes over what is not base64 (RFC 2045, section 6.8). Padding
// may be missing, or stand where two encoded texts were put together.
func decodeBase64(w *work, src []byte) []byte {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(src))+2)
	if n, err := decodeStrict(w, out, src); err == nil {
		return out[:n]
	}
	out = out[:0]
	clean := make([]byte, 0, min(len(src), stride))
	for _, b := range src {
		if w.step(1) {
			break
		}
		switch {
		case isBase64(b):
			if clean = append(clean, b); len(clean) == stride { // which are whole groups of four
				out = appendBase64(out, clean)
				clean = clean[:0]
			}
		case b == '=':
			out = appendBase64(out, clean)
			clean = clean[:0]
		}
	}
	return appendBase64(out, clean)
}

// decodeStrict decodes base64 in which there are no other characters than line ends.
func decodeStrict(w *work, out, src []byte) (n int, err error) {
	if w == nil {
		return base64.StdEncoding.Decode(out, src)
	}
	r := base64.NewDecoder(base64.StdEncoding, bytes.NewReader(src))
	for err == nil && !w.step(1) {
		var more int
		more, err = r.Read(out[n:])
		n += more
		w.step(more)
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

func isBase64(b byte) bool {
	return 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '+' || b == '/'
}

// appendBase64 decodes letters of base64 without padding. A single one at the
// end has too few bits for a byte.
func appendBase64(out, clean []byte) []byte {
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out, _ = base64.RawStdEncoding.AppendDecode(out, clean)
	return out
}
