package imaptest_test

import (
	"os"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

func TestMarkAllSeen(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(os.DirFS("testdata/mail")))

	if err := markAllSeen(srv.Addr()); err != nil { // the code under test
		t.Fatal(err)
	}

	srv.Inbox().AssertSubjects(t, "Invoice 17", "Lunch?")
	lunch := srv.Inbox().Message(t, imaptest.Subject("Lunch?"))
	srv.Inbox().AssertFlags(t, lunch.UID, imap.FlagSeen, imap.FlagFlagged)
}
