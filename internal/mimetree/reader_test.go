package mimetree

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What a Reader finds is what Parse does, whatever it has read before: more parts and
// addresses or fewer than there is room for, and the same message again.
func TestReaderIsParse(t *testing.T) {
	var given [][]byte
	for _, tt := range malformed {
		given = append(given, []byte(tt.raw))
	}
	given = append(given, crlf(rfc2046Mixed), crlf(rfc9051Example), typicalMail(), nil)
	rapid.Check(t, func(t *rapid.T) {
		var r Reader
		for range rapid.IntRange(1, 8).Draw(t, "messages") {
			raw := drawMail(t, given)
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				m, ok := r.Read(raw)
				want := Parse(raw)
				if !ok || !bytes.Equal(m.Raw(), raw) {
					t.Fatalf("%q was read as %q, %v", raw, m.Raw(), ok)
				}
				if !reflect.DeepEqual(m.Envelope(), want.Envelope()) {
					t.Fatalf("the envelope of %q: %v, want %v", raw, m.Envelope(), want.Envelope())
				}
				if !reflect.DeepEqual(m.Root(), want.Root()) {
					t.Fatalf("the parts of %q: %v, want %v", raw, m.Root(), want.Root())
				}
				compareText(t, m, want)
			}
		}
	})
}

// drawMail is one of those given, or one with some parts and addresses, and with a Content-Type
// that is as long as others, or is read more than once.
func drawMail(t *rapid.T, given [][]byte) []byte {
	if rapid.Bool().Draw(t, "given") {
		return rapid.SampledFrom(given).Draw(t, "mail")
	}
	to := "To: " + strings.Repeat("A <a@example.org>, ", rapid.IntRange(0, 6).Draw(t, "addresses")) + "\r\n"
	kind := rapid.SampledFrom([]string{"text/plain; charset=utf-8", "text/plain; charset=utf-7", "TEXT/PLAIN; CHARSET=UTF-8", "text/html", "text/rtfd", "text", "text/html; a=b; c=d"}).Draw(t, "kind")
	return []byte(to + "Content-Type: " + kind + "\r\n" + drawEntity(t, 3, true))
}

func compareText(t *rapid.T, got, want *Message) {
	for _, key := range []string{"A", "NEEDLE"} {
		if got.TextContains(key) != want.TextContains(key) {
			t.Fatalf("%q contains %s: %v, want %v", want.Raw(), key, got.TextContains(key), want.TextContains(key))
		}
	}
}

// A Reader needs no memory for a message as most are, and leaves one that is long to who keeps
// what is found in it.
func TestReaderDoesNotAllocate(t *testing.T) {
	one := crlf("From: A <a@example.org>\nTo: b@example.org, c@example.org\nSubject: x\n\nText.\n")
	two := crlf("Content-Type: multipart/alternative; boundary=b\n\n--b\n\nText.\n--b\nContent-Type: text/html\n\n<p>\n--b--\n")
	var r Reader
	each := func(read func(raw []byte) *Message) float64 {
		return testing.AllocsPerRun(100, func() {
			for _, raw := range [][]byte{one, two} {
				m := read(raw)
				m.Root()
				m.Envelope()
			}
		})
	}
	lent := each(func(raw []byte) *Message { m, _ := r.Read(raw); return m })
	// The race detector has the compiler make a few that it makes else on the stack.
	if kept := each(Parse); lent > kept/4 {
		t.Errorf("%v allocations, and %v where what is found is kept", lent, kept)
	}
	if m, ok := r.Read(make([]byte, quick)); ok {
		t.Errorf("what is long was read: %v", m)
	}
}
