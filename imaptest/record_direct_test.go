package imaptest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// What the test does to the store itself is among the events, as a call of the test at its line,
// with what it changed; a loop is one event, and what happens between two calls divides them. A
// failure says who it was.
func TestReportTellsOfTheStore(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("user", "password"))
	before := srv.Snapshot()
	ok := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	user, _ := srv.Store().User("user")
	inbox := user.Inbox()
	archive, _ := user.Mailbox("Archive")
	for i := range 3 {
		ok(inbox.Append(fmt.Appendf(nil, "Subject: %d\r\n\r\n", i)))
	}
	srv.Inbox().AddFlags(t, 1, imap.FlagSeen)
	for range 2 {
		ok(inbox.Append([]byte("Subject: more\r\n\r\n")))
		reportClient(t, srv)
	}
	ok(inbox.Move(imap.UIDSetNum(1, 3), archive))
	ok(nil, inbox.Store(imap.UIDSetNum(2), imap.StoreFlagsAdd, imap.FlagFlagged))
	expunged := here(1)
	ok(inbox.Expunge(imap.UIDSetNum(5)))
	ok(user.Create("New"))
	ok(srv.Store().AddUser("bob", "secret"))
	bob, _ := srv.Store().User("bob")
	ok(bob.Inbox().Append([]byte("Subject: for bob\r\n\r\n")))
	inbox.BumpUIDValidity()

	var page strings.Builder
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	text := textOfPage(page.String())
	for _, want := range []string{
		"Append INBOX in the store itself INBOX +1, 2, 3",
		"Append INBOX in the store itself INBOX +4",
		"Append INBOX in the store itself INBOX +5",
		`Move Archive in the store itself Archive +1 \Seen Archive +2 INBOX −1, 3`,
		`Store INBOX in the store itself INBOX 2 +\Flagged`,
		"Expunge INBOX in the store itself INBOX −5", "record_direct_test.go:" + strings.Split(expunged, ":")[1],
		"Create New in the store itself New created",
		"AddUser bob in the store itself bob: created",
		"Append INBOX in the store itself bob: INBOX +1",
		"BumpUIDValidity INBOX in the store itself",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
	if n := strings.Count(text, "in the store itself"); n != 10 {
		t.Errorf("%d events of the store, want 10", n)
	}
	if t.Failed() {
		t.Logf("the report\n%s", text)
	}
	for _, change := range before.Diff().Changes {
		if change.UID != 0 && (change.Cause == "" || change.By.Name != "") {
			t.Errorf("%s: by %q, command %q", change, change.Cause, change.By.Name)
		}
	}
}

// What an engine or a helper does is no deed of the test at the store, though that is where it
// ends.
func TestStoreIsChangedByOthers(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.AcceptAnyLogin(), imaptest.WithUser("user", "password"))
	start := srv.Snapshot()
	inbox := srv.Inbox()
	uid := inbox.Deliver(t, []byte("Subject: one\r\n\r\n"), memstore.WithFlags(imap.FlagSeen))
	inbox.Move(t, "Archive", uid)
	srv.Mailbox("New").Create(t)
	srv.AddUser(t, "ann", "secret")
	c := reportClient(t, srv)
	c.ask("a", "CREATE Other")
	c.ask("b", "UNAUTHENTICATE")
	c.ask("c", "LOGIN stranger x")
	srv.Restore(start)
	srv.Reset(t)
	inbox.BumpUIDValidity(t)
	var page strings.Builder
	if err := srv.WriteReport(&page); err != nil {
		t.Fatal(err)
	}
	if text := textOfPage(page.String()); strings.Contains(text, "in the store itself") {
		t.Errorf("the report\n%s", text)
	}
}
