package imaptest_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
)

func letter(subject string) []byte {
	return fixtures.New().MessageID(subject + "@example.com").Subject(subject).Bytes()
}

// The journal has the size of each line of an answer, with its literals: their sum, and so
// every cut, can be told from it. What a client cannot have got is not among them.
func TestLinesOfAnAnswer(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\nbody\r\n"))
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "UID FETCH 1 (FLAGS BODY.PEEK[])")
	c.send("c APPEND INBOX {5}")
	c.line()
	c.send("hello")
	for !strings.HasPrefix(c.line(), "c OK") {
	}
	c.send("d IDLE")
	c.line()
	srv.Inbox().Deliver(t, letter("pushed"))
	pushed := c.line() + "\r\n"
	pushed2 := c.line() + "\r\n" // EXISTS and RECENT (RFC 3501, section 5.2)
	c.send("DONE")
	c.line()
	fetch, add, idle := srv.WaitCommand(t, "UID FETCH"), srv.WaitCommand(t, "APPEND"), srv.WaitCommand(t, "IDLE")
	line := len(`* 1 FETCH (UID 1 FLAGS (\Recent) BODY[] {20}` + "\r\nSubject: x\r\n\r\nbody\r\n)\r\n")
	if want := []int{line, len("b OK UID FETCH completed\r\n")}; !slices.Equal(fetch.Lines, want) || fetch.Literals != 0 {
		t.Errorf("got %v, %d literals, want %v, none", fetch.Lines, fetch.Literals, want)
	}
	if n := len(add.Lines); add.Literals != 1 || n != add.Untagged+1 {
		t.Errorf("APPEND: %d literals, %d lines, want 1 and %d", add.Literals, n, add.Untagged+1)
	}
	if want := []int{len(pushed), len(pushed2), len("d OK IDLE completed\r\n")}; !slices.Equal(idle.Lines, want) {
		t.Errorf("IDLE: got %v, want %v", idle.Lines, want)
	}
	srv.On("UID FETCH").Nth(1).CutAfter(line + 3)
	c.send("e UID FETCH 1 (FLAGS BODY.PEEK[])")
	if got := srv.WaitCommand(t, "UID FETCH * (FLAGS BODY.PEEK[])"); got.Tag != "b" {
		t.Errorf("got %v", got)
	}
	c.line()
	srv.WaitConns(t, 0)
	commands := srv.Commands()
	if cut := commands[len(commands)-1]; !slices.Equal(cut.Lines, []int{line}) {
		t.Errorf("cut: got %v, want %d alone", cut.Lines, line)
	}
}

// A server that begins with the state of another has all of it, and the two part there.
func TestCopiesOfAServer(t *testing.T) {
	first := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("ann", "secret"), imaptest.WithDelimiter('.'))
	first.Mailbox("Work.2026").Create(t)
	first.Inbox().Deliver(t, letter("one"))
	first.Inbox().Deliver(t, letter("two"))
	first.Inbox().AddFlags(t, 2, imap.FlagSeen, "$Work")
	first.Inbox().Expunge(t, 1)
	snap := first.Snapshot()
	want := first.State()

	second := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSnapshot(snap), imaptest.WithMail(os.DirFS("no such folder")))
	if got := second.State(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// QRESYNC goes on from what a client knew of the other (RFC 7162, section 3.2.5.2).
	c := dialRawAs(t, second, "ann secret")
	c.cmd("a", "ENABLE QRESYNC")
	if got := fmt.Sprint(c.cmd("b", "SELECT INBOX (QRESYNC (1 3))")); !strings.Contains(got, "VANISHED (EARLIER) 1") || !strings.Contains(got, `* 1 FETCH (UID 2 FLAGS (\Seen $Work`) {
		t.Errorf("got %s", got)
	}
	c.cmd("c", "STORE 1 +FLAGS ($Other)")
	second.Inbox().Deliver(t, letter("three"))
	second.Mailbox("Work.2026").Delete(t)
	if got := first.State(); got != want {
		t.Errorf("the first has become\n%s", got)
	}
	first.Inbox().Deliver(t, letter("four"))
	second.Inbox().AssertSubjects(t, "two", "three")
	// A copy of a state that the first has left is that state.
	third := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSnapshot(snap))
	if got := third.State(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if second.Snapshot().Diff().String() != "" {
		t.Error("a snapshot differs from itself")
	}
	if _, err := imaptest.New(imaptest.WithSnapshot(nil)); err == nil {
		t.Error("no snapshot is no error")
	}
}

// What a copy has besides mail: rights, quotas, annotations, and whose \Seen it is.
func TestCopiesOfWhatIsSetAndShared(t *testing.T) {
	first := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(fstest.MapFS{
		"accounts.txt":                &fstest.MapFile{Data: []byte("user password=password\nann password=secret\nShared shared\n")},
		"user/quota.txt":              &fstest.MapFile{Data: []byte("user MESSAGE=3\n")},
		"user/metadata.txt":           &fstest.MapFile{Data: []byte("/private/vendor/x/y/z value=1\n/private/comment value=mine\n")},
		"user/Team/mailbox.txt":       &fstest.MapFile{Data: []byte("seen-per-user\nacl ann lrsi\n/shared/comment value=ours\n/private/comment value=mine\n1.eml seen-by=ann flags=\\Deleted\n")},
		"user/Team/1.eml":             &fstest.MapFile{Data: letter("one")},
		"Shared/Announce/mailbox.txt": &fstest.MapFile{Data: []byte("acl anyone lr\n")},
	}))
	want := first.State()
	snap := first.Snapshot()
	second := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSnapshot(snap))
	if got := second.State(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	ann := dialRawAs(t, second, "ann secret")
	for _, row := range [][2]string{
		{`MYRIGHTS "Other Users/user/Team"`, `* MYRIGHTS "Other Users/user/Team" lrsi`},
		{`STATUS "Other Users/user/Team" (UNSEEN)`, `(UNSEEN 0)`},
		{`GETMETADATA "Other Users/user/Team" (/private/comment)`, `(/private/comment NIL)`},
		{`GETMETADATA "Other Users/user/Team" (/shared/comment)`, `(/shared/comment "ours")`},
		{`SELECT Shared/Announce`, `PERMANENTFLAGS ()`},
		{`APPEND "Other Users/user/Team" {19+}` + "\r\nSubject: two\r\n\r\nx\r\n", ``},
		{`STATUS "Other Users/user/Team" (MESSAGES)`, `(MESSAGES 2)`},
	} {
		if got := fmt.Sprint(ann.cmd("t", "%s", row[0])); !strings.Contains(got, row[1]) {
			t.Errorf("%s: got %s, want %s", row[0], got, row[1])
		}
	}
	user := dialRaw(t, second)
	user.send("q STATUS Team (DELETED-STORAGE UNSEEN)")
	if got := user.line(); strings.Contains(got, "DELETED-STORAGE 0") {
		t.Errorf("got %s", got)
	}
	user.line()
	second.User("user").Mailbox("Team").Deliver(t, letter("three"))
	user.send("o APPEND INBOX {1+}\r\nx")
	if got := user.line(); !strings.HasPrefix(got, "o NO [OVERQUOTA]") {
		t.Errorf("the 4th of 3 messages: %s", got)
	}
	if got := first.State(); got != want {
		t.Errorf("the first has become\n%s", got)
	}
}

// Many servers come of one snapshot at once, in bubbles of their own.
func TestManyCopies(t *testing.T) {
	first := imaptest.Start(t, imaptest.InMemory())
	for i := range 3 {
		first.Inbox().Deliver(t, letter(fmt.Sprint(i)))
	}
	snap := first.Snapshot()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSnapshot(snap))
				srv.Inbox().Deliver(t, letter("mine"))
				srv.Inbox().AddFlags(t, 1, "$Mine")
				srv.Inbox().AssertSubjects(t, "0", "1", "2", "mine")
			})
		})
	}
	all.Wait()
	first.Inbox().AssertSubjects(t, "0", "1", "2")
}

// To be refused takes time, so that a client without a pause does not stop a bubble.
func TestRefusalTakesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.Refuse()
		begun := time.Now()
		time.AfterFunc(time.Second-time.Millisecond/2, func() { srv.Accept() })
		for tries := 0; ; tries++ {
			nc, err := srv.Dial(t.Context())
			if err == nil {
				nc.Close()
				if tries != 1000 || srv.ConnsRefused() != 1000 || time.Since(begun) != time.Second {
					t.Errorf("%d tries, %d refused in %v, want 1000 in 1s", tries, srv.ConnsRefused(), time.Since(begun))
				}
				break
			}
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Fatal(err)
			}
		}
		srv.Refuse()
		ctx, cancel := context.WithTimeout(t.Context(), time.Microsecond)
		defer cancel()
		if _, err := srv.Dial(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// Each change is the command's that made it, and nobody's that no command made.
func TestWhoChanged(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	for i := range 5 {
		srv.Inbox().Deliver(t, letter(fmt.Sprint(i)))
	}
	before := srv.Snapshot()
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "UID STORE 1 +FLAGS (\\Deleted)")
	c.cmd("c", "UID FETCH 2 BODY[]")
	c.cmd("d", "UID MOVE 3 Archive")
	c.cmd("e", "UID COPY 2 Trash")
	c.cmd("f", "EXPUNGE")
	srv.Inbox().AddFlags(t, 4, imap.FlagSeen)
	srv.Inbox().Move(t, "Junk", 5)
	c.send("g APPEND INBOX {5}")
	c.line()
	c.send("hello")
	for !strings.HasPrefix(c.line(), "g OK") {
	}
	want := map[string]string{
		`INBOX -1 "0"`: "f", "INBOX 2 +\\Seen": "c", `INBOX -3 "2"`: "d", "Archive +1 \"2\"": "d", "Trash +1 \\Seen \"1\"": "e",
		"INBOX 4 +\\Seen": "", `INBOX -5 "4"`: "", "Junk +1 \"4\"": "", "INBOX +6 \"\"": "g",
	}
	diff := before.Diff()
	for _, change := range diff.Changes {
		tag, expected := want[change.String()]
		if !expected || change.By.Tag != tag || (change.By.Conn == 0) != (tag == "") {
			t.Errorf("%s: by %d %s %s, want %q", change, change.By.Conn, change.By.Tag, change.By, tag)
		}
	}
	if len(diff.Changes) != len(want) {
		t.Errorf("got %d changes, want %d", len(diff.Changes), len(want))
	}
	srv.Mark()
	if by := before.Diff().Changes[0].By; by.Tag != "f" {
		t.Errorf("after Mark: got %v", by)
	}
	srv.Reset(t)
	if by := before.Diff().Changes; len(by) > 0 && by[0].By.Name == "EXPUNGE" {
		t.Errorf("after Reset: got %v", by)
	}
}

// Another session moves mail; what cannot be moved stops the test, and nothing is moved.
func TestMoveAsSomebodyElse(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.Inbox().Deliver(t, letter("one"))
	srv.Inbox().Deliver(t, letter("two"))
	srv.Inbox().Move(t, "Archive", 2)
	srv.Inbox().AssertSubjects(t, "one")
	srv.Mailbox("Archive").AssertSubjects(t, "two")
	for what, move := range map[string]func(t imaptest.TB){
		"no message with UID 9":       func(t imaptest.TB) { srv.Inbox().Move(t, "Archive", 1, 9) },
		`no mailbox "Archiv" of user`: func(t imaptest.TB) { srv.Inbox().Move(t, "Archiv", 1) },
		`no mailbox "Old" of user`:    func(t imaptest.TB) { srv.Mailbox("Old").Move(t, "INBOX", 1) },
	} {
		if got := reported(t, move); !strings.Contains(got, what) {
			t.Errorf("got %q, want %q", got, what)
		}
	}
	srv.Inbox().AssertSubjects(t, "one")
}

// A server without a test explains itself as a failure does.
func TestExplain(t *testing.T) {
	srv, err := imaptest.New(imaptest.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	if got := srv.Explain(); got != "" {
		t.Errorf("got %q of a server to which nothing has happened", got)
	}
	srv.Inbox().Deliver(t, letter("one"))
	dialRaw(t, srv).cmd("a", "NOOP")
	for _, want := range []string{"INBOX of user: 1 message, UIDVALIDITY 1, UIDNEXT 2", "one", "C: a NOOP", "S: a OK NOOP completed"} {
		if got := srv.Explain(); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Handshakes are counted as the rules for them count them.
func TestHandshakes(t *testing.T) {
	srv := imaptest.Start(t)
	srv.OnTLS().Nth(2).FailHandshake()
	srv.Client(t, imaptest.ClientTLS())
	dialRaw(t, srv)
	if n := srv.Handshakes(); n != 1 {
		t.Errorf("got %d, want 1", n)
	}
	if nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig()); err == nil {
		nc.Close()
		t.Error("the second handshake did not fail")
	}
	if n := srv.Handshakes(); n != 2 {
		t.Errorf("got %d, want 2", n)
	}
}

// Whether there is an SMTP server can be asked of one without.
func TestHasSMTP(t *testing.T) {
	if imaptest.Start(t, imaptest.InMemory()).HasSMTP() || !imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP()).HasSMTP() {
		t.Error("the wrong one has SMTP")
	}
}
