package smtpwire_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// sources are ways in which bytes arrive.
func sources(data []byte) []io.Reader {
	return []io.Reader{bytes.NewReader(data), iotest.OneByteReader(bytes.NewReader(data)), iotest.DataErrReader(bytes.NewReader(data))}
}

// FuzzReadLine reads anything as lines: those that CRLF ends, up to the first that is
// none (RFC 5321, section 2.3.8).
func FuzzReadLine(f *testing.F) {
	for _, seed := range []string{"", "NOOP\r\n", "a\nb\r\n", "a\r\nb\r\r\nc\r\n", "a\x00\r\nb", strings.Repeat("x", smtpwire.MaxLine-2) + "\r\ny\r\n", strings.Repeat("x", smtpwire.MaxLine) + "\r\ny\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, src := range sources(data) {
			r := smtpwire.NewReader(src)
			for rest := data; ; {
				line, next, whole := bytes.Cut(rest, []byte("\n"))
				got, err := r.ReadLine()
				var want error
				switch {
				case !whole:
					want = io.EOF
				case len(line)+1 > smtpwire.MaxLine:
					want = smtpwire.ErrLongLine
				case !bytes.HasSuffix(line, []byte("\r")) || bytes.ContainsAny(line[:len(line)-1], "\r\x00"):
					want = smtpwire.ErrBareLineEnd
				}
				if !errors.Is(err, want) || err == nil && got+"\r" != string(line) {
					t.Fatalf("got %.80q, %v, want %.80q, %v", got, err, line, want)
				}
				if rest = next; want != nil && want != smtpwire.ErrLongLine {
					break
				}
			}
		}
	})
}

// FuzzReadMessage reads anything as a message: what a plainer reading of RFC 5321,
// sections 4.1.1.4 and 4.5.2, makes of it, and not more of it than may be kept.
func FuzzReadMessage(f *testing.F) {
	for _, seed := range []string{"", "x\r\n", "..\r\n", ".\r\nNOOP\r\n", "a\n.\r\nb\r\n", "x\r\r\n.\r", ".\r\r\n", "\r\n..\r\n.", strings.Repeat("x", smtpwire.MaxLine-1) + "\r\n..\r\n"} {
		f.Add([]byte(seed), int64(10))
	}
	f.Fuzz(func(t *testing.T, data []byte, limit int64) {
		text := string(data) + "\r\n.\r\n"
		whole, behind, _ := strings.Cut("\r\n"+text, "\r\n.\r\n")
		want := strings.ReplaceAll(whole+"\r\n", "\r\n.", "\r\n")[len("\r\n"):]
		for _, src := range sources([]byte(text)) {
			r := smtpwire.NewReader(src)
			msg, size, err := r.ReadMessage(nil, limit)
			if err != nil || size != int64(len(want)) || size <= limit && string(msg) != want || int64(len(msg)) > max(limit, 0) {
				t.Fatalf("%q: got %q, %d, %v, want %q", text, msg, size, err, want)
			}
			rest, err := r.ReadChunk(nil, int64(len(behind)))
			if err != nil || string(rest) != behind {
				t.Fatalf("%q: behind it is %q, %v, want %q", text, rest, err, behind)
			}
		}
	})
}

// FuzzReadPath reads anything as a path. What is one comes back from its address in
// quotes.
func FuzzReadPath(f *testing.F) {
	for _, seed := range []string{"<a@b> X", "a@b", "<>", `<"a> \"b"@c>`, "<@x:a@[1.2.3.4]>", "<@:a@[1.2.3.@x4]>", "<a@b>c", "<\xff@b>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, rest, ok := smtpwire.ReadPath(s)
		if p.Raw+rest != s {
			t.Errorf("%q is split in %q and %q", s, p.Raw, rest)
		}
		if !ok || p.Raw == "<>" || p.Domain == "" {
			return
		}
		again, ok := smtpwire.ParseAddress(smtpwire.Quote(p.String()))
		if !ok || again != p.Address {
			t.Errorf("%q: %+v comes back as %+v, %v", s, p.Address, again, ok)
		}
	})
}
