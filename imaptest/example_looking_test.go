package imaptest_test

import (
	"fmt"
	"os"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// oneInvoice is an INBOX with one message.
func oneInvoice() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml":       {Data: []byte("From: shop@example.com\nSubject: Invoice 17\nMessage-ID: <17@example.com>\n\nSee attached.\n")},
		"INBOX/mailbox.txt": {Data: []byte("1.eml uid=3 date=2024-05-01T10:00:00+02:00")},
	}
}

// archiveAll is some code under test.
func archiveAll(t imaptest.TB, srv *imaptest.Server) {
	client := srv.Client(t)
	defer client.Close()
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatalf("%v", err)
	}
	all := imap.UIDSet{{Start: 1, Stop: 0}}
	store := imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}, Silent: true}
	if err := client.Store(all, &store, nil).Close(); err != nil {
		t.Fatalf("%v", err)
	}
	if _, err := client.Move(all, "Archive").Wait(); err != nil {
		t.Fatalf("%v", err)
	}
	if err := client.Logout().Wait(); err != nil {
		t.Fatalf("%v", err)
	}
}

func ExampleSnapshot_AssertDiff() {
	t := &printer{} // a *testing.T in your tests
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))

	before := srv.Snapshot()
	archiveAll(t, srv)
	before.AssertDiff(t, "INBOX -3", `Archive +1 \Seen "Invoice 17"`)
	fmt.Print(before.Diff())

	srv.Restore(before) // for the next subtest
	srv.Inbox().AssertFlags(t, 3)
	// Output:
	// `INBOX -3 "Invoice 17"`,
	// `Archive +1 \Seen "Invoice 17"`,
}

// A failure says what was not expected, and prints the lines that would pass.
func ExampleSnapshot_AssertDiff_failure() {
	t := &printer{}
	srv, err := imaptest.New(imaptest.WithMail(oneInvoice()), imaptest.WithTranscriptLimit(0))
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer srv.Close()

	before := srv.Snapshot()
	srv.Inbox().AddFlags(t, 3, imap.FlagSeen, imap.FlagFlagged)
	before.AssertDiff(t, `INBOX 3 +\Seen`)
	// Output:
	// changes since the snapshot
	//     not wanted: INBOX 3 +\Flagged +\Seen   (AddFlags)
	//     missing:    INBOX 3 +\Seen
	// all changes, as arguments of AssertDiff:
	//     `INBOX 3 +\Flagged +\Seen`,
	// INBOX of user: 1 message, UIDVALIDITY 1, UIDNEXT 4
	//       SEQ  UID  SIZE  FLAGS           SUBJECT
	//     >   1    3    92  \Flagged \Seen  Invoice 17
}

func ExampleServer_State() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()), imaptest.WithoutDefaultMailboxes())
	srv.Inbox().Deliver(t, []byte("Subject: Lunch?\r\n\r\n"))
	fmt.Print(srv.State())
	// Output:
	// account user
	//   INBOX: 2 messages, 2 unseen, UIDVALIDITY 1, UIDNEXT 5, subscribed
	//     UID  FLAGS  DATE                       SIZE  SUBJECT       MESSAGE-ID
	//     3    -      2024-05-01T10:00:00+02:00  92    "Invoice 17"  <17@example.com>
	//     4    -      now                        19    "Lunch?"      -
}

// A golden state is a file beside the test. IMAPTEST_UPDATE=1 go test writes it.
func ExampleServer_AssertState() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	archiveAll(t, srv)
	srv.AssertState(t, "testdata/example_state.txt")

	text, _ := os.ReadFile("testdata/example_state.txt")
	fmt.Print(string(text))
	// Output:
	// account user
	//   INBOX: 0 messages, UIDVALIDITY 1, UIDNEXT 4, subscribed
	//   Archive: 1 message, UIDVALIDITY 6, UIDNEXT 2, \Archive, subscribed
	//     UID  FLAGS  DATE                       SIZE  SUBJECT       MESSAGE-ID
	//     1    \Seen  2024-05-01T10:00:00+02:00  92    "Invoice 17"  <17@example.com>
	//   Drafts: 0 messages, UIDVALIDITY 2, UIDNEXT 1, \Drafts, subscribed
	//   Junk: 0 messages, UIDVALIDITY 4, UIDNEXT 1, \Junk, subscribed
	//   Sent: 0 messages, UIDVALIDITY 3, UIDNEXT 1, \Sent, subscribed
	//   Trash: 0 messages, UIDVALIDITY 5, UIDNEXT 1, \Trash, subscribed
}
