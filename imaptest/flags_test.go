package imaptest_test

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// "Seen" is a keyword in IMAP, and who writes it in a test means \Seen. A test must not
// be green, or red elsewhere, because of it: each place that takes a flag says what is
// meant, and waits for nothing.
func TestFlagsWithoutBackslash(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	inbox := srv.Inbox()
	uid := inbox.Deliver(t, []byte("Subject: x\r\n\r\n"), memstore.WithFlags(`\Seen`))
	before := srv.Snapshot()
	for name, use := range map[string]func(t imaptest.TB, flag imap.Flag){
		"AddFlags":          func(t imaptest.TB, flag imap.Flag) { inbox.AddFlags(t, uid, flag) },
		"RemoveFlags":       func(t imaptest.TB, flag imap.Flag) { inbox.RemoveFlags(t, uid, flag) },
		"Deliver":           func(t imaptest.TB, flag imap.Flag) { inbox.Deliver(t, []byte("y"), memstore.WithFlags(flag)) },
		"AssertFlags":       func(t imaptest.TB, flag imap.Flag) { inbox.AssertFlags(t, uid, flag) },
		"WaitFlags":         func(t imaptest.TB, flag imap.Flag) { inbox.WaitFlags(t, uid, flag) },
		"WaitFlags, absent": func(t imaptest.TB, flag imap.Flag) { inbox.WaitFlags(t, uid+9, flag) },
		"AssertHas":         func(t imaptest.TB, flag imap.Flag) { inbox.AssertHas(t, imaptest.Flagged(flag)) },
		"AssertLacks":       func(t imaptest.TB, flag imap.Flag) { inbox.AssertLacks(t, imaptest.Flagged(flag)) },
		"Unflagged":         func(t imaptest.TB, flag imap.Flag) { inbox.AssertHas(t, imaptest.Unflagged(flag)) },
		"Message":           func(t imaptest.TB, flag imap.Flag) { inbox.Message(t, imaptest.Unflagged("$x", flag)) },
		"WaitMessage": func(t imaptest.TB, flag imap.Flag) {
			inbox.WaitMessage(t, imaptest.Subject("x"), imaptest.Flagged(flag))
		},
		"AssertDiff +":   func(t imaptest.TB, flag imap.Flag) { before.AssertDiff(t, "INBOX 1 +"+string(flag)) },
		"AssertDiff -":   func(t imaptest.TB, flag imap.Flag) { before.AssertDiff(t, "INBOX 1 -"+string(flag)) },
		"AssertDiff new": func(t imaptest.TB, flag imap.Flag) { before.AssertDiff(t, `INBOX +2 \Draft `+string(flag)+` "y"`) },
	} {
		for flag, want := range map[imap.Flag]string{
			"Seen":     `"Seen" is not the system flag: that is \Seen (a keyword of that name is keyword=Seen)`,
			"ANSWERED": `"ANSWERED" is not the system flag: that is \Answered (a keyword of that name is keyword=ANSWERED)`,
			"recent":   `"recent" is no system flag without a backslash, and \Recent belongs to a session (a keyword of that name is keyword=recent)`,
			`\Foo`:     `"\\Foo" is not a system flag (have [\Answered \Deleted \Draft \Flagged \Seen])`,
		} {
			if got := reported(t, func(t imaptest.TB) { use(t, flag) }); !strings.Contains(got, want) {
				t.Errorf("%s(%s): got %q, want %s", name, flag, got, want)
			}
		}
	}
	before.AssertDiff(t)
}

// Who means the keyword says so, in the same way everywhere.
func TestKeywordNamedLikeAFlag(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	inbox := srv.Inbox()
	before := srv.Snapshot()
	uid := inbox.Deliver(t, []byte("Subject: x\r\n\r\n"), memstore.WithFlags(memstore.Keyword("Seen")))
	inbox.AssertFlags(t, uid, "keyword=Seen", `\Recent`)
	before.AssertDiff(t, "INBOX +1 keyword=Seen")
	before.AssertDiff(t, before.Diff().Lines()...)

	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "STORE 1 +FLAGS (Draft \\Flagged)")
	inbox.WaitFlags(t, uid, memstore.Keyword("seen"), memstore.Keyword("Draft"), `\flagged`)
	inbox.AssertHas(t, imaptest.Flagged(memstore.Keyword("Draft")), imaptest.Unflagged(`\Draft`))
	between := srv.Snapshot()
	inbox.RemoveFlags(t, uid, "keyword=Seen")
	between.AssertDiff(t, "INBOX 1 -keyword=SEEN")
	between.AssertDiff(t, between.Diff().Lines()...)
	if got := reported(t, func(t imaptest.TB) { between.AssertDiff(t) }); !strings.Contains(got, "`INBOX 1 -keyword=Seen`") {
		t.Errorf("got %s", got)
	}
}
