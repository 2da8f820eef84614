package smtpd_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"pgregory.net/rapid"
)

// open connects and begins a transaction, up to and without DATA.
func (s *server) open(t testing.TB, params string) *dialogue.Peer {
	t.Helper()
	p := s.dial("1")
	p.Must(t, "", "220 {*}")
	p.Must(t, "EHLO me\r\n", "...", "250 {*}")
	p.Must(t, "MAIL FROM:<a@example.com>"+params+"\r\nRCPT TO:<b@example.com>\r\n", "250 {*}", "250 {*}")
	return p
}

// last is the bytes of the message that was taken last.
func (s *server) last() string {
	taken := s.taken()
	if len(taken) == 0 {
		return "none"
	}
	_, raw, _ := strings.Cut(taken[len(taken)-1], "\n")
	return raw
}

// A message is what stands between DATA and CRLF.CRLF, byte for byte (RFC 5321,
// sections 4.1.1.4 and 4.5.2).
func TestExactBytes(t *testing.T) {
	long := strings.Repeat("0123456789", 10_000)
	tests := map[string]struct{ wire, want string }{
		"empty":                  {"", ""},
		"a dot":                  {"..\r\n", ".\r\n"},
		"two dots":               {"...\r\n", "..\r\n"},
		"dots inside":            {"a.b\r\n.c.\r\n", "a.b\r\nc.\r\n"},
		"a dot before CR":        {"..\rx\r\n", ".\rx\r\n"},
		"CR CRLF before the end": {"x\r\r\n", "x\r\r\n"},
		"bare LFs":               {"a\n.\nb\n..\nc\r\n", "a\n.\nb\n..\nc\r\n"},
		"bare CRs":               {"a\r.\rb\r\n", "a\r.\rb\r\n"},
		"LF dot CRLF":            {"a\n.\r\nMAIL FROM:<evil@example.com>\r\n", "a\n.\r\nMAIL FROM:<evil@example.com>\r\n"},
		"CRLF dot LF":            {"a\r\n.\nMAIL\r\n", "a\r\n\nMAIL\r\n"},
		"CR dot CRLF":            {"a\r.\r\nb\r\n", "a\r.\r\nb\r\n"},
		"NUL and high bytes":     {"\x00\xff\x80\r\n", "\x00\xff\x80\r\n"},
		"a long line":            {long + "\r\n", long + "\r\n"},
		"a CRLF across buffers":  {strings.Repeat("x", 16<<10-1) + "\r\n..x\r\n", strings.Repeat("x", 16<<10-1) + "\r\n.x\r\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.start()
			p := s.open(t, "")
			p.Must(t, "DATA\r\n", "354 {*}")
			p.Must(t, test.wire+".\r\n", "250 {*}")
			if got := s.last(); got != test.want {
				t.Errorf("got %q, want %q", abridge(got), abridge(test.want))
			}
			p.Must(t, "NOOP\r\n", "250 {*}")
		})
	}
}

func abridge(s string) string {
	if len(s) > 100 {
		return fmt.Sprintf("%s… (%d bytes)", s[:100], len(s))
	}
	return s
}

// What BDAT brings is not looked at (RFC 3030, section 2).
func TestExactChunks(t *testing.T) {
	s := newServer(t)
	s.start()
	p := s.open(t, " BODY=BINARYMIME")
	want := "x\r\n.\r\nQUIT\r\n\x00\n.\n" + strings.Repeat("\r", 50_000)
	half := len(want) / 2
	p.Must(t, fmt.Sprintf("BDAT %d\r\n%sBDAT %d last\r\n%s", half, want[:half], len(want)-half, want[half:]), "250 {*}", "250 {*}")
	if s.last() != want {
		t.Error("the bytes differ")
	}
}

// What a client stuffs arrives as it was, whatever its line ends and wherever the
// buffers' ends are, by DATA as by BDAT, in whatever pieces it is written.
func TestRoundTrip(t *testing.T) {
	s := newServer(t)
	s.start()
	p := s.open(t, "")
	p.Must(t, "RSET\r\n", "250 {*}")
	piece := rapid.SampledFrom([]string{"\r", "\n", "\r\n", ".", "..", "a", ".\r\n", "\r\n.", "\n.\n", "\x00", "QUIT\r\n"})
	rapid.Check(t, func(rt *rapid.T) {
		padding := strings.Repeat("x", rapid.SampledFrom([]int{0, 0, 0, 16<<10 - 3, 16<<10 - 2, 16<<10 - 1, 16 << 10}).Draw(rt, "padding"))
		raw := padding + strings.Join(rapid.SliceOf(piece).Draw(rt, "pieces"), "")
		wire := fmt.Sprintf("BDAT %d LAST\r\n%s", len(raw), raw)
		p.Must(t, "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n", "250 {*}", "250 {*}")
		if rapid.Bool().Draw(rt, "data") {
			if raw != "" && !strings.HasSuffix(raw, "\r\n") {
				raw += "\r\n"
			}
			p.Must(t, "DATA\r\n", "354 {*}")
			wire = stuff(raw) + ".\r\n"
		}
		cut := rapid.IntRange(0, len(wire)).Draw(rt, "cut")
		p.Must(t, wire[:cut])
		p.Must(t, wire[cut:], "250 {*}")
		if got := s.last(); got != raw {
			rt.Fatalf("got %q, want %q", abridge(got), abridge(raw))
		}
	})
}

// stuff is what a client does to a message (RFC 5321, section 4.5.2): a dot more
// at the beginning of every line that begins with one.
func stuff(raw string) string {
	lines := strings.Split(raw, "\r\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") {
			lines[i] = "." + line
		}
	}
	return strings.Join(lines, "\r\n")
}

// A line without end is refused, and the connection lives (RFC 5321, section
// 4.5.3.1.4; RFC 4954, section 4).
func TestLongLines(t *testing.T) {
	s := newServer(t)
	s.accounts["ann"], s.cfg.Accounts = "a", s.accounts
	s.start()
	p := s.open(t, "")
	for _, n := range []int{16 << 10, 100_000} {
		p.Must(t, "NOOP "+strings.Repeat("x", n)+"\r\n", "500 5.5.6 {*}")
	}
	p.Must(t, "NOOP "+strings.Repeat("x", 12_000)+"\r\n", "250 {*}")
	p.Must(t, "RSET\r\nAUTH PLAIN\r\n", "250 {*}", "334 {*}")
	p.Must(t, strings.Repeat("A", 20_000)+"\r\n", "500 5.5.6 {*}")
	p.Must(t, "AAAA\r\nNOOP\r\n", "500 5.5.1 {*}", "250 {*}")
}
