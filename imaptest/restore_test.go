package imaptest_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// threeLetters are in INBOX with the UIDs 1 to 3.
func threeLetters() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml":       {Data: []byte("Subject: one\n\n")},
		"INBOX/2.eml":       {Data: []byte("Subject: two\n\n")},
		"INBOX/3.eml":       {Data: []byte("Subject: three\n\n")},
		"INBOX/mailbox.txt": {Data: []byte("2.eml flags=\\Seen")},
	}
}

// A client hears of what Restore undoes as of changes by somebody else.
func TestRestoreIsTold(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("a1", "SELECT INBOX")
	snap := srv.Store().Snapshot()
	srv.Inbox().Deliver(t, []byte("Subject: new\r\n\r\n"))
	srv.Inbox().AddFlags(t, 1, imap.FlagFlagged)
	srv.Inbox().RemoveFlags(t, 2, imap.FlagSeen)
	c.cmd("a2", "NOOP")
	srv.Store().Restore(snap)
	got := c.cmd("a3", "NOOP")
	want := []string{
		`* 1 FETCH (FLAGS (\Recent))`,
		`* 2 FETCH (FLAGS (\Seen \Recent))`,
		"* 4 EXPUNGE",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// A UID that was given out is not given out again (RFC 9051, section 2.3.1.1).
	if uid := srv.Inbox().Deliver(t, []byte("Subject: next\r\n\r\n")); uid != 5 {
		t.Errorf("the next message has UID %d, want 5", uid)
	}
}

// A client that has not yet heard of an expunge never does if it is undone.
func TestRestoreBeforeItIsTold(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("a1", "SELECT INBOX")
	snap := srv.Store().Snapshot()
	srv.Inbox().Expunge(t, 1)
	// FETCH must not tell of it (RFC 9051, section 7.5.1).
	c.cmd("a2", "FETCH 2 (UID)")
	srv.Store().Restore(snap)
	got := c.cmd("a3", "NOOP")
	if slices.ContainsFunc(got, func(line string) bool { return !strings.HasPrefix(line, "* 1 FETCH") }) {
		t.Errorf("got %q, want at most the flags of the message", got)
	}
	if got := c.cmd("a4", "FETCH 1:* (UID)"); len(got) != 3 {
		t.Errorf("got %q, want three messages", got)
	}
}

// IMAP has no words for a message that comes back: who knows that it was gone
// is disconnected, and finds it on the next connection.
func TestRestoreOfWhatIsGone(t *testing.T) {
	for name, gone := range map[string][]imap.UID{"the first": {1}, "the last": {3}, "all": {1, 2, 3}} {
		for _, told := range []string{"told of the expunge", "selected after it"} {
			t.Run(name+" "+told, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
				c := dialRaw(t, srv)
				snap := srv.Store().Snapshot()
				if told == "selected after it" {
					srv.Inbox().Expunge(t, gone...)
					c.cmd("a1", "SELECT INBOX")
				} else {
					c.cmd("a1", "SELECT INBOX")
					srv.Inbox().Expunge(t, gone...)
					c.cmd("a2", "NOOP")
				}
				srv.Store().Restore(snap)
				c.send("a3 NOOP")
				if got, want := c.line(), "* BYE the selected mailbox was restored"; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				again := dialRaw(t, srv)
				again.cmd("b1", "SELECT INBOX")
				if got := again.cmd("b2", "FETCH 1:* (UID)"); len(got) != 3 {
					t.Errorf("got %q, want three messages", got)
				}
			})
		}
	}
}
