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
// [Server.Store] is the mail behind the server, for everything else, and
// [Server.Fixture] writes its state out as mail files again.
//
// # More than one account
//
// There is one account, "user" with the password "password". The first [WithUser] takes its
// place; more of them, and [Server.AddUser], add accounts. [WithMail] is for the first.
// What [Mailbox.Grant] gives another one is below Other Users for it,
// srv.User("bob").Mailbox("Other Users/ann/Team"); mailboxes of nobody are below Shared, from a
// folder that accounts.txt calls shared, or from memstore.Store.Share.
// [Mailbox.AssertRights] looks at what may be done there. [WithQuota] and [Account.SetQuota] make
// an account full, [Mailbox.SetMetadata] and [Account.SetMetadata] annotate, and
// [Account.SetToken] is for logins by OAuth; [Account.Refuse] and [Account.SetAppPassword] are for
// accounts that have to see to something first. [WithLabels] makes the mailboxes of an account
// labels, as at Gmail. Fixtures have acl lines, quota.txt and metadata.txt.
//
// # Another server
//
// A [Profile] is the kind of server that is played: [Everything] by itself, [Rev1] and [Rev2] for
// fallbacks, those of package provider for what Gmail and others do, or one of your own,
// [NewProfile]. [With], [Without], [WithText], [WithQuirk] and [WithoutQuirk] change it for one server. A
// profile has a text form, see [Catalogue.Parse]; examples/everywhere is an importer that is tested over
// all providers.
//
// # Checking and waiting
//
// Assert… methods report with t.Errorf and go on; lookups and waits stop the
// test with t.Fatalf. A failure shows got and want, the mailbox, and the last
// lines of the connections. Waits sleep on the mailbox's change log and end
// with the change, after ten seconds ([WithPatience]), or shortly before the
// test's deadline; there is no polling and no time.Sleep. In a testing/synctest
// bubble with [InMemory] they take virtual time.
//
// # From the first test to golden states
//
// Begin with one assertion on what matters, the way the example at the top does.
// When a test should say that nothing else happened either, take a snapshot and
// list the changes; what has changed and is not listed fails:
//
//	before := srv.Snapshot()
//	importAll(srv.Addr())
//	before.AssertDiff(t, "INBOX -3", `Archive +1 \Seen "Invoice 17"`)
//
// Numbers are UIDs: message 3 is gone from INBOX, and 1 is new in Archive. A failure
// prints the lines that would pass, to be read and pasted.
// [Server.Restore] brings the state back for the next subtest, in microseconds
// and under living connections; [WithSnapshot] starts another server with it. By of a
// [Change] is the command that made it.
//
// When there is much state, compare all of it with a file: [Server.AssertState]
// writes it with IMAPTEST_UPDATE=1 (or the test binary's own flag -update) and
// shows a unified diff afterwards:
//
//	srv.AssertState(t, "testdata/after_import.txt")
//
// What the client said on the way there is in the journal. AssertCommands holds
// it to an order, AssertNoCommand to what it must never send, [Server.RoundTrips]
// to a budget; [Server.WaitCommand] waits until it has said something:
//
//	srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "…", "UID MOVE * Archive", "LOGOUT")
//	srv.AssertNoCommand(t, "EXPUNGE")
//
// And the bytes themselves are in [Server.Transcript]; [Server.AssertTranscript]
// compares them with a file in which tags, ports, dates and UIDVALIDITY are the
// same in every run. When a test fails and go test has -artifacts, transcript and
// state are files in the test's folder of artifacts. Passwords and tokens are in
// none of this. A server keeps the last 10,000 commands and the last megabyte of
// its transcript ([WithTranscriptLimit]).
//
// All of it in order, with the mail as it was at any time and who changed it, is a report: one
// HTML file, which a test that fails leaves with -artifacts, and always with [WithReport];
// [Server.WriteReport] writes it at any time. [Server.Errorf] has it know the failures of a
// test's own.
//
// # Breaking it
//
// A rule breaks something at a named point of the protocol: [Server.On] for a
// command, [Server.OnConnect], [Server.OnTLS]. Its methods say what: instead of
// running the command (No, Bad, Bye, Drop, Reset, Stall, HalfOpen, Reply), around
// it (Before, After, Delay, Bandwidth, Advertise, Conceal), to its answer (OmitItem,
// RepeatItem, OmitLines, Reorder, Rewrite, Edit, Tagged, Insert, InsertBefore, InsertAfter,
// Continue, WrongLiteral, WrongTag), or to how that is sent (Dribble, CutAfter,
// CutBeforeLine, StallBeforeLine, DropBeforeReply). A rule may have several of them. One that never fires,
// or changes nothing, fails the test:
//
//	srv.On("UID MOVE").Nth(2).DropBeforeReply() // the change is made, the client never hears
//	srv.On("SELECT Archive").As("bob").No("[OVERQUOTA] full")
//	srv.On("FETCH").OmitItem("UID").Dribble(10, time.Second)
//	srv.On("APPEND").Nth(3).AtLiteral(1).No("[TOOBIG] no")
//	srv.OnConnect().Times(3).Drop()
//
// Times(1) is once; without it, or Nth, a rule fires at every try of a client that tries again.
// [Server.Command] answers commands that the server does not know. [Rule.For] ends a rule
// with a subtest, and [Server.Reset] brings everything back for the next one.
//
// [Server.Hold] stops a command before it runs, [Server.HoldAfter] behind, and
// [Server.HoldResponse] between two lines of its answer, until the test has done
// what it wants to do there: races, made to order. [Server.Restart] and
// [Server.Shutdown] end connections, [Server.Refuse] closes the ports, [WithLimits]
// is what providers allow. The SMTP server has rules too: srv.SMTP().On. In a
// testing/synctest bubble all time is virtual, so that a day of IDLE or an hour of
// back-off takes milliseconds; examples/watcher, examples/sync, examples/queue,
// examples/outbox and examples/mirror are clients that are tested so.
//
// Package sweep, imaptest/sweep, does all of that by itself: it runs a scenario once for
// every interruption at every point at which it talks, and says what is lost or doubled.
//
// # What must never happen
//
// Some rules disturb nothing, and always hold: [KeepUnseen], [NoLoss], [ReadOnly],
// [ForbidPlaintextLogin], [MaxCommands], [MaxConns] and [MaxRoundTrips] are options of a
// server. One that was broken fails the test at the server's end, with the command that
// broke it.
//
// # What it does not do
//
// It is for tests: it listens on loopback only, keeps everything in memory, and
// its certificate authority is made anew in every process. No connection is
// closed for idling unless [WithAutologout] says so.
package imaptest
