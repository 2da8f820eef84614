package imaptest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// submit sends a message by BURL, as an account or nobody, and gives the reply.
func submit(t *testing.T, srv *imaptest.Server, account, url string) string {
	t.Helper()
	c := connect(srv.SMTP().Dial)
	t.Cleanup(func() { c.Close() })
	c.say("EHLO client")
	switch account {
	case "user":
		c.say("AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=")
	case "joe":
		c.say("AUTH PLAIN AGpvZQBwYXNzd29yZA==")
	}
	c.say("MAIL FROM:<user@example.com>")
	c.say("RCPT TO:<joe@example.com>")
	c.say("BURL " + url + " LAST")
	return strings.TrimSpace(c.last)
}

// Who may submit what (RFC 4468, section 3.3, and the replies of section 6).
func TestBURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP(smtpsink.NoTrace()),
			imaptest.WithUser("user", "password"), imaptest.WithUser("joe", "password"), imaptest.WithUser("submit", "x"))
		srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\nbody\r\n"))
		c := newURLClient(t, srv, "user password")
		late := c.generate(";EXPIRE=" + time.Now().Add(time.Hour).Format(time.RFC3339) + ";URLAUTH=submit+user")
		wrong := c.generate("/;SECTION=2;URLAUTH=submit+user")
		const taken, refused = "250 2.0.0 ", "554 5.7.0 IMAP URL authorization failed"
		for _, tc := range []struct {
			name, account, url, want string
		}{
			{"submit+ of one's own", "user", c.generate(";URLAUTH=submit+user"), taken},
			{"submit+ of another", "joe", c.generate(";URLAUTH=submit+user"), refused},
			{"submit+ for another", "joe", c.generate(";URLAUTH=submit+joe"), taken},
			{"submit+ of nobody", "", c.generate(";URLAUTH=submit+user"), refused},
			{"user+ of the submission server", "user", c.generate(";URLAUTH=user+submit"), taken},
			{"user+ of the user", "user", c.generate(";URLAUTH=user+user"), refused},
			{"authuser", "", c.generate(";URLAUTH=authuser"), taken},
			{"a part", "", c.generate("/;SECTION=HEADER;URLAUTH=anonymous"), taken},
			{"another token", "user", "imap://user@localhost/INBOX/;UID=1;URLAUTH=submit+user:INTERNAL:00112233445566778899aabbccddeeff", refused},
			{"a part that is not there", "user", wrong, "554 5.6.6 "},
			{"without URLAUTH", "user", "imap://user@localhost/INBOX/;UID=1", taken},
			{"without URLAUTH and user", "user", "imap://localhost/INBOX/;UID=1", taken},
			{"of another, without URLAUTH", "joe", "imap://user@localhost/INBOX/;UID=1", refused},
			{"a message that is not there", "user", "imap://localhost/INBOX/;UID=9", "554 5.6.6 "},
			{"a mailbox that is not there", "user", "imap://localhost/x/;UID=1", "554 5.6.6 "},
			{"elsewhere, without URLAUTH", "user", "imap://example.com/INBOX/;UID=1", "554 5.7.8 "},
			{"by nobody, without URLAUTH", "", "imap://user@localhost/INBOX/;UID=1", "554 5.7.8 "},
			{"up to EXPIRE", "user", late, taken},
		} {
			before := len(srv.SMTP().Messages())
			if got := submit(t, srv, tc.account, tc.url); !strings.HasPrefix(got, tc.want) {
				t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
			}
			if n := len(srv.SMTP().Messages()) - before; n != 1 && tc.want == taken || n != 0 && tc.want != taken {
				t.Errorf("%s: %d messages", tc.name, n)
			}
		}
		time.Sleep(2 * time.Hour)
		if got := submit(t, srv, "user", late); got != refused {
			t.Errorf("after EXPIRE: %s", got)
		}
		if flags := srv.Inbox().Messages()[0].Flags; len(flags) > 0 {
			t.Errorf("the message has the flags %v", flags)
		}
	})
}

// Without URLAUTH nothing can be resolved, and BURL is not offered.
func TestBURLNeedsURLAuth(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP(), imaptest.Without(imap.CapURLAuth))
	c := connect(srv.SMTP().Dial)
	defer c.Close()
	if c.say("EHLO client"); strings.Contains(c.last, "BURL") {
		t.Errorf("EHLO: %s", c.last)
	}
	if c.say("BURL imap://localhost/INBOX/;UID=1 LAST"); !strings.HasPrefix(c.last, "502 ") {
		t.Errorf("BURL: %s", c.last)
	}
}
