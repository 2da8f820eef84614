package imaptest_test

import (
	"fmt"
	"sync"

	"github.com/go-mailtest/mailtest/imaptest"
)

// What the client did is in the journal.
func ExampleServer_AssertCommands() {
	t := &printer{} // a *testing.T in your tests
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	archiveAll(t, srv)

	srv.AssertCommands(t, "LOGIN user *", "…", "SELECT INBOX", "UID STORE 1:* +FLAGS.SILENT (\\Seen)", "UID MOVE 1:* Archive", "LOGOUT")
	srv.AssertNoCommand(t, "EXPUNGE")
	for _, cmd := range srv.Commands() {
		if cmd.Name == "UID MOVE" {
			fmt.Println(cmd, "->", cmd.Result())
		}
	}
	// Output: UID MOVE 1:* "Archive" -> OK UID MOVE completed
}

func ExampleServer_AssertNoCommand_failure() {
	t := &printer{}
	srv, err := imaptest.New(imaptest.WithMail(oneInvoice()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer srv.Close()
	archiveAll(t, srv)
	srv.AssertNoCommand(t, "UID MOVE")
	// Output:
	// commands
	//     got  1 such command
	//     want none that matches UID MOVE
	// all commands:
	//       CONN  COMMAND                              RESULT
	//          1  LOGIN user ***                       OK
	//          1  SELECT INBOX                         OK
	//          1  UID STORE 1:* +FLAGS.SILENT (\Seen)  OK
	//     >    1  UID MOVE 1:* "Archive"               OK
	//          1  LOGOUT                               OK
}

// A test can hold a client to a budget.
func ExampleServer_RoundTrips() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	archiveAll(t, srv)
	if n := srv.RoundTrips(); n > 6 { // greeting, LOGIN, SELECT, STORE, MOVE, LOGOUT
		t.Errorf("archiving takes %d round trips, want 6", n)
	}
	fmt.Println(srv.CommandCount("UID MOVE"), "MOVE on", srv.ConnsOpened(), "connection")
	// Output: 1 MOVE on 1 connection
}

func ExampleServer_WaitCommand() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	var client sync.WaitGroup
	client.Go(func() { archiveAll(t, srv) })

	cmd := srv.WaitCommand(t, "UID MOVE * Archive")
	fmt.Println(cmd.User, cmd.Mailbox, cmd.Status)
	srv.WaitLogout(t)
	client.Wait()
	// Output: user INBOX OK
}

// The transcript as a golden file: tags, ports, dates and UIDVALIDITY are the
// same in every run.
func ExampleServer_AssertTranscript() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	archiveAll(t, srv)
	srv.AssertTranscript(t, "testdata/example_transcript.txt")
	// Output:
}
