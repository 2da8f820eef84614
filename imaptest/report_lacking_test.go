package imaptest_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A report is about the message that is lacking, wherever it is, and not about those that came;
// what became of others is not in its trail.
func TestReportOfWhatIsLacking(t *testing.T) {
	for _, test := range []struct {
		name  string
		run   func(t *testing.T, srv *imaptest.Server, tb *reportTB)
		wants []string
		not   string
	}{
		{"AssertDiff", func(t *testing.T, srv *imaptest.Server, tb *reportTB) {
			before := srv.Snapshot()
			c := reportClient(t, srv)
			c.ask("a", "SEARCH SUBJECT Invoice")
			c.ask("b", "MOVE 2 Archive")
			c.ask("c", "MOVE 4 Archive")
			before.AssertDiff(tb, "INBOX -2", "INBOX -3", "Archive +1", "Archive +2")
		}, []string{
			`changes since the snapshot got INBOX -2 "Invoice 17" Archive +1 "Invoice 17" want INBOX -2 "Invoice 17" Archive +1 "Invoice 17" INBOX -3 Archive +2 The failure`,
			"“Invoice 18” INBOX UID 3 #3 the test Deliver put it into INBOX #8 IMAP 1 SEARCH found it What happened",
		}, "moved it"},
		{"AssertDiff of nothing", func(t *testing.T, srv *imaptest.Server, tb *reportTB) {
			before := srv.Snapshot()
			c := reportClient(t, srv)
			c.ask("a", `STORE 2 +FLAGS (\Seen)`)
			before.AssertDiff(tb)
		}, []string{`got INBOX 2 +\Seen want nothing`, `“Invoice 17” INBOX UID 2 #2 the test Deliver put it into INBOX #8 IMAP 1 STORE changed its flags: +\Seen`}, "no client asked"},
		{"AssertSubjects", func(t *testing.T, srv *imaptest.Server, tb *reportTB) {
			srv.On("MOVE").Nth(2).DropBeforeReply()
			c := reportClient(t, srv)
			c.ask("a", "FETCH 3 FLAGS")
			c.ask("b", "MOVE 2 Archive")
			c.ask("c", "MOVE 3 Archive")
			srv.Mailbox("Archive").AssertSubjects(tb, "Invoice 17", "Invoice 18", "Invoice 19")
		}, []string{"“Invoice 18” INBOX UID 3 #3 the test Deliver put it into INBOX #9 IMAP 1 FETCH sent it What happened", "MOVE 3 Archive no answer", "ran, and the connection was dropped before the answer"}, "still running"},
		{"another account", func(t *testing.T, srv *imaptest.Server, tb *reportTB) {
			send(t, srv, "Subject: Reminder\r\n\r\nPay.\r\n")
			srv.User("bob").Inbox().AssertSubjects(tb, "Reminder")
		}, []string{"bob: INBOX: subjects got none want", "“Reminder” ann: INBOX UID 1 #7 SMTP 1 MAIL <bob@example.com> #8 SMTP 1 RCPT <ann@example.com> #9 SMTP 1 DATA put it into ann: INBOX", "1 C: QUIT 1 S: 221 2.0.0 Bye"}, "no client asked"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				text, _ := reportOf(t, "TestLacking", func(t *testing.T, tb *reportTB) {
					srv := imaptest.Start(tb, imaptest.WithReport(), imaptest.InMemory(), imaptest.WithSMTP(),
						imaptest.WithUser("user", "password"), imaptest.WithUser("ann", "secret"), imaptest.WithUser("bob", "secret"))
					for _, subject := range []string{"Lunch?", "Invoice 17", "Invoice 18", "Invoice 19"} {
						srv.Inbox().Deliver(t, []byte("Subject: "+subject+"\r\n\r\n"))
					}
					test.run(t, srv, tb)
				})
				for _, want := range test.wants {
					if !strings.Contains(text, want) {
						t.Errorf("the report lacks %s", want)
					}
				}
				if strings.Contains(text, test.not) {
					t.Errorf("the report has %s", test.not)
				}
				if t.Failed() {
					t.Logf("the report\n%s", text)
				}
			})
		})
	}
}
