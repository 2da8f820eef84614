package mimetree

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is searched is the key of what is shown, whether or not it is told in ASCII from the
// bytes as they stand.
func TestSearchedIsShown(t *testing.T) {
	headers, bodies := func(p *Part) string { return "" }, func(p *Part) string { return "" }
	headers = func(p *Part) (out string) {
		for f := range fields(p.header).all(nil) {
			out += f.Name + ": " + f.Decoded() + "\n"
		}
		for _, child := range p.Children {
			out += headers(child)
		}
		if p.Message != nil {
			out += headers(p.Message.Root())
		}
		return out
	}
	bodies = func(p *Part) (out string) {
		for _, child := range p.Children {
			out += bodies(child)
		}
		switch {
		case p.Message != nil:
			out += bodies(p.Message.Root())
		case p.standsFor != nil:
			out += p.standsFor.DecodedText() + "\n"
		case p.Type == "text":
			out += p.DecodedText() + "\n"
		}
		return out
	}
	check := func(t rapid.TB, raw []byte) {
		m := Parse(raw)
		for c := range Collation(len(Collations)) {
			in := m.In(c)
			if got, want := string(in.headers()), c.Key(headers(m.Root())); got != want {
				t.Fatalf("%v of %.200q: the header is %.200q, want %.200q", c, raw, got, want)
			}
			if got, want := string(m.Root().appendTexts(nil, c, nil)), c.Key(bodies(m.Root())); got != want {
				t.Fatalf("%v of %.200q: the body is %.200q, want %.200q", c, raw, got, want)
			}
			for _, f := range m.Fields() {
				if key := c.Key(f.Decoded()); !in.HeaderContains(f.Name, key) {
					t.Fatalf("%v of %.200q: %q has no %q", c, raw, f.Name, key)
				}
			}
		}
	}
	check(t, typicalMail())
	for _, raw := range longMails(1 << 10) {
		check(t, raw)
	}
	for _, charset := range append(Charsets(), "", "unknown", "us-ascii (yes)", `"utf-8"`) {
		for _, encoding := range []string{"7bit", "8bit", "binary", "base64", "quoted-printable", "x-odd", ""} {
			check(t, []byte("Content-Type: text/plain; charset="+charset+"\nContent-Transfer-Encoding: "+encoding+
				"\nSubject:  a b=?x \t\n\nPlain +AOk- ~{<:Ky2;S{#,~} text =41 \x1b$B0l\x1b(B YWJj\n"))
		}
	}
	pieces := rapid.SampledFrom([]string{
		"Subject: ", "Content-Type: text/plain; charset=", "utf-8", "utf-16", "Content-Transfer-Encoding: base64", "\n", "\n\n", "\r\n", "a", "Zz{`@[", "é", "\xe9", "e\u0301", "\u0301",
		"=?utf-8?q?=C3=A9?=", "\t", " ", "--b", "Content-Type: multipart/mixed; boundary=b", "Content-Type: message/rfc822", "From: ", "x@y",
	})
	rapid.Check(t, func(t *rapid.T) {
		check(t, []byte(strings.Join(rapid.SliceOfN(pieces, 0, 30).Draw(t, "pieces"), "")))
	})
}

// Eight characters at a time are as one, and what is not ASCII stays.
func TestCasesAreFlipped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "text")
		var upper, lower []byte
		for _, c := range text {
			flipped := c ^ caseBit
			switch {
			case 'a' <= c && c <= 'z':
				upper, lower = append(upper, flipped), append(lower, c)
			case 'A' <= c && c <= 'Z':
				upper, lower = append(upper, c), append(lower, flipped)
			default:
				upper, lower = append(upper, c), append(lower, c)
			}
		}
		if got, want := string(appendUpper([]byte("x"), text)), "x"+string(upper); got != want {
			t.Fatalf("upper %q: got %q, want %q", text, got, want)
		}
		if got, want := string(appendLower([]byte("X"), string(text))), "X"+string(lower); got != want {
			t.Fatalf("lower %q: got %q, want %q", text, got, want)
		}
	})
}

func TestIsASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.ByteMax(0x7f), 0, 40).Draw(t, "text")
		if !isASCII(text) {
			t.Fatalf("%q is ASCII", text)
		}
		if len(text) > 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] |= 0x80
			if isASCII(text) {
				t.Fatalf("%q is not ASCII", text)
			}
		}
	})
}
