package imaptest_test

import (
	"flag"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// fakeTB records what a helper reports. Fatalf ends the goroutine, as that of
// a *testing.T does.
type fakeTB struct {
	testing.TB // for Cleanup and Name
	failed     bool
	out        strings.Builder
}

func (f *fakeTB) Helper()      {}
func (f *fakeTB) Failed() bool { return f.failed }

func (f *fakeTB) Logf(format string, args ...any) { fmt.Fprintf(&f.out, "log: "+format+"\n", args...) }

func (f *fakeTB) Errorf(format string, args ...any) {
	f.failed = true
	fmt.Fprintf(&f.out, "error: "+format+"\n", args...)
}

func (f *fakeTB) Fatalf(format string, args ...any) {
	f.failed = true
	fmt.Fprintf(&f.out, "fatal: "+format+"\n", args...)
	panic(fatal{})
}

type fatal struct{}

// run calls check and stops where Fatalf was called.
func (f *fakeTB) run(check func(t imaptest.TB)) {
	defer func() {
		if r := recover(); r != nil && r != (fatal{}) {
			panic(r)
		}
	}()
	check(f)
}

// failureMail is what the failures below look at.
func failureMail() fstest.MapFS {
	mail := fstest.MapFS{
		"INBOX/1.eml":       {Data: []byte("From: Shop <shop@example.com>\nSubject: Welcome\n\nHello.\n")},
		"INBOX/2.eml":       {Data: []byte("From: Shop <shop@example.com>\nSubject: Re: Invoice 17\n\nThanks.\n")},
		"INBOX/mailbox.txt": {Data: []byte("uidvalidity 7\n1.eml uid=1 flags=\\Seen\n2.eml uid=3 flags=\\Seen\n")},
		"Archive/1.eml":     {Data: []byte("Subject: Invoice 17\n\n")},
	}
	for i := range 30 {
		mail[fmt.Sprintf("Many/%02d.eml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "Subject: number %d\n\n", i)}
	}
	return mail
}

// The text of every kind of failure is part of the product.
func TestFailures(t *testing.T) {
	tests := map[string]func(t imaptest.TB, srv *imaptest.Server){
		"flags": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertFlags(t, 3, imap.FlagSeen, imap.FlagAnswered)
		},
		"rights": func(t imaptest.TB, srv *imaptest.Server) {
			srv.AddUser(t, "bob", "secret")
			srv.Mailbox("Archive").Grant(t, "anyone", "lr")
			srv.Mailbox("Archive").Grant(t, "-bob", "r")
			srv.Mailbox("Archive").AssertRights(t, "bob", "rl")
			srv.Mailbox("Archive").AssertRights(t, "bbo", "rl")
			srv.Mailbox("Archive").AssertRights(t, "bob", "lq")
			srv.Mailbox("Archive").Grant(t, "bob", "lrS")
		},
		"flags_no_uid": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertFlags(t, 2, imap.FlagSeen)
		},
		"count": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertCount(t, 3)
			srv.Inbox().AssertCount(t, 2)
		},
		"exists": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Mailbox("Archve").AssertExists(t)
			srv.Mailbox("Archive").AssertExists(t)
		},
		"missing": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Mailbox("Archive").AssertMissing(t)
			srv.Mailbox("Archve").AssertMissing(t)
		},
		"no_mailbox": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Mailbox("Archve").AssertCount(t, 1)
		},
		"quota": func(t imaptest.TB, srv *imaptest.Server) {
			srv.User("user").SetQuota(t, fixtures.Quota{Root: "user", Limits: limits(imap.QuotaResourceMessage, 10)})
			srv.User("user").AssertQuota(t, "user", "MESSAGE 9/10", "STORAGE 1/512")
		},
		"quota_no_root": func(t imaptest.TB, srv *imaptest.Server) {
			srv.User("user").SetQuota(t, fixtures.Quota{Root: "a", Limits: limits(imap.QuotaResourceMessage, 10)})
			srv.User("user").AssertQuota(t, "b", "MESSAGE 9/10")
		},
		"quota_bad": func(t imaptest.TB, srv *imaptest.Server) {
			srv.User("user").SetQuota(t, fixtures.Quota{Root: "a", Limits: limits("COFFEE", 10)})
		},
		"deliver_over_quota": func(t imaptest.TB, srv *imaptest.Server) {
			srv.User("user").SetQuota(t, fixtures.Quota{Root: "a", Limits: limits(imap.QuotaResourceMessage, 1)})
			srv.Inbox().Deliver(t, []byte("x"))
		},
		"metadata": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().SetMetadata(t, "/shared/comment", []byte("one\r\ntwo"))
			srv.Inbox().AssertMetadata(t, "/shared/comment", []byte("one"))
			srv.Inbox().AssertMetadata(t, "/private/comment", []byte("one"))
			srv.User("user").AssertMetadata(t, "/shared/comment", []byte(""))
			srv.Inbox().AssertMetadata(t, "/comment", nil)
			srv.Inbox().SetMetadata(t, "/comment", nil)
		},
		"no_account": func(t imaptest.TB, srv *imaptest.Server) {
			srv.User("usr").Inbox().AssertCount(t, 1)
		},
		"has_near_miss": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertHas(t, imaptest.Subject("Invoce 17"))
		},
		"has": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertHas(t, imaptest.From("shop@example.com"), imaptest.Unflagged(imap.FlagSeen))
		},
		"lacks": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertLacks(t, imaptest.Text("Thanks"))
		},
		"lacks_any": func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().AssertLacks(t) },
		"lacks_two": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertLacks(t, imaptest.From("shop@example.com"), imaptest.Flagged(imap.FlagSeen))
		},
		"subjects_500": func(t imaptest.TB, srv *imaptest.Server) {
			box := srv.Mailbox("Archive/2026")
			box.Create(t)
			var want []string
			for i := range 500 {
				box.Deliver(t, fmt.Appendf(nil, "Subject: letter %d\r\n\r\n", i))
				if i != 100 && i != 400 {
					want = append(want, fmt.Sprint("letter ", i))
				}
			}
			box.AssertSubjects(t, append(want, "letter 500")...)
		},
		"subjects_order": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertSubjects(t, "Re: Invoice 17", "Welcome")
		},
		"subjects": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertSubjects(t, "Welcome", "Invoice 17")
		},
		"mailboxes": func(t imaptest.TB, srv *imaptest.Server) {
			srv.AssertMailboxes(t, "INBOX", "Archve", "Drafts", "Junk", "Many", "Sent", "Trash")
		},
		"message_none": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().Message(t, imaptest.MessageID("<x@y>"))
		},
		"message_two": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().Message(t, imaptest.Flagged(imap.FlagSeen))
		},
		"many": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Mailbox("Many").AssertFlags(t, 2, imap.FlagSeen)
		},
		"wait_message": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().WaitMessage(t, imaptest.Subject("Invoice 18"))
		},
		"wait_count": func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().WaitCount(t, 3) },
		"wait_flags": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().WaitFlags(t, 3, imap.FlagAnswered)
		},
		"wait_idle": func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().WaitIdle(t) },
		"deliver": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().Deliver(t, []byte("x"), memstore.WithUID(1))
		},
		"expunge": func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().Expunge(t, 1, 9) },
		"has_closest": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Inbox().AssertHas(t, imaptest.Subject("Re: Invoice 17"), imaptest.From("shop@example.com"), imaptest.Flagged(imap.FlagAnswered))
		},
		"commands": func(t imaptest.TB, srv *imaptest.Server) {
			srv.AssertCommands(t, "LOGIN user *", "SELECT INBOX", "UID FETCH *")
		},
		"commands_missing": func(t imaptest.TB, srv *imaptest.Server) {
			srv.AssertCommands(t, "LOGIN", "…", "UID STORE 3 *", "LOGOUT")
		},
		"commands_gap": func(t imaptest.TB, srv *imaptest.Server) {
			srv.AssertCommands(t, "LOGIN", "…", "EXPUNGE", "…")
		},
		"no_command": func(t imaptest.TB, srv *imaptest.Server) { srv.AssertNoCommand(t, "UID STORE * +FLAGS*") },
		"wait_command": func(t imaptest.TB, srv *imaptest.Server) {
			srv.WaitCommand(t, "UID MOVE * Archive")
		},
		"wait_commands": func(t imaptest.TB, srv *imaptest.Server) { srv.WaitCommands(t, 2, "SELECT *") },
		"wait_conns":    func(t imaptest.TB, srv *imaptest.Server) { srv.WaitConns(t, 0) },
		"wait_logout":   func(t imaptest.TB, srv *imaptest.Server) { srv.WaitLogout(t) },
		"wait_logout_dropped": func(t imaptest.TB, srv *imaptest.Server) {
			srv.DropConns()
			srv.WaitLogout(t)
		},
		"wait_closed": func(t imaptest.TB, srv *imaptest.Server) {
			go srv.Close()
			srv.Inbox().WaitCount(t, 3)
		},
		"diff": func(t imaptest.TB, srv *imaptest.Server) {
			snap := srv.Snapshot()
			srv.Inbox().AddFlags(t, 3, imap.FlagAnswered)
			srv.Inbox().Expunge(t, 1)
			srv.Mailbox("Archive").Deliver(t, []byte("Subject: Welcome\r\n\r\n"))
			snap.AssertDiff(t, `INBOX 3 +\Seen`, "INBOX -1", `Archive +2 "Invoice 17"`)
		},
		"diff_nothing": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Snapshot().AssertDiff(t, `INBOX 3 +\Answered`, "New created")
		},
		"diff_bad_line": func(t imaptest.TB, srv *imaptest.Server) {
			srv.Snapshot().AssertDiff(t, `INBOX 3 \Answered`)
		},
	}
	for name, check := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fakeTB{TB: t}
				srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithMail(failureMail()))
				if err != nil {
					t.Fatal(err)
				}
				defer srv.Close()
				c := dialRaw(t, srv)
				c.cmd("a1", "SELECT INBOX")
				c.cmd("a2", "UID STORE 3 +FLAGS (\\Seen)")
				f.run(func(t imaptest.TB) { check(t, srv) })
				golden(t, name, f.out.String())
			})
		})
	}
}

// A client that hangs up without LOGOUT is the end of a wait for it, at once; one that
// only looked at the port is not, and neither is a connection that the server broke, nor a
// LOGOUT that was refused.
func TestWaitLogoutEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		probe, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		probe.Close()
		go func() {
			time.Sleep(time.Second)
			c := dialRaw(t, srv)
			c.send("a LOGOUT extra")
			c.line()
			c.nc.Close()
		}()
		f, start := &fakeTB{TB: t}, time.Now()
		f.run(func(t imaptest.TB) { srv.WaitLogout(t) })
		if got := f.out.String(); time.Since(start) != time.Second || !strings.HasPrefix(got, "fatal: LOGOUT: every client hung up without LOGOUT\n") {
			t.Errorf("after %v: got %s", time.Since(start), got)
		}
		srv.DropConns()
		go func() {
			time.Sleep(3 * time.Second)
			c := dialRaw(t, srv)
			c.cmd("a", "LOGOUT")
			c.nc.Close()
		}()
		srv.WaitLogout(t)
		synctest.Wait()
	})
}

// When a test fails by itself, cleanup shows the server's side.
func TestFailureOfTheTestItself(t *testing.T) {
	f := &fakeTB{TB: t}
	var cleanup []func()
	srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.InMemory(), imaptest.WithMail(failureMail()))
	c := dialRaw(t, srv)
	c.cmd("a1", "NOOP")
	f.Errorf("something else went wrong")
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	golden(t, "cleanup", f.out.String())
}

// When a test fails, cleanup names the rules that did nothing: they may be why. One that did,
// one that may do nothing and one that was reported are not among them.
func TestFailureNamesIdleRules(t *testing.T) {
	for name, fail := range map[string]func(t imaptest.TB, srv *imaptest.Server){
		"by itself":       func(t imaptest.TB, _ *imaptest.Server) { t.Errorf("no error") },
		"by an assertion": func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().AssertCount(t, 9) },
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			var cleanup []func()
			tb := &cleanupTB{f, &cleanup}
			srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithMail(failureMail()))
			srv.On("NOOP").Delay(1)
			srv.On("UID MOVE Archive").No("no")
			srv.On("NOOP").OmitLines("EXISTS")
			srv.On("UID COPY").Optional().Drop()
			srv.On("FETCH").Times(0).Drop()
			dialRaw(t, srv).cmd("a1", "NOOP")
			fail(tb, srv)
			for i := len(cleanup) - 1; i >= 0; i-- {
				cleanup[i]()
			}
			want := "log: rules that did nothing before the test failed\n" +
				"    On(\"UID MOVE Archive\") never fired\n" +
				"    On(\"NOOP\") fired once, and OmitLines(\"EXISTS\") changed nothing\n"
			if got := f.out.String(); !strings.Contains(got, want) || strings.Count(got, "did nothing before") != 1 {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// What must never happen is told of a test that has failed for another reason, too: it may be
// the cause.
func TestFailureTellsOfBrokenRules(t *testing.T) {
	f := &fakeTB{TB: t}
	var cleanup []func()
	tb := &cleanupTB{f, &cleanup}
	srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithMail(failureMail()), imaptest.MaxCommands(1), imaptest.ReadOnly())
	c := dialRaw(t, srv)
	c.cmd("a1", "SELECT INBOX")
	c.cmd("a2", "NOOP")
	srv.Inbox().AssertCount(tb, 9)
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	got := f.out.String()
	if !strings.Contains(got, "error: MaxCommands(1): this is one too many") || strings.Contains(got, "ReadOnly()") {
		t.Errorf("got\n%s", got)
	}
}

// A failure that has been explained is not explained again, nor one that cannot be the
// server's: nobody has talked to that yet.
func TestOneReportForOneFailure(t *testing.T) {
	for name, test := range map[string]struct {
		fail    func(t imaptest.TB, srv *imaptest.Server)
		silent  bool // no client comes
		reports string
	}{
		"a rule's name":        {func(_ imaptest.TB, srv *imaptest.Server) { srv.On("FECTH").Drop() }, false, "error: On(\"FECTH\"): there is no command FECTH"},
		"a rule's argument":    {func(_ imaptest.TB, srv *imaptest.Server) { srv.On("FETCH").Times(0).Drop() }, false, "error: On(\"FETCH\"): Times(0)"},
		"a rule that is late":  {func(_ imaptest.TB, srv *imaptest.Server) { srv.On("FETCH").Drop() }, false, "error: On(\"FETCH\") never fired"},
		"a pattern":            {func(t imaptest.TB, srv *imaptest.Server) { srv.AssertNoCommand(t, "FECTH") }, false, "error: AssertNoCommand: there is no command FECTH"},
		"a count":              {func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().AssertCount(t, 9) }, false, "error: INBOX: count"},
		"a flag":               {func(t imaptest.TB, srv *imaptest.Server) { srv.Inbox().AssertFlags(t, 1, "Seen") }, false, "error: AssertFlags: "},
		"an account":           {func(t imaptest.TB, srv *imaptest.Server) { srv.User("bob").Inbox().AssertCount(t, 0) }, false, "error: no account \"bob\""},
		"a mailbox":            {func(t imaptest.TB, srv *imaptest.Server) { srv.Mailbox("Junk").Create(t) }, false, "fatal: create Junk: "},
		"a golden file":        {func(t imaptest.TB, srv *imaptest.Server) { srv.AssertState(t, "none.txt") }, false, "error: the state: there is no file none.txt"},
		"SMTP":                 {func(_ imaptest.TB, srv *imaptest.Server) { srv.SMTP() }, false, "fatal: SMTP: there is no SMTP server"},
		"Advertise":            {func(_ imaptest.TB, srv *imaptest.Server) { srv.Advertise("A B") }, false, "error: Advertise: "},
		"a capability":         {func(_ imaptest.TB, srv *imaptest.Server) { srv.Conceal("IDEL") }, false, "error: Conceal: there is no capability IDEL; nearest: IDLE"},
		"a client after Close": {func(t imaptest.TB, srv *imaptest.Server) { srv.Close(); srv.Client(t) }, false, "fatal: connect: dial mem: connection refused: the server has been closed"},
		"an address":           {func(_ imaptest.TB, srv *imaptest.Server) { srv.Close(); srv.Addr() }, false, "error: Addr: the server was closed before it had an address"},
		"an address with TLS":  {func(_ imaptest.TB, srv *imaptest.Server) { srv.Close(); srv.TLSAddr() }, false, "error: TLSAddr: the server was closed before it had an address"},
		"another's fixture": {func(t imaptest.TB, _ *imaptest.Server) {
			imaptest.Start(t, imaptest.WithMail(fstest.MapFS{"INBOX/mailbox.txt": {Data: []byte("none.eml uid=x")}}))
		}, true, "fatal: imaptest: "},
		"nobody has come": {func(t imaptest.TB, _ *imaptest.Server) { t.Errorf("no") }, true, "error: no"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			var cleanup []func()
			tb := &cleanupTB{f, &cleanup}
			srv := imaptest.Start(tb, imaptest.WithMail(failureMail()))
			if !test.silent {
				dialRaw(t, srv).cmd("n", "NOOP")
			}
			f.run(func(imaptest.TB) { test.fail(tb, srv) })
			for i := len(cleanup) - 1; i >= 0; i-- {
				cleanup[i]()
			}
			got := f.out.String()
			if !strings.HasPrefix(got, test.reports) || strings.Contains(got, "when the test failed") || strings.Count(got, "error: ")+strings.Count(got, "fatal: ") != 1 {
				t.Errorf("got %s", got)
			}
		})
	}
}

// Of the servers of a test one explains the failure that it has found; where none has, all of
// them show what they know. A sink is such a server, and a part of a test a part of it.
func TestOneReportOfManyServers(t *testing.T) {
	for name, test := range map[string]struct {
		fail func(t imaptest.TB, srv *imaptest.Server, sink *smtpsink.Sink)
		logs int
	}{
		"the server's":     {func(t imaptest.TB, srv *imaptest.Server, _ *smtpsink.Sink) { srv.Inbox().AssertCount(t, 9) }, 0},
		"the sink's":       {func(t imaptest.TB, _ *imaptest.Server, sink *smtpsink.Sink) { sink.AssertCount(t, 9) }, 0},
		"the server's own": {func(t imaptest.TB, srv *imaptest.Server, _ *smtpsink.Sink) { srv.SMTP().AssertCount(t, 9) }, 0},
		"a rule's":         {func(_ imaptest.TB, srv *imaptest.Server, _ *smtpsink.Sink) { srv.On("FETCH").Drop() }, 0},
		"the test's":       {func(t imaptest.TB, _ *imaptest.Server, _ *smtpsink.Sink) { t.Errorf("no") }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			var cleanup []func()
			tb := &cleanupTB{f, &cleanup}
			srv, other := imaptest.Start(tb, imaptest.WithSMTP()), imaptest.Start(tb)
			sink := smtpsink.Start(tb)
			for _, srv := range []*imaptest.Server{srv, other} {
				dialRaw(t, srv).cmd("n", "NOOP")
			}
			for _, addr := range []string{sink.Addr(), srv.SMTPAddr()} {
				if err := smtp.SendMail(addr, nil, "a@example.com", []string{"user@example.com"}, []byte("Subject: x\r\n\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			f.run(func(imaptest.TB) { test.fail(tb, srv, sink) })
			for i := len(cleanup) - 1; i >= 0; i-- {
				cleanup[i]()
			}
			got := f.out.String()
			if strings.Count(got, "when the test failed") != test.logs || strings.Count(got, "error: ")+strings.Count(got, "fatal: ") != 1 {
				t.Errorf("got %s", got)
			}
		})
	}
}

// What a test has been shown of the mailbox and the wire is not shown again until it has
// changed, and what another test has been shown is.
func TestAsAbove(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(failureMail()))
	c := dialRaw(t, srv)
	count := func(t *testing.T, m imaptest.Mailbox) string {
		f := &fakeTB{TB: t}
		f.run(func(t imaptest.TB) { m.AssertCount(t, 9) })
		return f.out.String()
	}
	whole := count(t, srv.Inbox())
	for _, want := range []string{"SUBJECT\n", "last lines on connection 1 (user):\n    S: * OK"} {
		if !strings.Contains(whole, want) {
			t.Errorf("at first: got %s", whole)
		}
	}
	again := count(t, srv.Inbox())
	if want := "UIDNEXT 4: as above\nlast lines on connection 1 (user): as above\n"; !strings.HasSuffix(again, want) || strings.Contains(again, "SUBJECT") {
		t.Errorf("again: got %s", again)
	}
	if archive := count(t, srv.Mailbox("Archive")); !strings.Contains(archive, "Invoice 17") || !strings.HasSuffix(archive, "(user): as above\n") {
		t.Errorf("of another mailbox: got %s", archive)
	}
	t.Run("part", func(t *testing.T) {
		if got := count(t, srv.Inbox()); got != whole {
			t.Errorf("in another test: got %s", got)
		}
	})
	c.cmd("b", "NOOP")
	if got := count(t, srv.Inbox()); !strings.HasSuffix(got, "S: b OK NOOP completed\n") {
		t.Errorf("after a command: got %s", got)
	}
}

// A test that passes prints nothing.
func TestSuccessIsSilent(t *testing.T) {
	f := &fakeTB{TB: t}
	var cleanup []func()
	srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.WithMail(failureMail()), imaptest.WithSMTP())
	srv.Inbox().AssertSubjects(f, "Welcome", "Re: Invoice 17")
	srv.Inbox().AssertFlags(f, 3, `\SEEN`)
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	if out := f.out.String(); out != "" {
		t.Errorf("got %s", out)
	}
}

// cleanupTB keeps cleanup functions for the test to call.
type cleanupTB struct {
	*fakeTB
	funcs *[]func()
}

func (c *cleanupTB) Cleanup(f func()) { *c.funcs = append(*c.funcs, f) }

// golden compares with testdata/failures/NAME.txt; -update rewrites it, to be
// read before it is committed.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "failures", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
