package imaptest_test

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A preview that should have fetched BODY.PEEK[] marks the mail as read. The rule holds from
// the server's start, and says which command broke it.
func ExampleKeepUnseen() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()), imaptest.KeepUnseen(),
		imaptest.WithTranscriptLimit(0)) // a failure shows the last lines of the wire otherwise

	client := srv.Client(t)
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		fmt.Println(err)
	}
	_, err := client.Fetch(imap.UIDSetNum(3), &imap.FetchOptions{
		BodySection: []*imap.FetchItemBodySection{{Specifier: imap.PartSpecifierText}},
	}).Collect()
	fmt.Println("error:", err)
	// Output:
	// error: <nil>
	// KeepUnseen(): INBOX, UID 3 "Invoice 17" has become \Seen, and not by STORE
	//     by   UID FETCH 3 (UID BODY[TEXT]) on connection 1
}
