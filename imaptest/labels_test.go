package imaptest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

// What a test itself does in an account with labels goes by the rules, too, and what another
// mailbox shows of it comes with it.
func TestLabelsOfATest(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithLabels(fixtures.Labels{}))
	user := srv.User(imaptest.DefaultUser)
	uid := srv.Inbox().Deliver(t, []byte("Subject: Lunch?\r\n\r\nNoon.\r\n"))
	all, trash := srv.Mailbox("All Mail"), srv.Mailbox("Trash")
	all.AssertCount(t, 1)
	before := srv.Snapshot()
	srv.Inbox().AddLabels(t, uid, "Work/2024", `\Starred`)
	before.AssertDiff(t, "Work created", "Work/2024 created", "INBOX 1 +\\Flagged", "Starred +1", "Work/2024 +1")
	if got, want := srv.Inbox().Labels(t, uid), []string{`\Inbox`, `\Starred`, "Work/2024"}; !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
	srv.Mailbox("Work/2024").AddFlags(t, 1, imap.FlagSeen)
	srv.Inbox().AssertFlags(t, uid, imap.FlagSeen, imap.FlagFlagged)
	srv.Inbox().RemoveLabels(t, uid, `\Inbox`)
	srv.Inbox().AssertCount(t, 0)
	user.SetLabels(t, fixtures.Labels{Expunged: "trash"})
	all.Expunge(t, 1)
	trash.AssertCount(t, 1)
	srv.Mailbox("Work/2024").AssertCount(t, 0)
	trash.Expunge(t, 1)
	trash.AssertCount(t, 0)
	for _, test := range []struct {
		do   func(t imaptest.TB)
		want string
	}{
		{func(t imaptest.TB) { user.SetLabels(t, fixtures.Labels{Expunged: "burn"}) }, `"burn" is nothing that can become of an expunged message`},
		{func(t imaptest.TB) { srv.Inbox().AddLabels(t, 9, "x") }, "9"},
		{func(t imaptest.TB) { srv.User("nobody").SetLabels(t, fixtures.Labels{}) }, `no account "nobody"`},
	} {
		if got := reported(t, test.do); !strings.Contains(got, test.want) {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	plain := imaptest.Start(t, imaptest.InMemory())
	if got := reported(t, func(t imaptest.TB) { plain.User("user").SetLabels(t, fixtures.Labels{}) }); !strings.Contains(got, `account "user" has no labels`) {
		t.Errorf("got %q", got)
	}
}

// What SMTP files for an account with labels is in All Mail too; the same mail to two of its
// addresses is filed once more, for it is another message with other trace fields.
func TestSMTPFilesIntoLabels(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP(), imaptest.WithLabels(fixtures.Labels{Dedupe: true}))
	for range 2 {
		tell(t, srv, "EHLO x", "MAIL FROM:<bob@example.com>", "RCPT TO:<user@example.com>", "DATA", "Subject: Lunch?\r\n\r\nNoon.\r\n.")
	}
	srv.Inbox().AssertCount(t, 2)
	srv.Mailbox("All Mail").AssertCount(t, 2)
}

// A snapshot of a server with labels starts other ones.
func TestLabelsInACopy(t *testing.T) {
	first := imaptest.Start(t, imaptest.InMemory(), imaptest.WithLabels(fixtures.Labels{AutoExpunge: true}))
	uid := first.Inbox().Deliver(t, []byte("Subject: Lunch?\r\n\r\nNoon.\r\n"))
	first.Inbox().AddLabels(t, uid, "Work")
	second := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSnapshot(first.Snapshot()))
	second.Mailbox("Work").AddFlags(t, 1, imap.FlagDeleted)
	second.Mailbox("Work").AssertCount(t, 0)
	first.Mailbox("Work").AssertCount(t, 1)
	second.Inbox().AssertCount(t, 1)
}

func TestAccountRefused(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	user := srv.User("user")
	login := func(command string) string { return dialGreeted(t, srv).answer("a " + command) }
	plain := "AUTHENTICATE PLAIN " + base64Of("\x00user\x00password")
	for _, test := range []struct {
		why  imaptest.Refusal
		want string
	}{
		{imaptest.NeedsWebLogin, "a NO [ALERT] log in via a web browser first"},
		{imaptest.NeedsAppPassword, "a NO [ALERT] an application-specific password is required"},
		{imaptest.AccountDisabled, "a NO [ALERT] IMAP is disabled for this account"},
		{imaptest.TooManyConnections, "a NO [LIMIT] too many connections of this account"},
	} {
		user.Refuse(t, test.why)
		for _, command := range []string{"LOGIN user password", plain} {
			if got := login(command); got != test.want {
				t.Errorf("%s: got %q, want %q", command, got, test.want)
			}
		}
		if got, want := login("LOGIN user wrong"), "a NO [AUTHENTICATIONFAILED] "; !strings.HasPrefix(got, want) {
			t.Errorf("a wrong password: got %q, want %q", got, want)
		}
	}
	user.Admit(t)
	if got := login("LOGIN user password"); !strings.HasPrefix(got, "a OK ") {
		t.Errorf("let in again: %q", got)
	}
	user.SetAppPassword(t, "abcd efgh")
	for command, want := range map[string]string{
		"LOGIN user password":    "a NO [ALERT] an application-specific password is required",
		plain:                    "a NO [ALERT] an application-specific password is required",
		`LOGIN user "abcd efgh"`: "a OK ",
		"LOGIN user wrong":       "a NO [AUTHENTICATIONFAILED] ",
	} {
		if got := login(command); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", command, got, want)
		}
	}
	user.SetAppPassword(t, "")
	if got := login("LOGIN user password"); !strings.HasPrefix(got, "a OK ") {
		t.Errorf("with the account's password again: %q", got)
	}
}
