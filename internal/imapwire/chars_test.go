package imapwire

import (
	"strings"
	"testing"
)

// The classes are tried with every byte, against the ABNF of RFC 9051,
// section 9, written down here as the RFC writes it.
func TestCharacterClasses(t *testing.T) {
	const (
		ctl            = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x7f"
		quotedSpecials = `"\`
		listWildcards  = `%*`
		respSpecials   = `]`
		atomSpecials   = `(){ ` + ctl + listWildcards + quotedSpecials + respSpecials
	)
	classes := []struct {
		name string
		got  func(byte) bool
		want func(b byte) bool
	}{
		{"ATOM-CHAR", isAtomChar, func(b byte) bool { return b < 0x80 && !strings.Contains(atomSpecials, string(rune(b))) }},
		{"ASTRING-CHAR", isAStringChar, func(b byte) bool { return isAtomChar(b) || b == ']' }},
		{"list-char", isListChar, func(b byte) bool { return isAtomChar(b) || strings.ContainsRune(listWildcards+respSpecials, rune(b)) }},
		{"tag", isTagChar, func(b byte) bool { return isAStringChar(b) && b != '+' }},
	}
	for _, class := range classes {
		for b := range 256 {
			if got, want := class.got(byte(b)), class.want(byte(b)); got != want {
				t.Errorf("%s: byte 0x%02x: got %v, want %v", class.name, b, got, want)
			}
		}
	}
}

// Every byte in a quoted string: QUOTED-CHAR, or escaped quoted-specials.
func TestQuotedBytes(t *testing.T) {
	for b := range 256 {
		bare := NewParser("\"" + string([]byte{byte(b)}) + "\"")
		got := bare.String()
		wantOK := b < 0x80 && b != '"' && b != '\\'
		if b == '"' { // "" and a rest
			wantOK = true
		}
		if b == '\r' || b == '\n' || b == 0 {
			continue // the reader refuses them, or they end the line
		}
		if bare.OK() != wantOK {
			t.Errorf("0x%02x: got %q, %v, want ok %v", b, got, bare.Err(), wantOK)
		}
		escaped := NewParser("\"\\" + string([]byte{byte(b)}) + "\"")
		_ = escaped.String()
		if want := b == '"' || b == '\\'; escaped.OK() != want {
			t.Errorf("escaped 0x%02x: %v, want ok %v", b, escaped.Err(), want)
		}
	}
}
