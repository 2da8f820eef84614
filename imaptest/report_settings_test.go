package imaptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

// What clients and tests set mailboxes and accounts to stands beside what they did: rights,
// quotas, subscriptions, annotations, in the words of AssertDiff.
func TestReportTellsOfSettings(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("user", "password"), imaptest.WithUser("bob", "secret"))
	before := srv.Snapshot()
	c := reportClient(t, srv)
	for _, command := range []string{
		"SETACL Archive bob lr", "SETACL Archive bob +s", "DELETEACL Archive bob", "SUBSCRIBE News", "UNSUBSCRIBE News",
		`SETQUOTA "" (MESSAGE 10)`, `SETMETADATA Archive (/shared/comment "old mail")`, `SETMETADATA "" (/private/comment "mine")`,
		"NOOP",
	} {
		if answer := c.ask("a", command); !strings.Contains(answer, "a OK") {
			t.Fatalf("%s: %s", command, answer)
		}
	}
	srv.Mailbox("Archive").Grant(t, "anyone", "l")
	srv.Mailbox("Archive").SetMetadata(t, "/shared/comment", []byte("older mail"))
	srv.User("bob").SetMetadata(t, "/private/comment", []byte("bob's"))
	srv.User("bob").SetQuota(t, fixtures.Quota{Root: "r", Limits: map[imap.QuotaResourceType]int64{imap.QuotaResourceStorage: 5}})
	var page strings.Builder
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	text := textOfPage(page.String())
	for _, want := range []string{
		"SETACL Archive bob lr OK Archive acl bob none -> lr",
		"SETACL Archive bob +s OK Archive acl bob lr -> lrs",
		"DELETEACL Archive bob OK Archive acl bob lrs -> none",
		"SUBSCRIBE News OK News subscribed",
		"UNSUBSCRIBE News OK News unsubscribed",
		`SETQUOTA "" (MESSAGE 10) OK user: quota "" "" -> "MESSAGE 10"`,
		`OK Archive metadata /shared/comment NIL -> "old mail"`,
		`OK user: metadata /private/comment NIL -> mine`,
		"Grant Archive anyone l Archive acl anyone none -> l",
		`SetMetadata Archive /shared/comment Archive metadata /shared/comment "old mail" -> "older mail"`,
		`SetMetadata /private/comment bob: metadata /private/comment NIL -> bob's`,
		`SetQuota bob r bob: quota r "" -> "STORAGE 5"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
	if t.Failed() {
		t.Logf("the report\n%s", text)
	}
	before.AssertDiff(t, "Archive acl anyone none -> l", `Archive metadata /shared/comment NIL -> "older mail"`, `user: quota "" "" -> "MESSAGE 10"`,
		"user: metadata /private/comment NIL -> mine", "bob: metadata /private/comment NIL -> bob's", `bob: quota r "" -> "STORAGE 5"`)
}

// What becomes of accounts stands beside what the test did, without what they log in with.
func TestReportTellsOfAccounts(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.With("ANNOTATE-EXPERIMENT-1"))
	before := srv.Snapshot()
	srv.Inbox().Deliver(t, letter("one"))
	srv.AddUser(t, "bob", "secret")
	srv.User("bob").SetToken(t, "token", time.Time{})
	srv.User("bob").SetPassword(t, "0ther")
	srv.User("bob").SetPassword(t, "0ther")
	c := reportClient(t, srv)
	c.ask("a", "SELECT INBOX (ANNOTATE)")
	c.ask("b", `STORE 1 ANNOTATION (/comment (value.priv "x"))`)
	srv.Restore(before)
	var page strings.Builder
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	text := textOfPage(page.String())
	for _, want := range []string{
		"AddUser bob bob: created", "SetToken bob bob: password changed", "SetPassword bob bob: password changed", "OK INBOX annotations of UID 1", "bob: removed",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
	if n := strings.Count(text, "bob: password changed"); n != 2 {
		t.Errorf("%d passwords have changed, want 2", n)
	}
	if strings.Contains(page.String(), "0ther") {
		t.Error("the password is in the report")
	}
	if t.Failed() {
		t.Logf("the report\n%s", text)
	}
}
