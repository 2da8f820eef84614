package imapwire

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestUTF7(t *testing.T) {
	for name, want := range map[string]string{
		"plain":              "plain",
		"~peter/mail/台北/日本語": "~peter/mail/&U,BTFw-/&ZeVnLIqe-", // RFC 3501, section 5.1.3
		"Q&A":                "Q&-A",
		"Entwürfe":           "Entw&APw-rfe",
		"😀":                  "&2D3eAA-", // surrogates D83D DE00
		"é&é":                "&AOk-&-&AOk-",
		"a\tb":               "a&AAk-b",
		"":                   "",
	} {
		if got := EncodeUTF7(name); got != want {
			t.Errorf("%q: encoded %q, want %q", name, got, want)
		}
		if got, err := DecodeUTF7(want); err != nil || got != name {
			t.Errorf("%q: decoded %q, %v, want %q", want, got, err, name)
		}
	}
}

// RFC 3501, section 5.1.3: what must not be written is not read either.
func TestUTF7Strict(t *testing.T) {
	for _, bad := range []string{
		"&Jjo!",              // RFC: no "-"
		"&U,BTFw-&ZeVnLIqe-", // RFC: superfluous shift
		"&AGE-",              // "a" needs no shift
		"&ACY-",              // "&" is "&-"
		"&2D0-",              // a lone surrogate
		"&AOl-",              // bits left over that are not 0
		"&AO-",               // half a unit
		"é", "\x01", "&AOk", "&U\nBU-", "&AOk\r-",
	} {
		if got, err := DecodeUTF7(bad); err == nil {
			t.Errorf("%q: got %q, want an error", bad, got)
		}
	}
}

func TestUTF7ComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		if got, err := DecodeUTF7(EncodeUTF7(name)); err != nil || got != name {
			t.Fatalf("%q: got %q, %v", name, got, err)
		}
	})
}

func FuzzUTF7(f *testing.F) {
	for _, seed := range []string{"a", "&-", "&U,BTFw-", "&", "&AOk-&-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := DecodeUTF7(s)
		if err != nil {
			return
		}
		if !utf8.ValidString(name) {
			t.Fatalf("%q: %q is not UTF-8", s, name)
		}
		if again := EncodeUTF7(name); again != s {
			t.Fatalf("%q has another spelling, %q", s, again)
		}
	})
}
