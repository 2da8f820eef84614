package smtpd_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/memnet"
)

// halfConn takes so many bytes, the last of them by a write that fails in the middle.
type halfConn struct {
	net.Conn
	left  int
	taken strings.Builder
}

// Write takes what there is room for.
func (h *halfConn) Write(p []byte) (int, error) {
	n := min(len(p), h.left)
	h.left -= n
	h.taken.Write(p[:n])
	if n < len(p) {
		return n, errors.New("half")
	}
	return n, nil
}

// A write that fails in the middle is recorded up to there, wherever that is, and who
// was offered a message hears once that its client has been told, or is gone.
func TestHalfAWrite(t *testing.T) {
	const dialogue = "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<nobody@example.com>\r\n" +
		"BDAT 3\r\nx\r\nBDAT 0 LAST\r\nNOOP\r\nFOO\r\nQUIT\r\n"
	for left := 0; ; left++ {
		s := newServer(t)
		s.start()
		client, nc := memnet.Pipe()
		half := &halfConn{Conn: nc, left: left}
		io.WriteString(client, dialogue)
		s.engine.Go(half, false)
		io.Copy(io.Discard, client)
		s.engine.Close()
		taken := half.taken.String()
		if got, want := squeeze(said(s)), squeeze(taken); got != want {
			t.Fatalf("after %d bytes: recorded\n%s\nsent\n%s", left, got, want)
		}
		if s.told != len(s.taken()) {
			t.Fatalf("after %d bytes: %d messages taken, and %d told", left, len(s.taken()), s.told)
		}
		if len(taken) < left {
			return // all of it fits
		}
	}
}

// said is what a server has recorded as sent.
func said(s *server) string {
	var sb strings.Builder
	lines, _ := s.said.Lines(nil)
	for _, line := range lines {
		if line.From == 'S' {
			sb.WriteString(line.Text)
		}
	}
	return sb.String()
}

// squeeze leaves out line breaks, which are recorded in another form.
func squeeze(s string) string { return strings.NewReplacer("\r", "", "\n", "", "\t", "").Replace(s) }
