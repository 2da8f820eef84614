package imaptest_test

import (
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A verb that changed nothing has not done what it was made for, and the test is told what
// it saw and what came nearest.
func TestUnchanged(t *testing.T) {
	tests := map[string]func(srv *imaptest.Server){
		"unchanged_peek":           func(srv *imaptest.Server) { srv.On("FETCH").OmitItem("BODY.PEEK[HEADER]") },
		"unchanged_item":           func(srv *imaptest.Server) { srv.On("FETCH").RepeatItem("FLAG") },
		"unchanged_no_item":        func(srv *imaptest.Server) { srv.On("SELECT").OmitItem("ENVELOPE") },
		"unchanged_lines":          func(srv *imaptest.Server) { srv.On("SELECT").OmitLines("UIDNXT") },
		"unchanged_reorder":        func(srv *imaptest.Server) { srv.On("FETCH").Reorder() },
		"unchanged_literal":        func(srv *imaptest.Server) { srv.On("SELECT").WrongLiteral(1) },
		"unchanged_rewrite":        func(srv *imaptest.Server) { srv.On("SELECT").Rewrite("UIDVALIDTY", "x") },
		"unchanged_in_literal":     func(srv *imaptest.Server) { srv.On("FETCH").Rewrite("Shop <", "Nobody <") },
		"unchanged_insert":         func(srv *imaptest.Server) { srv.On("NOOP").InsertBefore("EXISTS", "* 1 EXPUNGE") },
		"unchanged_insert_after":   func(srv *imaptest.Server) { srv.On("NOOP").InsertAfter("EXISTS", "* 1 EXPUNGE") },
		"unchanged_tagged":         func(srv *imaptest.Server) { srv.On("NOOP").Tagged("OK NOOP completed") },
		"unchanged_tag":            func(srv *imaptest.Server) { srv.On("NOOP").WrongTag("a3") },
		"unchanged_continue":       func(srv *imaptest.Server) { srv.On("NOOP").Continue("go on") },
		"unchanged_cut":            func(srv *imaptest.Server) { srv.On("NOOP").CutAfter(1000) },
		"unchanged_line":           func(srv *imaptest.Server) { srv.On("NOOP").CutBeforeLine(3) },
		"unchanged_dribble":        func(srv *imaptest.Server) { srv.On("NOOP").Dribble(1000, time.Second) },
		"unchanged_hold":           func(srv *imaptest.Server) { srv.HoldResponse("NOOP", 3) },
		"unchanged_one_of_several": func(srv *imaptest.Server) { srv.On("FETCH").OmitItem("UID").OmitItem("MODSEQ") },
		"unchanged_close_after":    func(srv *imaptest.Server) { srv.OnConnect().CloseAfter(50) },
		"unchanged_advertise":      func(srv *imaptest.Server) { srv.On("FETCH").Advertise("X-ONE") },
		"unchanged_advertise_had":  func(srv *imaptest.Server) { srv.On("LOGIN").Advertise(imap.CapIdle) },
		"unchanged_conceal":        func(srv *imaptest.Server) { srv.On("LOGIN").Conceal(imap.CapIdle).Conceal(imap.CapIdle) },
		"unfired_after_another": func(srv *imaptest.Server) {
			srv.On("NOOP").No("first")
			srv.On("NOOP").Bad("second")
		},
	}
	dials := maps.Clone(transports)
	dials["memory"] = func(t *testing.T, srv *imaptest.Server) net.Conn {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return nc
	}
	for name, rule := range tests {
		for transport, dial := range dials {
			t.Run(name+"/"+transport, func(t *testing.T) {
				if transport != "memory" && (name == "unfired_after_another" || name == "unchanged_close_after") {
					return // it lists or counts the commands, with those that the transport takes
				}
				f := &fakeTB{TB: t}
				srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.WithMail(failureMail()))
				defer srv.Close()
				rule(srv)
				nc := dial(t, srv)
				defer nc.Close()
				c := &faultConn{t: t, nc: nc, r: newReader(nc)}
				c.line()
				c.ask("login", "LOGIN user password")
				c.ask("a1", "SELECT INBOX")
				c.send("a2 FETCH 2 (UID FLAGS BODY.PEEK[HEADER])")
				c.until("a2 ")
				c.send("a3 NOOP")
				c.line()
				srv.CheckRules(f)
				golden(t, name, f.out.String())
			})
		}
	}
}

// A client that hangs up before an answer is told nothing, whatever rules would make of it.
func TestUnchangedOfWhoHangsUp(t *testing.T) {
	for name, call := range map[string]func(r *imaptest.Rule){
		"Insert":       func(r *imaptest.Rule) { r.Insert("* 1 EXPUNGE") },
		"InsertBefore": func(r *imaptest.Rule) { r.InsertBefore("^i OK", "* 1 EXPUNGE") },
		"Tagged":       func(r *imaptest.Rule) { r.Tagged("NO later") },
		"Edit": func(r *imaptest.Rule) {
			r.Edit(func(_ *imaptest.Command, line string) []string { return []string{line} })
		},
	} {
		f := &fakeTB{TB: t}
		srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
		call(srv.On("IDLE"))
		c := dialRaw(t, srv)
		c.send("i IDLE")
		c.line()
		c.nc.Close()
		srv.WaitConns(t, 0)
		srv.CheckRules(f)
		if got := f.out.String(); !strings.Contains(got, "fired once, and "+name) || !strings.Contains(got, "changed nothing") {
			t.Errorf("%s: got %q", name, got)
		}
		srv.Close()
	}
}

// A verb for what comes later counts where that comes: on the wire, in ENABLE, and where the
// connection is dropped.
func TestChangedLater(t *testing.T) {
	for name, test := range map[string]struct {
		call func(srv *imaptest.Server)
		then string
	}{
		"Advertise":           {func(srv *imaptest.Server) { srv.On("NOOP").Advertise("X-ONE") }, "CAPABILITY"},
		"Advertise, enabled":  {func(srv *imaptest.Server) { srv.On("NOOP").Advertise("X-ONE") }, "ENABLE X-ONE"},
		"Conceal":             {func(srv *imaptest.Server) { srv.On("NOOP").Conceal(imap.CapIdle) }, "CAPABILITY"},
		"Conceal, enabled":    {func(srv *imaptest.Server) { srv.On("NOOP").Conceal(imap.CapUIDOnly) }, "ENABLE UIDONLY"},
		"concealed and shown": {func(srv *imaptest.Server) { srv.Conceal(imap.CapIdle); srv.On("NOOP").Advertise(imap.CapIdle) }, "CAPABILITY"},
		"CloseAfter":          {func(srv *imaptest.Server) { srv.OnConnect().CloseAfter(2) }, "CHECK"},
	} {
		for _, then := range []string{"NOOP", test.then} {
			f := &fakeTB{TB: t}
			srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
			test.call(srv)
			c := dialRaw(t, srv)
			c.cmd("a", "NOOP")
			if then != "NOOP" {
				c.send("b " + then)
				c.nc.Read(make([]byte, 1)) // it has been answered, or the connection is closed
			}
			srv.CheckRules(f)
			if f.failed != (then == "NOOP") || f.failed && !strings.Contains(f.out.String(), "changed nothing") {
				t.Errorf("%s, %s: got %q", name, then, f.out.String())
			}
			srv.Close()
		}
	}
}

// Every verb on a command that does not come is missed.
func TestVerbsThatNeverFire(t *testing.T) {
	for _, v := range verbs {
		f := &fakeTB{TB: t}
		srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
		rule := v.call(srv.On("UID EXPUNGE"))
		dialRaw(t, srv).cmd("n", "NOOP")
		srv.CheckRules(f)
		if got := f.out.String(); !strings.HasPrefix(got, `error: On("UID EXPUNGE") never fired`) || strings.Count(got, "error:") != 1 || rule.Fired()+rule.Changed() != 0 {
			t.Errorf("%s: got %q", v.name, got)
		}
		srv.Close()
	}
}

// A rule that is made when the command has been.
func TestRuleMadeTooLate(t *testing.T) {
	f := &fakeTB{TB: t}
	srv := imaptest.Start(&cleanupTB{f, new([]func())}, imaptest.InMemory())
	defer srv.Close()
	c := dialRaw(t, srv)
	c.cmd("a", "NOOP")
	c.cmd("b", "SELECT INBOX")
	srv.On("NOOP").No("x")
	c.cmd("c", "CHECK")
	srv.CheckRules(f)
	if want := "got  no command like it; 1 before the rule was made"; !strings.Contains(f.out.String(), want) {
		t.Errorf("got %s", f.out.String())
	}
}

// talk plays a dialogue: lines of the client, and what the server says to each up to the
// line with the wanted beginning.
func (c *faultConn) until(prefix string) string {
	c.nc.SetReadDeadline(time.Now().Add(time.Minute))
	var out strings.Builder
	for {
		line := c.line()
		if out.WriteString(line); strings.HasPrefix(line, prefix) || !strings.HasSuffix(line, "\n") {
			return out.String()
		}
	}
}

// Every verb where a literal is announced: that of the second APPEND alone.
func TestAtLiteral(t *testing.T) {
	const ready = "+ Ready for literal data\r\n"
	const done = "a OK [APPENDUID 6 2] APPEND completed\r\n"
	tests := map[string]struct {
		call    func(r *imaptest.Rule) *imaptest.Rule
		at      string // what comes at the announcement
		then    string // and when the literal was sent; "" if it is not
		appends bool
	}{
		"No":              {func(r *imaptest.Rule) *imaptest.Rule { return r.No("[TOOBIG] no") }, "a NO [TOOBIG] no\r\n", "", false},
		"Bad":             {func(r *imaptest.Rule) *imaptest.Rule { return r.Bad("no") }, "a BAD no\r\n", "", false},
		"Bye":             {func(r *imaptest.Rule) *imaptest.Rule { return r.Bye("no") }, "* BYE no\r\n[EOF]", "", false},
		"Drop":            {(*imaptest.Rule).Drop, "[EOF]", "", false},
		"Reset":           {(*imaptest.Rule).Reset, "[RST]", "", false},
		"Stall":           {(*imaptest.Rule).Stall, "[nothing]", "", false},
		"HalfOpen":        {(*imaptest.Rule).HalfOpen, "[nothing]", "", false},
		"Reply":           {func(r *imaptest.Rule) *imaptest.Rule { return r.Reply("* 1 X", "{tag} NO y") }, "* 1 X\r\na NO y\r\n", "", false},
		"Delay":           {func(r *imaptest.Rule) *imaptest.Rule { return r.Delay(time.Second) }, ready, done, true},
		"Before":          {func(r *imaptest.Rule) *imaptest.Rule { return r.Before(func(*imaptest.Command) {}) }, ready, done, true},
		"After":           {func(r *imaptest.Rule) *imaptest.Rule { return r.After(func(*imaptest.Command) {}) }, ready, done, true},
		"Bandwidth":       {func(r *imaptest.Rule) *imaptest.Rule { return r.Bandwidth(100) }, ready, done, true},
		"Continue":        {func(r *imaptest.Rule) *imaptest.Rule { return r.Continue("go on") }, "+ go on\r\n", done, true},
		"InsertBefore":    {func(r *imaptest.Rule) *imaptest.Rule { return r.InsertBefore(`^\+`, "* 9 EXISTS") }, "* 9 EXISTS\r\n" + ready, done, true},
		"Insert":          {func(r *imaptest.Rule) *imaptest.Rule { return r.Insert("* {tag}") }, ready, "* a\r\n" + done, true},
		"Rewrite":         {func(r *imaptest.Rule) *imaptest.Rule { return r.Rewrite("Ready", "Steady") }, "+ Steady for literal data\r\n", done, true},
		"Tagged":          {func(r *imaptest.Rule) *imaptest.Rule { return r.Tagged("NO x") }, ready, "a NO x\r\n", true},
		"WrongTag":        {func(r *imaptest.Rule) *imaptest.Rule { return r.WrongTag("b") }, ready, strings.Replace(done, "a ", "b ", 1), true},
		"DropBeforeReply": {(*imaptest.Rule).DropBeforeReply, "[EOF]", "", false},
		"CutAfter":        {func(r *imaptest.Rule) *imaptest.Rule { return r.CutAfter(3) }, "+ R[EOF]", "", false},
		"CutAfter, later": {func(r *imaptest.Rule) *imaptest.Rule { return r.CutAfter(len(ready) + 4) }, ready, "a OK[EOF]", true},
		"CutBeforeLine":   {func(r *imaptest.Rule) *imaptest.Rule { return r.CutBeforeLine(1) }, "[EOF]", "", false},
		"CutBeforeLine 2": {func(r *imaptest.Rule) *imaptest.Rule { return r.CutBeforeLine(2) }, ready, "[EOF]", true},
		"StallBeforeLine": {func(r *imaptest.Rule) *imaptest.Rule { return r.StallBeforeLine(1) }, "[nothing]", "", false},
		"Edit": {func(r *imaptest.Rule) *imaptest.Rule {
			return r.Edit(func(_ *imaptest.Command, line string) []string {
				return []string{strings.Replace(line, "Ready", "Steady", 1)}
			})
		}, "+ Steady for literal data\r\n", done, true},
		"Dribble": {func(r *imaptest.Rule) *imaptest.Rule { return r.Dribble(9, time.Second) }, ready, done, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				rule := test.call(srv.On("APPEND").Nth(2).AtLiteral(1))
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				c.send("b APPEND Archive {3}")
				if got := c.until("+"); got != ready {
					t.Errorf("the first: got %q", got)
				}
				c.send("one")
				c.until("b ")
				c.send("a APPEND Archive {3}")
				if got := c.next(test.at); got != test.at {
					t.Errorf("got %q, want %q", got, test.at)
				}
				if test.then != "" {
					c.send("two")
					if got := c.next(test.then); got != test.then {
						t.Errorf("then: got %q, want %q", got, test.then)
					}
				}
				synctest.Wait()
				srv.Mailbox("Archive").AssertCount(t, map[bool]int{false: 1, true: 2}[test.appends])
				if rule.Fired() != 1 || rule.Changed() != 1 {
					t.Errorf("fired %d, changed %d, want 1 and 1", rule.Fired(), rule.Changed())
				}
				if cmds := srv.Commands(); test.at != "[nothing]" && (len(cmds) != 4 || cmds[3].Tag != "a" || cmds[3].Running()) {
					t.Errorf("the journal has %+v", cmds)
				}
			})
		})
	}
}

// next reads what is as long as what is wanted, or what is there.
func (c *faultConn) next(want string) string {
	c.nc.SetReadDeadline(time.Now().Add(time.Minute))
	var out strings.Builder
	for {
		line := c.line()
		if out.WriteString(line); out.Len() >= len(want) || !strings.HasSuffix(line, "\n") {
			return out.String()
		}
	}
}

// A rule at a literal sees the command as far as it is there, with its tag, and fires
// without Nth for each.
func TestAtLiteralSees(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	var saw []string
	srv.On("APPEND Archive *").AtLiteral(2).Before(func(cmd *imaptest.Command) { saw = append(saw, cmd.Tag+" "+cmd.Name) })
	srv.On("APPEND Archive *").AtLiteral(2).Nth(3).No("no third")
	c := dialRaw(t, srv)
	for _, tag := range []string{"x", "y", "z"} {
		c.send("%s APPEND Archive {3+}\r\none {3+}\r\ntwo", tag)
		c.line()
	}
	if got := fmt.Sprint(saw); got != "[x APPEND y APPEND z APPEND]" {
		t.Errorf("got %s", got)
	}
	srv.Mailbox("Archive").AssertCount(t, 4)
}

// What IDLE pushes passes through the same chain, as it happens.
func TestPushes(t *testing.T) {
	push := func(n int) string { return fmt.Sprintf("* %d EXISTS\r\n* %d RECENT\r\n", n, n) }
	tests := map[string]struct {
		call func(r *imaptest.Rule) *imaptest.Rule
		want [3]string // to IDLE, and to each message
	}{
		"nothing": {func(r *imaptest.Rule) *imaptest.Rule { return r.Delay(time.Second) }, [3]string{"+ idling\r\n", push(4), push(5)}},
		"omitted": {func(r *imaptest.Rule) *imaptest.Rule { return r.OmitLines("recent") }, [3]string{"+ idling\r\n", "* 4 EXISTS\r\n", "* 5 EXISTS\r\n"}},
		"rewritten": {func(r *imaptest.Rule) *imaptest.Rule {
			return r.Rewrite("(4|5) EXISTS", "9$1 EXISTS").OmitLines("RECENT")
		}, [3]string{"+ idling\r\n", "* 94 EXISTS\r\n", "* 95 EXISTS\r\n"}},
		"inserted": {func(r *imaptest.Rule) *imaptest.Rule { return r.InsertBefore("4 EXISTS", "* 1 EXPUNGE", "* OK") }, [3]string{"+ idling\r\n", "* 1 EXPUNGE\r\n* OK\r\n" + push(4), push(5)}},
		"behind":   {func(r *imaptest.Rule) *imaptest.Rule { return r.InsertAfter("5 RECENT", "* OK") }, [3]string{"+ idling\r\n", push(4), push(5) + "* OK\r\n"}},
		"continue": {func(r *imaptest.Rule) *imaptest.Rule { return r.Continue("") }, [3]string{"+ \r\n", push(4), push(5)}},
		"cut":      {func(r *imaptest.Rule) *imaptest.Rule { return r.CutAfter(30) }, [3]string{"+ idling\r\n", push(4), "* 5 EX[EOF]"}},
		"before":   {func(r *imaptest.Rule) *imaptest.Rule { return r.CutBeforeLine(4) }, [3]string{"+ idling\r\n", push(4), "* 5 EXISTS\r\n[EOF]"}},
		"stalled":  {func(r *imaptest.Rule) *imaptest.Rule { return r.StallBeforeLine(4) }, [3]string{"+ idling\r\n", push(4), "* 5 EXISTS\r\n[nothing]"}},
		"edited": {func(r *imaptest.Rule) *imaptest.Rule {
			return r.Edit(func(_ *imaptest.Command, line string) []string {
				if strings.HasSuffix(line, "RECENT") {
					return nil
				}
				return []string{line, "* OK"}
			})
		}, [3]string{"+ idling\r\n* OK\r\n", "* 4 EXISTS\r\n* OK\r\n", "* 5 EXISTS\r\n* OK\r\n"}},
		"at once":  {(*imaptest.Rule).DropBeforeReply, [3]string{"+ idling\r\n", "[EOF]", ""}},
		"dribbled": {func(r *imaptest.Rule) *imaptest.Rule { return r.Dribble(5, time.Second) }, [3]string{"+ idling\r\n", push(4), push(5)}},
		"and all": {func(r *imaptest.Rule) *imaptest.Rule {
			return r.OmitLines("RECENT").InsertBefore("5 EXISTS", "* OK done").Dribble(5, 1).CutAfter(20)
		}, [3]string{"+ idling\r\n", "* 4 EXISTS\r\n", "* OK don[EOF]"}},
		"odd instead": {func(r *imaptest.Rule) *imaptest.Rule { return r.Reply("+ later", "{tag} NO not today") }, [3]string{"+ later\r\ni NO not today\r\n", "", ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
				rule := test.call(srv.On("IDLE"))
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				c.send("i IDLE")
				for i, want := range test.want {
					if i > 0 && want != "" {
						srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
					}
					if got := c.next(want); want != "" && got != want {
						t.Errorf("%d: got %q, want %q", i, got, want)
					}
				}
				if !strings.HasSuffix(strings.Join(test.want[:], ""), "]") && name != "odd instead" {
					c.send("DONE")
					if got := c.next("i OK IDLE completed\r\n"); got != "i OK IDLE completed\r\n" {
						t.Errorf("the end: got %q", got)
					}
				}
				if rule.Changed() != 1 {
					t.Errorf("changed %d, want 1", rule.Changed())
				}
			})
		})
	}
}

// A vendor's extension: in any state, with literals, in the journal and the transcript.
func TestCommandsOfTheTest(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.Command("XLIST", func(cmd *imaptest.Command) []string {
		return []string{`* XLIST (\Inbox) "/" INBOX ` + cmd.Args, "{tag} OK XLIST done"}
	})
	srv.Command("UID XMOVE", func(*imaptest.Command) []string { return []string{"{tag} NO [CANNOT] never"} }).As("user")
	srv.On("X-GM-STATE").Reply("{tag} BAD what?")
	srv.On("FETCH").Reply("* 1 FETCH (X-GM-LABELS (a))", "{tag} OK FETCH")
	srv.On("SEARCH X-GM-RAW *").Reply("* SEARCH 7", "{tag} OK SEARCH")
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := &faultConn{t: t, nc: nc, r: newReader(nc)}
	c.line()
	for _, step := range []struct{ send, want string }{
		{`a XLIST "" *`, "* XLIST (\\Inbox) \"/\" INBOX \"\" *\r\na OK XLIST done\r\n"},
		{"a X-GM-STATE {3+}\r\nabc", "a BAD what?\r\n"},
		{"a UID XMOVE 1", "a BAD unknown command \"UID XMOVE\"\r\n"},
		{"a LOGIN user password", ""},
		{"a UID XMOVE 1", "a NO [CANNOT] never\r\n"},
		{"a SELECT INBOX", ""},
		{"a FETCH 1 (X-GM-LABELS)", "* 1 FETCH (X-GM-LABELS (a))\r\na OK FETCH\r\n"},
		{"a SEARCH X-GM-RAW has:attachment", "* SEARCH 7\r\na OK SEARCH\r\n"},
	} {
		c.send(step.send)
		if got := c.until("a "); step.want != "" && got != step.want {
			t.Errorf("%s: got %q, want %q", step.send, got, step.want)
		}
	}
	var journal []string
	for _, cmd := range srv.Commands() {
		if cmd.Name != "LOGIN" && cmd.Name != "SELECT" {
			journal = append(journal, cmd.Name+": "+cmd.Result())
		}
	}
	want := `[XLIST: OK XLIST done X-GM-STATE: BAD what? UID XMOVE: BAD unknown command "UID XMOVE" UID XMOVE: NO [CANNOT] never FETCH: OK FETCH SEARCH: OK SEARCH]`
	if got := fmt.Sprint(journal); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(srv.Transcript(), `C: a XLIST "" *`) {
		t.Errorf("got %s", srv.Transcript())
	}
}

// What the journal has is what the client was told.
func TestJournalOfRewritten(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.On("NOOP").Tagged("OK [ALERT] hi")
	srv.On("CHECK").Rewrite("OK (.*)", "NO [X] $1")
	c := dialRaw(t, srv)
	c.cmd("a", "NOOP")
	c.cmd("s", "SELECT INBOX")
	c.send("b CHECK")
	c.line()
	cmds := srv.Commands()
	if got := cmds[1].Result() + ", " + cmds[3].Result(); got != "OK [ALERT] hi, NO [X] CHECK completed" {
		t.Errorf("got %s", got)
	}
}

// What conceals a capability conceals what stands for it: go-imap's client takes IMAP4rev2 for
// MOVE, and falls back to COPY, STORE and EXPUNGE only without both.
func TestConcealed(t *testing.T) {
	for name, conceal := range map[string]func(srv *imaptest.Server){
		"from now on":       func(srv *imaptest.Server) { srv.Conceal(imap.CapMove) },
		"on one connection": func(srv *imaptest.Server) { srv.OnConnect().Conceal(imap.CapMove) },
		"from LOGIN on":     func(srv *imaptest.Server) { srv.On("LOGIN").Conceal(imap.CapMove) },
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
			conceal(srv)
			client := srv.Client(t)
			if client.Caps().Has(imap.CapMove) {
				t.Errorf("got %v", client.Caps())
			}
			if _, err := client.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Move(imap.UIDSetNum(1), "Archive").Wait(); err != nil {
				t.Error(err)
			}
			srv.AssertCommands(t, "LOGIN", "SELECT INBOX", "UID COPY 1 Archive", "UID STORE 1 *", "UID EXPUNGE 1")
		})
	}
}

// A client that a greeting has logged in need not log in, and cannot.
func TestClientOfPreauth(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	srv.OnConnect().Preauth("user")
	client := srv.Client(t)
	if box, err := client.Select("INBOX", nil).Wait(); err != nil || box.NumMessages != 3 {
		t.Errorf("got %+v, %v", box, err)
	}
	srv.AssertCommands(t, "SELECT INBOX")
	for _, command := range []string{"LOGIN user password", "AUTHENTICATE PLAIN", "STARTTLS"} {
		name, _, _ := strings.Cut(command, " ")
		if got := dialGreeted(t, srv).answer("a " + command); got != "a BAD "+name+" is not allowed after login" {
			t.Errorf("got %s", got)
		}
	}
}

// The greeting, and what the server claims to have.
func TestGreetings(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	srv.OnConnect().OnConn(1).Greeting("[ALERT] noon")
	srv.OnConnect().OnConn(2).Preauth("user").Greeting("welcome back")
	srv.OnConnect().OnConn(3).Conceal(imap.CapIdle, imap.CapMove, "APPENDLIMIT").Advertise("X-NEW", "XAPPLEPUSHSERVICE")
	srv.OnConnect().OnConn(4).CutAfter(4)
	srv.OnConnect().OnConn(5).Dribble(3, time.Microsecond).Delay(time.Microsecond)
	dial := func() *faultConn {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { nc.Close() })
		return &faultConn{t: t, nc: nc, r: newReader(nc)}
	}
	if got := dial().line(); got != "* OK [ALERT] noon\r\n" {
		t.Errorf("got %q", got)
	}
	pre := dial()
	if got := pre.line(); got != "* PREAUTH welcome back\r\n" {
		t.Errorf("got %q", got)
	}
	pre.send("s SELECT INBOX")
	if got := pre.until("s "); !strings.HasSuffix(got, "s OK [READ-WRITE] SELECT completed\r\n") {
		t.Errorf("got %q", got)
	}
	odd := dial()
	check := func(what, got string) {
		t.Helper()
		for name, want := range map[string]bool{" IDLE": false, " MOVE": false, " APPENDLIMIT=": false, " X-NEW": true, " XAPPLEPUSHSERVICE": true, " UIDPLUS": true} {
			if strings.Contains(got, name) != want {
				t.Errorf("%s:%s: got %v, want %v, in %s", what, name, !want, want, got)
			}
		}
	}
	check("greeting", odd.line())
	odd.send("l LOGIN user password")
	check("LOGIN", odd.until("l "))
	odd.send("c CAPABILITY")
	check("CAPABILITY", odd.until("c "))
	odd.send("e ENABLE X-NEW CONDSTORE")
	if got := odd.until("e "); !strings.HasPrefix(got, "* ENABLED CONDSTORE X-NEW\r\n") {
		t.Errorf("got %q", got)
	}
	if got := dial().line(); got != "* OK[EOF]" {
		t.Errorf("got %q", got)
	}
	if got := dial().line(); !strings.HasPrefix(got, "* OK [CAPABILITY ") || !strings.Contains(got, " IDLE ") {
		t.Errorf("got %q", got)
	}
	srv.Conceal("QRESYNC")
	srv.Advertise("X-LATER")
	last := dial()
	if got := last.line(); strings.Contains(got, "QRESYNC") || !strings.Contains(got, " X-LATER]") {
		t.Errorf("got %q", got)
	}
	last.send("l LOGIN user password")
	last.until("l ")
	last.send("e ENABLE QRESYNC")
	if got := last.until("e "); !strings.HasPrefix(got, "* ENABLED\r\n") {
		t.Errorf("got %q", got)
	}
}
