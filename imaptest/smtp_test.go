package imaptest_test

import (
	"errors"
	"net/smtp"
	"net/textproto"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-mailtest/mailtest/imaptest"
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
			if got := string(msg.Raw()); got != raw {
				t.Errorf("filed %q, want %q", got, raw)
			}
			sent := srv.SMTP().WaitMessage(t, smtpsink.Subject("to "+test.rcpt))
			if len(sent.Deliveries) != 1 || sent.Deliveries[0].UID != msg.UID || sent.Deliveries[0].Mailbox != test.mailbox {
				t.Errorf("deliveries %v, want UID %d in %s", sent.Deliveries, msg.UID, test.mailbox)
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
