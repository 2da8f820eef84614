package imaptest

import (
	"bytes"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/store"
)

// TestMailLogIsBounded: however long a test is, no more is kept than the bounds say, of changes
// and of bytes of messages that are gone; and the report begins where what is known begins.
func TestMailLogIsBounded(t *testing.T) {
	srv := Start(t, InMemory())
	log := &srv.rec.mail
	log.bounds.changes, log.bounds.mail = 50, 10_000
	inbox := srv.core().Users()[0].Inbox()
	for i := range 200 {
		msg, err := inbox.Append(bytes.Repeat([]byte("x"), 1000))
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			if _, err := inbox.Expunge(imap.UIDSetNum(msg.UID)); err != nil {
				t.Fatal(err)
			}
		}
		if len(log.list) > 55 || log.kept > 10_000 {
			t.Fatalf("after %d messages: %d changes and %d bytes are kept", i+1, len(log.list), log.kept)
		}
	}
	if !log.forgot() || len(log.list) < 10 {
		t.Fatalf("%d changes are kept", len(log.list))
	}
	d := srv.tell()
	have := make(map[uint32]bool)
	for _, row := range d.Start[boxAt(d, "INBOX")].Rows {
		have[row.UID] = true
	}
	for _, c := range d.Changes {
		if have[c.UID] == (c.Op == report.Added) {
			t.Errorf("change %+v of a mailbox that has it %v", c, have[c.UID])
		}
		have[c.UID] = c.Op != report.Removed
	}
	if n := inbox.Status().Messages; n != countOf(have) {
		t.Errorf("the changes lead to %d messages, and there are %d", countOf(have), n)
	}
	if len(d.Test.Facts) == 0 {
		t.Error("it is not said that something was forgotten")
	}
}

func boxAt(d *report.Data, name string) int {
	for i, box := range d.Start {
		if box.Name == name {
			return i
		}
	}
	return -1
}

func countOf(have map[uint32]bool) (n int) {
	for _, has := range have {
		if has {
			n++
		}
	}
	return n
}

// TestMailLogForgetsPartOfAStroke: the bounds are of messages, also of those that one STORE or
// one EXPUNGE has changed.
func TestMailLogForgetsPartOfAStroke(t *testing.T) {
	srv := Start(t, InMemory())
	log := &srv.rec.mail
	log.bounds.changes, log.bounds.mail = 50, 10_000
	inbox := srv.core().Users()[0].Inbox()
	for range 100 {
		if _, err := inbox.Append(bytes.Repeat([]byte("x"), 1000)); err != nil {
			t.Fatal(err)
		}
	}
	all := imap.UIDSet{{Start: 1, Stop: 100}}
	if err := inbox.Store(all, imap.StoreFlagsAdd, imap.FlagDeleted); err != nil {
		t.Fatal(err)
	}
	if log.size != 50 || len(log.list) != 1 {
		t.Errorf("after STORE %d changes of %d messages are kept", len(log.list), log.size)
	}
	if _, err := inbox.Expunge(all); err != nil {
		t.Fatal(err)
	}
	if log.size != 9 || log.kept != 9000 || len(log.list) != 1 {
		t.Errorf("after EXPUNGE %d changes of %d messages with %d bytes are kept", len(log.list), log.size, log.kept)
	}
	if rows := srv.tell().Start[boxAt(srv.tell(), "INBOX")].Rows; len(rows) != 9 || rows[0].UID != 92 {
		t.Errorf("the report begins with %+v", rows)
	}
}

// TestDeletedMailIsKnown: messages of a mailbox that was deleted, or got other UIDs, are in the
// report as they were.
func TestDeletedMailIsKnown(t *testing.T) {
	srv := Start(t, InMemory())
	user := srv.core().Users()[0]
	box, _ := user.Mailbox("Archive")
	if _, err := box.Append([]byte("Subject: kept\r\n\r\n"), store.WithFlags(imap.FlagSeen)); err != nil {
		t.Fatal(err)
	}
	box.SkipUIDs(3)
	box.BumpUIDValidity()
	if err := user.Delete("Archive"); err != nil {
		t.Fatal(err)
	}
	srv.Snapshot()
	d := srv.tell()
	var got []report.Op
	for _, c := range d.Changes {
		got = append(got, c.Op)
		if c.UID != 0 && d.Messages[c.Message].Subject != "kept" {
			t.Errorf("%+v is of %+v", c, d.Messages[c.Message])
		}
	}
	want := []report.Op{report.Added, report.Renewed, report.Added, report.Deleted}
	if string(join(got)) != string(join(want)) {
		t.Errorf("got %q, want %q", got, want)
	}
	if i := boxAt(d, "Archive"); i < 0 || len(d.Start[i].Rows) != 0 || d.Start[i].UIDNext != 1 {
		t.Errorf("at the start: %+v", d.Start)
	}
}

func join(ops []report.Op) (out []byte) {
	for _, op := range ops {
		out = append(out, op...)
	}
	return out
}
