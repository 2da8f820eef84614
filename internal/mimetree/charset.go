package mimetree

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// decodeCharset turns bytes of a charset into UTF-8; what is invalid becomes
// U+FFFD. It is false for a charset that is not known. US-ASCII, and none at
// all, is what senders say who do not know.
func decodeCharset(label string, data []byte) (string, bool) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8":
		return strings.ToValidUTF8(string(data), "\uFFFD"), true
	case "", "us-ascii", "ascii":
		return toUTF8(string(data)), true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "l1":
		// Senders who say so mean windows-1252, which differs where ISO 8859-1 has
		// control characters (WHATWG Encoding, section 4.2).
		out, err := charmap.Windows1252.NewDecoder().Bytes(data)
		return string(out), err == nil
	case "utf-7":
		return decodeUTF7(string(data)), true
	}
	r, err := charset.Reader(label, bytes.NewReader(data))
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
