package imaptest_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// conversation connects as some code under test would, sends commands, and prints what the
// server says to each.
func conversation(srv *imaptest.Server, commands ...string) {
	conn, err := srv.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	show := func(tag string) {
		for lines.Scan() {
			if text := lines.Text(); !strings.Contains(text, "[CAPABILITY ") {
				fmt.Println(text)
			}
			if strings.HasPrefix(lines.Text(), tag) || strings.HasPrefix(lines.Text(), "+") {
				return
			}
		}
		fmt.Println("(closed)")
	}
	show("* ")
	for _, command := range commands {
		fmt.Fprintf(conn, "%s\r\n", command)
		tag, _, _ := strings.Cut(command, " ")
		show(tag)
	}
}

// Lines of the true answer with other words in them, as a server has it that calls all mail
// its own.
func ExampleRule_Rewrite() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	srv.On("STATUS").Rewrite(`MESSAGES (\d+)`, `MESSAGES 9$1`).Rewrite("completed", "done")
	conversation(srv, "a LOGIN user password", "b STATUS INBOX (MESSAGES UNSEEN)")
	// Output:
	// * STATUS INBOX (MESSAGES 91 UNSEEN 1)
	// b OK STATUS done
}

// The message is appended, and the server says that it is not.
func ExampleRule_Tagged() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.On("APPEND").Tagged("NO [UNAVAILABLE] try again")
	conversation(srv, "a LOGIN user password", "b APPEND Sent {3+}\r\nx:y")
	srv.Mailbox("Sent").AssertCount(t, 1)
	// Output: b NO [UNAVAILABLE] try again
}

// Somebody's expunge is told in the middle of another answer.
func ExampleRule_InsertBefore() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.On("NOOP").InsertBefore("^b ", "* 7 EXPUNGE", "* BYE not really")
	srv.On("NOOP").InsertAfter("^b ", "* 6 EXISTS")
	conversation(srv, "a LOGIN user password", "b NOOP", "c NOOP")
	// Output:
	// * 7 EXPUNGE
	// * BYE not really
	// b OK NOOP completed
	// * 6 EXISTS
	// c OK NOOP completed
}

// A continuation request with an odd text, of which RFC 9051 allows any.
func ExampleRule_Continue() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.On("APPEND").AtLiteral(1).Continue("[ALERT] go on, then")
	conversation(srv, "a LOGIN user password", "b APPEND Sent {3}")
	// Output: + [ALERT] go on, then
}

// The third APPEND is refused where it announces its message.
func ExampleRule_AtLiteral() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	srv.On("APPEND").Nth(3).AtLiteral(1).No("[OVERQUOTA] full")
	conversation(srv, "a LOGIN user password",
		"b APPEND Sent {3+}\r\nx:y", "c APPEND Sent {3+}\r\nx:y", "d APPEND Sent {3+}\r\nx:y")
	// Output:
	// b OK [APPENDUID 3 1] APPEND completed
	// c OK [APPENDUID 3 2] APPEND completed
	// d NO [OVERQUOTA] full
}

// The connection breaks between two lines of an answer.
func ExampleRule_CutBeforeLine() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.On("SELECT").CutBeforeLine(3)
	conversation(srv, "a LOGIN user password", "b SELECT INBOX")
	// Output:
	// * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
	// * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted
	// (closed)
}

// A server that is down for a while is up again when the rule is taken away.
func ExampleRule_Remove() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	down := srv.On("*").No("[UNAVAILABLE] maintenance")
	conversation(srv, "a LOGIN user password")
	down.Remove()
	conversation(srv, "a LOGIN user password", "b NOOP")
	fmt.Println("fired", down.Fired(), "time")
	// Output:
	// a NO [UNAVAILABLE] maintenance
	// b OK NOOP completed
	// fired 1 time
}

// A rule of a subtest ends with it, and what was wrong with it is reported there.
func ExampleRule_For() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	subtest := &printer{} // t.Run's
	srv.On("NOOP").For(subtest).No("in the subtest")
	srv.On("CHECK").For(subtest).Optional().Drop()
	conversation(srv, "a LOGIN user password", "b NOOP")
	subtest.end()
	conversation(srv, "a LOGIN user password", "b NOOP")
	// Output:
	// b NO in the subtest
	// b OK NOOP completed
}

// Greetings of other servers; service is as usual behind them.
func ExampleConnRule_Greeting() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.OnConnect().OnConn(1).Greeting("Courier-IMAP ready. See COPYING for distribution information.")
	srv.OnConnect().OnConn(2).Preauth(imaptest.DefaultUser).Greeting("welcome back")
	conversation(srv, "a LOGIN user password", "b NOOP")
	conversation(srv, "a STATUS INBOX (MESSAGES)")
	// Output:
	// * OK Courier-IMAP ready. See COPYING for distribution information.
	// b OK NOOP completed
	// * PREAUTH welcome back
	// * STATUS INBOX (MESSAGES 0)
	// a OK STATUS completed
}

// A client must not count on what one connection was told.
func ExampleConnRule_Conceal() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.Rev1, imaptest.With(imap.CapIdle))
	srv.OnConnect().OnConn(2).Conceal(imap.CapIdle).Advertise("XLIST")
	for range 2 {
		conversation(srv, "a LOGIN user password", "b CAPABILITY")
	}
	// Output:
	// * CAPABILITY IMAP4rev1 IDLE
	// b OK CAPABILITY completed
	// * CAPABILITY IMAP4rev1 XLIST
	// b OK CAPABILITY completed
}

// A command of a vendor, which the server has never heard of.
func ExampleServer_Command() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	srv.Advertise("XLIST")
	srv.Command("XLIST", func(*imaptest.Command) []string {
		return []string{`* XLIST (\HasNoChildren \Inbox) "/" "Posteingang"`, "{tag} OK done"}
	})
	conversation(srv, "a LOGIN user password", `b XLIST "" *`)
	srv.AssertCommands(t, "LOGIN", `XLIST "" *`)
	// Output:
	// * XLIST (\HasNoChildren \Inbox) "/" "Posteingang"
	// b OK done
}

// One server for several subtests, each with the mail of the start.
func ExampleServer_Reset() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	for range 2 {
		archiveAll(t, srv)
		srv.Mailbox("Archive").AssertSubjects(t, "Invoice 17")
		srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "…", "UID MOVE *", "LOGOUT")
		srv.Reset(t)
	}
	srv.Inbox().AssertSubjects(t, "Invoice 17")
	fmt.Println(srv.ConnsOpened(), "connections")
	// Output: 0 connections
}

// What a second run sends, apart from the first.
func ExampleServer_Mark() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMail(oneInvoice()))
	archiveAll(t, srv)
	srv.Mark()
	archiveAll(t, srv)
	srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "UID STORE *", "UID MOVE *", "LOGOUT")
	fmt.Println(srv.CommandCount("LOGIN"), "login")
	// Output: 1 login
}

// Accounts are made when somebody logs in.
func ExampleAcceptAnyLogin() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.AcceptAnyLogin())
	conversation(srv, "a LOGIN ann@example.com whatever", "b STATUS Archive (MESSAGES)")
	srv.User("ann@example.com").Inbox().AssertCount(t, 0)
	// Output:
	// * STATUS "Archive" (MESSAGES 0)
	// b OK STATUS completed
}

// Mailboxes that somebody else makes, renames and deletes.
func ExampleMailbox_Create() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithoutDefaultMailboxes())
	work := srv.Mailbox("Work/2026")
	work.Create(t)
	work.Deliver(t, []byte("Subject: plan\r\n\r\n"))
	work = work.Rename(t, "Work/Archive")
	work.AssertSubjects(t, "plan")
	conversation(srv, "a LOGIN user password", `b LIST "" *`)
	work.Delete(t)
	work.AssertMissing(t)
	// Output:
	// * LIST (\HasNoChildren) "/" INBOX
	// * LIST (\HasChildren) "/" "Work"
	// * LIST (\HasNoChildren) "/" "Work/Archive"
	// b OK LIST completed
}
