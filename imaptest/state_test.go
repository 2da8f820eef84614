package imaptest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// The form of a state is written down by hand.
const wantState = `account ann
  INBOX: 2 messages, 1 unseen, UIDVALIDITY 7, UIDNEXT 21, subscribed
    UID  FLAGS        DATE                       SIZE  SUBJECT  MESSAGE-ID
    3    \Seen $Work  2024-05-01T10:00:00+02:00  16    "one"    -
    4    -            now                        16    "two"    -
  Blätter & Co.: 0 messages, UIDVALIDITY 2, UIDNEXT 1, \Noinferiors, nomodseq
  Lists: 0 messages, UIDVALIDITY 3, UIDNEXT 1
  Lists/go: 2 messages, 2 unseen, UIDVALIDITY 4, UIDNEXT 3, \Archive, fixed-keywords, subscribed
    UID  FLAGS  DATE  SIZE  SUBJECT   MESSAGE-ID
    1    -      now   9000  "a list"  -
    2    -      now   19    "a list"  -
  Names: \Noselect
  Public: 0 messages, UIDVALIDITY 6, UIDNEXT 1, read-only, uidnotsticky
  Gone/away: no mailbox, subscribed
account bob
  INBOX: 1 message, 1 unseen, UIDVALIDITY 7, UIDNEXT 2, subscribed
    UID  FLAGS  DATE                  SIZE  SUBJECT  MESSAGE-ID
    1    -      2024-05-01T12:00:00Z  49    "Grüße"  <1@example.com>
`

func TestState(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(),
		imaptest.WithMail(fixtures.TxtarBytes([]byte(twoAccounts))))
	srv.User("bob").Inbox().Deliver(t, []byte("Subject: Grüße\r\nMessage-ID: <1@example.com>\r\n\r\n"),
		memstore.WithInternalDate(time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)))
	// UIDVALIDITY counts up over the store, in the order of making.
	if got := dropUIDValidity(srv.State()); got != dropUIDValidity(wantState) {
		t.Errorf("got\n%s\nwant\n%s", got, wantState)
	}
	if got := srv.State(); !strings.Contains(got, "INBOX: 2 messages, 1 unseen, UIDVALIDITY 7, UIDNEXT 21, subscribed\n") {
		t.Errorf("got\n%s", got)
	}
}

func dropUIDValidity(state string) string {
	var out []string
	for _, word := range strings.Split(state, ", ") {
		if !strings.HasPrefix(word, "UIDVALIDITY") {
			out = append(out, word)
		}
	}
	return strings.Join(out, ", ")
}

// With a clock, all dates are the test's own, and are shown.
func TestStateWithClock(t *testing.T) {
	now := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithClock(func() time.Time { return now }))
	srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	if got := srv.State(); !strings.Contains(got, "2024-05-01T10:00:00Z") {
		t.Errorf("got\n%s", got)
	}
}

// A message that was moved came "now" too, and the state of two runs is the
// same.
func TestStateIsStable(t *testing.T) {
	run := func(pause time.Duration) (state string) {
		synctest.Test(t, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
			time.Sleep(pause)
			uid := srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
			time.Sleep(pause)
			c := dialRaw(t, srv)
			c.cmd("a1", "SELECT INBOX")
			c.cmd("a2", "UID MOVE %d Archive", uid)
			state = srv.State()
		})
		return state
	}
	if a, b := run(time.Second), run(time.Hour); a != b {
		t.Errorf("one run\n%s\nanother\n%s", a, b)
	}
}

// Golden files are written on request, and compared else.
func TestGolden(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("tag1", "SELECT INBOX")
	file := filepath.Join(t.TempDir(), "new", "state.txt")
	wire := filepath.Join(t.TempDir(), "wire.txt")
	t.Setenv("IMAPTEST_UPDATE", "1")
	f := &fakeTB{TB: t}
	srv.AssertState(f, file)
	srv.AssertTranscript(f, wire)
	t.Setenv("IMAPTEST_UPDATE", "")
	if got := f.out.String(); got != "log: the state: wrote "+file+"\nlog: the transcript: wrote "+wire+"\n" {
		t.Errorf("got %s", got)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != srv.State() {
		t.Errorf("%v, wrote %s", err, text)
	}
	srv.AssertState(t, file)
	srv.AssertTranscript(t, wire)
	f = &fakeTB{TB: t}
	srv.Inbox().AddFlags(t, 1, imap.FlagSeen)
	srv.AssertState(f, file)
	c.cmd("tag2", "NOOP")
	srv.AssertTranscript(f, wire)
	for _, want := range []string{"-    1    -      now   16    \"one\"", "+    1    \\Seen  now   16    \"one\"", "+    C: a3 NOOP"} {
		if !strings.Contains(f.out.String(), want) {
			t.Errorf("no %q in\n%s", want, f.out.String())
		}
	}
}

// Two runs give one golden transcript, whatever the tags, the port, the dates
// and the UIDVALIDITY.
func TestGoldenTranscript(t *testing.T) {
	run := func(t *testing.T, tags string, opts ...imaptest.Option) *imaptest.Server {
		opts = append(opts, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
		srv := imaptest.Start(t, opts...)
		c := dialRaw(t, srv)
		c.cmd(tags+"1", "SELECT INBOX")
		c.cmd(tags+"2", "UID COPY 1 Archive")
		c.cmd(tags+"3", "FETCH 1 (INTERNALDATE)")
		return srv
	}
	file := filepath.Join(t.TempDir(), "wire.txt")
	t.Setenv("IMAPTEST_UPDATE", "1")
	run(t, "x").AssertTranscript(&fakeTB{TB: t}, file)
	t.Setenv("IMAPTEST_UPDATE", "0")
	later := imaptest.WithClock(func() time.Time { return time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC) })
	run(t, "A00", later, imaptest.Without(imap.CapSort)).AssertTranscript(t, file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `connection 1
    S: * OK [CAPABILITY …] mailtest ready
    C: a1 LOGIN user ***
    S: a1 OK [CAPABILITY …] logged in
    C: a2 SELECT INBOX
`
	if !strings.HasPrefix(string(text), want) || !strings.Contains(string(text), `* 1 FETCH (INTERNALDATE "DATE")`) || !strings.Contains(string(text), "[COPYUID V 1 1]") {
		t.Errorf("got\n%s", text)
	}
}

// All kinds of changes, in the form of AssertDiff.
func TestDiff(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("user", "password", threeLetters()), imaptest.WithUser("bob", "b", threeLetters()))
	snap := srv.Snapshot()
	snap.AssertDiff(t)
	user, bob := srv.Store().Users()[0], srv.Store().Users()[1]
	c := dialRaw(t, srv)
	c.cmd("a1", "SELECT INBOX")
	c.cmd("a2", `STORE 1 +FLAGS (\Flagged $Work \Answered)`)
	c.cmd("a3", `STORE 2 -FLAGS (\Seen)`)
	c.cmd("a4", "UID MOVE 3 Archive")
	c.cmd("a5", "CREATE \"Old Mail/2023\"")
	c.cmd("a6", "RENAME Junk Spam")
	c.cmd("a7", "DELETE Drafts")
	c.cmd("a8", "UNSUBSCRIBE Sent")
	c.cmd("a9", "SUBSCRIBE Nowhere")
	c.cmd("a10", `APPEND "Old Mail/2023" (\Draft) {14+}`+"\r\nSubject: a \"b\"")
	srv.User("bob").Inbox().Expunge(t, 1, 2)
	srv.Mailbox("Trash").Deliver(t, []byte("Subject: x\r\n\r\n"))
	srv.Mailbox("Trash").Deliver(t, []byte("Subject: x\r\n\r\n"))
	srv.Mailbox("Trash").BumpUIDValidity(t)
	trash, _ := user.Mailbox("Trash")
	if err := trash.Configure(memstore.ReadOnly()); err != nil {
		t.Fatal(err)
	}
	bob.SetPassword("other")
	if _, err := srv.Store().AddUser("cy", "c"); err != nil {
		t.Fatal(err)
	}
	// A message that came and went is no difference.
	srv.Inbox().Expunge(t, srv.Inbox().Deliver(t, []byte("x")))

	want := []string{
		`INBOX 1 +$Work +\Answered +\Flagged "one"`,
		`INBOX 2 -\Seen "two"`,
		`INBOX -3 "three"`,
		"Drafts deleted",
		"Junk renamed to Spam",
		"Trash uidvalidity 6 -> 17",
		`Trash attributes \Trash -> "\\Trash read-only"`,
		`Trash +1 "x"`,
		`Trash +2 "x"`,
		`Archive +1 "three"`,
		`"Old Mail" created`,
		`"Old Mail/2023" created`,
		`"Old Mail/2023" +1 \Draft "a \"b\""`,
		"Nowhere subscribed",
		"Sent unsubscribed",
		"bob: password changed",
		`bob: INBOX -1 "one"`,
		`bob: INBOX -2 "two"`,
		"cy: created",
	}
	got := snap.Diff().Lines()
	for i, line := range got { // the subject of a message whose flags changed is not said
		if strings.HasPrefix(line, "INBOX 1 ") {
			got[i] += ` "one"`
		}
		if strings.HasPrefix(line, "INBOX 2 ") {
			got[i] += ` "two"`
		}
		if strings.Contains(line, "uidvalidity") {
			got[i] = "Trash uidvalidity 6 -> 17"
		}
	}
	if g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)); !slices.Equal(g, w) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
	// What it says can be pasted; what may be left out may be.
	snap.AssertDiff(t, snap.Diff().Lines()...)
	var short []string
	for _, line := range snap.Diff().Lines() {
		switch {
		case strings.HasPrefix(line, "Trash +"):
			continue
		case strings.HasPrefix(line, "Archive +1"):
			line = "Archive +1"
		case strings.HasPrefix(line, `INBOX -3`):
			line = "inbox -3"
		case strings.HasPrefix(line, `INBOX 1`):
			line = `INBOX 1 +\FLAGGED +\answered +$work`
		case strings.HasPrefix(line, `"Old Mail/2023" +1`):
			line = `"Old Mail/2023" +1 "a \"b\""`
		}
		short = append(short, line)
	}
	snap.AssertDiff(t, append(short, `Trash +1:2 "x"`)...)

	srv.Restore(snap)
	snap.AssertDiff(t)
}

// A state that differs is shown as a unified diff, and one whose file is missing
// is shown whole.
func TestStateFailures(t *testing.T) {
	was := *update
	*update = false // what is compared here is no golden file of ours
	t.Cleanup(func() { *update = was })
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(threeLetters()))
	f := &fakeTB{TB: t}
	file := filepath.Join(t.TempDir(), "state.txt")
	srv.AssertState(f, file)
	state := srv.State()
	if want := "error: the state: there is no file " + file + "; IMAPTEST_UPDATE=1 writes it\n" + state + "\n"; f.out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", f.out.String(), want)
	}
	if err := os.WriteFile(file, []byte(state), 0o666); err != nil {
		t.Fatal(err)
	}
	srv.Inbox().AddFlags(t, 1, imap.FlagSeen)
	f = &fakeTB{TB: t}
	srv.AssertState(f, file)
	want := "error: the state differs from " + file + ` (IMAPTEST_UPDATE=1 rewrites it)
--- want
+++ got
@@ -1,6 +1,6 @@
 account user
-  INBOX: 3 messages, 2 unseen, UIDVALIDITY 1, UIDNEXT 4, subscribed
+  INBOX: 3 messages, 1 unseen, UIDVALIDITY 1, UIDNEXT 4, subscribed
     UID  FLAGS  DATE  SIZE  SUBJECT  MESSAGE-ID
-    1    -      now   16    "one"    -
+    1    \Seen  now   16    "one"    -
     2    \Seen  now   16    "two"    -
     3    -      now   18    "three"  -
`
	if got := f.out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
