package smtpsink_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/smtpsink"
)

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

// What a client stuffs arrives as it was, whatever its line ends and wherever
// the buffers' ends are, and two messages in a row stay two.
func TestRoundTrip(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.KeepLast(2))
	p := open(t, sink)
	piece := rapid.SampledFrom([]string{"\r", "\n", "\r\n", ".", "..", "a", ".\r\n", "\r\n.", "\n.\n", "\x00", "QUIT\r\n"})
	rapid.Check(t, func(t *rapid.T) {
		var want [2]string
		for i := range want {
			padding := strings.Repeat("x", rapid.SampledFrom([]int{0, 0, 0, 16<<10 - 3, 16<<10 - 2, 16<<10 - 1, 16 << 10}).Draw(t, "padding"))
			raw := padding + strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
			if raw != "" && !strings.HasSuffix(raw, "\r\n") {
				raw += "\r\n"
			}
			want[i] = raw
			for _, line := range []string{"MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"} {
				p.ask(line)
			}
			fmt.Fprint(p.nc, stuff(raw)+".\r\n")
			if got := p.reply(); !strings.HasPrefix(got, "250") {
				t.Fatalf("got %s", got)
			}
		}
		for i, m := range sink.Messages() {
			if string(m.Raw) != want[i] {
				t.Fatalf("got %q, want %q", abridge(string(m.Raw)), abridge(want[i]))
			}
		}
	})
}

var replyLine = regexp.MustCompile(`^[2-5]\d\d[ -][^\r\n]*\r\n$`)

// Whatever a client sends, the sink does not panic, answers in replies, and takes
// no message that was not ended.
func FuzzConnection(f *testing.F) {
	f.Add([]byte("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n.x\r\n.\r\nQUIT\r\n"))
	f.Add([]byte("EHLO me\r\nMAIL FROM:<a@b> BODY=BINARYMIME\r\nRCPT TO:<c@d>\r\nBDAT 3\r\nabcBDAT 0 LAST\r\n"))
	f.Add([]byte("LHLO x\r\nHELO x\r\nAUTH PLAIN AGEAYg==\r\nAUTH SCRAM-SHA-256 bixhPWEsbj1hLHI9YQ==\r\n*\r\nRSET\r\n"))
	f.Add([]byte("EHLO a\r\nMAIL FROM:<\"a\\\"\"@b> SMTPUTF8 BY=1;R\r\nRCPT TO:<@a:c@d> NOTIFY=NEVER ORCPT=rfc822;x\r\nSTARTTLS\r\n"))
	f.Add([]byte("\r\n\x00\n.\r\nBDAT 99999999999999999999 LAST\r\nMAIL\r\nRCPT\r\nEHLO\r\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		sink, err := smtpsink.New(smtpsink.InMemory(), smtpsink.WithAccount("a", "b"), smtpsink.StartTLS(), smtpsink.MaxSize(1000))
		if err != nil {
			t.Fatal(err)
		}
		nc, err := sink.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		nc.Write(input)
		nc.(interface{ CloseWrite() error }).CloseWrite()
		replies, _ := io.ReadAll(nc)
		nc.Close()
		if err := sink.Close(); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(replies)) {
			if !replyLine.MatchString(line) {
				t.Errorf("no reply: %q", line)
			}
		}
		ends := bytes.Count(input, []byte("\r\n.\r\n")) + strings.Count(strings.ToUpper(string(input)), "LAST")
		if n := sink.Accepted(); n > ends {
			t.Errorf("%d messages taken, %d ended", n, ends)
		}
	})
}
