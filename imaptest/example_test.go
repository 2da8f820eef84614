package imaptest_test

import (
	"fmt"
	"net/smtp"
	"os"
	"strings"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// printer stands for the *testing.T that a test has. Its failures go to the
// output, so that the examples can show them.
type printer struct{ cleanups []func() }

func (p *printer) Helper()                           {}
func (p *printer) Name() string                      { return "Example" }
func (p *printer) Cleanup(f func())                  { p.cleanups = append(p.cleanups, f) }
func (p *printer) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (p *printer) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (p *printer) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (p *printer) Failed() bool                      { return false }

func (p *printer) end() {
	for i := len(p.cleanups) - 1; i >= 0; i-- {
		p.cleanups[i]()
	}
}

// markAllSeen is some code under test.
func markAllSeen(addr string) error {
	client, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
		return err
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		return err
	}
	all := imap.SeqSet{{Start: 1, Stop: 0}}
	return client.Store(all, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
}

func Example() {
	t := &printer{} // a *testing.T in your tests
	defer t.end()

	srv := imaptest.Start(t, imaptest.WithMail(fstest.MapFS{
		"INBOX/1.eml":       {Data: []byte("Subject: Invoice 17\n\nSee attached.\n")},
		"INBOX/2.eml":       {Data: []byte("Subject: Lunch?\n\nAt noon?\n")},
		"INBOX/mailbox.txt": {Data: []byte("2.eml flags=\\Flagged\n")},
	}))
	if err := markAllSeen(srv.Addr()); err != nil {
		t.Fatalf("%v", err)
	}
	srv.Inbox().AssertSubjects(t, "Invoice 17", "Lunch?")
	lunch := srv.Inbox().Message(t, imaptest.Subject("Lunch?"))
	srv.Inbox().AssertFlags(t, lunch.UID, imap.FlagSeen, imap.FlagFlagged)
	fmt.Println(lunch.UID, lunch.Flags)
	// Output: 2 [\Flagged \Seen]
}

// A failure says what was expected and what there was.
func ExampleMailbox_AssertHas() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.Inbox().Deliver(t, []byte("From: Shop <shop@example.com>\r\nSubject: Invoice 17\r\n\r\n"))
	srv.Inbox().AssertHas(t, imaptest.Subject("Invoice 18"))
	// Output:
	// INBOX
	//     got  none; nearest: "Invoice 17" in INBOX
	//     want a message with Subject "Invoice 18"
	// INBOX of user: 1 message, UIDVALIDITY 1, UIDNEXT 2
	//       SEQ  UID  SIZE  FLAGS   SUBJECT
	//         1    1    54  (none)  Invoice 17
}

// What the code under test sends lands in the mailboxes of the recipients.
func ExampleWithSMTP() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithUser("bob", "secret"), imaptest.WithSMTP())
	err := smtp.SendMail(srv.SMTPAddr(), nil, "shop@example.com", []string{"bob+Archive@example.com"},
		[]byte("Subject: Your order\r\n\r\nIt is on its way.\r\n"))
	if err != nil {
		t.Fatalf("%v", err)
	}
	msg := srv.Mailbox("Archive").WaitMessage(t, imaptest.Subject("Your order"))
	fmt.Printf("UID %d: %s", msg.UID, msg.Text())
	// Output: UID 1: It is on its way.
}

// A newsletter to a reader who is gone comes back in a delivery report, and one that
// is put off is tried again.
func ExampleWithSMTP_bounce() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithUser("news", "secret"), imaptest.WithSMTP(smtpsink.BounceUnknown()))
	srv.SMTP().On("RCPT gone@*").Times(1).Reply(450, "4.2.1", "try later")
	for range 2 { // the code under test
		err := smtp.SendMail(srv.SMTPAddr(), nil, "news@example.com", []string{"gone@example.com"}, []byte("Subject: News\r\n\r\n"))
		fmt.Println(err)
	}
	bounce := srv.Inbox().WaitMessage(t, imaptest.Subject("Undelivered mail"))
	fmt.Println(strings.Contains(string(bounce.Raw()), "Final-Recipient: rfc822; gone@example.com"))
	fmt.Println(srv.SMTP().Message(t).Reports[0].Action)
	// Output:
	// 450 "4.2.1 try later"
	// <nil>
	// true
	// failed
}

// Without takes capabilities away, so that a client's fallback is tested: a
// client that wants to move must COPY, STORE and EXPUNGE here.
func ExampleWithout() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.Without(imap.CapMove))
	client := srv.Client(t)
	fmt.Println(client.Caps().Has(imap.CapMove), client.Caps().Has(imap.CapUIDPlus))
	// Output: false true
}

// Another session changes the mailbox while a client idles in it.
func ExampleMailbox_WaitIdle() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	news := make(chan uint32, 1)
	client := srv.Client(t, imaptest.ClientOptions(&imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(data *imapclient.UnilateralDataMailbox) {
				if data.NumMessages != nil {
					news <- *data.NumMessages
				}
			},
		},
	}))
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatalf("%v", err)
	}
	idle, err := client.Idle()
	if err != nil {
		t.Fatalf("%v", err)
	}
	srv.Inbox().WaitIdle(t)
	srv.Inbox().Deliver(t, []byte("Subject: hello\r\n\r\n"))
	fmt.Println(<-news, "message")
	if err := idle.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	// Output: 1 message
}

// Mail can be a folder of files; this one is that of the quickstart.
func ExampleWithMail() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(os.DirFS("../examples/quickstart/mail")))
	invitation := srv.Inbox().Message(t, imaptest.Subject("Invitation: Quarterly review"))
	fmt.Println(invitation.UID, invitation.Envelope().From[0].Mailbox)
	// Output: 109 dana
}
