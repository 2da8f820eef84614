package imaptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// alwaysTests are rules that always hold, and what keeps or breaks them: commands of one
// client, of which "test: x" is done by the test itself.
var alwaysTests = []struct {
	rule imaptest.Option
	name string
	says []string
	want string // "" where it is kept
}{
	{imaptest.KeepUnseen(), "KeepUnseen()", []string{"SELECT INBOX", "FETCH 1 BODY.PEEK[]", `UID STORE 2 +FLAGS (\Seen)`, "STORE 3 FLAGS (\\Seen)"}, ""},
	{imaptest.KeepUnseen(), "KeepUnseen()", []string{"SELECT INBOX", "UID FETCH 1 BODY.PEEK[]", "UID FETCH 2 BODY[]", "UID FETCH 3 BODY[TEXT]"},
		"INBOX, UID 2 \"1\" has become \\Seen, and not by STORE; and 1 more after that\n    by   UID FETCH 2 BODY[] on connection 1\nlast lines on connection 1 (user):"},
	{imaptest.KeepUnseen(), "KeepUnseen()", []string{"EXAMINE INBOX", "FETCH 1 BODY[]"}, ""}, // RFC 9051, section 6.3.3
	{imaptest.KeepUnseen(), "KeepUnseen()", []string{"SELECT INBOX", "test: seen", "NOOP", `UID STORE 2 +FLAGS (\Seen)`, "UID COPY 2 Archive", "UID MOVE 2 Archive"}, ""},
	{imaptest.KeepUnseen(), "KeepUnseen()", []string{"SELECT INBOX", `UID STORE 1 -FLAGS (\Seen)`, "FETCH 1 RFC822"}, "INBOX, UID 1 \"0\" has become \\Seen, and not by STORE\n    by   FETCH 1 RFC822 on connection 1"},

	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", "UID MOVE 1 Archive", "UID COPY 2 Archive", `UID STORE 2 +FLAGS (\Deleted)`, "UID EXPUNGE 2"}, ""},
	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", "UID COPY 2 Archive", `STORE 1:3 +FLAGS (\Deleted)`, "UID EXPUNGE 2", "EXPUNGE"},
		"INBOX, UID 1 \"0\" has left the account; and 1 more after that\n    by   EXPUNGE on connection 1"},
	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", `STORE 1 +FLAGS (\Deleted)`, "CLOSE"}, "INBOX, UID 1 \"0\" has left the account\n    by   CLOSE on connection 1"},
	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", "UID MOVE 1 Trash", "DELETE Trash"}, "Trash, UID 1 \"0\" has left the account\n    by   DELETE Trash on connection 1"},
	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", "UID MOVE 1 Trash", "RENAME Trash Old", "test: delete Old", "test: expunge", "NOOP"}, ""},
	{imaptest.NoLoss(), "NoLoss()", []string{"RENAME INBOX Old"}, ""},
	{imaptest.NoLoss("Trash", "Junk"), `NoLoss("Trash", "Junk")`, []string{"SELECT INBOX", "UID MOVE 1 Trash", "SELECT Trash", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, ""},
	{imaptest.NoLoss("Trash", "Junk"), `NoLoss("Trash", "Junk")`, []string{"SELECT INBOX", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, "INBOX, UID 1 \"0\" has left the account"},
	{imaptest.NoLoss(), "NoLoss()", []string{"SELECT INBOX", "test: renumber"}, ""},

	{imaptest.ReadOnly(), "ReadOnly()", []string{"SELECT INBOX", "FETCH 1:* (FLAGS BODY.PEEK[])", "NOOP", "EXPUNGE", "test: seen", "NOOP"}, ""},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"SELECT INBOX", "FETCH 1 BODY[]"}, "INBOX, UID 1 \"0\" has got other flags\n    by   FETCH 1 BODY[] on connection 1"},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"SELECT INBOX", "UID COPY 3 Archive"}, "Archive, UID 1 \"2\" was added\n    by   UID COPY 3 Archive on connection 1"},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"SELECT INBOX", `UID STORE 3 +FLAGS.SILENT (\Deleted)`}, "INBOX, UID 3 \"2\" has got other flags"},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"CREATE Work"}, "Work created\n    by   CREATE Work on connection 1"},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"UNSUBSCRIBE Junk"}, "Junk unsubscribed\n    by   UNSUBSCRIBE Junk on connection 1"},
	{imaptest.ReadOnly(), "ReadOnly()", []string{"DELETE Nowhere", "SUBSCRIBE INBOX"}, ""},

	{imaptest.MaxCommands(3), "MaxCommands(3)", []string{"NOOP", "NOOP"}, ""},
	{imaptest.MaxCommands(3), "MaxCommands(3)", []string{"NOOP", "NOOP", "SELECT INBOX", "NOOP"}, "this is one too many; and 1 more after that\n    by   SELECT INBOX on connection 1"},
	{imaptest.MaxRoundTrips(3), "MaxRoundTrips(3)", []string{"NOOP"}, ""}, // greeting, LOGIN, NOOP
	{imaptest.MaxRoundTrips(3), "MaxRoundTrips(3)", []string{"NOOP", "SELECT INBOX"}, "a client has had to wait once more than that\n    by   SELECT INBOX on connection 1"},
	{imaptest.MaxConns(1), "MaxConns(1)", []string{"NOOP"}, ""},
	{imaptest.MaxConns(1), "MaxConns(1)", []string{"test: connect"}, "connection 2 is one too many"},
	{imaptest.ForbidPlaintextLogin(), "ForbidPlaintextLogin()", []string{"NOOP"}, "a login that shows a password or token to whoever listens, without TLS\n    by   LOGIN user *** on connection 1"},
}

// A rule that always holds is broken by what it names and by nothing else, and shows the
// command that broke it when it did.
func TestAlways(t *testing.T) {
	for _, test := range alwaysTests {
		t.Run(test.name+" "+strings.Join(test.says, ", "), func(t *testing.T) {
			srv, err := imaptest.New(imaptest.InMemory(), test.rule)
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			for i := range 3 {
				srv.Inbox().Deliver(t, letter(fmt.Sprint(i)))
			}
			c := dialRaw(t, srv)
			for i, text := range test.says {
				if act, own := strings.CutPrefix(text, "test: "); own {
					testActs(t, srv, act)
					continue
				}
				tag := fmt.Sprint("a", i)
				c.send("%s %s", tag, text)
				for !strings.HasPrefix(c.line(), tag+" ") {
				}
			}
			got := reported(t, srv.CheckRules)
			if test.want == "" && got != "" || !strings.Contains(got, test.want) || test.want != "" && !strings.Contains(got, test.name+": ") {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if again := reported(t, srv.CheckRules); again != "" {
				t.Errorf("said twice: %q", again)
			}
		})
	}
}

// testActs does what no client does.
func testActs(t *testing.T, srv *imaptest.Server, act string) {
	switch act {
	case "seen":
		srv.Inbox().AddFlags(t, 1, imap.FlagSeen)
	case "expunge":
		srv.Inbox().Expunge(t, 2)
	case "delete Old":
		srv.Mailbox("Old").Delete(t)
	case "renumber":
		srv.Inbox().BumpUIDValidity(t)
	case "drop":
		srv.Mailbox("Junk").Move(t, "Trash", 1)
	case "empty Junk":
		srv.Mailbox("Junk").Expunge(t, 1)
	case "late":
		srv.Inbox().Deliver(t, letter("late"))
	case "restart":
		srv.Restart()
	case "reset":
		reported(t, func(t imaptest.TB) { srv.Reset(t) })
	case "folder":
		srv.Mailbox("Folder/Sub").Create(t)
	case "name":
		mail, _ := srv.Store().User("user")
		if _, err := mail.Create("Name", memstore.NoSelect()); err != nil {
			t.Fatal(err)
		}
	case "deleted":
		srv.Inbox().AddFlags(t, 2, imap.FlagDeleted)
	case "connect":
		dialRaw(t, srv)
	default:
		t.Fatal(act)
	}
}

// Over TLS a password is not in the clear, and SCRAM shows none.
func TestForbidPlaintextLogin(t *testing.T) {
	srv := imaptest.Start(t, imaptest.ForbidPlaintextLogin())
	srv.Client(t, imaptest.ClientTLS())
}

// What a client says in the lines of a breach is what it had said by then.
func TestBreachShowsItsTime(t *testing.T) {
	srv, err := imaptest.New(imaptest.InMemory(), imaptest.KeepUnseen())
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	srv.Inbox().Deliver(t, letter("one"))
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "FETCH 1 BODY[]")
	c.cmd("c", "STATUS Archive (MESSAGES)")
	got := reported(t, srv.CheckRules)
	if !strings.Contains(got, "C: b FETCH 1 BODY[]") || strings.Contains(got, "STATUS") {
		t.Errorf("got\n%s", got)
	}
}

// What one command breaks is shown with its lines once.
func TestBreachesOfOneCommand(t *testing.T) {
	srv := attacked(t, imaptest.KeepUnseen(), imaptest.ReadOnly())
	play(t, srv, dialRaw(t, srv), "SELECT INBOX", "FETCH 1 BODY[]")
	got := reported(t, srv.CheckRules)
	if strings.Count(got, "by   FETCH 1 BODY[] on connection 1") != 2 || strings.Count(got, "last lines on connection 1") != 1 {
		t.Errorf("got %q", got)
	}
}

// Start checks them at cleanup, and Reset for each subtest anew.
func TestAlwaysAtTheEnd(t *testing.T) {
	var end *fakeTB
	t.Run("Start", func(t *testing.T) {
		end = &fakeTB{TB: t}
		srv := imaptest.Start(end, imaptest.InMemory(), imaptest.MaxCommands(0))
		nc, err := srv.Dial(context.Background())
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer nc.Close()
		fmt.Fprintf(nc, "a NOOP\r\n")
		srv.WaitCommand(t, "NOOP")
	})
	if got := end.out.String(); !strings.Contains(got, "MaxCommands(0): this is one too many\n    by   NOOP on connection 1") {
		t.Errorf("got %q", got)
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.MaxCommands(2))
	for range 3 {
		dialRaw(t, srv).cmd("a", "NOOP")
		srv.Reset(t)
	}
	for name, opt := range map[string]imaptest.Option{"MaxCommands": imaptest.MaxCommands(-1), "MaxConns": imaptest.MaxConns(-1), "MaxRoundTrips": imaptest.MaxRoundTrips(-1)} {
		if _, err := imaptest.New(opt); err == nil || !strings.Contains(err.Error(), name+": -1 is no number") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
