package imaptest

import (
	"slices"
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

// due counts what matches, and says whether the rule is to fire now.
func (r *Rule) due(event ruleEvent, cmd *Command, literal int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.event != event || r.does == nil || event == onLiteral && literal != r.nth || !r.matches(cmd) {
		return false
	}
	if event == onLiteral {
		return true
	}
	r.seen++
	return r.seen >= r.nth && (r.times == 0 || r.fired < r.times)
}

// fire does what the rule is for.
func (r *Rule) fire(cmd *Command, ctl imapd.Control) error {
	r.mu.Lock()
	r.fired++
	does := r.does
	r.mu.Unlock()
	return does(cmd, ctl)
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

// applyRules asks every rule, so that each counts on its own, and lets fire those
// that are due. The first error ends it.
func (s *Server) applyRules(event ruleEvent, cmd *Command, literal int, ctl imapd.Control) error {
	s.rulesMu.RLock()
	rules := s.rules
	s.rulesMu.RUnlock()
	var due []*Rule
	for _, r := range rules {
		if r.due(event, cmd, literal) {
			due = append(due, r)
		}
	}
	if event == onCommand && len(due) > 0 {
		ctl.Flush() // answers to what was pipelined before are none of the rule's
	}
	for _, r := range due {
		if err := r.fire(cmd, ctl); err != nil {
			return err
		}
	}
	return nil
}

// waitsForLiteral says whether a rule is about the n-th literal of some command.
func (s *Server) waitsForLiteral(n int) bool {
	s.rulesMu.RLock()
	rules := s.rules
	s.rulesMu.RUnlock()
	return slices.ContainsFunc(rules, func(r *Rule) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.event == onLiteral && r.nth == n
	})
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

// afterRun calls f when the command that runs on the connection has run.
func (s *Server) afterRun(cmd *Command, f func(imapd.Control)) {
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	if s.ran == nil {
		s.ran = make(map[int][]func(imapd.Control))
	}
	s.ran[cmd.Conn] = append(s.ran[cmd.Conn], f)
}

// takeAfterRun takes what is to be done when the command has run.
func (s *Server) takeAfterRun(conn int) []func(imapd.Control) {
	s.rulesMu.Lock()
	defer s.rulesMu.Unlock()
	list := s.ran[conn]
	delete(s.ran, conn)
	return list
}
