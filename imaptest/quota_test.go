package imaptest_test

import (
	"errors"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// limits are those of a root.
func limits(resource imap.QuotaResourceType, n int64) map[imap.QuotaResourceType]int64 {
	return map[imap.QuotaResourceType]int64{resource: n}
}

// A client is refused what is too much, and so is a test; a limit that is set later changes
// nothing of what is there.
func TestQuota(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()),
		imaptest.WithQuota(fixtures.Quota{Root: "user", Limits: limits(imap.QuotaResourceMessage, 4)}))
	user := srv.User("user")
	user.AssertQuota(t, "user", "MESSAGE 3/4")
	c := srv.Client(t)
	appendTo := func(mailbox string) error {
		cmd := c.Append(mailbox, 1, nil)
		_, _ = cmd.Write([]byte("x"))
		_ = cmd.Close()
		_, err := cmd.Wait()
		return err
	}
	if err := appendTo("INBOX"); err != nil {
		t.Fatal(err)
	}
	var answer *imap.Error
	if err := appendTo("Archive"); !errors.As(err, &answer) || answer.Code != imap.ResponseCodeOverQuota {
		t.Errorf("got %v, want OVERQUOTA", err)
	}
	mail, _ := srv.Store().User("user")
	if _, err := mail.Inbox().Append([]byte("x")); !errors.Is(err, memstore.ErrOverQuota) {
		t.Errorf("the test itself: %v", err)
	}
	user.SetQuota(t, fixtures.Quota{Root: "user", Limits: map[imap.QuotaResourceType]int64{
		imap.QuotaResourceMessage: 1, imap.QuotaResourceStorage: 0, imap.QuotaResourceMailbox: 10,
	}})
	user.AssertQuota(t, "user", "STORAGE 1/0", "MESSAGE 4/1", "MAILBOX 6/10")
	data, err := c.GetQuota("user").Wait()
	if err != nil || data.Resources[imap.QuotaResourceMailbox].Usage != 6 {
		t.Errorf("GETQUOTA: %+v, %v", data, err)
	}
	user.SetQuota(t, fixtures.Quota{Root: "user"})
	if err := appendTo("Archive"); err != nil {
		t.Errorf("without a root: %v", err)
	}
}

// Mail that comes by SMTP into a full account is refused with 552 5.2.2 (RFC 3463, section
// 3.3), and the others who are to have it get it.
func TestQuotaOfMailBySMTP(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("full", "x"), imaptest.WithUser("roomy", "x"), imaptest.WithSMTP(),
		imaptest.WithQuota(fixtures.Quota{Root: "full", Limits: limits(imap.QuotaResourceMessage, 0)}))
	send := func(to ...string) error {
		return smtp.SendMail(srv.SMTPAddr(), nil, "ann@example.com", to, []byte("Subject: x\r\n\r\n"))
	}
	if err := send("full@example.com"); err == nil || !strings.Contains(err.Error(), "552") || !strings.Contains(err.Error(), "5.2.2 ") {
		t.Errorf("got %v, want 552 5.2.2", err)
	}
	if err := send("full@example.com", "roomy@example.com"); err != nil {
		t.Errorf("for two: %v", err)
	}
	srv.User("full").Inbox().AssertCount(t, 0)
	srv.User("roomy").Inbox().AssertCount(t, 1)
	msg := srv.SMTP().Messages()[0]
	if d, _ := msg.Delivery("full@example.com"); d.Failure == nil || d.Failure.Code != 552 {
		t.Errorf("the delivery says %+v", d)
	}
	srv.User("full").SetQuota(t, fixtures.Quota{Root: "full", Soft: true, Limits: limits(imap.QuotaResourceMessage, 0)})
	if err := send("full@example.com"); err != nil {
		t.Errorf("a soft root: %v", err)
	}
	srv.User("full").AssertQuota(t, "full", "MESSAGE 1/0")
}

// All of it is in states, differences and fixtures, and Restore and Reset bring it back.
func TestLimitsAreState(t *testing.T) {
	mail := fixtures.TxtarBytes([]byte(`-- quota.txt --
user STORAGE=512 MESSAGE=10
"my disk" mailbox=Archive soft MAILBOX=1
-- metadata.txt --
/shared/comment value="of the server"
/private/vendor/acme/x value.qp=a=0D=0Ab=00
-- INBOX/mailbox.txt --
/shared/comment value="of ""INBOX"""
/private/Comment value=mine
-- Archive/mailbox.txt --
special-use \Archive
`))
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(mail))
	want := `account user
  quota user: STORAGE 0/512, MESSAGE 0/10
  quota "my disk": MAILBOX 1/1, of Archive, soft
  metadata /private/vendor/acme/x "a\r\nb\x00"
  metadata /shared/comment "of the server"
  INBOX: 0 messages, UIDVALIDITY 1, UIDNEXT 1, subscribed
    metadata /private/Comment "mine"
    metadata /shared/comment "of \"INBOX\""
  Archive: 0 messages, UIDVALIDITY 2, UIDNEXT 1, \Archive
`
	if got := srv.State(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	again := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(fixtures.TxtarBytes(srv.Store().Fixture().Txtar())))
	if got := again.State(); got != want {
		t.Errorf("from its own fixture: got\n%s\nwant\n%s\n%s", got, want, srv.Store().Fixture().Txtar())
	}
	user, snap := srv.User("user"), srv.Snapshot()
	user.SetQuota(t, fixtures.Quota{Root: "user", Limits: limits(imap.QuotaResourceMessage, 1)})
	user.SetQuota(t, fixtures.Quota{Root: "my disk"})
	user.SetMetadata(t, "/shared/comment", nil)
	user.SetMetadata(t, "/private/vendor/acme/x", []byte("new"))
	srv.Inbox().SetMetadata(t, "/private/comment", []byte("yours"))
	srv.Inbox().SetMetadata(t, "/shared/comment", []byte{})
	srv.Mailbox("Archive").SetMetadata(t, "/private/specialuse", []byte(`\junk`))
	srv.Inbox().AssertMetadata(t, "/private/comment", []byte("yours"))
	srv.Inbox().AssertMetadata(t, "/shared/comment", []byte{})
	user.AssertMetadata(t, "/shared/comment", nil)
	snap.AssertDiff(t,
		`user: quota user "STORAGE 512 MESSAGE 10" -> "MESSAGE 1"`,
		`user: quota "my disk" "Archive soft MAILBOX 1" -> ""`,
		`user: metadata /shared/comment "of the server" -> NIL`,
		"user: metadata /private/vendor/acme/x \"a\\r\\nb\\x00\" -> new",
		`INBOX metadata /private/comment mine -> yours`,
		`INBOX metadata /shared/comment "of \"INBOX\"" -> ""`,
		`Archive attributes \Archive -> \Junk`,
	)
	srv.Restore(snap)
	if got := srv.State(); got != want {
		t.Errorf("restored: got\n%s\nwant\n%s", got, want)
	}
	user.SetQuota(t, fixtures.Quota{Root: "user"})
	srv.Reset(t)
	if got := srv.State(); got != want {
		t.Errorf("after Reset: got\n%s\nwant\n%s", got, want)
	}
}
