package mimetree

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What FROM, TO, CC and BCC find: RFC 9051, section 6.4.4, asks for the string
// in the envelope structure's field. HEADER asks for it in the field's text.
func TestAddressContains(t *testing.T) {
	m := Parse([]byte("From: (hidden) Foo Bar <foo@bar(c)\r\n .example>\r\n" +
		"To: \"Q\\\"uo\" <a(c)@b . c>, x\r\n\t y\r\n  <d@e>, \"z  z\" <@r.test:\"f f\"@g>\r\n" +
		"To: =?utf-8?q?J=C3=B6?= =?utf-8?q?rg?= <h@i>\r\n" +
		"Cc: Group (c) : m@n, O <p@q>;\r\nCc: =?utf-8?b?w6Q=?=@r\r\nBcc: s@t\r\nSubject: a@b.c\r\n\r\nx"))
	for _, tt := range []struct {
		key, needle     string
		address, header bool
	}{
		{"From", "foo@bar.example", true, false},
		{"from", "FOO BAR <foo@bar.example>", true, false},
		{"From", "hidden", true, true},
		{"From", "bar(c)", true, true},
		{"From", "(hidden) foo", true, true},
		{"From", "a@b.c", false, false},
		{"To", "a@b.c", true, false},
		{"To", `q"uo <a@b.c>`, true, false},
		{"To", `q\"uo`, true, true},
		{"To", "x y", true, false},
		{"To", "x y <d@e>", true, false},
		{"To", "f@g", false, false},
		{"To", "\"f f\"@g>", true, true},
		{"To", "r.test", true, true},
		{"To", "jörg <h@i>", true, true},
		{"To", "d@e>, z  z", true, false},
		{"Cc", "group", true, true},
		{"Cc", "m@n", true, true},
		{"Cc", "O <p@q>", true, true},
		{"Bcc", "s@t", true, true},
		{"Bcc", "<s@t>", true, false},
		{"Bcc", "", true, true},
		{"Reply-To", "", false, false},
		{"Reply-To", "foo", false, false},
		{"Sender", "foo@bar.example", false, false}, // which ENVELOPE takes from From
		{"Subject", "<a@b.c>", false, false},
	} {
		if got := m.AddressContains(tt.key, Fold(tt.needle)); got != tt.address {
			t.Errorf("%s %q: %v", tt.key, tt.needle, got)
		}
		if got := m.HeaderContains(tt.key, Fold(tt.needle)); got != tt.header {
			t.Errorf("HEADER %s %q: %v", tt.key, tt.needle, got)
		}
	}
}

// Whether an address is looked at is decided by what the field has, and changes nothing of
// what is found.
func TestAddressMayHold(t *testing.T) {
	pieces := rapid.SampledFrom([]string{
		"a", "bob", "B", "1", "é", " ", ".", ",", ";", ":", "<", ">", "@", "\"", "\\", "(", ")", "[", "]", "mailto:", "x.org", "\n ", "=?utf-8?q?bob?=", "\t",
	})
	rapid.Check(t, func(t *rapid.T) {
		value := strings.Join(rapid.SliceOfN(pieces, 0, 16).Draw(t, "value"), "")
		m := Parse([]byte("To: " + value + "\n\n"))
		for c := range Collation(len(Collations)) {
			var shown strings.Builder
			for i, addr := range m.Envelope().To {
				if i > 0 {
					shown.WriteString(", ")
				}
				writeAddress(nil, &shown, addr)
			}
			text := []rune(c.Key(shown.String()))
			if len(text) == 0 {
				continue
			}
			from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
			key := string(text[from:rapid.IntRange(from+1, len(text)).Draw(t, "to")])
			if !m.In(c).AddressContains("To", key) {
				t.Fatalf("%v: %q has %q, and not %q", c, value, shown.String(), key)
			}
		}
	})
}
