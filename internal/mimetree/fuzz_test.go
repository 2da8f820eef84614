package mimetree

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, tt := range malformed {
		f.Add([]byte(tt.raw))
	}
	f.Add(crlf(rfc2046Mixed))
	f.Add(crlf(rfc9051Example))
	f.Add(typicalMail())
	f.Fuzz(func(t *testing.T, raw []byte) { checkMessage(t, slices.Clip(raw)) })
}

// FuzzAddresses checks that groups are balanced, that lists end, and that
// nothing but a group has a host that is NIL.
func FuzzAddresses(f *testing.F) {
	for _, tt := range addressTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		inGroup := false
		for _, a := range parseAddresses(nil, s, nil) {
			if a.Host.OK {
				continue
			}
			if a.Mailbox.OK == inGroup {
				t.Fatalf("unbalanced groups in %q: %v", s, parseAddresses(nil, s, nil))
			}
			inGroup = a.Mailbox.OK
		}
		if inGroup {
			t.Fatalf("an open group in %q", s)
		}
	})
}

// FuzzUnparsed asks of a message that has not been parsed what TestUnparsedIsParsed asks.
func FuzzUnparsed(f *testing.F) {
	for _, hider := range hiders {
		f.Add([]byte(hider[0]+"\r\n"+hider[1]), "From", "needle", 0)
	}
	f.Add(typicalMail(), "Subject", "the text", 1)
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nbmVlZGxl"), "To", "needle", 2)
	f.Fuzz(func(t *testing.T, raw []byte, field, text string, collation int) {
		c := Collation(uint(collation) % uint(len(Collations)))
		checkUnparsed(t, raw, c, field, c.Key(text), make(map[string]int))
	})
}

// FuzzDecodeWords checks that what is decoded is UTF-8, and that text without
// encoded words stays as it is.
func FuzzDecodeWords(f *testing.F) {
	for _, tt := range wordTests {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := decodeWords(nil, s)
		if !utf8.ValidString(out) {
			t.Errorf("%q of %q is not UTF-8", out, s)
		}
		if utf8.ValidString(s) && !strings.Contains(s, "=?") && out != s {
			t.Errorf("%q became %q", s, out)
		}
	})
}
