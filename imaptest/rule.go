package imaptest

import (
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/imapd"
)

// Rule breaks something at a named point of the protocol. It comes from
// [Server.On], [Server.OnConnect] or [Server.OnTLS]; methods that return it
// narrow it, and the others say what happens:
//
//	srv.On("UID MOVE").Nth(2).DropBeforeReply()
//	srv.On("SELECT Archive").As("bob").No("[OVERQUOTA] full")
//
// Without Nth and Times it holds for every command that matches. Rules are asked
// in the order in which they were made; the first that has something instead of
// running the command, such as No, Drop or Reply, ends it. A rule that never
// fired fails the test, unless it is Optional.
type Rule struct {
	srv   *Server
	what  string // "On(\"FETCH\")"
	where func(*Command) bool

	mu       sync.Mutex // guards what follows
	pattern  pattern
	event    ruleEvent
	nth      int // from which on, 1 for the first
	times    int // how often at most, 0 for ever
	user     string
	mailbox  string
	conn     int
	optional bool
	does     action
	seen     int // matching commands
	fired    int
}

// ruleEvent is what a rule is asked at.
type ruleEvent int

const (
	onCommand ruleEvent = iota
	onConnect
	onTLS
	onLiteral
)

// action is what a rule does at a command, a connection or a TLS handshake. An
// error ends it.
type action func(cmd *Command, ctl imapd.Control) error

// On makes a rule for commands that match a pattern: "FETCH", "UID MOVE", "SELECT
// Archive", "*". Patterns are those of [Server.AssertCommands].
func (s *Server) On(pattern string) *Rule {
	return s.addRule(onCommand, pattern, "On(\""+pattern+"\")")
}

// OnConnect makes a rule for connections, before their greeting.
func (s *Server) OnConnect() *Rule { return s.addRule(onConnect, "*", "OnConnect()") }

// OnTLS makes a rule for TLS handshakes, of STARTTLS and of TLSAddr.
func (s *Server) OnTLS() *Rule { return s.addRule(onTLS, "*", "OnTLS()") }

func (s *Server) addRule(event ruleEvent, text, what string) *Rule {
	r := &Rule{srv: s, what: what, event: event, pattern: newPattern(text), nth: 1}
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	s.rules = append(s.rules, r)
	return r
}

// set changes the rule under its lock.
func (r *Rule) set(change func()) *Rule {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	return r
}

// Nth makes the rule hold from the n-th matching command on, and for that one
// alone unless Times says more. The first is 1.
func (r *Rule) Nth(n int) *Rule {
	return r.set(func() {
		r.nth = n
		if r.times == 0 {
			r.times = 1
		}
	})
}

// Times is how often the rule fires at most.
func (r *Rule) Times(n int) *Rule { return r.set(func() { r.times = n }) }

// As narrows the rule to commands of an account.
func (r *Rule) As(user string) *Rule { return r.set(func() { r.user = user }) }

// In narrows the rule to commands while that mailbox is selected.
func (r *Rule) In(mailbox string) *Rule { return r.set(func() { r.mailbox = mailbox }) }

// OnConn narrows the rule to the n-th connection.
func (r *Rule) OnConn(n int) *Rule { return r.set(func() { r.conn = n }) }

// Where narrows the rule by a condition of the test's own.
func (r *Rule) Where(ok func(*Command) bool) *Rule { return r.set(func() { r.where = ok }) }

// Optional says that the rule need not fire.
func (r *Rule) Optional() *Rule { return r.set(func() { r.optional = true }) }

// AtLiteral moves the rule to the point at which a matching command announces
// its n-th literal: the second message of a MULTIAPPEND is 2. No, Bad and Bye
// refuse it there.
func (r *Rule) AtLiteral(n int) *Rule {
	return r.set(func() { r.event, r.nth, r.times = onLiteral, n, 1 })
}

// Fired is how often the rule has fired.
func (r *Rule) Fired() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fired
}

// takes says whether the rule fires now, and counts.
func (r *Rule) takes(event ruleEvent, cmd *Command, literal int) action {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.event != event || r.does == nil || !r.matches(cmd) {
		return nil
	}
	if event == onLiteral {
		if literal != r.nth {
			return nil
		}
		r.fired++
		return r.does
	}
	r.seen++
	if r.seen < r.nth || r.times > 0 && r.fired >= r.times {
		return nil
	}
	r.fired++
	return r.does
}

func (r *Rule) matches(cmd *Command) bool {
	switch {
	case r.event == onCommand && !r.pattern.matches(*cmd), r.event == onLiteral && !r.pattern.matches(*cmd):
		return false
	case r.user != "" && !strings.EqualFold(r.user, userOf(cmd)):
		return false
	case r.mailbox != "" && r.mailbox != cmd.Mailbox && !(strings.EqualFold(r.mailbox, "INBOX") && strings.EqualFold(cmd.Mailbox, "INBOX")):
		return false
	case r.conn != 0 && r.conn != cmd.Conn:
		return false
	}
	return r.where == nil || r.where(cmd)
}

// userOf is the account of a command; that of a LOGIN is whom it names.
func userOf(cmd *Command) string {
	if cmd.User == "" && cmd.Name == "LOGIN" {
		name, _, _ := strings.Cut(normalArgs(cmd.Args), " ")
		return name
	}
	return cmd.User
}

// applyRules asks every rule. The first error ends it.
func (s *Server) applyRules(event ruleEvent, cmd *Command, literal int, ctl imapd.Control) error {
	s.rulesMu.RLock()
	rules := s.rules
	s.rulesMu.RUnlock()
	for _, r := range rules {
		does := r.takes(event, cmd, literal)
		if does == nil {
			continue
		}
		if err := does(cmd, ctl); err != nil {
			return err
		}
	}
	return nil
}

// hasRules is asked first, so that a server without any does no more.
func (s *Server) hasRules() bool {
	s.rulesMu.RLock()
	defer s.rulesMu.RUnlock()
	return len(s.rules) > 0
}

// commandOf is a command as rules see it.
func commandOf(cmd *imapd.Command) *Command {
	return &Command{
		Conn: cmd.Conn, User: cmd.User, Tag: cmd.Tag, Name: cmd.Name, Args: argsOf(cmd), Mailbox: cmd.Mailbox, Start: cmd.Start,
	}
}

// beforeCommand is the engine's hook.
func (s *Server) beforeCommand(cmd *imapd.Command, ctl imapd.Control) error {
	if !s.hasRules() {
		return nil
	}
	return s.applyRules(onCommand, commandOf(cmd), 0, ctl)
}

// atLiteral is the engine's hook.
func (s *Server) atLiteral(cmd *imapd.Command, n int) error {
	if !s.hasRules() {
		return nil
	}
	return s.applyRules(onLiteral, commandOf(cmd), n, imapd.Control{})
}

// connecting is the engine's hook.
func (s *Server) connecting(conn int, ctl imapd.Control) error {
	if !s.hasRules() {
		return nil
	}
	return s.applyRules(onConnect, &Command{Conn: conn}, 0, ctl)
}

// afterRun calls f when the command that runs on the connection has run.
func (s *Server) afterRun(cmd *Command, f func(imapd.Control)) {
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	if s.ran == nil {
		s.ran = make(map[int][]func(imapd.Control))
	}
	s.ran[cmd.Conn] = append(s.ran[cmd.Conn], f)
}

// commandRan is the engine's hook.
func (s *Server) commandRan(cmd *imapd.Command, ctl imapd.Control) {
	if !s.hasRules() {
		return
	}
	s.rulesMu.Lock()
	list := s.ran[cmd.Conn]
	delete(s.ran, cmd.Conn)
	s.rulesMu.Unlock()
	for _, f := range list {
		f(ctl)
	}
}
