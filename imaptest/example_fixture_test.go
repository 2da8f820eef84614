package imaptest_test

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

// The mailbox of a bug is saved as a fixture.
func ExampleServer_Fixture() {
	t := &printer{} // a *testing.T in your tests
	defer t.end()

	srv := imaptest.Start(t, imaptest.WithoutDefaultMailboxes())
	uid := srv.Inbox().Deliver(t, []byte("Subject: Lunch?\r\n\r\nAt noon?\r\n"))
	srv.Inbox().AddFlags(t, uid, imap.FlagFlagged)

	saved := srv.Fixture()
	saved.Accounts[0].Mailboxes[0].Messages[0].Date = time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC) // so that this output is always the same
	text := saved.Txtar()
	fmt.Print(string(text))

	again := imaptest.Start(t, imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(fixtures.TxtarBytes(text)))
	again.Inbox().AssertFlags(t, uid, imap.FlagFlagged)
	// Output:
	// -- accounts.txt --
	// user password=password
	// -- user/INBOX/mailbox.txt --
	// uidvalidity 1
	// uidnext 2
	// subscribed
	// 1.eml flags=\Flagged date=2024-05-01T10:00:00Z
	// -- user/INBOX/1.eml --
	// Subject: Lunch?
	//
	// At noon?
}
