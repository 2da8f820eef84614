package mimetree

import "testing"

// A byte order mark is that at the beginning of a text alone: where the charset is
// said besides, U+FEFF is a character like any other (RFC 3629, section 6).
func TestByteOrderMark(t *testing.T) {
	m := Parse([]byte("Subject: =?utf-8?b?77u/?= =?utf-8?q?=EF=BB=BFb?=\r\n" +
		"Content-Type: text/plain; charset=utf-8; name*=utf-8''%EF%BB%BFc\r\n\r\n\xEF\xBB\xBFd\uFEFFe\r\n"))
	if got, want := m.Text(), "d\uFEFFe\n"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if got, want := m.Subject(), "\uFEFF\uFEFFb"; got != want {
		t.Errorf("subject %q, want %q", got, want)
	}
	for _, p := range JoinContinuations(m.Root().Params) {
		if p.Name == "name" && p.Value != "\uFEFFc" {
			t.Errorf("parameter %q, want %q", p.Value, "\uFEFFc")
		}
	}
}
