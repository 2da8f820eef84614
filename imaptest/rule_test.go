package imaptest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Which commands a rule takes: for each, the answers to a series of NOOPs as two
// accounts, on three connections, in two mailboxes.
func TestRuleNarrowing(t *testing.T) {
	// n1: user without a mailbox; n2: user in INBOX; n3: bob in Archive. Three
	// rounds of NOOP on each.
	tests := map[string]struct {
		rule func(srv *imaptest.Server, r *imaptest.Rule)
		want string
	}{
		"all":         {func(_ *imaptest.Server, _ *imaptest.Rule) {}, "NNN NNN NNN"},
		"second":      {func(_ *imaptest.Server, r *imaptest.Rule) { r.Nth(2) }, ".N. ... ..."},
		"from second": {func(_ *imaptest.Server, r *imaptest.Rule) { r.Nth(2).Times(3) }, ".NN N.. ..."},
		"times":       {func(_ *imaptest.Server, r *imaptest.Rule) { r.Times(4) }, "NNN N.. ..."},
		"as bob":      {func(_ *imaptest.Server, r *imaptest.Rule) { r.As("BOB") }, "..N ..N ..N"},
		"in INBOX":    {func(_ *imaptest.Server, r *imaptest.Rule) { r.In("inbox") }, ".N. .N. .N."},
		"in Archive":  {func(_ *imaptest.Server, r *imaptest.Rule) { r.In("Archive").Times(2) }, "..N ..N ..."},
		"connection":  {func(_ *imaptest.Server, r *imaptest.Rule) { r.OnConn(1) }, "N.. N.. N.."},
		"where": {func(_ *imaptest.Server, r *imaptest.Rule) {
			r.Where(func(cmd *imaptest.Command) bool { return cmd.Tag == "t2" })
		}, "... NNN ..."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("user", "password"), imaptest.WithUser("bob", "b"))
			conns := []*rawConn{dialRaw(t, srv), dialRaw(t, srv), dialRawAs(t, srv, "bob b")}
			conns[1].cmd("s", "SELECT INBOX")
			conns[2].cmd("s", "SELECT Archive")
			rule := srv.On("NOOP")
			test.rule(srv, rule)
			rule.No("by rule")
			var got strings.Builder
			for round := range 3 {
				for _, c := range conns {
					c.send("t%d NOOP", round+1)
					if strings.Contains(c.line(), "NO by rule") {
						got.WriteByte('N')
					} else {
						got.WriteByte('.')
					}
				}
				got.WriteByte(' ')
			}
			if strings.TrimSpace(got.String()) != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
			if n := strings.Count(test.want, "N"); rule.Fired() != n {
				t.Errorf("fired %d times, want %d", rule.Fired(), n)
			}
		})
	}
}

// Rules are asked in order: what comes before or after runs with the first that
// is instead.
func TestRulesTogether(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	var order []string
	srv.On("NOOP").Before(func(cmd *imaptest.Command) { order = append(order, "before "+cmd.Tag) })
	srv.On("NOOP").After(func(cmd *imaptest.Command) { order = append(order, "after "+cmd.Tag) })
	srv.On("NOOP").Nth(2).No("no")
	srv.On("NOOP").Optional().Nth(9).Bad("never")
	c.cmd("a", "NOOP")
	c.send("b NOOP")
	c.line()
	c.cmd("c", "NOOP")
	if got, want := fmt.Sprint(order), "[before a after a before b before c after c]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A race, made to order: before STORE UNCHANGEDSINCE runs somebody else changes
// the message (RFC 7162, section 3.1.3), and after a FETCH one is expunged.
func TestBeforeAndAfter(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX (CONDSTORE)")
	srv.On("UID STORE").Before(func(*imaptest.Command) { srv.Inbox().AddFlags(t, 1, imap.FlagFlagged) })
	c.send("a UID STORE 1 (UNCHANGEDSINCE 4) +FLAGS (\\Seen)")
	got := c.line() + " " + c.line()
	if want := `* 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (5)) a OK [MODIFIED 1] conditional STORE failed for some`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	srv.On("NOOP").After(func(*imaptest.Command) { srv.Inbox().Expunge(t, 2) })
	if got := fmt.Sprint(c.cmd("b", "NOOP")); got != "[* 2 EXPUNGE]" {
		t.Errorf("what After did is told in the same response: got %s", got)
	}
}

// A command waits, the test does something else, and lets it go.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
		c := dialRaw(t, srv)
		c.cmd("s", "SELECT INBOX")
		hold := srv.Hold("UID MOVE")
		c.send("a UID MOVE 1 Archive")
		<-hold.Reached()
		srv.Inbox().AssertCount(t, 3) // not yet
		other := dialRaw(t, srv)
		other.cmd("s", "SELECT INBOX")
		other.cmd("m", "UID MOVE 1 Trash") // held is the first alone
		hold.Release()
		hold.Release()
		if got := c.line() + " " + c.line(); got != "* 1 EXPUNGE a OK UID MOVE completed" {
			t.Errorf("got %s", got)
		}
		srv.Mailbox("Trash").AssertCount(t, 1)
		srv.Mailbox("Archive").AssertCount(t, 0)
	})
}

func TestHoldAfter(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	hold := srv.HoldAfter("UID MOVE")
	c.send("a UID MOVE 1 Archive")
	<-hold.Reached()
	srv.Mailbox("Archive").AssertCount(t, 1) // done, and the client does not know
	hold.Release()
	if got := c.line(); got != "* OK [COPYUID 6 1 1] Moved" {
		t.Errorf("got %s", got)
	}
	c.line()
	c.line()
}

// Between two FETCH responses a message is expunged: its number stays good until
// the end of the command (RFC 9051, section 7.5.1).
func TestHoldResponse(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	hold := srv.HoldResponse("FETCH", 2)
	c.send("a FETCH 1:3 (UID)")
	if got := c.line(); got != "* 1 FETCH (UID 1)" {
		t.Errorf("got %s", got)
	}
	<-hold.Reached()
	srv.Inbox().Expunge(t, 1)
	hold.Release()
	if got := c.line() + c.line() + c.line(); got != "* 2 FETCH (UID 2)* 3 FETCH (UID 3)a OK FETCH completed" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(c.cmd("b", "NOOP")); got != "[* 1 EXPUNGE]" {
		t.Errorf("got %s", got)
	}
}

// A hold that nobody lets go ends with the server.
func TestHoldEndsWithTheServer(t *testing.T) {
	srv, err := imaptest.New(imaptest.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	c := dialRaw(t, srv)
	hold := srv.Hold("NOOP")
	c.send("a NOOP")
	<-hold.Reached()
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
}

// FETCH responses in the opposite order.
func TestReorder(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	srv.On("FETCH").Reorder()
	if got := fmt.Sprint(c.cmd("a", "FETCH 1:3 (UID)")); got != "[* 3 FETCH (UID 3) * 2 FETCH (UID 2) * 1 FETCH (UID 1)]" {
		t.Errorf("got %s", got)
	}
}

// What came nearest to a rule that never fired.
func TestUnfiredRules(t *testing.T) {
	tests := map[string]func(srv *imaptest.Server){
		"unfired_name":     func(srv *imaptest.Server) { srv.On("UID MOVE * Archive").Drop() },
		"unfired_nth":      func(srv *imaptest.Server) { srv.On("NOOP").Nth(3).No("x") },
		"unfired_narrowed": func(srv *imaptest.Server) { srv.On("UID STORE").As("bob").In("Archive").OnConn(7).Bad("x") },
		"unfired_where": func(srv *imaptest.Server) {
			srv.On("*").Where(func(cmd *imaptest.Command) bool { return cmd.Mailbox == "Archive" }).Drop()
		},
		"unfired_any":     func(srv *imaptest.Server) { srv.On("*").As("bob").In("Archive").Drop() },
		"unfired_connect": func(srv *imaptest.Server) { srv.OnConnect().Nth(2).Drop() },
		"unfired_no_verb": func(srv *imaptest.Server) { srv.On("NOOP").Nth(1) },
		"unfired_hold":    func(srv *imaptest.Server) { srv.Hold("EXPUNGE") },
	}
	for name, rule := range tests {
		t.Run(name, func(t *testing.T) {
			f := &fakeTB{TB: t}
			var cleanup []func()
			srv := imaptest.Start(&cleanupTB{f, &cleanup}, imaptest.InMemory(), imaptest.WithMail(failureMail()))
			rule(srv)
			c := dialRaw(t, srv)
			c.cmd("a1", "SELECT INBOX")
			c.cmd("a2", "STORE 2 +FLAGS (\\Seen)")
			c.cmd("a3", "NOOP")
			for i := len(cleanup) - 1; i >= 0; i-- {
				cleanup[i]()
			}
			golden(t, name, f.out.String())
		})
	}
}
