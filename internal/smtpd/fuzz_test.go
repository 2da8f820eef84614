package smtpd_test

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/txtar"
)

var replyLine = regexp.MustCompile(`^[2-5]\d\d[ -][^\r\n]*\r\n$`)

// FuzzConnection sends anything. Nothing may be a bug of the server, what it answers is
// replies, and it takes no message that was not ended. The seeds are what the clients
// of the dialogues say.
func FuzzConnection(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(clientLines(string(archive.Comment)), strings.Contains(file, "lmtp"))
	}
	f.Fuzz(func(t *testing.T, sent []byte, lmtp bool) {
		s := newServer(t)
		s.accounts["ann"], s.cfg.Accounts = "a", s.accounts
		s.cfg.LMTP, s.cfg.StartTLS, s.cfg.MaxSize = lmtp, true, 1000
		for line := range strings.Lines(s.converse(t, sent)) {
			if !replyLine.MatchString(line) {
				t.Errorf("no reply: %q", line)
			}
		}
		ends := bytes.Count(sent, []byte("\r\n.\r\n")) + strings.Count(strings.ToUpper(string(sent)), "LAST")
		if n := len(s.taken()); n > ends {
			t.Errorf("%d messages taken, %d ended", n, ends)
		}
	})
}

// converse sends all, and returns all that is answered.
func (s *server) converse(t testing.TB, sent []byte) string {
	s.start()
	client, nc := memnet.Pipe()
	s.engine.Go(nc, false)
	go func() {
		client.Write(sent)
		client.(*memnet.Conn).CloseWrite()
	}()
	answer, err := io.ReadAll(client)
	if err != nil {
		t.Error(err)
	}
	client.Close()
	if stuck, ok := s.engine.Close(); !ok {
		t.Errorf("connections %v are stuck", stuck)
	}
	return string(answer)
}

// clientLines are what the clients of a dialogue say.
func clientLines(dialogue string) []byte {
	var out []byte
	for line := range strings.Lines(dialogue) {
		line = strings.TrimSuffix(line, "\n")
		if _, text, ok := strings.Cut(line, ": C: "); ok {
			out = append(out, text+"\r\n"...)
		}
		if _, quoted, ok := strings.Cut(line, ": C= "); ok {
			text, _ := strconv.Unquote(quoted)
			out = append(out, text...)
		}
	}
	return out
}

// FuzzData sends anything as the message of DATA. What is taken is what a second,
// plainer reading of RFC 5321, sections 4.1.1.4 and 4.5.2, makes of it, and what stands
// behind the end are commands again.
func FuzzData(f *testing.F) {
	for _, seed := range []string{"", "x\r\n", "..\r\n", ".\r\nNOOP\r\n", "a\n.\r\nb\r\n", "x\r\r\n.\r", ".\r\r\n", "\r\n..\r\n."} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		s := newServer(t)
		text := string(wire) + "\r\n.\r\n"
		s.converse(t, []byte("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"+text))
		whole, _, _ := strings.Cut("\r\n"+text, "\r\n.\r\n")
		want := strings.ReplaceAll(whole+"\r\n", "\r\n.", "\r\n")[len("\r\n"):]
		if len(s.taken()) == 0 {
			t.Fatal("nothing was taken")
		}
		if _, got, _ := strings.Cut(s.taken()[0], "\n"); got != want {
			t.Errorf("%q: got %q, want %q", wire, got, want)
		}
	})
}

// FuzzLine sends anything as one command. It has one answer, and only if the line ends
// as lines do does the connection live (RFC 5321, section 2.3.8).
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"NOOP", "", "\x00", "NOOP\rx", "MAIL FROM:<\"a\\\"\"@b> SIZE=1 BODY=8BITMIME", "RCPT TO:<@a,@b:c@[IPv6:::1]> ORCPT=x;+2B", "EHLO [1.2.3.4]", "BDAT 0 LAST", "AUTH PLAIN ="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if verb := strings.ToUpper(line); strings.Contains(line, "\n") || strings.HasPrefix(verb, "BDAT") || strings.HasPrefix(verb, "QUIT") || strings.HasPrefix(verb, "EHLO") {
			return // more than a line, or more than an answer
		}
		s := newServer(t)
		answer := s.converse(t, []byte("HELO me\r\n"+line+"\r\nNOOP\r\n"))
		n, want := strings.Count(answer, "\r\n"), 4
		if strings.ContainsAny(line, "\r\x00") {
			want = 3
		}
		if n != want {
			t.Errorf("%q: %d replies, want %d\n%s", line, n, want, answer)
		}
	})
}
