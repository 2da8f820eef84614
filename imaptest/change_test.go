package imaptest_test

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// Each kind of change as a value, and the line that says the same.
func TestChanges(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes())
	user, inbox := srv.Store().Users()[0], srv.Inbox()
	for _, subject := range []string{"one", "two", "three"} {
		inbox.Deliver(t, []byte("Subject: "+subject+"\r\n\r\n"), memstore.WithFlags("$Work"))
	}
	for _, name := range []string{"Old", "Gone"} {
		if _, err := user.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		do   func() error
		want []imaptest.Change
		line []string
	}{
		{func() error { inbox.AddFlags(t, 1, `\Seen`); inbox.RemoveFlags(t, 1, "$Work"); return nil },
			[]imaptest.Change{{Mailbox: "INBOX", UID: 1, Subject: "one", Added: []imap.Flag{`\Seen`}, Removed: []imap.Flag{"$Work"}}},
			[]string{`INBOX 1 +\Seen -$Work`}},
		{func() error { inbox.Expunge(t, 2); return nil },
			[]imaptest.Change{{Mailbox: "INBOX", UID: 2, Subject: "two", Gone: true}}, []string{`INBOX -2 "two"`}},
		{func() error {
			inbox.Deliver(t, []byte("Subject: four\r\n\r\n"), memstore.WithFlags(`\Flagged`))
			return nil
		}, []imaptest.Change{{Mailbox: "INBOX", UID: 4, Subject: "four", New: true, Added: []imap.Flag{`\Flagged`}}},
			[]string{`INBOX +4 \Flagged "four"`}},
		{func() error { _, err := user.Create("Made", memstore.Subscribed()); return err },
			[]imaptest.Change{{Mailbox: "Made", New: true}, {Mailbox: "Made"}}, []string{"Made created", "Made subscribed"}},
		{func() error { return user.Delete("Gone") }, []imaptest.Change{{Mailbox: "Gone", Gone: true}}, []string{"Gone deleted"}},
		{func() error { return user.Rename("Old", "Older") }, []imaptest.Change{{Mailbox: "Old"}}, []string{"Old renamed to Older"}},
		{func() error { user.SetPassword("x"); return nil }, []imaptest.Change{{}}, []string{"user: password changed"}},
	} {
		before := srv.Snapshot()
		if err := test.do(); err != nil {
			t.Fatal(err)
		}
		diff := before.Diff()
		if got := diff.Lines(); fmt.Sprint(got) != fmt.Sprint(test.line) {
			t.Errorf("got %q, want %q", got, test.line)
		}
		if len(diff.Changes) != len(test.want) {
			t.Errorf("%q: %d changes, want %d", test.line, len(diff.Changes), len(test.want))
			continue
		}
		for i, want := range test.want {
			got := diff.Changes[i]
			shown := func(c imaptest.Change) string {
				return fmt.Sprint(c.Mailbox, " ", c.UID, " ", c.Subject, " ", c.New, c.Gone, c.Added, c.Removed)
			}
			if got.Account != "user" || shown(got) != shown(want) || got.String() != test.line[i] {
				t.Errorf("%s: got %s, want %s of user", got, shown(got), shown(want))
			}
		}
	}
	before := srv.Snapshot()
	if _, err := srv.Store().AddUser("bob", "b"); err != nil {
		t.Fatal(err)
	}
	if got := before.Diff().Changes[0]; got.Account != "bob" || got.Mailbox != "" || !got.New || got.Gone || got.String() != "bob: created" {
		t.Errorf("a new account: %s", got)
	}
}

// TestCauses: it is known of each change who made it: a command, of IMAP or SMTP, or the test,
// where and how; of names of mailboxes too, and after Mark.
func TestCauses(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP())
	c := dialRaw(t, srv)
	srv.Mailbox("Old").Create(t)
	before := srv.Snapshot()
	c.cmd("a", "CREATE New")
	c.cmd("b", "RENAME Old Older")
	c.cmd("c", "DELETE Junk")
	srv.Inbox().Deliver(t, letter("one"))
	c.cmd("d", "SELECT INBOX")
	c.cmd("e", "STORE 1 +FLAGS (\\Seen)")
	line := here(1)
	srv.Mailbox("Trash").Deliver(t, letter("three"))
	direct := here(1)
	if _, err := srv.Store().Users()[0].Inbox().Append(letter("two")); err != nil {
		t.Fatal(err)
	}
	nc, err := srv.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	fmt.Fprint(nc, "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<user>\r\nBDAT 3 LAST\r\nx\r\n")
	srv.SMTP().WaitCount(t, 1)
	srv.Mark()
	want := map[string]string{
		"New created": "connection 1, CREATE New", "Old renamed to Older": "connection 1, RENAME Old Older", "Junk deleted": "connection 1, DELETE Junk",
		`INBOX +1 \Seen "one"`: "connection 1, STORE 1 +FLAGS (\\Seen)", `INBOX +2 "two"`: "Append at " + direct, `INBOX +3 ""`: "SMTP connection 1", `Trash +1 "three"`: "Deliver at " + line,
	}
	for _, change := range before.Diff().Changes {
		cause, expected := want[change.String()]
		if !expected || change.Cause != cause {
			t.Errorf("%s: by %q, want %q", change, change.Cause, cause)
		}
		delete(want, change.String())
	}
	if len(want) > 0 {
		t.Errorf("not among the changes: %q", want)
	}
}
