package mimetree

import (
	"sync"
	"testing"
)

const searchMail = `
From: =?iso-8859-1?q?Andr=E9?= <andre@example.org>
Subject: The =?utf-8?q?=C3=89t?=
 =?utf-8?q?=C3=A9?= plan
X-Empty:
Content-Type: multipart/mixed; boundary=b

preamble-word
--b
Content-Type: text/plain; charset=utf-8; x=param-word
Content-Transfer-Encoding: base64

R3LDvMOfZSBhdXMgS8O2bG4=
--b
Content-Type: application/octet-stream

binary-word
--b
Content-Type: message/rfc822

Subject: =?utf-8?q?inner-subject?=

inner-text
--b--
`

func TestSearch(t *testing.T) {
	m := Parse(crlf(searchMail))
	for _, tt := range []struct {
		needle           string
		inHeader, inBody bool
	}{
		{"andré", true, false},
		{"ANDRE\u0301", true, false}, // the accent as a character of its own
		{"andre@EXAMPLE", true, false},
		{"the été plan", true, false},
		{"subject: the", true, false},
		{"grüße AUS köln", false, true},
		{"inner-Subject", true, false}, // RFC 9051, section 6.4.4: BODY "does not match any header fields"
		{"inner-TEXT", false, true},
		{"R3LDvMOfZSBhdXMgS8O2bG4", false, false},
		{"param-word", true, false}, // the same: TEXT "including MIME header fields"
		{"binary-word", false, false},
		{"preamble-word", false, false},
		{"", true, true},
	} {
		needle := Fold(tt.needle)
		if got := m.BodyContains(needle); got != tt.inBody {
			t.Errorf("BODY %q: %v", tt.needle, got)
		}
		if got := m.TextContains(needle); got != (tt.inHeader || tt.inBody) {
			t.Errorf("TEXT %q: %v", tt.needle, got)
		}
	}
}

func TestHeaderContains(t *testing.T) {
	m := Parse(crlf(searchMail))
	for _, tt := range []struct {
		name, needle string
		want         bool
	}{
		{"subject", "ÉTÉ", true},
		{"Subject", "andré", false},
		{"FROM", "André <andre@", true},
		{"X-Empty", "", true}, // RFC 9051, section 6.4.4: the field is there
		{"X-Empty", "x", false},
		{"X-None", "", false},
		{"Sub", "", false},
	} {
		if got := m.HeaderContains(tt.name, Fold(tt.needle)); got != tt.want {
			t.Errorf("HEADER %s %q: %v", tt.name, tt.needle, got)
		}
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"ABC", "abc", "Abc"},
		{"É", "é", "e\u0301", "E\u0301"},
		{"ΣΑΣ", "σας"},
		{"Ａ", "a"},
		{"Å", "\u212b"},
		{"", ""},
	} {
		for _, s := range same {
			if got, want := Fold(s), Fold(same[0]); got != want {
				t.Errorf("%q and %q: %q and %q", s, same[0], got, want)
			}
		}
	}
	// RFC 5051, section 2: a rune's title case first, and then what it is made of.
	for _, differ := range [][2]string{{"e", "é"}, {"ﬁ", "FI"}, {"ß", "ss"}, {"ß", "ẞ"}} {
		if Fold(differ[0]) == Fold(differ[1]) {
			t.Errorf("%q and %q are the same", differ[0], differ[1])
		}
	}
}

// Messages are shared: the lazy parts are asked for at the same time.
func TestConcurrentUse(t *testing.T) {
	m := Parse(crlf(searchMail))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { useEverything(m) })
	}
	wg.Wait()
}
