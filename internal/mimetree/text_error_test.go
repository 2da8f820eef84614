package mimetree

import (
	"strings"
	"testing"
)

// Text in a charset that is not known is what its bytes are, and TextError says
// so.
func TestTextError(t *testing.T) {
	for _, tt := range []struct {
		raw, text string
		errs      []string // in order, parts of a line each
	}{
		{"Content-Type: text/plain; charset=cp949\n\n\xc7\xd1\n", "한\n", nil},
		{"Content-Type: text/plain; charset=x-none\n\nGr\xfc\xdfe\n", "Grüße\n", []string{`unknown charset "x-none", read as windows-1252`}},
		{"Content-Type: text/plain; charset=unknown-8bit\n\nGr\xc3\xbc\xc3\x9fe\n", "Grüße\n", []string{`unknown charset "unknown-8bit", read as UTF-8`}},
		{"Content-Type: text/html; charset=\"x-none\"\n\n<p>Gr\xfc\xdfe", "Grüße", []string{`"x-none", read as windows-1252`}},
		{"Content-Type: text/plain charset=x-none\n\na\n", "a\n", []string{`unknown charset "x-none"`}},
		{"Content-Type: text/plain; charset=\n\nGr\xfc\xdfe\n", "Grüße\n", nil},
		{"Content-Transfer-Encoding: x-uuencode\n\na\n", "a\n", []string{`unknown transfer encoding "X-UUENCODE"`}},
		{"Subject: =?x-none?q?=FC?= =?x-none?q?a?= =?utf-8?q?b?=\n\na\n", "a\n", []string{`Subject: unknown charset "x-none"`}},
		{"Content-Type: image/png; charset=x-none\nContent-Transfer-Encoding: x-y\n\na\n", "", nil},
		{"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=x-one\n\na\n--b\nContent-Type: message/rfc822\n\n" +
			"Subject: =?x-two?q?x?=\nContent-Type: text/plain; charset=x-three\n\n\xff\n--b\nContent-Type: message/rfc822\n\n" +
			"Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/plain; charset=x-four\n\n--c--\n--b\nContent-Type: multipart/mixed; charset=x-five\n\nlost\n--b--\n",
			"a", []string{`part 1: unknown charset "x-one", read as UTF-8`, `part 2.1: Subject: unknown charset "x-two"`, `part 2.1: unknown charset "x-three", read as windows-1252`,
				`part 3.1: unknown charset "x-four"`, `part 4.1: unknown charset "x-five"`}},
	} {
		m := Parse(crlf(tt.raw))
		if got := m.Text(); got != tt.text {
			t.Errorf("%q\n got %q\nwant %q", tt.raw, got, tt.text)
		}
		var got []string
		if err := m.TextError(); err != nil {
			got = strings.Split(err.Error(), "\n")
		}
		if len(got) != len(tt.errs) {
			t.Errorf("%q\n got %q\nwant %q", tt.raw, got, tt.errs)
			continue
		}
		for i, want := range tt.errs {
			if !strings.Contains(got[i], want) {
				t.Errorf("%q\n got %q\nwant %q", tt.raw, got[i], want)
			}
		}
	}
}
