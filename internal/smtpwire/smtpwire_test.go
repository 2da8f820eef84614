package smtpwire_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// What is an address, and what it is without its quotes (RFC 5321, section 4.1.2; RFC
// 6531, section 3.3).
func TestParseAddress(t *testing.T) {
	tests := map[string]string{ // "" for none
		"a@example.com":          "a@example.com",
		"a.b+c=d@example.com":    "a.b+c=d@example.com",
		`"a b"@example.com`:      "a b@example.com",
		`"a\"b\\"@example.com`:   `a"b\@example.com`,
		`"a@b"@example.com`:      "a@b@example.com",
		"a@[127.0.0.1]":          "a@[127.0.0.1]",
		"a@[IPv6:::1]":           "a@[IPv6:::1]",
		"ä@müller.example":       "ä@müller.example",
		"Postmaster":             "Postmaster",
		"":                       "",
		"a@":                     "",
		"@example.com":           "",
		"a..b@example.com":       "",
		".a@example.com":         "",
		"a.@example.com":         "",
		"a@example..com":         "",
		"a b@example.com":        "",
		"a@b@example.com":        "",
		`"a@example.com`:         "",
		`"a"b"@example.com`:      "",
		`"a\"@example.com`:       "",
		`""@example.com`:         "",
		"a@[127.0.0.1":           "",
		"a@[a]b]":                "",
		"a(comment)@example.com": "",
		"a\x7fb@example.com":     "",
		"a@exa\x00mple.com":      "",
	}
	for s, want := range tests {
		a, ok := smtpwire.ParseAddress(s)
		if ok != (want != "") || ok && a.String() != want {
			t.Errorf("%q: got %q, %v, want %q", s, a, ok, want)
		}
	}
}

// Where a path ends (RFC 5321, section 4.1.2).
func TestReadPath(t *testing.T) {
	tests := map[string]string{
		"<a@b>":          `a@b "" true`,
		"<a@b> SIZE=1 X": `a@b " SIZE=1 X" true`,
		"a@b SIZE=1":     `a@b " SIZE=1" true`,
		"<>":             ` "" true`,
		"<@x,@y:a@b>":    `a@b "" true`,
		`<"a> b"@c> X`:   `a> b@c " X" true`,
		"<a@b>X":         `a@b "X" false`,
		"<a@b":           `a@b "" false`,
		"":               ` "" false`,
		"<a@b<c>":        `a@b<c "" false`,
		"<Postmaster>":   `Postmaster "" true`,
	}
	for s, want := range tests {
		p, rest, ok := smtpwire.ReadPath(s)
		if got := fmt.Sprintf("%s %q %v", p.Address, rest, ok); got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

// Whatever a local part is, its address can be quoted, and comes back from that.
func TestQuoteComesBack(t *testing.T) {
	local := rapid.StringMatching(`[ -~äß]{1,20}`)
	rapid.Check(t, func(t *rapid.T) {
		want := local.Draw(t, "local") + "@example.com"
		got, ok := smtpwire.ParseAddress(smtpwire.Quote(want))
		if !ok || got.String() != want {
			t.Fatalf("%q is quoted %q, and comes back as %q, %v", want, smtpwire.Quote(want), got, ok)
		}
	})
}

// xtext as RFC 3461, section 4, has it encoded, comes back; and what is none is an
// error.
func TestXtext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		var sb strings.Builder
		for _, c := range []byte(want) {
			if c < '!' || c > '~' || c == '+' || c == '=' {
				fmt.Fprintf(&sb, "+%02X", c)
			} else {
				sb.WriteByte(c)
			}
		}
		if got, err := smtpwire.DecodeXtext(sb.String()); err != nil || got != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
	for _, s := range []string{"+", "+2", "+zz", "a=b", "a b", "a\x7f", "+-1", "++11"} {
		if got, err := smtpwire.DecodeXtext(s); err == nil {
			t.Errorf("%q: got %q, want an error", s, got)
		}
	}
}

// Addresses of type utf-8 in both of their forms (RFC 6533, section 3).
func TestUTF8Address(t *testing.T) {
	for s, want := range map[string]string{
		`\x{DF}@example.com`: "ß@example.com", `ß@example.com`: "ß@example.com", `a\x{2B}b`: "a+b", `\x{5C}`: `\`,
		`\x{1F600}`: "😀", `\x{10FFFF}`: "\U0010ffff", `\x{20}`: " ",
	} {
		if got, err := smtpwire.DecodeUTF8Address(s); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{`\x{41}`, `\x{0DF}`, `\x{D800}`, `\x{110000}`, `\x{}`, `\x{DF`, `\`, `\x{G}`, "a+b", "a=b", "a b", "\xff", `\x{00}`, `\x{+DF}`} {
		if got, err := smtpwire.DecodeUTF8Address(s); err == nil {
			t.Errorf("%q: got %q, want an error", s, got)
		}
	}
}

// CR and LF that are not CRLF (RFC 5321, section 2.3.8).
func TestHasBareLineEnd(t *testing.T) {
	for s, want := range map[string]bool{"": false, "a\r\nb\r\n": false, "a\nb": true, "\n": true, "a\r": true, "\r\r\n": true, "\r\n\n": true} {
		if got := smtpwire.HasBareLineEnd([]byte(s)); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

// What a message is, up to a line of 998 octets and its CRLF (RFC 2045, sections 2.7 to 2.9).
func TestEncodingOf(t *testing.T) {
	for s, want := range map[string]string{
		"": "7bit", "a\r\n": "7bit", "ü\r\n": "8bit", "a\x00\r\n": "binary", "a\nb\r\n": "binary", "ü\r": "binary",
		strings.Repeat("x", 998) + "\r\n": "7bit", strings.Repeat("x", 999) + "\r\n": "binary",
	} {
		if got := smtpwire.EncodingOf([]byte(s)); got != want {
			t.Errorf("%.20q: got %s, want %s", s, got, want)
		}
	}
}

// An empty line ends a header, and is none of it (RFC 5322, section 2.1).
func TestHeaderOf(t *testing.T) {
	for s, want := range map[string]string{
		"A: b\r\n\r\nbody\r\n": "A: b\r\n", "A: b\n\nbody\n": "A: b\n", "A: b\r\n": "A: b\r\n", "\r\nbody": "", "": "", "A: b\r\n\n\r\n": "A: b\r\n",
	} {
		if got := string(smtpwire.HeaderOf([]byte(s))); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

// An address of a client as Received has it (RFC 5321, section 4.1.3).
func TestAddressLiteral(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:25": "[127.0.0.1]", "[::1]:25": "[IPv6:::1]", "smtp": "smtp", "": "", "localhost:25": "localhost:25",
	} {
		if got := smtpwire.AddressLiteral(addr); got != want {
			t.Errorf("%q: got %q, want %q", addr, got, want)
		}
	}
}
