package imaptest_test

import (
	"io"
	"net/smtp"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// Everything is as it was for the next subtest; it needs no new server.
func TestReset(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(threeLetters()), imaptest.WithSMTP(), imaptest.WithLimits(imaptest.Limits{FailedLogins: 2}))
	next := regexp.MustCompile(`UIDNEXT \d+`) // it does not go back
	state := next.ReplaceAllString(srv.State(), "")
	for _, name := range []string{"first", "second"} {
		t.Run(name, func(t *testing.T) {
			c := dialRaw(t, srv)
			c.cmd("s", "SELECT INBOX")
			c.cmd("m", "UID MOVE 1:* Archive")
			c.cmd("d", "DELETE Junk")
			if err := smtp.SendMail(srv.SMTPAddr(), nil, "a@example.com", []string{"user@example.com"}, []byte("Subject: x\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
			srv.SMTP().AssertCount(t, 1)
			srv.On("NOOP").Optional().Drop()
			srv.SMTP().On("EHLO").Optional().Drop()
			srv.SMTP().SetFull(t, "user", "INBOX", true)
			hold := srv.Hold("CHECK")
			c.send("h CHECK")
			hold.Wait(t)
			srv.Conceal(imap.CapIdle)
			srv.Refuse()
			srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "UID MOVE", "DELETE Junk", "CHECK")

			srv.Reset(t)
			if got := srv.State(); next.ReplaceAllString(got, "") != state {
				t.Errorf("got\n%s\nwant\n%s", got, state)
			}
			if _, err := io.Copy(io.Discard, c.r); err != nil { // the answer to CHECK may have been on its way
				t.Errorf("the connection is still there: %v", err)
			}
			srv.AssertCommands(t)
			srv.SMTP().AssertCount(t, 0)
			if srv.Transcript() != "" || srv.SMTP().Transcript() != "" || srv.ConnsOpened() != 0 || srv.RoundTrips() != 0 {
				t.Errorf("left over: %q, %q, %d connections, %d round trips", srv.Transcript(), srv.SMTP().Transcript(), srv.ConnsOpened(), srv.RoundTrips())
			}
			again := dialRaw(t, srv)
			again.cmd("n", "NOOP")
			if cmd := srv.Commands()[0]; cmd.Conn != 1 {
				t.Errorf("connections are counted on: %d", cmd.Conn)
			}
			again.send("c CAPABILITY")
			if !strings.Contains(again.line(), " IDLE ") {
				t.Error("IDLE is still concealed")
			}
			srv.Reset(t)
		})
	}
}

// What Reset brings back is the mail of the start, whoever comes first: it is kept then, and
// not before.
func TestResetWhoeverComesFirst(t *testing.T) {
	for name, change := range map[string]func(srv *imaptest.Server){
		"nobody": func(*imaptest.Server) {},
		"a client": func(srv *imaptest.Server) {
			c := dialRaw(t, srv)
			c.cmd("s", "SELECT INBOX")
			c.cmd("m", "UID MOVE 1:* Archive")
		},
		"the store":  func(srv *imaptest.Server) { srv.Store().Users()[0].Inbox().Expunge(imap.UIDSetNum(1)) },
		"an act":     func(srv *imaptest.Server) { srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n")) },
		"a mailbox":  func(srv *imaptest.Server) { srv.Mailbox("Junk").Delete(t) },
		"an account": func(srv *imaptest.Server) { srv.AddUser(t, "bob", "secret") },
		"a snapshot": func(srv *imaptest.Server) {
			snap := srv.Snapshot()
			srv.Inbox().Expunge(t, 1)
			snap.AssertDiff(t, "INBOX -1")
		},
		"mail": func(srv *imaptest.Server) {
			sendInMemory(t, srv, "user@example.com", "Subject: x\r\n\r\n")
		},
		"a rule": func(srv *imaptest.Server) {
			srv.OnConnect().Before(func(*imaptest.Command) { srv.Inbox().Expunge(t, 2) })
			dialRaw(t, srv)
		},
	} {
		t.Run(name, func(t *testing.T) {
			opts := []imaptest.Option{imaptest.InMemory(), imaptest.WithMail(threeLetters())}
			if name == "mail" {
				opts = append(opts, imaptest.WithSMTP())
			}
			srv := imaptest.Start(t, opts...)
			subjects := []string{"one", "two", "three"}
			want := func() {
				srv.Inbox().AssertCount(t, 3)
				srv.Inbox().AssertSubjects(t, subjects...)
				srv.Mailbox("Junk").AssertCount(t, 0)
				srv.Mailbox("Archive").AssertCount(t, 0)
				if n := len(srv.Store().Users()); n != 1 {
					t.Errorf("%d accounts", n)
				}
			}
			for range 2 {
				change(srv)
				srv.Reset(t)
				want()
			}
		})
	}
	mail := memstore.New()
	if _, err := mail.AddUser("ann", "secret"); err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStore(mail))
	mail.Users()[0].Inbox().Append([]byte("Subject: behind the server's back\r\n\r\n"))
	srv.Reset(t)
	srv.Inbox().AssertCount(t, 0)
}

// A rule that never fired is of the subtest that made it.
func TestResetChecksRules(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.On("NOOP").No("x")
	if got := reported(t, func(t imaptest.TB) { srv.Reset(t) }); !strings.Contains(got, `On("NOOP") never fired`) {
		t.Errorf("got %q", got)
	}
	if got := reported(t, func(t imaptest.TB) { srv.Reset(t) }); got != "" {
		t.Errorf("again: got %q", got)
	}
}

// Mark begins the journal anew, and nothing else.
func TestMark(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("a", "NOOP")
	srv.Mark()
	srv.AssertCommands(t)
	srv.AssertNoCommand(t, "NOOP")
	c.cmd("s", "SELECT INBOX")
	srv.AssertCommands(t, "SELECT INBOX")
	if srv.CommandCount("*") != 1 || srv.CommandCount("NOOP") != 0 || !strings.Contains(srv.Transcript(), "NOOP") {
		t.Errorf("got %v\n%s", srv.CommandCounts(), srv.Transcript())
	}
}

// Rules are taken away: one, all, and those of a subtest with it.
func TestRulesEnd(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	answer := func() string {
		c.send("a NOOP")
		return c.line()
	}
	rule := srv.On("NOOP").No("first")
	if got := answer(); got != "a NO first" {
		t.Errorf("got %s", got)
	}
	rule.Remove()
	rule.Remove()
	srv.On("CHECK").No("never fires").Remove()
	if got := answer(); got != "a OK NOOP completed" {
		t.Errorf("got %s", got)
	}
	srv.On("NOOP").No("second")
	srv.Hold("CHECK")
	srv.ClearRules()
	if got := answer(); got != "a OK NOOP completed" {
		t.Errorf("got %s", got)
	}
	var cleanup []func()
	f := &fakeTB{TB: t}
	sub := &cleanupTB{f, &cleanup}
	srv.On("NOOP").For(sub).No("of a subtest")
	srv.On("EXPUNGE").For(sub).Drop()
	srv.Hold("CHECK").For(sub).Optional()
	if got := answer(); got != "a NO of a subtest" {
		t.Errorf("got %s", got)
	}
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	if got := f.out.String(); strings.Count(got, "error:") != 1 || !strings.Contains(got, `On("EXPUNGE") never fired`) {
		t.Errorf("got %s", got)
	}
	if got := answer(); got != "a OK NOOP completed" {
		t.Errorf("got %s", got)
	}
}

// A rule's own code may call anything, what waits for the connection too.
func TestRulesCallAnything(t *testing.T) {
	for name, call := range map[string]func(srv *imaptest.Server, rule *imaptest.Rule){
		"Fired":      func(_ *imaptest.Server, rule *imaptest.Rule) { rule.Fired() },
		"Remove":     func(_ *imaptest.Server, rule *imaptest.Rule) { rule.Remove() },
		"On":         func(srv *imaptest.Server, _ *imaptest.Rule) { srv.On("CHECK").Optional().Drop() },
		"ClearRules": func(srv *imaptest.Server, _ *imaptest.Rule) { srv.ClearRules() },
		"Restart":    func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Restart() },
		"Shutdown":   func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Shutdown("down") },
		"DropConns":  func(srv *imaptest.Server, _ *imaptest.Rule) { srv.DropConns() },
		"Reset":      func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Reset(&fakeTB{failed: true}) },
		"Close":      func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Close() },
		"Refuse":     func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Refuse() },
		"Deliver":    func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Inbox().Deliver(&fakeTB{}, []byte("x")) },
		"Mark":       func(srv *imaptest.Server, _ *imaptest.Rule) { srv.Mark() },
		"State":      func(srv *imaptest.Server, _ *imaptest.Rule) { srv.State(); srv.Transcript() },
	} {
		for where, at := range map[string]func(srv *imaptest.Server, f func()){
			"Where": func(srv *imaptest.Server, f func()) {
				srv.On("NOOP").Optional().Where(func(*imaptest.Command) bool { f(); return true }).Delay(1)
			},
			"Before": func(srv *imaptest.Server, f func()) { srv.On("NOOP").Before(func(*imaptest.Command) { f() }) },
			"After":  func(srv *imaptest.Server, f func()) { srv.On("NOOP").After(func(*imaptest.Command) { f() }) },
			"Command": func(srv *imaptest.Server, f func()) {
				srv.Command("NOOP", func(*imaptest.Command) []string { f(); return nil })
			},
		} {
			t.Run(name+" in "+where, func(t *testing.T) {
				srv, err := imaptest.New(imaptest.InMemory())
				if err != nil {
					t.Fatal(err)
				}
				done := make(chan struct{})
				rule := srv.On("NOOP").Optional().Delay(1)
				at(srv, func() { call(srv, rule); close(done) })
				c, other := dialRaw(t, srv), dialRaw(t, srv)
				other.send("i IDLE")
				c.send("a NOOP")
				<-done
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
