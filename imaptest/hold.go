package imaptest

import (
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Hold stops a command at a point, until the test lets it go:
//
//	hold := srv.Hold("UID STORE")
//	go client.store()
//	<-hold.Reached()
//	srv.Inbox().AddFlags(t, 3, imap.FlagSeen) // by somebody else
//	hold.Release()
//
// It holds the first command that matches, and no other. One that is never
// reached fails the test like a rule that never fires.
type Hold struct {
	rule    *Rule
	reached chan struct{}
	release chan struct{}
	once    sync.Once
}

// Hold stops a command before it runs.
func (s *Server) Hold(pattern string) *Hold {
	h := s.newHold(pattern, "Hold")
	h.rule.do(func(_ *Command, ctl imapd.Control) error { h.wait(ctl); return nil })
	return h
}

// HoldAfter stops a command when it has run, and before it is answered.
func (s *Server) HoldAfter(pattern string) *Hold {
	h := s.newHold(pattern, "HoldAfter")
	h.rule.do(func(cmd *Command, _ imapd.Control) error {
		s.afterRun(cmd, h.wait)
		return nil
	})
	return h
}

// HoldResponse stops a command before the n-th line of its response; those
// before it have been sent. The first is 1.
func (s *Server) HoldResponse(pattern string, n int) *Hold {
	h := s.newHold(pattern, "HoldResponse")
	h.rule.do(func(_ *Command, ctl imapd.Control) error {
		f := ctl.CurrentFilter()
		if f == nil {
			f = &imapd.Filter{}
			ctl.Filter(f)
		}
		line := 0
		f.Line = func([]byte) {
			if line++; line == n {
				h.wait(ctl)
			}
		}
		return nil
	})
	return h
}

func (s *Server) newHold(pattern, name string) *Hold {
	rule := s.addRule(onCommand, pattern, name+"(\""+pattern+"\")")
	return &Hold{rule: rule.Times(1), reached: make(chan struct{}), release: make(chan struct{})}
}

// Rule is what narrows the hold: hold.Rule().As("bob"). Its verbs are not for
// holds.
func (h *Hold) Rule() *Rule { return h.rule }

// Reached is closed when a command has come to the point.
func (h *Hold) Reached() <-chan struct{} { return h.reached }

// Release lets the command go on. It may be called before it is there, and more
// than once.
func (h *Hold) Release() { h.once.Do(func() { close(h.release) }) }

// wait is in the connection's goroutine.
func (h *Hold) wait(ctl imapd.Control) {
	close(h.reached)
	select {
	case <-h.release:
	case <-ctl.Gone():
	}
}
