package imaptest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// ruleCore is what rules of commands, connections and handshakes, and holds, are.
type ruleCore struct {
	srv     *Server
	core    *rule.Rule[*Command]
	what    string // "On(\"FETCH\")"
	at      point
	pattern pattern
	made    int // how many commands there had been

	mu      sync.Mutex // guards what follows; held by nothing that waits
	tb      TB         // whose test it is
	own     bool       // tb is that of For
	literal int        // the number of the literal at which it is asked; 0: it is not
	effects []*effect
	broken  bool // it was called wrongly, which has been reported
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
	r := &ruleCore{srv: s, core: rule.New[*Command](), what: what, at: at, pattern: newPattern(text), made: s.rec.begun(), tb: s.t}
	if at == onCommand && r.pattern.text == "" {
		s.t.Helper()
		r.misuse("which commands? \"*\" is all")
	}
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	list := append(slices.Clone(s.allRules()), r)
	s.rules.Store(&list)
	return r
}

// allRules are those that have not been removed, in the order in which they were made.
func (s *Server) allRules() []*ruleCore {
	if list := s.rules.Load(); list != nil {
		return *list
	}
	return nil
}

// removeRule takes a rule away.
func (s *Server) removeRule(r *ruleCore) {
	r.core.Remove()
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	list := slices.DeleteFunc(slices.Clone(s.allRules()), func(one *ruleCore) bool { return one == r })
	if len(list) == 0 {
		s.rules.Store(nil)
		return
	}
	s.rules.Store(&list)
}

// ClearRules takes all rules and holds away; commands that are held go on. Those that never
// fired do not fail the test: [Server.CheckRules] first, if they should.
func (s *Server) ClearRules() {
	for _, r := range s.allRules() {
		s.removeRule(r)
		for _, e := range r.all() {
			if e.release != nil {
				e.release()
			}
		}
	}
}

// t is whose test the rule fails.
func (r *ruleCore) t() TB {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tb
}

func (r *ruleCore) setFor(t TB) {
	r.mu.Lock()
	r.tb, r.own = t, true
	r.mu.Unlock()
	t.Cleanup(func() {
		t.Helper()
		if !t.Failed() {
			r.report(t)
		}
		r.srv.removeRule(r)
	})
}

// misuse reports what cannot be meant, at the line of the test that says so.
func (r *ruleCore) misuse(format string, args ...any) {
	r.mu.Lock()
	r.broken = true
	t := r.tb
	r.mu.Unlock()
	t.Helper()
	t.Errorf("%s: %s", r.what, fmt.Sprintf(format, args...))
}

func (r *ruleCore) setNth(n int) {
	r.t().Helper()
	if n < 1 {
		r.misuse("Nth(%d): the first is 1", n)
		return
	}
	r.core.Nth(n)
}

func (r *ruleCore) setTimes(n int) {
	r.t().Helper()
	if n < 1 {
		r.misuse("Times(%d): a rule that never fires is none", n)
		return
	}
	r.core.Times(n)
}

func (r *ruleCore) setAs(user string) {
	r.t().Helper()
	if user == "" {
		r.misuse("As(\"\"): which account?")
		return
	}
	r.core.Where(" of "+user, func(cmd *Command) bool {
		return strings.EqualFold(user, userOf(cmd)) || r.srv.sameAccount(user, userOf(cmd))
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
	if mailbox == "" {
		r.misuse("In(\"\"): which mailbox?")
		return
	}
	inbox := strings.EqualFold(mailbox, "INBOX")
	r.core.Where(" in "+mailbox, func(cmd *Command) bool {
		return mailbox == cmd.Mailbox || inbox && strings.EqualFold(cmd.Mailbox, "INBOX")
	})
}

func (r *ruleCore) setOnConn(n int) {
	r.t().Helper()
	if n < 1 {
		r.misuse("OnConn(%d): the first is 1", n)
		return
	}
	r.core.Where(fmt.Sprintf(" on connection %d", n), func(cmd *Command) bool { return cmd.Conn == n })
}

func (r *ruleCore) setWhere(ok func(*Command) bool) {
	r.t().Helper()
	if ok == nil {
		r.misuse("Where(nil): which condition?")
		return
	}
	r.core.Where(" where func", func(cmd *Command) (is bool) {
		r.srv.inside.call(cmd.Conn, func() { is = ok(cmd) })
		return is
	})
}

func (r *ruleCore) setAtLiteral(n int) {
	r.t().Helper()
	if n < 1 {
		r.misuse("AtLiteral(%d): the first is 1", n)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.literal = n
}

// userOf is the account of a command; that of a LOGIN is whom it names.
func userOf(cmd *Command) string {
	if cmd.User == "" && cmd.Name == "LOGIN" {
		name, _, _ := strings.Cut(normalArgs(cmd.Args), " ")
		return name
	}
	return cmd.User
}

// all are the rule's effects; nil while it was called wrongly.
func (r *ruleCore) all() []*effect {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return nil
	}
	return r.effects
}

// do gives the rule a verb, unless that contradicts another.
func (r *ruleCore) do(e *effect) {
	r.t().Helper()
	if wrong := r.wrongName(e); wrong != "" {
		r.misuse("%s", wrong)
		return
	}
	for _, other := range r.all() {
		if why := contradiction(other.traits, e.traits, true); why != "" {
			r.misuse("%s after %s: %s", e.verb, other.verb, why)
			return
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.effects = append(r.effects[:len(r.effects):len(r.effects)], e)
}
