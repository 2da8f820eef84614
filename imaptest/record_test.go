package imaptest_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/report"
)

// here is the line at which it is called, and n lines further down.
func here(n int) string {
	_, file, line, _ := runtime.Caller(1)
	return fmt.Sprintf("%s:%d", filepath.Base(file), line+n)
}

// eventOf is the last event of a name.
func eventOf(t *testing.T, d *report.Data, kind report.Kind, name string) report.Event {
	t.Helper()
	for _, e := range slices.Backward(d.Events) {
		if e.Kind == kind && e.Name == name {
			return e
		}
	}
	t.Fatalf("no %s %s among %+v", kind, name, d.Events)
	return report.Event{}
}

// TestActsAreKnown: whatever the test does is recorded under the name by which it is called,
// with its line, and the changes that it makes are its own.
func TestActsAreKnown(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	inbox := srv.Inbox()
	snap := srv.Snapshot()
	var lines []string
	note := func(line string) { lines = append(lines, line) }
	note("Deliver " + here(1))
	inbox.Deliver(t, letter("one"))
	note("AddFlags " + here(1))
	inbox.AddFlags(t, 1, imap.FlagSeen)
	note("RemoveFlags " + here(1))
	inbox.RemoveFlags(t, 1, imap.FlagSeen)
	note("Move " + here(1))
	inbox.Move(t, "Archive", 1)
	note("Expunge " + here(1))
	srv.Mailbox("Archive").Expunge(t, 1)
	note("Create " + here(1))
	srv.Mailbox("New").Create(t)
	note("Rename " + here(1))
	srv.Mailbox("New").Rename(t, "Newer")
	note("Delete " + here(1))
	srv.Mailbox("Newer").Delete(t)
	func() { // by a helper of the test's own
		note("BumpUIDValidity " + here(1))
		inbox.BumpUIDValidity(t)
	}()
	note("Restore " + here(1))
	srv.Restore(snap)
	d := imaptest.Told(srv)
	var got []string
	ids := make(map[int]string)
	for _, e := range d.Events {
		got = append(got, e.Name+" "+e.Source)
		ids[e.ID] = e.Name
		if e.Kind != report.Act || e.End <= e.Begin || e.Lane != 0 {
			t.Errorf("%+v is no act that is over", e)
		}
	}
	if !slices.Equal(got, lines) {
		t.Errorf("got  %q\nwant %q", got, lines)
	}
	var changes []string
	for _, c := range d.Changes {
		changes = append(changes, fmt.Sprint(ids[c.Event], " ", c.Op, c.Mailbox))
		if e := d.Events[slices.IndexFunc(d.Events, func(e report.Event) bool { return e.ID == c.Event })]; c.Seq <= e.Begin || c.Seq >= e.End {
			t.Errorf("change %d of %s, which is %d to %d", c.Seq, e.Name, e.Begin, e.End)
		}
	}
	want := "Deliver +INBOX,AddFlags ~INBOX,RemoveFlags ~INBOX,Move +Archive,Move -INBOX,Expunge -Archive,Create cNew,Rename rNew,Delete dNewer,BumpUIDValidity vINBOX,Restore vINBOX"
	if got := strings.Join(changes, ","); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(d.Start) != 6 || slices.ContainsFunc(d.Start, func(m report.Mailbox) bool { return len(m.Rows) > 0 }) {
		t.Errorf("at the start: %+v", d.Start)
	}
}

// TestHoldsAreKnown: of a hold it is known where it was made, which command it held and from
// when to when, and who let it go; and of a command that it was held.
func TestHoldsAreKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		made := here(1)
		hold := srv.Hold("NOOP")
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c := faultClient(t, nc)
		c.send("a NOOP")
		waited := here(1)
		hold.Wait(t)
		time.Sleep(time.Minute)
		released := here(1)
		hold.Release()
		c.rest("a")
		synctest.Wait()
		d := imaptest.Told(srv)
		noop := eventOf(t, d, report.Command, "NOOP")
		held, let, wait := eventOf(t, d, report.Hold, "Hold"), eventOf(t, d, report.Release, "Release"), eventOf(t, d, report.Wait, "Wait")
		if held.Source != made || held.Target != noop.ID || held.Took != time.Minute || held.Begin <= noop.Begin || held.End >= noop.End {
			t.Errorf("the hold is %+v, made at %s, of %+v", held, made, noop)
		}
		if let.Source != released || let.Target != noop.ID || let.Begin <= held.Begin || let.Begin >= held.End {
			t.Errorf("the release is %+v, at %s", let, released)
		}
		if wait.Source != waited || wait.Failed || wait.End == 0 {
			t.Errorf("the wait is %+v, at %s", wait, waited)
		}
		if len(noop.Marks) != 1 || noop.Marks[0].Kind != report.MarkHold || noop.Marks[0].By != held.ID {
			t.Errorf("the command has the marks %+v", noop.Marks)
		}
	})
}

// TestRulesAreKnown: of a rule it is known where it was made, what it did, and to which
// command, though that has no number yet when its literal is announced.
func TestRulesAreKnown(t *testing.T) {
	for name, test := range map[string]struct {
		rule func(srv *imaptest.Server)
		send []string
		of   string // the command
		kind report.MarkKind
		text string
	}{
		"cut":     {func(srv *imaptest.Server) { srv.On("NOOP").CutAfter(3) }, []string{"a NOOP"}, "NOOP", report.MarkFault, "cut after 3 bytes"},
		"no":      {func(srv *imaptest.Server) { srv.On("NOOP").No("never") }, []string{"a NOOP"}, "NOOP", report.MarkFault, "answered NO by a rule"},
		"late":    {func(srv *imaptest.Server) { srv.On("NOOP").Delay(time.Second) }, []string{"a NOOP"}, "NOOP", report.MarkRule, "delayed by 1s"},
		"edit":    {func(srv *imaptest.Server) { srv.On("FETCH").OmitItem("UID") }, []string{"a FETCH 1 (UID FLAGS)"}, "FETCH", report.MarkRule, `OmitItem("UID")`},
		"literal": {func(srv *imaptest.Server) { srv.On("APPEND").AtLiteral(1).No("full") }, []string{"a APPEND INBOX {3}"}, "APPEND", report.MarkFault, "answered NO by a rule"},
		"second":  {func(srv *imaptest.Server) { srv.On("NOOP").Nth(2).Drop() }, []string{"z NOOP", "a NOOP"}, "NOOP", report.MarkFault, "the connection was dropped before it ran"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				srv.Inbox().Deliver(t, letter("one"))
				test.rule(srv)
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				c := faultClient(t, nc)
				for _, line := range test.send {
					c.ask(line[:1], line[2:])
				}
				synctest.Wait()
				d := imaptest.Told(srv)
				cmd, rule := eventOf(t, d, report.Command, test.of), eventOf(t, d, report.Rule, "On")
				want := []report.Mark{{Kind: test.kind, Text: test.text, By: rule.ID}}
				if cmd.Tag != "a" || !slices.Equal(cmd.Marks, want) {
					t.Errorf("got %+v, want %+v", cmd, want)
				}
				if !strings.HasPrefix(rule.Source, "record_test.go:") {
					t.Errorf("the rule was made at %q", rule.Source)
				}
			})
		})
	}
}

// TestFailuresAreKnown: an assertion that fails is data: by which helper, where, and what it
// compared.
func TestFailuresAreKnown(t *testing.T) {
	tb := newReportTB(t, "TestX")
	srv := imaptest.Start(tb, imaptest.InMemory())
	defer srv.Close()
	srv.Inbox().Deliver(tb, letter("one"))
	asserted := here(1)
	srv.Inbox().AssertFlags(tb, 1, imap.FlagSeen)
	srv.Inbox().AssertCount(tb, 7)
	srv.AssertNoCommand(tb, "nonsense")
	srv.Errorf(tb, "saved %q: got 3 bytes, want 4", "one")
	tb.run(func(imaptest.TB) { srv.WaitLogout(waitless{tb}) })
	d := imaptest.Told(srv)
	got := d.Failures
	if len(got) != 5 {
		t.Fatalf("got %+v", got)
	}
	first := got[0]
	if first.Helper != "AssertFlags" || first.Source != asserted || first.Title != `INBOX, UID 1 "one": flags` || first.Got != "(none)" ||
		first.Want != `\Seen` || first.Account != "user" || first.Mailbox != "INBOX" || !slices.Equal(first.UIDs, []uint32{1}) {
		t.Errorf("got %+v", first)
	}
	if got[1].Helper != "AssertCount" || got[1].Got != "1" || got[1].Want != "7" || got[2].Helper != "AssertNoCommand" {
		t.Errorf("got %+v and %+v", got[1], got[2])
	}
	if own := got[3]; own.Helper != "" || own.Title != `saved "one"` || own.Got != "3 bytes" || own.Want != "4" {
		t.Errorf("got %+v", own)
	}
	if wait := got[4]; wait.Helper != "WaitLogout" || !strings.HasPrefix(wait.Title, "LOGOUT: waited") || wait.Want != "a client that has logged out" {
		t.Errorf("got %+v", wait)
	}
	if e := eventOf(t, d, report.Wait, "WaitLogout"); !e.Failed {
		t.Errorf("the wait is %+v", e)
	}
}

// waitless is a test that is about to end.
type waitless struct{ *reportTB }

func (waitless) Deadline() (time.Time, bool) { return time.Now().Add(time.Millisecond), true }
