package imaptest_test

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// moveAll moves all of INBOX to Archive, as some code under test would.
func moveAll(t imaptest.TB, srv *imaptest.Server) error {
	client := srv.Client(t)
	defer client.Close()
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		return err
	}
	_, err := client.Move(imap.UIDSet{{Start: 1, Stop: 0}}, "Archive").Wait()
	return err
}

// The answer to MOVE is lost: the change is made, and the client never hears.
func ExampleServer_On() {
	t := &printer{} // a *testing.T in your tests
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))

	srv.On("UID MOVE").Nth(1).DropBeforeReply()
	fmt.Println("failed:", moveAll(t, srv) != nil)
	srv.Mailbox("Archive").AssertCount(t, 1) // and yet it is there

	srv.On("SELECT").Times(1).No("[UNAVAILABLE] back in a minute")
	fmt.Println(moveAll(t, srv))
	// Output:
	// failed: true
	// imap: NO [UNAVAILABLE] back in a minute
}

// A command waits while somebody else takes its message away.
func ExampleServer_Hold() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))

	hold := srv.Hold("UID MOVE")
	done := make(chan error)
	go func() { done <- moveAll(t, srv) }()
	<-hold.Reached()
	srv.Inbox().Expunge(t, 3)
	hold.Release()

	fmt.Println(<-done)
	srv.Mailbox("Archive").AssertCount(t, 0)
	// Output: <nil>
}

// Changes between the command and its answer are told in the answer.
func ExampleRule_After() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	srv.On("SELECT INBOX").Times(1).After(func(*imaptest.Command) {
		srv.Inbox().Deliver(t, []byte("Subject: just now\r\n\r\n"))
	})
	fmt.Println(moveAll(t, srv))
	srv.Mailbox("Archive").AssertSubjects(t, "Invoice 17", "just now")
	// Output: <nil>
}

// The server is refusing connections, and then it is back.
func ExampleServer_OnConnect() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.OnConnect().Times(2).Bye("[UNAVAILABLE] too busy")
	for range 3 {
		nc, err := srv.Dial(context.Background())
		if err != nil {
			t.Fatalf("%v", err)
		}
		greeting := make([]byte, 5)
		nc.Read(greeting)
		nc.Close()
		fmt.Printf("%s\n", greeting)
	}
	// Output:
	// * BYE
	// * BYE
	// * OK
}

func ExampleWithLimits() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithLimits(imaptest.Limits{CommandsPerMinute: 4}), imaptest.WithMail(oneInvoice()))
	client := srv.Client(t) // LOGIN is the first
	for range 4 {
		fmt.Println(client.Noop().Wait())
	}
	// Output:
	// <nil>
	// <nil>
	// <nil>
	// imap: NO [LIMIT] too many commands
}

// A rule that never fires fails the test, and says what came nearest.
func ExampleRule_Optional() {
	t := &printer{}
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	srv.On("UID COPY").Drop()
	srv.On("EXPUNGE").Optional().Drop()
	if err := moveAll(t, srv); err != nil {
		t.Fatalf("%v", err)
	}
	t.end()
	// Output:
	// On("UID COPY") never fired
	//     got  no command like it
	//     want UID COPY
	// all commands:
	//       CONN  COMMAND                 RESULT
	//          1  LOGIN user ***          OK
	//          1  SELECT INBOX            OK
	//          1  UID MOVE 1:* "Archive"  OK
}
