package imaptest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// The test makes, renames and deletes mailboxes as somebody else would, and accounts.
func TestMailboxesOfTheTest(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	box := srv.Mailbox("Work/2026")
	if got := reported(t, func(t imaptest.TB) { box.Deliver(t, []byte("x")) }); !strings.Contains(got, `no mailbox "Work/2026"`) || !strings.Contains(got, "Create makes one") {
		t.Errorf("got %q", got)
	}
	before := srv.Snapshot()
	box.Create(t, memstore.Subscribed())
	box.Deliver(t, []byte("Subject: x\r\n\r\n"))
	box = box.Rename(t, "Old")
	box.AssertSubjects(t, "x")
	c := dialRaw(t, srv)
	if got := fmt.Sprint(c.cmd("l", `LIST "" Old`)); !strings.Contains(got, "Old") {
		t.Errorf("got %s", got)
	}
	box.Delete(t)
	box.AssertMissing(t)
	if got := reported(t, func(t imaptest.TB) { box.Delete(t) }); !strings.Contains(got, `no mailbox "Old"`) {
		t.Errorf("got %q", got)
	}
	if got := reported(t, func(t imaptest.TB) { srv.Mailbox("Junk").Create(t) }); !strings.Contains(got, "create Junk: ") {
		t.Errorf("got %q", got)
	}
	bob := srv.AddUser(t, "bob", "b")
	bob.Inbox().AssertCount(t, 0)
	bob.Mailbox("Archive").AssertExists(t)
	dialRawAs(t, srv, "bob b")
	if got := reported(t, func(t imaptest.TB) { srv.AddUser(t, "bob", "b") }); !strings.Contains(got, "add account bob: ") {
		t.Errorf("got %q", got)
	}
	if lines := fmt.Sprint(before.Diff().Lines()); !strings.Contains(lines, "bob: created") {
		t.Errorf("got %s", lines)
	}
}
