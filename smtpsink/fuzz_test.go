package smtpsink_test

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

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
		nc.SetDeadline(time.Now().Add(time.Minute))
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
