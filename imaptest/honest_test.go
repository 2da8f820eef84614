package imaptest_test

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// reported is what a check says through a fake TB.
func reported(t *testing.T, check func(t imaptest.TB)) string {
	t.Helper()
	f := &fakeTB{TB: t}
	f.run(check)
	return f.out.String()
}

// What is no longer in the journal or the transcript is not taken for what never was.
func TestForgottenCommands(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithTranscriptLimit(128<<10))
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "EXPUNGE")
	for range 11_100 {
		c.cmd("n", "NOOP")
	}
	for name, check := range map[string]func(t imaptest.TB){
		"EXPUNGE may be among those that are gone": func(t imaptest.TB) { srv.AssertNoCommand(t, "EXPUNGE") },
		"begin with \"…\" for those that are gone": func(t imaptest.TB) { srv.AssertCommands(t, "NOOP", "…") },
		"fatal: the transcript: a part of it":      func(t imaptest.TB) { srv.AssertTranscript(t, filepath.Join("testdata", "none.txt")) },
	} {
		if got := reported(t, check); !strings.Contains(got, name) {
			t.Errorf("got %q, want %q", got, name)
		}
	}
	srv.AssertNoCommand(t, "STORE")
	srv.AssertCommands(t, "…", "NOOP")
	none := imaptest.Start(t, imaptest.InMemory(), imaptest.WithTranscriptLimit(0))
	if got := reported(t, func(t imaptest.TB) { none.AssertTranscript(t, "none.txt") }); !strings.HasPrefix(got, "fatal: the transcript") {
		t.Errorf("got %q", got)
	}
}

// One state has one text: dates of the time of the test are "now", however they came
// about, and keywords are in order.
func TestStateIsTheSame(t *testing.T) {
	store := memstore.New()
	user, err := store.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := user.Inbox().Append([]byte("Subject: before\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	local := time.Unix(1_700_000_000, 0)
	if _, err := user.Inbox().Append([]byte("Subject: local\r\n\r\n"), memstore.WithInternalDate(local)); err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStore(store))
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	c.cmd("b", "APPEND INBOX \"%s\" ~{16+}\r\nSubject: mine\r\n\n", time.Now().Format("02-Jan-2006 15:04:05 -0700"))
	c.cmd("c", "CREATE Other")
	c.cmd("d", "UID MOVE 1 Other")
	c.cmd("e", "UID STORE 2 +FLAGS ($b $A)")
	state := strings.Join(strings.Fields(srv.State()), " ")
	for _, want := range []string{`now 19 "before"`, `now 16 "mine"`, `$A $b 2023-11-14T22:13:20Z 18 "local"`} {
		if !strings.Contains(state, want) {
			t.Errorf("no %q in\n%s", want, srv.State())
		}
	}
}

// Every line that a difference prints passes when it is pasted, and what has changed in
// a new account is among them.
func TestPastedLinesPass(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	before := srv.Snapshot()
	cy, err := srv.Store().AddUser("cy:", "c")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cy.Inbox().Append([]byte("Subject: x\r\n\r\n"), memstore.WithFlags(imap.FlagSeen)); err != nil {
		t.Fatal(err)
	}
	c := dialRaw(t, srv)
	c.cmd("a", `CREATE "Work:"`)
	c.cmd("b", `CREATE "My Work:"`)
	c.cmd("c", "RENAME Junk Spam")
	c.cmd("d", "APPEND INBOX (+x $A -y \\Seen) {3+}\r\nx:y")
	lines := before.Diff().Lines()
	before.AssertDiff(t, lines...)
	if got := strings.Join(lines, "\n"); !strings.Contains(got, `INBOX +1 \Seen "x"`) {
		t.Errorf("the mail of the new account is not in\n%s", got)
	}
	for i, line := range lines {
		if strings.Contains(line, "Spam") {
			lines[i] = strings.Replace(line, "Spam", "sPAM", 1)
		}
	}
	if got := reported(t, func(t imaptest.TB) { before.AssertDiff(t, lines...) }); !strings.Contains(got, "not wanted: Junk renamed to Spam") {
		t.Errorf("got %s", got)
	}
}

// What a client has sent is recorded before what it is told, and a command that it did
// not finish is in the journal.
func TestUnfinishedCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		c.send("a1 APPEND INBOX {17}")
		c.line()
		c.send("Subject: x\r\n\r\ny\r\n")
		c.line()
		c.send("a2 APPEND INBOX (\\Seen) {100}")
		c.line()
		fmt.Fprint(c.nc, "half a me")
		c.nc.Close()
		synctest.Wait()
		other := dialRaw(t, srv)
		fmt.Fprint(other.nc, "b1 UID STORE 1 +FL")
		other.nc.Close()
		synctest.Wait()
		srv.AssertCommands(t, "LOGIN", "APPEND INBOX *", "APPEND INBOX *", "LOGIN", "UID STORE 1 +FL")
		for i, cmd := range srv.Commands() {
			if unfinished := i == 2 || i == 4; cmd.Running() || (cmd.Result() == "") != unfinished {
				t.Errorf("%s: %q", cmd, cmd.Result())
			}
		}
		var lines []string
		for line := range strings.Lines(srv.Transcript()) {
			lines = append(lines, strings.TrimSpace(line[len(" 0.000000 1 "):]))
		}
		want := "C: a1 APPEND INBOX {17}|S: + Ready for literal data|C: Subject: x||y"
		if got := strings.Join(lines, "|"); !strings.Contains(got, want) || !strings.Contains(got, `C: a2 APPEND INBOX (\Seen) {100}|S: + Ready for literal data|C: half a me|`) ||
			!strings.HasSuffix(got, "C: b1 UID STORE 1 +FL") {
			t.Errorf("got %s", got)
		}
	})
}

// A \Noselect name is there.
func TestNoSelectExists(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("a", "CREATE Names/x")
	c.cmd("b", "DELETE Names")
	names := srv.Mailbox("Names")
	names.AssertExists(t)
	if got := reported(t, func(t imaptest.TB) { names.AssertMissing(t); names.AssertCount(t, 0) }); !strings.Contains(got, "error: Names: the mailbox exists, want it missing") ||
		!strings.Contains(got, `error: mailbox "Names" of user is \Noselect`) {
		t.Errorf("got %s", got)
	}
}

// Near misses point where a person would look, and long lists are cut.
func TestNearMisses(t *testing.T) {
	mail := fstest.MapFS{
		"INBOX/1.eml":         {Data: []byte("Subject: Welcome\n\n")},
		"Archive/1.eml":       {Data: []byte("Subject: Invoice 17\nFrom: shop@example.com\n\n")},
		"Archive/mailbox.txt": {Data: []byte("1.eml uid=4")},
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(mail))
	for want, match := range map[string][]imaptest.Match{
		`got  none; there is UID 4 "Invoice 17" in Archive`: {imaptest.Subject("Invoice 17"), imaptest.Unflagged(imap.FlagDeleted)},
		`got  none; nearest: "Invoice 17" in Archive`:       {imaptest.Subject("INVOICE 17")},
	} {
		if got := reported(t, func(t imaptest.TB) { srv.Inbox().AssertHas(t, match...) }); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	var want []string
	for i := range 1000 {
		subject := fmt.Sprint("number ", i)
		srv.Mailbox("Sent").Deliver(t, []byte("Subject: "+subject+"\r\n\r\n"))
		if i != 5 {
			want = append(want, subject)
		}
	}
	got := reported(t, func(t imaptest.TB) { srv.Mailbox("Sent").AssertSubjects(t, want...) })
	if !strings.Contains(got, "+\"number 5\"\n") || len(got) > 2000 {
		t.Errorf("%d bytes:\n%s", len(got), got)
	}
	srv.Mailbox("Drafts").Deliver(t, []byte("Subject: =?utf-8?q?one=0Atwo=1B[31m?= "+strings.Repeat("x", 200)+"\r\n\r\n"))
	if got := reported(t, func(t imaptest.TB) { srv.Mailbox("Drafts").AssertCount(t, 0) }); !strings.Contains(got, "one·two·[31m xxx") || strings.Contains(got, strings.Repeat("x", 120)) {
		t.Errorf("got %s", got)
	}
}

// The last lines are those of the connection that had to do with the mailbox, by
// whatever command and name.
func TestTouchedConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mail := fstest.MapFS{"accounts.txt": {Data: []byte("ann password=a alias=info\n")}, "ann/INBOX/1.eml": {Data: []byte("Subject: x\n\n")}}
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(mail))
		mover, other := dialRawAs(t, srv, "ann a"), dialRawAs(t, srv, "ann a")
		mover.cmd("a", "SELECT INBOX")
		mover.cmd("b", "UID MOVE 1 Archive")
		other.cmd("a", "SELECT Sent")
		for _, m := range []imaptest.Mailbox{srv.User("info").Mailbox("Archive"), srv.User("ANN").Mailbox("inbox")} {
			mover.cmd("n", "NOOP") // something new to show
			got := reported(t, func(t imaptest.TB) { m.AssertCount(t, 9) })
			if !strings.Contains(got, "UID MOVE 1 Archive") || strings.Contains(got, "SELECT Sent") {
				t.Errorf("got %s", got)
			}
		}
	})
}

// deadlineTB is a test that must end at some time.
type deadlineTB struct {
	*fakeTB
	at time.Time
}

func (d *deadlineTB) Deadline() (time.Time, bool) { return d.at, true }

// A wait ends by patience, or before the test's deadline, if that is nearer.
func TestWaitsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithPatience(time.Minute))
		for _, test := range []struct{ deadline, want time.Duration }{
			{time.Hour, time.Minute}, {30 * time.Second, 28 * time.Second}, {time.Second, 0},
		} {
			start := time.Now()
			f := &deadlineTB{&fakeTB{TB: t}, start.Add(test.deadline)}
			f.run(func(imaptest.TB) { srv.Inbox().WaitCount(f, 1) })
			if got := time.Since(start); got != test.want || !strings.Contains(f.out.String(), "in vain") {
				t.Errorf("deadline in %v: ended after %v, want %v\n%s", test.deadline, got, test.want, f.out.String())
			}
		}
	})
}

// A flag -update of the test binary rewrites golden files, as IMAPTEST_UPDATE does.
func TestUpdateFlag(t *testing.T) {
	file := filepath.Join(t.TempDir(), "golden", "state.txt")
	srv := imaptest.Start(t, imaptest.InMemory())
	set := func(value string) {
		if err := flag.Set("update", value); err != nil {
			t.Fatal(err)
		}
	}
	was := flag.Lookup("update").Value.String()
	t.Cleanup(func() { set(was) })
	set("true")
	if got := reported(t, func(t imaptest.TB) { srv.AssertState(t, file) }); got != "log: the state: wrote "+file+"\n" {
		t.Errorf("got %q", got)
	}
	set("false")
	srv.AssertState(t, file)
}

// What cannot be is said where it is asked for, all of it at once.
func TestWrongStarts(t *testing.T) {
	_, err := imaptest.New(imaptest.InMemory(), imaptest.Rev1, imaptest.Rev2, imaptest.With("MOEV", "IDEL"), imaptest.Without("UIDPLSU"))
	for _, want := range []string{"two profiles: rev1 and rev2", "With: capability MOEV is not implemented; nearest: MOVE", "nearest: IDLE", "nearest: UIDPLUS"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	broken := fstest.MapFS{"INBOX/mailbox.txt": {Data: []byte("1.eml uid=x")}, "INBOX/1.eml": {Data: []byte("Subject: x\n\n")}}
	other := fstest.MapFS{"Work/mailbox.txt": {Data: []byte("uidvalidity none")}}
	_, err = imaptest.New(imaptest.InMemory(), imaptest.ListenOn("127.0.0.1:0"), imaptest.Rev1, imaptest.With(imap.CapQResync, imap.CapSortDisplay),
		imaptest.WithMail(broken), imaptest.WithUser("ann", "a", other), imaptest.WithPatience(-1),
		imaptest.WithSMTP(smtpsink.MaxSize(0), smtpsink.Hostname("a b"), smtpsink.LMTP(), smtpsink.BounceUnknown()))
	for _, want := range []string{
		"MaxSize: 0 is not a size", `Hostname: "a b" is not a name`, "LMTP answers for each recipient",
		"InMemory excludes ListenOn", "QRESYNC needs CONDSTORE", "QRESYNC needs ENABLE", "SORT=DISPLAY needs SORT",
		"INBOX/mailbox.txt:1", "Work/mailbox.txt:1", "WithPatience: -1ns",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	f := &fakeTB{TB: t}
	srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
	f.run(func(imaptest.TB) { srv.SMTP().AssertCount(f, 0) })
	if want := "SMTP: there is no SMTP server: Start(t, imaptest.WithSMTP(), …)"; !strings.Contains(f.out.String(), want) {
		t.Errorf("got %q", f.out.String())
	}
	srv.Close()
	if _, err := srv.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), "the server has been closed") {
		t.Errorf("got %v", err)
	}
}

// Where there is no address, the test fails at the line that asks for one.
func TestNoAddress(t *testing.T) {
	for name, test := range map[string]struct {
		opts []imaptest.Option
		ask  func(srv *imaptest.Server) string
		want string
	}{
		"in memory":       {[]imaptest.Option{imaptest.InMemory()}, (*imaptest.Server).Addr, "Addr: a server that is InMemory has no address: Dial and Client"},
		"in memory, TLS":  {[]imaptest.Option{imaptest.InMemory()}, (*imaptest.Server).TLSAddr, "TLSAddr: a server that is InMemory has no address"},
		"in memory, SMTP": {[]imaptest.Option{imaptest.InMemory(), imaptest.WithSMTP()}, (*imaptest.Server).SMTPAddr, "SMTPAddr: a server that is InMemory has no address"},
		"without SMTP":    {nil, (*imaptest.Server).SMTPAddr, "SMTPAddr: there is no SMTP server"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			srv := imaptest.Start(&cleanupTB{f, new([]func())}, append(test.opts, imaptest.WithMail(failureMail()))...)
			defer srv.Close()
			if got := test.ask(srv); got != "" {
				t.Errorf("got %s", got)
			}
			if got := f.out.String(); !strings.HasPrefix(got, "error: "+test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A server that was made without a test says what it is asked for in vain where it can.
func TestWrongUseWithoutATest(t *testing.T) {
	srv, err := imaptest.New()
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if got := fmt.Sprint(recover()); !strings.HasPrefix(got, "imaptest: SMTP: there is no SMTP server") {
				t.Errorf("got %s", got)
			}
		}()
		srv.SMTP()
	}()
	addr := srv.Addr()
	if err := srv.Close(); err == nil || !strings.Contains(err.Error(), "honest_test.go:") {
		t.Errorf("got %v", err)
	}
	if got := srv.Addr(); got != addr {
		t.Errorf("after Close: got %s, want %s", got, addr)
	}
}
