package imaptest

import (
	"fmt"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Delay waits before the command runs.
func (r *Rule) Delay(d time.Duration) *Rule {
	r.t().Helper()
	r.delay(d)
	return r
}

// Before calls the test's own code before the command runs: a race, made to
// order. It may call anything.
func (r *Rule) Before(f func(*Command)) *Rule {
	r.t().Helper()
	r.callBefore(f)
	return r
}

// Bandwidth sends no more than so many bytes a second from here on, on this
// connection.
func (r *Rule) Bandwidth(bytesPerSecond int) *Rule {
	r.t().Helper()
	r.bandwidth(bytesPerSecond)
	return r
}

// Advertise shows capabilities that the server has not, or that were concealed, from this
// command on and on this connection: in the answers to LOGIN, CAPABILITY and ENABLE alike.
func (r *Rule) Advertise(caps ...imap.Cap) *Rule {
	r.t().Helper()
	r.advertise(caps)
	return r
}

// Conceal does not show capabilities of the server, nor those that need them, from this
// command on and on this connection. What belongs to them works all the same, but for ENABLE.
func (r *Rule) Conceal(caps ...imap.Cap) *Rule {
	r.t().Helper()
	r.conceal(caps)
	return r
}

// After calls the test's own code when the command has run: changes that it makes
// are told to the client in the same response. It may call anything.
func (r *Rule) After(f func(*Command)) *Rule {
	r.t().Helper()
	if f == nil {
		r.misuse("After(nil): which code?")
		return r
	}
	r.do(&effect{verb: "After(func)", traits: needsRun, after: func(cmd *Command, _ imapd.Control) {
		r.srv.inside.Call(cmd.Conn, func() { f(cmd) })
	}})
	return r
}

func (r *ruleCore) delay(d time.Duration) {
	r.t().Helper()
	if d <= 0 {
		r.misuse("Delay(%v): that is no time", d)
		return
	}
	r.do(&effect{verb: fmt.Sprintf("Delay(%v)", d), before: func(_ *Command, ctl imapd.Control) { ctl.Wait(d) }})
}

func (r *ruleCore) callBefore(f func(*Command)) {
	r.t().Helper()
	if f == nil {
		r.misuse("Before(nil): which code?")
		return
	}
	r.do(&effect{verb: "Before(func)", before: func(cmd *Command, _ imapd.Control) {
		r.srv.inside.Call(cmd.Conn, func() { f(cmd) })
	}})
}

func (r *ruleCore) bandwidth(bytesPerSecond int) {
	r.t().Helper()
	if bytesPerSecond < 1 {
		r.misuse("Bandwidth(%d): nothing would be sent, which is Stall", bytesPerSecond)
		return
	}
	if bytesPerSecond > int(time.Second) {
		r.misuse("Bandwidth(%d): that is more than a byte a nanosecond, and slows down nothing", bytesPerSecond)
		return
	}
	r.do(&effect{verb: fmt.Sprintf("Bandwidth(%d)", bytesPerSecond), traits: isPace, before: func(_ *Command, ctl imapd.Control) {
		ctl.Pace(bytesPerSecond)
	}})
}

func (r *ruleCore) advertise(caps []imap.Cap) {
	r.t().Helper()
	if wrong := wrongCaps(caps); wrong != "" {
		r.misuse("Advertise: %s", wrong)
		return
	}
	e := &effect{verb: fmt.Sprintf("Advertise(%s)", quoted(caps)), near: nearList}
	e.lasting = func(_ *Command, ctl imapd.Control, changed func()) { ctl.Advertise(e, e.listed(changed), caps...) }
	r.do(e)
}

func (r *ruleCore) conceal(caps []imap.Cap) {
	r.t().Helper()
	if wrong := r.srv.wrongConcealed(caps); wrong != "" {
		r.misuse("Conceal: %s", wrong)
		return
	}
	e := &effect{verb: fmt.Sprintf("Conceal(%s)", quoted(caps)), near: nearList}
	e.lasting = func(_ *Command, ctl imapd.Control, changed func()) { ctl.Conceal(e, e.listed(changed), caps...) }
	r.do(e)
}

// listed looks on when a list of capabilities is told, whether the effect has changed it.
func (e *effect) listed(changed func()) func(before, after string) {
	once := sync.OnceFunc(changed)
	return func(before, after string) {
		if before != after {
			once()
		} else {
			e.note([][]byte{[]byte(before)})
		}
	}
}

// nearList says why no list of capabilities was changed.
func nearList(lines []string) string {
	if len(lines) > 0 {
		return "a list that says so anyway"
	}
	return "no list of capabilities from then on"
}
