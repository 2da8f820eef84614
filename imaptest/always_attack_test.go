package imaptest_test

import (
	"errors"
	"fmt"
	"net/smtp"
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// changing are all commands that change something, and what ReadOnly says of each. What comes
// before the last is done with another server's eyes: it breaks nothing of what is looked for.
var changing = []struct{ before, command, want string }{
	{"", "CREATE Work", "Work created"},
	{"", "CREATE Work/Sub", "Work created; and 1 more after that"},
	{"", "DELETE Junk", "Junk deleted"},
	{"test: folder", "DELETE Folder", "Folder deleted"},
	{"test: name", "DELETE Name", "Name deleted"},
	{"test: name", "RENAME Name Other", "Name renamed to Other"},
	{"", "CREATE Name/", "Name created"},
	{"", "RENAME Junk Spam", "Junk renamed to Spam"},
	{"test: folder", "RENAME Folder Other", "Folder"},
	{"", "RENAME INBOX Old", "Old"},
	{"", "SUBSCRIBE Nowhere", "Nowhere subscribed"},
	{"", "UNSUBSCRIBE Junk", "Junk unsubscribed"},
	{"", "SETACL INBOX bob lrs", "INBOX acl bob none -> lrs"},
	{"", "DELETEACL Shown bob", `Shown acl bob`},
	{"", `SETMETADATA INBOX (/private/comment "x")`, "INBOX metadata /private/comment NIL -> x"},
	{"", `SETMETADATA "" (/private/comment "x")`, "user: metadata /private/comment NIL -> x"},
	{"", `SETQUOTA "" (STORAGE 5000)`, `user: quota "" "" -> "STORAGE 5000"`},
	{"", "APPEND INBOX {1+}\r\nx", "INBOX, UID 4"},
	{"SELECT INBOX", "COPY 1 Junk", "Junk, UID 1"},
	{"SELECT INBOX", "UID COPY 1 INBOX", "INBOX, UID 4"},
	{"SELECT INBOX", "MOVE 1 Junk", `Junk, UID 1 "0" was added; and 1 more`},
	{"SELECT INBOX", "UID MOVE 1 Junk", `Junk, UID 1 "0" was added; and 1 more`},
	{"SELECT INBOX", "STORE 1 +FLAGS (\\Flagged)", `INBOX, UID 1 "0" has got other flags`},
	{"SELECT INBOX", "UID STORE 1 +FLAGS.SILENT (word)", `INBOX, UID 1 "0" has got other flags`},
	{"SELECT INBOX", `STORE 1 ANNOTATION (/comment (value.priv "x"))`, `INBOX, UID 1 "0" has got other annotations`},
	{"SELECT INBOX", "FETCH 1 BODY[HEADER]", `INBOX, UID 1 "0" has got other flags`},
	{"SELECT INBOX", "UID FETCH 1 BINARY[1]", `INBOX, UID 1 "0" has got other flags`},
	{"SELECT INBOX", "REPLACE 1 INBOX {1+}\r\nx", "INBOX, UID 4"},
	{"SELECT INBOX", "UID REPLACE 1 Junk {1+}\r\nx", "Junk, UID 1"},
	{"test: deleted\nSELECT INBOX", "EXPUNGE", `INBOX, UID 2 "1" was removed`},
	{"test: deleted\nSELECT INBOX", "UID EXPUNGE 1:*", `INBOX, UID 2 "1" was removed`},
	{"test: deleted\nSELECT INBOX", "CLOSE", `INBOX, UID 2 "1" was removed`},
	{`GENURLAUTH "imap://user@127.0.0.1/INBOX/;uid=1;urlauth=anonymous" INTERNAL`, "RESETKEY INBOX INTERNAL", "keys of URLs have been reset"},
	{`GENURLAUTH "imap://user@127.0.0.1/INBOX/;uid=1;urlauth=anonymous" INTERNAL`, "RESETKEY", "keys of URLs have been reset"},
	{"as bob", `SUBSCRIBE "Other Users/user/Shown"`, `bob: "Other Users/user/Shown" subscribed`},
	{"as bob", "APPEND \"Other Users/user/Shown\" {1+}\r\nx", "Shown, UID 2"},
	{"as bob\nSELECT \"Other Users/user/Shown\"", "FETCH 1 BODY[]", "Shown, UID 1"},
	{"as bob\nSELECT \"Other Users/user/Shown\"", "STORE 1 +FLAGS (\\Deleted)", "Shown, UID 1"},
	{"as bob", `SETMETADATA Shared/Team (/shared/comment "x")`, "Shared: Team metadata /shared/comment NIL -> x"},
	{"as bob", "APPEND Shared/Team {1+}\r\nx", "Team, UID 2"},
	{"as bob\nSELECT Shared/Team", "STORE 1 +FLAGS (\\Seen)", "Team, UID 1"},
}

// harmless are commands that change nothing, whatever they are answered.
var harmless = []string{
	"CAPABILITY", "NOOP", "ID NIL", "ENABLE CONDSTORE", "LIST \"\" *", "LSUB \"\" *", "NAMESPACE", "MYRIGHTS INBOX", "GETACL INBOX", "LISTRIGHTS INBOX bob",
	"STATUS INBOX (MESSAGES)", "GETQUOTA \"\"", "GETQUOTAROOT INBOX", "GETMETADATA INBOX /private/comment", "GETMETADATA \"\" /private/comment",
	`GENURLAUTH "imap://user@127.0.0.1/INBOX/;uid=1;urlauth=anonymous" INTERNAL`, "SUBSCRIBE INBOX", "UNSUBSCRIBE Nowhere", "CREATE INBOX", "DELETE INBOX", "DELETE Nowhere", "RENAME Nowhere Else",
	"SELECT INBOX", "CHECK", "SEARCH ALL", "SORT (DATE) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL", "FETCH 1:* (FLAGS BODY.PEEK[] ENVELOPE BODYSTRUCTURE PREVIEW BINARY.PEEK[1])",
	"COPY 99 Junk", "STORE 99 +FLAGS (\\Seen)", "STORE 1 -FLAGS (\\Seen)", "EXPUNGE", "MOVE 99 Junk", "UNSELECT", "EXAMINE INBOX", "FETCH 1 BODY[]", "STORE 1 +FLAGS (\\Seen)", "CLOSE",
	"SETACL Nowhere bob lrs", "SETQUOTA nowhere (STORAGE 1)", "APPEND Nowhere {1+}\r\nx", "NOTIFY SET (SELECTED (MESSAGENEW MESSAGEEXPUNGE))", "NOTIFY NONE", "UNAUTHENTICATE",
}

// ofTheSession are commands that concern nothing but their connection.
var ofTheSession = []string{
	"LOGOUT", "STARTTLS", "AUTHENTICATE", "LOGIN", "COMPRESS", "LANGUAGE", "COMPARATOR", "IDLE", "CANCELUPDATE", "UIDBATCHES", "GETJMAPACCESS",
	"XLIST", "RLIST", "RLSUB", "URLFETCH", "ESEARCH", // and these only look
}

// No command of the engine is forgotten in the tables.
func TestEveryCommandIsAttacked(t *testing.T) {
	var told []string
	for _, test := range changing {
		told = append(told, test.command)
	}
	told = append(append(told, harmless...), ofTheSession...)
	for name := range imapd.CommandCaps() {
		plain := strings.TrimPrefix(name, "UID ")
		if !slices.ContainsFunc(told, func(text string) bool { return text == plain || strings.HasPrefix(text, plain+" ") }) {
			t.Errorf("no row has %s", name)
		}
	}
}

// attacked is a server with three messages in INBOX, a second account, a mailbox that is shown
// to it, and one of nobody's.
func attacked(t *testing.T, opts ...imaptest.Option) *imaptest.Server {
	t.Helper()
	srv, err := imaptest.New(append([]imaptest.Option{imaptest.InMemory(), imaptest.With("ANNOTATE-EXPERIMENT-1"), imaptest.WithUser("user", "password"), imaptest.WithUser("bob", "password")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	for i := range 3 {
		srv.Inbox().Deliver(t, letter(fmt.Sprint(i)))
	}
	shown := srv.Mailbox("Shown")
	shown.Create(t)
	shown.Deliver(t, letter("shown"))
	shown.Grant(t, "bob", "lrswite")
	team, err := srv.Store().Share("Team", memstore.SeenPerUser())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(team.Grant("bob", "lrswitea"), team.Grant("user", "lrs")); err != nil {
		t.Fatal(err)
	}
	if _, err := team.Append(letter("team")); err != nil {
		t.Fatal(err)
	}
	return srv
}

// play has a client, or the test itself, do what lines say, and returns the last connection.
func play(t *testing.T, srv *imaptest.Server, c *rawConn, lines ...string) *rawConn {
	t.Helper()
	for i, text := range lines {
		if act, own := strings.CutPrefix(text, "test: "); own {
			testActs(t, srv, act)
			continue
		}
		if account, other := strings.CutPrefix(text, "as "); other {
			c = dialRawAs(t, srv, account+" password")
			continue
		}
		tag := fmt.Sprint("a", i)
		c.send("%s %s", tag, text)
		for !strings.HasPrefix(c.line(), tag+" ") {
		}
	}
	return c
}

// Every command that can change something breaks ReadOnly, and is shown; none that cannot does,
// and nothing that the test does meanwhile.
func TestReadOnlyAttacked(t *testing.T) {
	for _, test := range changing {
		t.Run(test.command, func(t *testing.T) {
			srv := attacked(t, imaptest.ReadOnly())
			c := dialRaw(t, srv)
			if test.before != "" {
				c = play(t, srv, c, strings.Split(test.before, "\n")...)
			}
			if got := reported(t, srv.CheckRules); got != "" {
				t.Fatalf("broken before: %s", got)
			}
			play(t, srv, c, test.command)
			got := reported(t, srv.CheckRules)
			first, _, _ := strings.Cut(test.command, "{")
			if !strings.Contains(got, "ReadOnly(): "+test.want) || !strings.Contains(got, "\n    by   "+first) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	srv := attacked(t, imaptest.ReadOnly(), imaptest.NoLoss(), imaptest.KeepUnseen())
	play(t, srv, dialRaw(t, srv), harmless...)
	if got := reported(t, srv.CheckRules); got != "" {
		t.Errorf("got %q", got)
	}
}

// losing are the ways in which a message leaves its account, and what says which.
var losing = []struct {
	allowed []string
	says    []string
	want    string // "" where nothing is lost
}{
	{nil, []string{"test: deleted", "SELECT INBOX", "EXPUNGE"}, `INBOX, UID 2 "1" has left the account`},
	{nil, []string{"test: deleted", "SELECT INBOX", "UID EXPUNGE 1:*"}, `INBOX, UID 2 "1" has left the account`},
	{nil, []string{"test: deleted", "SELECT INBOX", "CLOSE"}, `INBOX, UID 2 "1" has left the account`},
	{nil, []string{"test: deleted", "SELECT INBOX", "SELECT Junk", "SELECT INBOX", "UNSELECT", "LOGOUT"}, ""},
	{nil, []string{"SELECT INBOX", "REPLACE 1 INBOX {1+}\r\nx"}, `INBOX, UID 1 "0" has left the account`},
	{nil, []string{"SELECT INBOX", "UID REPLACE 1 Junk {1+}\r\nx"}, `INBOX, UID 1 "0" has left the account`},
	{nil, []string{"DELETE Shown"}, `Shown, UID 1 "shown" has left the account`},
	{nil, []string{"CREATE Shown/Sub", "DELETE Shown"}, `Shown, UID 1 "shown" has left the account`},
	{nil, []string{"RENAME Shown Other", "DELETE Other"}, `Other, UID 1 "shown" has left the account`},
	{nil, []string{"RENAME INBOX Old", "DELETE Old"}, `Old, UID 1 "0" has left the account; and 2 more`},
	{nil, []string{"RENAME INBOX Old", "SELECT Old", "MOVE 1:* Junk", "DELETE Old"}, ""},
	{nil, []string{"as bob", `SELECT "Other Users/user/Shown"`, "MOVE 1 INBOX"}, `Shown, UID 1 "shown" has left the account`},
	{nil, []string{"as bob", `SELECT "Other Users/user/Shown"`, "COPY 1 INBOX"}, ""},
	{nil, []string{"as bob", "SELECT Shared/Team", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, `Team, UID 1 "team" has left the account`},
	{[]string{"Shared/Team"}, []string{"as bob", "SELECT Shared/Team", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, ""},
	{[]string{"Team"}, []string{"as bob", "SELECT Shared/Team", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, `Team, UID 1 "team" has left the account`},
	{nil, []string{"SELECT INBOX", "COPY 1 Junk", "test: drop", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, ""},
	{nil, []string{"SELECT INBOX", "COPY 1 Junk", "test: empty Junk", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, `INBOX, UID 1 "0" has left the account`},
	{nil, []string{"SELECT INBOX", "MOVE 1 Junk", "test: empty Junk", "NOOP"}, ""},                                                    // the test did it
	{nil, []string{"SELECT INBOX", "test: restart", "as user", "SELECT INBOX", `STORE 1 +FLAGS (\Deleted)`, "CLOSE"}, "INBOX, UID 1"}, // and not forgotten
	{nil, []string{"SELECT INBOX", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE", "test: reset"}, ""},                                        // has been said by then
	{[]string{"inbox"}, []string{"SELECT INBOX", `STORE 1:* +FLAGS (\Deleted)`, "EXPUNGE"}, ""},
	{[]string{"Trash"}, []string{"SELECT INBOX", "MOVE 1 Trash", "RENAME Trash Bin", "SELECT Bin", `STORE 1 +FLAGS (\Deleted)`, "EXPUNGE"}, "Bin, UID 1"},
	{[]string{"Trash"}, []string{"SELECT INBOX", "MOVE 1 Trash", "DELETE Trash"}, ""},
}

// Whatever way a client takes the last copy of a message is told, and none that leaves one.
func TestNoLossAttacked(t *testing.T) {
	for _, test := range losing {
		t.Run(strings.Join(append(test.allowed, test.says...), ", "), func(t *testing.T) {
			srv := attacked(t, imaptest.NoLoss(test.allowed...))
			play(t, srv, dialRaw(t, srv), test.says...)
			got := reported(t, srv.CheckRules)
			if got == "" && test.want == "" {
				return
			}
			last := test.says[len(test.says)-1]
			if test.want == "" || !strings.Contains(got, "): "+test.want) || !strings.Contains(got, "\n    by   "+strings.SplitN(last, "{", 2)[0]) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A message that becomes \Seen by what is no STORE is told, whoever it is for and whenever it came.
func TestKeepUnseenAttacked(t *testing.T) {
	for _, test := range []struct {
		says []string
		want string
	}{
		{[]string{"SELECT INBOX", "FETCH 1 BODY[]"}, `INBOX, UID 1 "0"`},
		{[]string{"SELECT INBOX", "FETCH 1 BODY[1]<0.1>"}, `INBOX, UID 1 "0"`},
		{[]string{"SELECT INBOX", "FETCH 1 RFC822.TEXT"}, `INBOX, UID 1 "0"`},
		{[]string{"SELECT INBOX", "UID FETCH 3 BINARY[]"}, `INBOX, UID 3 "2"`},
		{[]string{"SELECT INBOX", "FETCH 1 (RFC822.HEADER RFC822.SIZE BINARY.SIZE[1] BODY.PEEK[] PREVIEW)"}, ""},
		{[]string{"SELECT INBOX", "test: late", "NOOP", "UID FETCH 4 BODY[]"}, `INBOX, UID 4 "late"`},
		{[]string{"SELECT INBOX", `STORE 1 +FLAGS (\Seen)`, `STORE 1 -FLAGS (\Seen)`, "FETCH 1 BODY[]"}, `INBOX, UID 1 "0"`},
		{[]string{"SELECT INBOX", `STORE 1 FLAGS (\Seen)`, "FETCH 1 BODY[]", "COPY 1 Junk", "MOVE 1 Trash"}, ""},
		{[]string{"APPEND INBOX (\\Seen) {1+}\r\nx"}, ""},
		{[]string{"as bob", "SELECT Shared/Team", "FETCH 1 BODY[]"}, `Team, UID 1 "team"`}, // which has a \Seen for each
		{[]string{"as bob", "SELECT Shared/Team", `STORE 1 +FLAGS (\Seen)`}, ""},
		{[]string{"as bob", `SELECT "Other Users/user/Shown"`, "FETCH 1 BODY[]"}, `Shown, UID 1 "shown"`},
	} {
		t.Run(strings.Join(test.says, ", "), func(t *testing.T) {
			srv := attacked(t, imaptest.KeepUnseen())
			play(t, srv, dialRaw(t, srv), test.says...)
			got := reported(t, srv.CheckRules)
			last := test.says[len(test.says)-1]
			if got != "" && test.want == "" || test.want != "" && !strings.Contains(got, "KeepUnseen(): "+test.want+` has become \Seen, and not by STORE`+"\n    by   "+last) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What the test does is not taken for a client's, however little the server remembers, nor what a
// login by itself makes, nor mail that comes by SMTP.
func TestNobodyElseBreaksRules(t *testing.T) {
	all := []imaptest.Option{imaptest.ReadOnly(), imaptest.KeepUnseen(), imaptest.NoLoss(), imaptest.AcceptAnyLogin(), imaptest.WithSMTP()}
	for name, opts := range map[string][]imaptest.Option{"as usual": nil, "without a record": {imaptest.Unrecorded()}} {
		t.Run(name, func(t *testing.T) {
			srv := attacked(t, append(all, opts...)...)
			c := dialRaw(t, srv)
			play(t, srv, c, "SELECT INBOX", "test: seen", "NOOP", "test: expunge", "FETCH 1:* FLAGS", "test: folder", "CREATE INBOX", "as carol", "NOOP")
			srv.On("NOOP").Before(func(*imaptest.Command) {
				srv.Mailbox("Shown").Delete(t)
				srv.Mailbox("Trash").Rename(t, "Bin")
				srv.AddUser(t, "dave", "secret")
			})
			play(t, srv, c, "NOOP")
			if got := tell(t, srv, "EHLO x", "MAIL FROM:<ann@example.com>", "RCPT TO:<user>", "DATA", "Subject: new\r\n\r\nx\r\n."); !strings.HasPrefix(got, "250") {
				t.Fatal(got)
			}
			srv.Inbox().WaitCount(t, 3)
			if got := reported(t, srv.CheckRules); got != "" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// A login of SMTP shows its password as well, and hides it as well.
func TestPlaintextLoginOfSMTP(t *testing.T) {
	for mechanism, want := range map[string]string{
		"PLAIN AHVzZXIAcGFzc3dvcmQ=": "by   AUTH PLAIN on SMTP connection 1",
		"LOGIN dXNlcg==":             "by   AUTH LOGIN on SMTP connection 1",
		"XOAUTH2 eA==":               "by   AUTH XOAUTH2 on SMTP connection 1",
		"CRAM-MD5":                   "",
		"SCRAM-SHA-256 biwsbj0scj1h": "",
	} {
		srv := attacked(t, imaptest.ForbidPlaintextLogin(), imaptest.WithSMTP())
		tell(t, srv, "EHLO x", "AUTH "+mechanism)
		got := reported(t, srv.CheckRules)
		if want == "" && got != "" || !strings.Contains(got, want) || want != "" && !strings.Contains(got, "ForbidPlaintextLogin(): a login that shows") {
			t.Errorf("%s: got %q, want %q", mechanism, got, want)
		}
	}
	srv := attacked(t, imaptest.ForbidPlaintextLogin(), imaptest.WithSMTP(smtpsink.StartTLS()))
	nc, err := srv.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client, err := smtp.NewClient(nc, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = client.StartTLS(srv.SMTP().ClientTLSConfig())
	if err == nil {
		err = client.Auth(smtp.PlainAuth("", "user", "password", "localhost"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := reported(t, srv.CheckRules); got != "" {
		t.Errorf("over TLS: got %q", got)
	}
}
