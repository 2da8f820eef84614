// Package imaptest starts an IMAP server inside a test.
//
//	func TestImporter(t *testing.T) {
//		srv := imaptest.Start(t, imaptest.WithMail(os.DirFS("testdata/mail")))
//
//		go runImporter(srv.Addr(), imaptest.DefaultUser, imaptest.DefaultPassword)
//
//		srv.Inbox().WaitCount(t, 0)
//		msg := srv.Mailbox("Archive").Message(t, imaptest.Subject("Invoice 17"))
//		srv.Mailbox("Archive").AssertFlags(t, msg.UID, imap.FlagSeen)
//	}
//
// The server is this process's own: it starts in microseconds, a hundred of
// them run side by side, and the test's cleanup ends it with every connection
// and goroutine. Without options it has one account, [DefaultUser] with
// [DefaultPassword], with INBOX, Drafts, Sent, Junk, Trash and Archive.
//
// # Connecting
//
// The code under test dials [Server.Addr] (plain text with STARTTLS) or
// [Server.TLSAddr] (TLS from the first byte, with the certificate that
// [Server.ClientTLSConfig] and [Server.CAPEM] trust), or takes a connection in
// memory from [Server.Dial]. [Server.Client] is a go-imap client that is logged
// in, for what the test itself wants to do over the wire.
//
// # State
//
// Mail comes from files in the form of package fixtures ([WithMail],
// [WithUser]), from [Mailbox.Deliver], or, with [WithSMTP], from the code under
// test itself: what it sends is filed for the accounts. A [Mailbox] is a name
// that is looked up when it is used. Deliver, AddFlags, RemoveFlags, Expunge and
// BumpUIDValidity act as somebody else would, and clients that idle hear of it.
// [Server.Store] is the mail behind the server, for everything else.
//
// # Checking and waiting
//
// Assert… methods report with t.Errorf and go on; lookups and waits stop the
// test with t.Fatalf. A failure shows got and want, the mailbox, and the last
// lines of the connections. Waits sleep on the mailbox's change log and end
// with the change, or shortly before the test's deadline; there is no polling
// and no time.Sleep. In a testing/synctest bubble with [InMemory] they take
// virtual time.
//
// # What it does not do
//
// It is for tests: it listens on loopback only, keeps everything in memory, and
// its certificate authority is made anew in every process. No connection is
// closed for idling unless [WithAutologout] says so.
package imaptest
