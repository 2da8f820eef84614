package imaptest

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// ConnRule breaks something where a client connects, before the greeting. It comes from
// [Server.OnConnect], and is to connections what [Rule] is to commands.
type ConnRule struct{ *ruleCore }

// OnConnect makes a rule for connections, before their greeting.
func (s *Server) OnConnect() *ConnRule {
	return &ConnRule{s.addRule(onConnect, "*", "OnConnect()")}
}

// Nth makes the rule hold from the n-th matching connection on, and for that one alone
// unless Times says more. The first is 1.
func (r *ConnRule) Nth(n int) *ConnRule {
	r.t().Helper()
	r.setNth(n)
	return r
}

// Times is how often the rule fires at most.
func (r *ConnRule) Times(n int) *ConnRule {
	r.t().Helper()
	r.setTimes(n)
	return r
}

// OnConn narrows the rule to the n-th connection of the server. The first is 1.
func (r *ConnRule) OnConn(n int) *ConnRule {
	r.t().Helper()
	r.setOnConn(n)
	return r
}

// Where narrows the rule by a condition of the test's own. Of the command only Conn is set.
func (r *ConnRule) Where(ok func(*Command) bool) *ConnRule {
	r.t().Helper()
	r.setWhere(ok)
	return r
}

// Optional says that the rule need not fire.
func (r *ConnRule) Optional() *ConnRule { r.core.Optional(); return r }

// For has the rule end with t, which is a subtest's, and report there.
func (r *ConnRule) For(t TB) *ConnRule { r.setFor(t); return r }

// Remove takes the rule away.
func (r *ConnRule) Remove() { r.srv.removeRule(r.ruleCore) }

// Fired is how often the rule has fired.
func (r *ConnRule) Fired() int { return r.core.State().Fired }

// Bye is the greeting, and ends the connection. The text may begin with a response code.
func (r *ConnRule) Bye(text string) *ConnRule {
	r.t().Helper()
	r.status("Bye", imap.StatusResponseTypeBye, isBye, text)
	return r
}

// Reply sends lines as they are in place of the greeting, and ends the connection.
func (r *ConnRule) Reply(lines ...string) *ConnRule {
	r.t().Helper()
	r.reply(lines)
	return r
}

// Drop closes the connection without a word.
func (r *ConnRule) Drop() *ConnRule {
	r.t().Helper()
	r.silent("Drop()", func(ctl imapd.Control) { ctl.Drop(false) })
	return r
}

// Reset closes the connection with RST.
func (r *ConnRule) Reset() *ConnRule {
	r.t().Helper()
	r.silent("Reset()", func(ctl imapd.Control) { ctl.Drop(true) })
	return r
}

// Stall never greets; the connection stays open.
func (r *ConnRule) Stall() *ConnRule {
	r.t().Helper()
	r.silent("Stall()", imapd.Control.Silence)
	return r
}

// HalfOpen neither greets nor reads.
func (r *ConnRule) HalfOpen() *ConnRule {
	r.t().Helper()
	r.silent("HalfOpen()", imapd.Control.Deaf)
	return r
}

// Delay waits before the greeting.
func (r *ConnRule) Delay(d time.Duration) *ConnRule {
	r.t().Helper()
	r.delay(d)
	return r
}

// Before calls the test's own code before the greeting. Of the command only Conn is set.
func (r *ConnRule) Before(f func(*Command)) *ConnRule {
	r.t().Helper()
	r.callBefore(f)
	return r
}

// Bandwidth sends no more than so many bytes a second on this connection.
func (r *ConnRule) Bandwidth(bytesPerSecond int) *ConnRule {
	r.t().Helper()
	r.bandwidth(bytesPerSecond)
	return r
}

// Advertise shows capabilities that the server has not on this connection, in the greeting
// and in the answers to LOGIN, CAPABILITY and ENABLE alike.
func (r *ConnRule) Advertise(caps ...imap.Cap) *ConnRule {
	r.t().Helper()
	r.advertise(caps)
	return r
}

// Conceal does not show capabilities of the server on this connection, nor those that need
// them, as that of the server does. What belongs to them works all the same, but for ENABLE.
func (r *ConnRule) Conceal(caps ...imap.Cap) *ConnRule {
	r.t().Helper()
	r.conceal(caps)
	return r
}

// Greeting is what the greeting says behind its OK, or PREAUTH: "[ALERT] maintenance at
// noon". Service is as usual then.
func (r *ConnRule) Greeting(text string) *ConnRule {
	r.t().Helper()
	if text == "" || strings.ContainsAny(text, "\r\n\x00") {
		r.misuse("Greeting(%q): a greeting has one line; Stall has none", text)
		return r
	}
	if openCode(text) {
		r.misuse("Greeting(%q): the response code has no end, \"]\"", text)
		return r
	}
	r.do(&effect{
		verb: fmt.Sprintf("Greeting(%q)", text), traits: isGreeting | needsRun | needsAnswer,
		before: func(_ *Command, ctl imapd.Control) { ctl.Greet(text) },
	})
	return r
}

// Preauth greets with PREAUTH: the client is logged in as user from the start (RFC 9051,
// section 7.1.4).
func (r *ConnRule) Preauth(user string) *ConnRule {
	r.t().Helper()
	if _, found := r.srv.Store().User(user); !found {
		r.misuse("Preauth: %s", r.srv.User(user).missing())
		return r
	}
	r.do(&effect{
		verb: fmt.Sprintf("Preauth(%q)", user), traits: isUser | needsRun | needsAnswer,
		before: func(_ *Command, ctl imapd.Control) { ctl.Preauth(user) },
	})
	return r
}

// CutAfter sends n bytes of the greeting, and closes the connection.
func (r *ConnRule) CutAfter(n int) *ConnRule {
	r.t().Helper()
	r.cut(n)
	return r
}

// Dribble sends the greeting n bytes at a time, with a pause before each piece but the
// first.
func (r *ConnRule) Dribble(n int, every time.Duration) *ConnRule {
	r.t().Helper()
	r.dribble(n, every)
	return r
}

// CloseAfter lets a connection do n commands, and drops it at the next one.
func (r *ConnRule) CloseAfter(n int) *ConnRule {
	r.t().Helper()
	if n < 0 {
		r.misuse("CloseAfter(%d): that is no number of commands", n)
		return r
	}
	r.do(&effect{
		verb: fmt.Sprintf("CloseAfter(%d)", n), traits: isEnd | needsRun,
		lasting: func(cmd *Command, _ imapd.Control, changed func()) {
			r.srv.On("*").OnConn(cmd.Conn).Nth(n + 1).Optional().do(&effect{
				verb: "Drop()", traits: isInstead | isSilent | isRaw, // one that cannot run is a command too
				instead: func(_ *Command, ctl imapd.Control) error {
					changed()
					ctl.Drop(false)
					return imapd.ErrHandled
				},
			})
		},
		near: func([]string) string { return plural(r.srv.mostCommands(), "command") + " on a connection" },
	})
	return r
}

// mostCommands is how many commands the busiest connection had.
func (s *Server) mostCommands() int {
	most, had := 0, make(map[int]int)
	for _, cmd := range s.Commands() {
		had[cmd.Conn]++
		most = max(most, had[cmd.Conn])
	}
	return most
}

// Advertise shows capabilities that the server has not from now on, to all clients, in the
// greeting and in the answers to LOGIN, CAPABILITY and ENABLE alike.
func (s *Server) Advertise(caps ...imap.Cap) {
	s.t.Helper()
	if wrong := wrongCaps(caps); wrong != "" {
		s.errorf(s.t, "Advertise: %s", wrong)
		return
	}
	defer s.deed(capArgs(caps)).done()
	s.engine.Advertise(caps...)
}

// Conceal does not show capabilities of the server from now on, nor those that need them: with
// MOVE it conceals IMAP4rev2, of which MOVE is a part. What belongs to them works all the same,
// but for ENABLE; [Without] is for a server without it.
func (s *Server) Conceal(caps ...imap.Cap) {
	s.t.Helper()
	if wrong := s.wrongConcealed(caps); wrong != "" {
		s.errorf(s.t, "Conceal: %s", wrong)
		return
	}
	defer s.deed(capArgs(caps)).done()
	s.engine.Conceal(caps...)
}

// wrongCaps says why capabilities cannot be shown.
func wrongCaps(caps []imap.Cap) string {
	for _, c := range caps {
		if c == "" || strings.ContainsAny(string(c), "()[]{}%*\"\\") || strings.ContainsFunc(string(c), func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fmt.Sprintf("%q is no word", c)
		}
	}
	if len(caps) == 0 {
		return "which?"
	}
	return ""
}

// wrongConcealed says why capabilities cannot be concealed: what nobody is shown is a typing
// error.
func (s *Server) wrongConcealed(caps []imap.Cap) string {
	if wrong := wrongCaps(caps); wrong != "" {
		return wrong
	}
	for _, c := range caps {
		if !imapd.Implements(c) && !s.engine.Advertises(c) {
			return fmt.Sprintf("there is no capability %s%s", c, orNearest(string(c), capNames()))
		}
		if imapd.Implements(c) && !s.engine.Has(c) && !s.engine.Advertises(c) {
			return fmt.Sprintf("the server has no %s to conceal", c)
		}
	}
	return ""
}

func capNames() []string {
	var out []string
	for _, c := range imapd.AllCaps() {
		out = append(out, string(c))
	}
	return out
}

// errHandshake is why a handshake fails that a rule wants to fail.
var errHandshake = errors.New("imaptest: the handshake fails by a rule")
