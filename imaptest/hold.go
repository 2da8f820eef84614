package imaptest

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Hold stops a command at a point, until the test lets it go:
//
//	hold := srv.Hold("UID STORE").As("bob")
//	go client.store()
//	hold.Wait(t)
//	srv.Inbox().AddFlags(t, 3, imap.FlagSeen) // by somebody else
//	hold.Release()
//
// It holds the first command that matches, and no other. One that is never
// reached fails the test like a rule that never fires, and so does one that is still held
// when the server is closed.
type Hold struct {
	rule      *ruleCore
	reached   chan struct{}
	release   chan struct{}
	once      sync.Once
	abandoned atomic.Bool
	command   atomic.Uint64 // the number of the one that is held
}

// Hold stops a command before it runs.
func (s *Server) Hold(pattern string) *Hold {
	s.t.Helper()
	return s.newHold(pattern, "Hold", func(h *Hold, e *effect) {
		e.before = func(_ *Command, ctl imapd.Control) { h.wait(ctl) }
	})
}

// HoldAfter stops a command when it has run, and before it is answered.
func (s *Server) HoldAfter(pattern string) *Hold {
	s.t.Helper()
	return s.newHold(pattern, "HoldAfter", func(h *Hold, e *effect) {
		e.traits, e.after = needsRun, func(_ *Command, ctl imapd.Control) { h.wait(ctl) }
	})
}

// HoldResponse stops a command before the n-th line of its response; those
// before it have been sent. The first is 1; continuation requests are not counted. What
// IDLE pushes is response.
func (s *Server) HoldResponse(pattern string, n int) *Hold {
	s.t.Helper()
	h := s.newHold(pattern, "HoldResponse", func(h *Hold, e *effect) {
		e.verb, e.traits = fmt.Sprintf("HoldResponse(%q, %d)", pattern, n), needsAnswer
		e.beforeLine(n, h.wait)
	})
	if n < 1 {
		h.rule.misuse("%d: the first line is 1", n)
	}
	return h
}

func (s *Server) newHold(pattern, name string, how func(*Hold, *effect)) *Hold {
	s.t.Helper()
	h := &Hold{reached: make(chan struct{}), release: make(chan struct{})}
	h.rule = s.addRule(onCommand, pattern, name+"("+strconv.Quote(pattern)+")")
	h.rule.core.Times(1)
	e := &effect{verb: name, release: h.Release, abandoned: h.abandoned.Load}
	how(h, e)
	h.rule.do(e)
	return h
}

// As narrows the hold to commands of an account.
func (h *Hold) As(user string) *Hold {
	h.rule.t().Helper()
	h.rule.setAs(user)
	return h
}

// In narrows the hold to commands while that mailbox is selected.
func (h *Hold) In(mailbox string) *Hold {
	h.rule.t().Helper()
	h.rule.setIn(mailbox)
	return h
}

// OnConn narrows the hold to the n-th connection. The first is 1.
func (h *Hold) OnConn(n int) *Hold {
	h.rule.t().Helper()
	h.rule.setOnConn(n)
	return h
}

// Nth holds the n-th command that matches. The first is 1.
func (h *Hold) Nth(n int) *Hold {
	h.rule.t().Helper()
	h.rule.setNth(n)
	return h
}

// Where narrows the hold by a condition of the test's own.
func (h *Hold) Where(ok func(*Command) bool) *Hold {
	h.rule.t().Helper()
	h.rule.setWhere(ok)
	return h
}

// AtLiteral holds a command where it announces its n-th literal, as [Rule.AtLiteral] says.
func (h *Hold) AtLiteral(n int) *Hold {
	h.rule.t().Helper()
	h.rule.setAtLiteral(n)
	return h
}

// Optional says that the hold need not be reached.
func (h *Hold) Optional() *Hold { h.rule.core.Optional(); return h }

// For has the hold end with t, which is a subtest's, and report there.
func (h *Hold) For(t TB) *Hold {
	t.Cleanup(h.Release)
	h.rule.setFor(t)
	return h
}

// Remove takes the hold away. A command that is held goes on.
func (h *Hold) Remove() {
	h.rule.srv.removeRule(h.rule)
	h.Release()
}

// Reached is closed when a command has come to the point.
func (h *Hold) Reached() <-chan struct{} { return h.reached }

// Wait waits until a command has come to the point, as long as waits wait. In vain it stops
// the test and says what came nearest.
func (h *Hold) Wait(t TB) {
	t.Helper()
	s := h.rule.srv
	s.waitFor(t, condition{
		what:    h.rule.what,
		changed: func() []<-chan struct{} { return []<-chan struct{}{h.reached} },
		done: func() bool {
			select {
			case <-h.reached:
				return true
			default:
				return false
			}
		},
		hopeless: h.rule.hopeless,
	}, func(why string) history.Failure {
		h.rule.core.Optional() // this is the report
		return textFailure(h.rule.what + ": " + why + "\n" + h.rule.explainUnfired())
	})
}

// hopeless says why a rule cannot fire any more.
func (r *ruleCore) hopeless() string {
	switch {
	case r.core.State().Removed:
		return "it has been removed"
	case len(r.core.Effects()) == 0:
		return "it was made wrongly"
	}
	return ""
}

// Release lets the command go on. It may be called before it is there, and more
// than once.
func (h *Hold) Release() {
	first := false
	h.once.Do(func() { first = true })
	if !first {
		return
	}
	select {
	case <-h.reached:
		h.history().Note(history.Act{Kind: history.Release, Args: h.rule.pattern.text, To: h.command.Load(), By: h.rule.act.Seq})
	default: // there is nothing to be released
	}
	close(h.release)
}

func (h *Hold) history() *history.History { return h.rule.srv.rec.history }

// wait is in the connection's goroutine.
func (h *Hold) wait(ctl imapd.Control) {
	h.command.Store(uint64(ctl.Number()))
	act := h.history().Come(history.Act{
		Kind: history.Hold, Name: "Hold", Args: h.rule.pattern.text, To: h.command.Load(), By: h.rule.act.Seq,
	})
	defer h.history().Finish(act, "")
	close(h.reached)
	select {
	case <-h.release:
	case <-ctl.Gone():
		select {
		case <-h.rule.srv.closed:
			h.abandoned.Store(true)
		default:
		}
	}
}
