package imaptest_test

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// LMTP answers for each recipient (RFC 2033, section 4.2): where the answers are cut between two
// of them, or differ, a report says who was answered what.
func TestReportOfLMTP(t *testing.T) {
	for _, test := range []struct {
		name  string
		wrong func(sink *smtpsink.Sink)
		want  string
	}{
		{"all taken", func(*smtpsink.Sink) {}, "DATA (21 bytes) 250 INBOX +1 bob: INBOX +1"},
		{"cut before all", func(s *smtpsink.Sink) { s.On("EOD bob").DropBeforeReply() }, "dropped before the answer INBOX +1"},
		{"cut within the 2nd", func(s *smtpsink.Sink) { s.On("EOD bob").CutAfter(35) }, "250 for user; no answer for bob, cy"},
		{"cut between the 2nd and the last", func(s *smtpsink.Sink) { s.On("EOD cy").CutAfter(29 + 28) }, "250 for user, bob; no answer for cy"},
		{"one refused", func(s *smtpsink.Sink) { s.On("EOD bob").Reply(452, "4.2.2", "full") }, "250 for user, cy; 452 for bob 452 4.2.2 <bob> full"},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("user", "u"), imaptest.WithUser("bob", "b"), imaptest.WithUser("cy", "c"), imaptest.WithSMTP(smtpsink.LMTP()))
			test.wrong(srv.SMTP())
			nc, err := srv.SMTP().Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			in := bufio.NewReader(nc)
			for _, line := range []string{"", "LHLO me", "MAIL FROM:<x@example.com>", "RCPT TO:<user>", "RCPT TO:<bob>", "RCPT TO:<cy>", "DATA", "Subject: x\r\n\r\nhello\r\n."} {
				if line != "" {
					fmt.Fprintf(nc, "%s\r\n", line)
				}
				for {
					reply, err := in.ReadString('\n')
					if err != nil || len(reply) > 3 && reply[3] == ' ' {
						break
					}
				}
			}
			for range 2 { // the answers for the others
				in.ReadString('\n')
			}
			var page strings.Builder
			if err := srv.WriteReport(&page); err != nil {
				t.Fatal(err)
			}
			if text := textOfPage(page.String()); !strings.Contains(text, test.want) {
				t.Errorf("the report lacks %s\n%s", test.want, text)
			}
		})
	}
}
