package smtpd_test

import (
	"io"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/memnet"
)

// A write that fails in the middle is recorded up to there, wherever that is, and who
// was offered a message hears once that its client has been told, or is gone.
func TestHalfAWrite(t *testing.T) {
	const commands = "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<nobody@example.com>\r\n" +
		"BDAT 3\r\nx\r\nBDAT 0 LAST\r\nNOOP\r\nFOO\r\nQUIT\r\n"
	for left := 0; ; left++ {
		s := newServer(t)
		s.start()
		client, nc := memnet.Pipe()
		half := &dialogue.Half{Conn: nc, Left: left}
		io.WriteString(client, commands)
		s.engine.Go(half, false)
		io.Copy(io.Discard, client)
		s.engine.Close()
		taken := half.Taken.String()
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
