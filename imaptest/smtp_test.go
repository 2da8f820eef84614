package imaptest_test

import (
	"errors"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestSMTPFilesIntoMailboxes(t *testing.T) {
	mail := fstest.MapFS{
		"accounts.txt": {Data: []byte("alice password=a alias=sales@example.com\nbob@example.org password=b\n")},
	}
	srv := imaptest.Start(t, imaptest.WithMail(mail), imaptest.WithSMTP())
	tests := []struct{ rcpt, account, mailbox string }{
		{"alice@anywhere.example", "alice", "INBOX"}, // a local part at any domain
		{"ALICE@anywhere.example", "alice", "INBOX"}, // in any case
		{"alice+Archive@anywhere.example", "alice", "Archive"},
		{"alice+Nowhere@anywhere.example", "alice", "INBOX"}, // no such mailbox
		{"sales@example.com", "alice", "INBOX"},              // an alias
		{"bob@example.org", "bob@example.org", "INBOX"},      // a name with a domain
		{"bob+Trash@example.org", "bob@example.org", "Trash"},
	}
	for _, test := range tests {
		t.Run(test.rcpt, func(t *testing.T) {
			raw := "Subject: to " + test.rcpt + "\r\n\r\nbody\r\n"
			if err := smtp.SendMail(srv.SMTPAddr(), nil, "me@example.com", []string{test.rcpt}, []byte(raw)); err != nil {
				t.Fatal(err)
			}
			msg := srv.User(test.account).Mailbox(test.mailbox).WaitMessage(t, imaptest.Subject("to "+test.rcpt))
			trace, got := cutTrace(string(msg.Raw()))
			if got != raw || !strings.Contains(trace, "Delivered-To: "+test.rcpt+"\r\n") {
				t.Errorf("filed %q, want %q", msg.Raw(), raw)
			}
			sent := srv.SMTP().WaitMessage(t, smtpsink.Subject("to "+test.rcpt))
			if len(sent.Deliveries) != 1 || sent.Deliveries[0].UID != msg.UID || sent.Deliveries[0].Mailbox != test.mailbox {
				t.Errorf("deliveries %v, want UID %d in %s", sent.Deliveries, msg.UID, test.mailbox)
			}
		})
	}
}

// cutTrace splits what a delivery agent adds from what was sent.
func cutTrace(raw string) (trace, sent string) {
	i := strings.Index(raw, "\r\nSubject: ") + len("\r\n")
	return raw[:i], raw[i:]
}

// A sink has the clock of its server, wherever that came from, and the log and the
// network; and an option of its own where it says otherwise.
func TestSMTPHasItsServersSurroundings(t *testing.T) {
	at := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
	clock, other := func() time.Time { return at }, func() time.Time { return at.Add(time.Hour) }
	for name, test := range map[string]struct {
		clock imaptest.Option
		sink  []smtpsink.Option
		want  time.Time
	}{
		"WithClock":         {imaptest.WithClock(clock), nil, at},
		"the store's":       {imaptest.WithStore(memstore.New(memstore.WithClock(clock))), nil, at},
		"one of its own":    {imaptest.WithClock(clock), []smtpsink.Option{smtpsink.WithClock(other)}, other()},
		"its own, no other": {imaptest.InMemory(), []smtpsink.Option{smtpsink.WithClock(other)}, other()},
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			srv := imaptest.Start(t, imaptest.InMemory(), test.clock, imaptest.WithLog(&log), imaptest.WithSMTP(test.sink...))
			sendInMemory(t, srv, "user@example.com", "Subject: x\r\n\r\n")
			if got := srv.SMTP().Message(t).Received; !got.Equal(test.want) {
				t.Errorf("received at %v, want %v", got, test.want)
			}
			if err := srv.Close(); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(log.String(), "RCPT TO:<user@example.com>") {
				t.Errorf("the log has no RCPT:\n%s", log.String())
			}
		})
	}
}

func TestSMTPRefusesUnknownRecipients(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithSMTP())
	for _, rcpt := range []string{"nobody@example.com", "user2@example.com"} {
		err := smtp.SendMail(srv.SMTPAddr(), nil, "me@example.com", []string{rcpt}, []byte("x: y\r\n\r\n"))
		var reply *textproto.Error
		if !errors.As(err, &reply) || reply.Code != 550 || !strings.HasPrefix(reply.Msg, "5.1.1 ") {
			t.Errorf("%s: got %v, want 550 5.1.1", rcpt, err)
		}
	}
	srv.Inbox().AssertCount(t, 0)
	srv.SMTP().AssertNothingSent(t)
}

// A message to several recipients is filed for each; one that is unknown is
// refused alone. The copy wakes a client that idles.
func TestSMTPWakesIdle(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("alice", "a"), imaptest.WithUser("bob", "b"), imaptest.WithSMTP())
	client := srv.Client(t)
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	idle, err := client.Idle()
	if err != nil {
		t.Fatal(err)
	}
	srv.Inbox().WaitIdle(t)
	err = smtp.SendMail(srv.SMTPAddr(), smtp.PlainAuth("", "alice", "a", "127.0.0.1"), "alice@example.com",
		[]string{"alice@example.com", "bob@example.com"}, []byte("Subject: both\r\n\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	srv.User("bob").Inbox().AssertSubjects(t, "both")
	srv.User("alice").Inbox().AssertSubjects(t, "both")
	if sent := srv.SMTP().Message(t); sent.Auth != "alice" || sent.From != "alice@example.com" {
		t.Errorf("got Auth %q, From %q", sent.Auth, sent.From)
	}
	if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
		t.Error(err)
	}
	if n := client.Mailbox().NumMessages; n != 1 {
		t.Errorf("the idling client knows of %d messages, want 1", n)
	}
	err = smtp.SendMail(srv.SMTPAddr(), smtp.PlainAuth("", "alice", "wrong", "127.0.0.1"), "a@b", []string{"alice@x"}, nil)
	var reply *textproto.Error
	if !errors.As(err, &reply) || reply.Code != 535 {
		t.Errorf("a wrong password: got %v, want 535", err)
	}
}

// A queue that takes its time: the sender has its answer, and the copy comes an
// hour later, in virtual time.
func TestDelayedDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP(smtpsink.DeliverAfter(time.Hour)), imaptest.WithPatience(2*time.Hour))
		sendInMemory(t, srv, "user@example.com", "Subject: late\r\n\r\n")
		start := time.Now()
		srv.SMTP().AssertCount(t, 1)
		srv.Inbox().AssertCount(t, 0)
		srv.Inbox().WaitMessage(t, imaptest.Subject("late"))
		if got := time.Since(start); got != time.Hour {
			t.Errorf("it came after %v, want an hour", got)
		}
		synctest.Wait()
		srv.SMTP().AssertCount(t, 1)
		sendInMemory(t, srv, "user@example.com", "Subject: lost with the server\r\n\r\n")
	})
}

// An SMTP rule of a server fails its test too, and files by what it lets through.
func TestSMTPRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP())
		srv.SMTP().On("EOD").Times(1).DropBeforeReply()
		c := dialSMTP(t, srv)
		if err := sendOn(c, "user@example.com", "Subject: taken\r\n\r\n"); err == nil {
			t.Error("the answer is lost, and there is no error")
		}
		srv.Inbox().WaitMessage(t, imaptest.Subject("taken"))
	})
	f := &fakeTB{TB: t}
	var cleanup []func()
	srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.InMemory(), imaptest.WithSMTP())
	srv.SMTP().On("RCPT bob@*").Drop()
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	if want := "error: On(\"RCPT bob@*\") never fired\nall steps:\n"; f.out.String() != want {
		t.Errorf("got %q, want %q", f.out.String(), want)
	}
}

// A test that fails for a reason of its own is shown what was said over SMTP, though nobody
// has spoken IMAP.
func TestOwnFailureOverSMTP(t *testing.T) {
	f := &fakeTB{TB: t}
	var cleanup []func()
	srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.InMemory(), imaptest.WithSMTP())
	c := dialSMTP(t, srv)
	if err := sendOn(c, "nobody@example.com", "Subject: x\r\n\r\n"); err == nil {
		t.Error("it was taken")
	}
	f.failed = true
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	for _, want := range []string{"log: the server when the test failed\nlast lines over SMTP:\n", "\n    1 C: RCPT TO:<nobody@example.com>\n    1 S: 550 5.1.1 <nobody@example.com>: no such user here\n"} {
		if !strings.Contains(f.out.String(), want) {
			t.Errorf("got\n%s\nwant\n%s", f.out.String(), want)
		}
	}
}

func dialSMTP(t *testing.T, srv *imaptest.Server) *smtp.Client {
	t.Helper()
	nc, err := srv.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClient(nc, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func sendInMemory(t *testing.T, srv *imaptest.Server, to, raw string) {
	t.Helper()
	if err := sendOn(dialSMTP(t, srv), to, raw); err != nil {
		t.Fatal(err)
	}
}

func sendOn(c *smtp.Client, to, raw string) error {
	if err := c.Mail("me@example.com"); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	return w.Close()
}
