package imaptest_test

import (
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// What may be read, and no more: a client that files what it finds in a mailbox of another
// account must cope with a refusal.
func ExampleMailbox_Grant() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithUser("ann", "secret"), imaptest.WithUser("bob", "secret"))
	ann := srv.User("ann")
	ann.Mailbox("Team").Create(t)
	ann.Mailbox("Team").Deliver(t, []byte("Subject: Plans\r\n\r\n"))
	ann.Mailbox("Team").Grant(t, "bob", "lr")

	client := srv.Client(t, imaptest.ClientAs("bob"))
	_, err := client.Select("Other Users/ann/Team", nil).Wait()
	fmt.Println(err)
	flagged := imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagFlagged}}
	fmt.Println(client.Store(imap.SeqSetNum(1), &flagged, nil).Close())

	ann.Mailbox("Team").Grant(t, "bob", "+w")
	fmt.Println(client.Store(imap.SeqSetNum(1), &flagged, nil).Close())
	ann.Mailbox("Team").AssertRights(t, "bob", "lrw")
	// Output:
	// <nil>
	// imap: NO [NOPERM] none of these flags may be changed: you have the rights "lr"
	// <nil>
}
