package imaptest

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/rule"
)

// ruleCore is what rules of commands, connections and handshakes, and holds, are.
type ruleCore struct {
	srv     *Server
	core    *rule.Rule[place, *effect]
	what    string // "On(\"FETCH\")"
	at      point
	pattern pattern
	made    int          // how many commands there had been
	act     *history.Act // the making of it
	literal atomic.Int64 // the number of the literal at which it is asked; 0: it is not

	ofUser, inMailbox atomic.Bool // it is narrowed by As, or In
}

// point is where a rule is asked.
type point int

const (
	onCommand point = iota
	onConnect
	onTLS
)

// addRule makes a rule, which does nothing until it has a verb.
func (s *Server) addRule(at point, text, what string) *ruleCore {
	r := &ruleCore{srv: s, what: what, at: at, pattern: newPattern(text), made: s.rec.begun()}
	r.act = s.rec.history.Note(history.Act{Kind: history.Rule, Args: text})
	r.core = s.rules.New(rule.Spec[place, *effect]{
		Name: what, At: r.isAt, Misfit: r.wrongName,
		Unfired:   r.explainUnfired,
		Unchanged: func(e *effect) string { return explainUnchanged(r, e) },
		Held:      func(e *effect) bool { return e.abandoned != nil && e.abandoned() },
	})
	if at == onCommand && r.pattern.text == "" {
		s.t.Helper()
		r.misuse("which commands? \"*\" is all")
	}
	return r
}

// removeRule takes a rule away.
func (s *Server) removeRule(r *ruleCore) { r.core.Remove() }

// ClearRules takes all rules and holds away; commands that are held go on. Those that never
// fired do not fail the test: [Server.CheckRules] first, if they should.
func (s *Server) ClearRules() {
	rules := s.rules.All()
	s.rules.Clear()
	for _, r := range rules {
		for _, e := range r.Effects() {
			if e.release != nil {
				e.release()
			}
		}
	}
}

// t is whose test the rule fails.
func (r *ruleCore) t() rule.TB { return r.core.T() }

func (r *ruleCore) setFor(t TB) { r.core.For(t) }

// misuse reports what cannot be meant, at the line of the test that says so.
func (r *ruleCore) misuse(format string, args ...any) {
	r.t().Helper()
	r.core.Misuse(format, args...)
}

// do gives the rule a verb, unless that contradicts another.
func (r *ruleCore) do(e *effect) {
	r.t().Helper()
	e.of = r
	r.core.Do(e)
	r.srv.rec.history.Amend(r.act, func(a *history.Act) { a.Note = strings.TrimPrefix(a.Note+", "+e.verb, ", ") })
}

func (r *ruleCore) setNth(n int) {
	r.t().Helper()
	r.core.Nth(n)
}

func (r *ruleCore) setTimes(n int) {
	r.t().Helper()
	r.core.Times(n)
}

func (r *ruleCore) setAs(user string) {
	r.t().Helper()
	r.ofUser.Store(true)
	r.core.As(user, func(p place) bool {
		return strings.EqualFold(user, userOf(p.cmd)) || r.srv.sameAccount(user, userOf(p.cmd))
	})
}

// sameAccount says whether two names are those of one account, which may have aliases.
func (s *Server) sameAccount(a, b string) bool {
	x, foundA := s.Store().User(a)
	y, foundB := s.Store().User(b)
	return foundA && foundB && x == y
}

func (r *ruleCore) setIn(mailbox string) {
	r.t().Helper()
	r.inMailbox.Store(true)
	inbox := strings.EqualFold(mailbox, "INBOX")
	r.core.In(mailbox, func(p place) bool {
		return mailbox == p.cmd.Mailbox || inbox && strings.EqualFold(p.cmd.Mailbox, "INBOX")
	})
}

func (r *ruleCore) setOnConn(n int) {
	r.t().Helper()
	r.core.OnConn(n, func(p place) int { return p.cmd.Conn })
}

func (r *ruleCore) setWhere(ok func(*Command) bool) {
	r.t().Helper()
	r.core.Where(ok != nil, func(p place) (is bool) {
		r.srv.inside.Call(p.cmd.Conn, func() { is = ok(p.cmd) })
		return is
	})
}

func (r *ruleCore) setAtLiteral(n int) {
	r.t().Helper()
	if n < 1 {
		r.misuse("AtLiteral(%d): the first is 1", n)
		return
	}
	r.literal.Store(int64(n))
	r.core.Narrow(fmt.Sprintf(", at literal %d", n), func(place) bool { return true }) // isAt asks
}

// userOf is the account of a command; that of a LOGIN is whom it names.
func userOf(cmd *Command) string {
	if cmd.User == "" && cmd.Name == "LOGIN" {
		name, _ := cutArg(cmd.Args)
		return name
	}
	return cmd.User
}
