package imaptest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// What cannot come is not waited for, and a typing error is no fact.
func TestWaitsForWhatCannotCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		c.cmd("o", "LOGOUT")
		uid := srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
		srv.Inbox().Expunge(t, uid)
		removed, ended := srv.Hold("NOOP"), srv.Hold("NOOP")
		removed.Remove()
		var cleanup []func()
		ended.For(&cleanupTB{&fakeTB{TB: t}, &cleanup}).Optional()
		for i := len(cleanup) - 1; i >= 0; i-- {
			cleanup[i]()
		}
		for name, test := range map[string]struct {
			wait func(t imaptest.TB)
			want string
		}{
			"no messages in a mailbox that is not there": {func(t imaptest.TB) { srv.Mailbox("Archve").WaitCount(t, 0) }, `no mailbox "Archve" of user (have INBOX, Archive,`},
			"a message":                       {func(t imaptest.TB) { srv.Mailbox("Archve").WaitMessage(t) }, `no mailbox "Archve"`},
			"flags":                           {func(t imaptest.TB) { srv.Mailbox("Archve").WaitFlags(t, 1) }, `no mailbox "Archve"`},
			"IDLE":                            {func(t imaptest.TB) { srv.Mailbox("Archve").WaitIdle(t) }, `no mailbox "Archve"`},
			"an account":                      {func(t imaptest.TB) { srv.User("bob").Inbox().WaitCount(t, 0) }, `no account "bob" (have user)`},
			"flags of a message that is gone": {func(t imaptest.TB) { srv.Inbox().WaitFlags(t, uid) }, "UID 1 has been, and comes no more"},
			"fewer than none":                 {func(t imaptest.TB) { srv.Inbox().WaitCount(t, -1) }, "WaitCount(-1): that is no number of messages"},
			"fewer connections than none":     {func(t imaptest.TB) { srv.WaitConns(t, -1) }, "WaitConns(-1): that is no number of connections"},
			"a hold that was removed":         {func(t imaptest.TB) { removed.Wait(t) }, `Hold("NOOP"): it has been removed`},
			"a hold of a subtest":             {func(t imaptest.TB) { ended.Wait(t) }, `Hold("NOOP"): it has been removed`},
			"IDLE of a client that has gone":  {func(t imaptest.TB) { srv.Inbox().WaitIdle(t) }, "the last client has logged out"},
		} {
			start := time.Now()
			if got := reported(t, test.wait); !strings.Contains(got, test.want) || time.Since(start) > 0 {
				t.Errorf("%s: after %v got %q, want %s", name, time.Since(start), got, test.want)
			}
		}
	})
}

// A hold that was made wrongly holds nothing, and its wait ends with that.
func TestWaitForHoldMadeWrongly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeTB{TB: t}
		srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
		defer srv.Close()
		hold := srv.Hold("EXPNGE")
		start := time.Now()
		got := reported(t, func(t imaptest.TB) { hold.Wait(t) })
		if want := `Hold("EXPNGE"): it was made wrongly`; !strings.Contains(got, want) || time.Since(start) > 0 {
			t.Errorf("after %v got %q, want %s", time.Since(start), got, want)
		}
	})
}

// A mailbox that is deleted while the test waits has neither no messages nor any.
func TestWaitsForDeletedMailbox(t *testing.T) {
	for name, wait := range map[string]func(t imaptest.TB, m imaptest.Mailbox){
		"count":   func(t imaptest.TB, m imaptest.Mailbox) { m.WaitCount(t, 0) },
		"message": func(t imaptest.TB, m imaptest.Mailbox) { m.WaitMessage(t, imaptest.Subject("later")) },
		"flags":   func(t imaptest.TB, m imaptest.Mailbox) { m.WaitFlags(t, 1, imap.FlagSeen) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				archive := srv.Mailbox("Archive")
				archive.Deliver(t, []byte("Subject: x\r\n\r\n"))
				c := dialRaw(t, srv)
				time.AfterFunc(time.Hour, func() { c.cmd("d", "DELETE Archive") })
				got := reported(t, func(t imaptest.TB) { wait(t, archive) })
				if want := `got  no mailbox "Archive" of user (have `; !strings.Contains(got, want) {
					t.Errorf("got %q, want %s", got, want)
				}
			})
		})
	}
}

// A mailbox that the client is yet to create, hours later.
func TestWaitExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		go func() {
			time.Sleep(20 * time.Hour)
			c.cmd("c", "CREATE Later")
		}()
		srv.Mailbox("Later").WaitExists(t)
		if got := reported(t, func(t imaptest.TB) { srv.Mailbox("Never").WaitExists(t) }); !strings.Contains(got, "waited 24h0m0s in vain") || !strings.Contains(got, `no mailbox "Never"`) {
			t.Errorf("got %q", got)
		}
	})
}

// Waiting for a hold ends, and says what came nearest; one that is still held at the end is
// named.
func TestHoldWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeTB{TB: t}
		var cleanup []func()
		srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.InMemory())
		c := dialRaw(t, srv)
		c.cmd("s", "SELECT INBOX")
		hold := srv.Hold("UID STORE").In("INBOX").Nth(2)
		c.cmd("a", "UID STORE 1 +FLAGS (\\Seen)")
		got := reported(t, func(t imaptest.TB) { hold.Wait(t) })
		if !strings.Contains(got, `Hold("UID STORE"): waited 24h0m0s in vain`) || !strings.Contains(got, "want UID STORE, number 2 in INBOX") || !strings.Contains(got, ">    1  UID STORE 1") {
			t.Errorf("got %s", got)
		}
		c.send("b UID STORE 1 +FLAGS (\\Seen)")
		hold.Wait(t)
		for i := len(cleanup) - 1; i >= 0; i-- {
			cleanup[i]()
		}
		if want := `error: Hold("UID STORE"), number 2 in INBOX was reached, and never released`; !strings.HasPrefix(f.out.String(), want) {
			t.Errorf("got %s, want %s", f.out.String(), want)
		}
	})
}

// Sockets stop the clock of a bubble.
func TestSocketsInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := reported(t, func(t imaptest.TB) { imaptest.Start(t) }); !strings.Contains(got, "imaptest.Start(t, imaptest.InMemory(), …)") {
			t.Errorf("got %q", got)
		}
		if _, err := imaptest.New(); err == nil {
			t.Error("New took it")
		}
	})
}
