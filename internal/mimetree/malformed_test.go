package mimetree

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/portion"
)

// malformed mails, with what is made of them: the header's length, and the
// types in order, depth first.
var malformed = []struct {
	name, raw string
	header    int
	types     string
}{
	{"empty", "", 0, "text/plain"},
	{"only a blank line", "\r\n", 2, "text/plain"},
	{"no header", "\r\nHello\r\n", 2, "text/plain"},
	{"header only", "Subject: a\r\nFrom: b\r\n", 21, "text/plain"},
	{"header only, cut", "Subject: a\r\nFrom: b", 19, "text/plain"},
	{"header and blank line", "Subject: a\r\n\r\n", 14, "text/plain"},
	{"lines end in LF", "Subject: a\nContent-Type: text/html\n\nb\n", 36, "text/html"},
	{"lines end in both", "Subject: a\nContent-Type: text/html\r\n\nb\r\n", 37, "text/html"},
	{"no field at all", "Hello\r\nworld\r\n\r\nx", 16, "text/plain"},
	{"a lone CR is no line end", "A: b\r\r\n\rc\r\n\r\nd", 13, "text/plain"},
	{"NUL bytes", "A\x00: b\x00\r\n\r\n\x00", 10, "text/plain"},
	{"a type without subtype", "Content-Type: image\r\n\r\n", 23, "text/plain"},
	{"a type without anything", "Content-Type:\r\n\r\n", 17, "text/plain"},
	{"a second type", "Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n", 40, "a/b"},
	{"multipart without boundary", "Content-Type: multipart/mixed\r\n\r\n--x\r\n", 33, "multipart/mixed text/plain"},
	{"multipart without parts", "Content-Type: multipart/mixed; boundary=x\r\n\r\ny\r\n", 45, "multipart/mixed text/plain"},
	{"multipart without closing", "Content-Type: multipart/a; boundary=x\r\n\r\n--x\r\n\r\ny\r\n", 41, "multipart/a text/plain"},
	{"delimiter at the very end", "Content-Type: multipart/a; boundary=x\r\n\r\n--x", 41, "multipart/a text/plain"},
	{"delimiter after delimiter", "Content-Type: multipart/a; boundary=x\r\n\r\n--x\r\n--x\r\n--x--", 41, "multipart/a text/plain text/plain"},
	{"a longer boundary", "Content-Type: multipart/a; boundary=x\r\n\r\n--x\r\n\r\n--xy\r\n--x--\r\n--x\r\n", 41, "multipart/a text/plain"},
	{"a delimiter within a line", "Content-Type: multipart/a; boundary=x\r\n\r\n--x\r\n\r\na --x\r\n--x--\r\n", 41, "multipart/a text/plain"},
	{"white space behind a delimiter", "Content-Type: multipart/a; boundary=x\r\n\r\n--x \t\r\n\r\n--x-- \r\n", 41, "multipart/a text/plain"},
	{"message/rfc822 without a message", "Content-Type: message/rfc822\r\n\r\n", 32, "message/rfc822 text/plain"},
	{"digest", "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nA: b\r\n\r\nc\r\n--x--\r\n", 46, "multipart/digest message/rfc822 text/plain"},
	{"digest with a bad type", "Content-Type: multipart/digest; boundary=x\r\n\r\n--x\r\nContent-Type: q\r\n\r\n--x--\r\n", 46, "multipart/digest text/plain"},
}

func TestMalformed(t *testing.T) {
	for _, tt := range malformed {
		t.Run(tt.name, func(t *testing.T) {
			raw := slices.Clip([]byte(tt.raw))
			checkMessage(t, raw)
			m := Parse(raw)
			if got := len(m.Root().HeaderBytes()); got != tt.header {
				t.Errorf("header\n got %d\nwant %d bytes", got, tt.header)
			}
			if got := strings.Join(types(m.Root()), " "); got != tt.types {
				t.Errorf("types\n got %s\nwant %s", got, tt.types)
			}
		})
	}
}

func types(p *Part) []string {
	out := []string{p.Type + "/" + p.Subtype}
	for _, child := range p.Children {
		out = append(out, types(child)...)
	}
	if p.Message != nil {
		out = append(out, types(p.Message.Root())...)
	}
	return out
}

// TestMalformedBounds gives mails that are too deep or too wide, and some that
// would take a careless parser quadratic time: this test then does not end.
func TestMalformedBounds(t *testing.T) {
	n := portion.Of(t, "mails of %d pieces", 300_000, 100_000)
	var deep strings.Builder
	for i := range 3 * maxDepth {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	for name, raw := range map[string]string{
		"multiparts in multiparts":  deep.String(),
		"messages in messages":      strings.Repeat("Content-Type: message/rfc822\n\n", 3*maxDepth),
		"parts":                     "Content-Type: multipart/a; boundary=x\n\n" + strings.Repeat("--x\n\n", 3*maxParts),
		"delimiters in a line":      "Content-Type: multipart/a; boundary=x\n\n" + strings.Repeat("--x", n),
		"a long line":               "Subject: " + strings.Repeat("x", n),
		"fields":                    strings.Repeat("a:\n", n),
		"a long folded field":       "Subject: a" + strings.Repeat("\n b", n),
		"encoded words":             "Subject: " + strings.Repeat("=?utf-8?q?a?= ", n/10),
		"encoded words, cut":        "Subject: " + strings.Repeat("=?", n),
		"comments":                  "From: " + strings.Repeat("(", n),
		"routes":                    "From: " + strings.Repeat("<@,", n),
		"dots":                      "From: " + strings.Repeat(". ", n),
		"quotes":                    "From: " + strings.Repeat("\"\\", n),
		"groups":                    "From: " + strings.Repeat("a:", n),
		"parameters":                "Content-Type: a/b" + strings.Repeat("; a=b", n/10),
		"pieces of a parameter":     "Content-Type: a/b" + strings.Repeat("; name*0*=b", n/10),
		"languages":                 "Content-Language: " + strings.Repeat("a,(", n),
		"dates":                     "Date: " + strings.Repeat("1-1-", n),
		"scripts":                   "Content-Type: text/html\n\n" + strings.Repeat("<script></", n),
		"tags":                      "Content-Type: text/html\n\n" + strings.Repeat("<!--<a", n),
		"less-than signs":           "Content-Type: text/html\n\n" + strings.Repeat("< ", n),
		"line ends":                 strings.Repeat("\n", n),
		"message IDs, cut":          "References: " + strings.Repeat("<", n),
		"padding in base64":         "Content-Transfer-Encoding: base64\n\n" + strings.Repeat("QQ=", n),
		"equals signs":              "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("= \t=", n),
		"white space behind a line": "Content-Type: multipart/a; boundary=x\n\n" + strings.Repeat("--x     ", n/10),
	} {
		t.Run(name, func(t *testing.T) { checkMessage(t, slices.Clip([]byte(raw))) })
	}
}
