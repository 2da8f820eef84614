package smtpsink

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/glob"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// Command is a step of an SMTP session, as rules see it.
type Command struct {
	Conn  int      // 1, 2, … in the order of connecting
	Stage string   // CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and other verbs
	Arg   string   // the address of MAIL and RCPT, the mechanism of AUTH, the name of EHLO
	User  string   // the account that has authenticated, "" for none
	From  string   // at EOD: the reverse-path
	To    []string // at EOD: the recipients that were accepted
	Data  []byte   // at EOD: the message
}

// String is the stage and its argument.
func (c Command) String() string { return strings.TrimRight(c.Stage+" "+c.Arg, " ") }

// Rule breaks something at a named point of an SMTP session. It comes from
// [Sink.On]. Some methods narrow it, and come first; the others, the verbs, say what happens:
//
//	sink.On("RCPT bob@*").Times(1).Reply(450, "4.2.1", "try later") // greylisting
//	sink.On("EOD").DropBeforeReply()                                // taken, and the client never hears
//
// Without Nth and Times it holds for every step that matches. A rule may have several verbs,
// and a step several rules: what all of them want happens, in the order in which they were
// made. Verbs that contradict each other fail the test where they are called; of rules that do,
// the one that was made first wins, and the other has not fired. A rule that never fired fails
// the test, and so does one with a verb that never changed anything, unless it is Optional.
type Rule struct {
	sink       *Sink
	core       *rule.Rule[*Command]
	stage, arg string
	text       string

	mu      sync.Mutex // guards what follows
	tb      TB         // whose test it is
	own     bool       // tb is that of For
	effects []*effect
	broken  bool // it was called wrongly, which has been reported
}

// On makes a rule for a stage: "CONNECT", before the greeting; "EHLO" (or HELO),
// "STARTTLS", "AUTH", "MAIL", "RCPT" and "DATA", before the command is looked at;
// "EOD" (end of data), when the whole message is there, by DATA or BDAT; "TLS", when a
// handshake begins, that of STARTTLS or of [Sink.TLSAddr]. DATA is also where the first
// BDAT is. Behind the stage may stand what its argument must be, in which "*" is any
// text and case does not matter: "RCPT bob@*", "AUTH PLAIN", "MAIL <>" for a bounce.
// That of EOD is a recipient: with LMTP, which answers for each, the answer is that of
// this recipient alone.
func (s *Sink) On(pattern string) *Rule {
	stage, arg, _ := strings.Cut(strings.TrimSpace(pattern), " ")
	if stage = strings.ToUpper(stage); stage == "HELO" || stage == "LHLO" {
		stage = "EHLO"
	}
	r := &Rule{sink: s, core: rule.New[*Command](), stage: stage, arg: strings.ToLower(strings.TrimSpace(arg)), text: pattern, tb: s.t}
	s.t.Helper()
	if stages := append(smtpd.Verbs(), "*", smtpd.StageConnect, smtpd.StageTLS, smtpd.StageEOD); !slices.Contains(stages, stage) {
		nearest := ""
		if name := rule.Nearest(stage, stages); name != "" {
			nearest = "; nearest: " + name
		}
		r.misuse("there is no stage %q%s (have CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and the other commands)", stage, nearest)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules[:len(s.rules):len(s.rules)], r)
	return r
}

// t is whose test the rule fails.
func (r *Rule) t() TB {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tb
}

// misuse reports what cannot be meant, at the line of the test that says so.
func (r *Rule) misuse(format string, args ...any) {
	r.mu.Lock()
	r.broken = true
	t := r.tb
	r.mu.Unlock()
	t.Helper()
	t.Errorf("On(%q): %s", r.text, fmt.Sprintf(format, args...))
}

// Nth makes the rule hold from the n-th match on, and for that one alone unless
// Times says more. The first is 1.
func (r *Rule) Nth(n int) *Rule {
	r.t().Helper()
	if n < 1 {
		r.misuse("Nth(%d): the first is 1", n)
		return r
	}
	r.core.Nth(n)
	return r
}

// Times is how often the rule fires at most.
func (r *Rule) Times(n int) *Rule {
	r.t().Helper()
	if n < 1 {
		r.misuse("Times(%d): a rule that never fires is none", n)
		return r
	}
	r.core.Times(n)
	return r
}

// As narrows the rule to connections that have authenticated as the account.
func (r *Rule) As(user string) *Rule {
	r.t().Helper()
	if user == "" {
		r.misuse("As(\"\"): which account?")
		return r
	}
	r.core.Where(" of "+user, func(cmd *Command) bool { return strings.EqualFold(user, cmd.User) })
	return r
}

// OnConn narrows the rule to the n-th connection. The first is 1.
func (r *Rule) OnConn(n int) *Rule {
	r.t().Helper()
	if n < 1 {
		r.misuse("OnConn(%d): the first is 1", n)
		return r
	}
	r.core.Where(fmt.Sprintf(" on connection %d", n), func(cmd *Command) bool { return cmd.Conn == n })
	return r
}

// Where narrows the rule by a condition of the test's own. At EOD it sees the
// message: its size, its content.
func (r *Rule) Where(ok func(*Command) bool) *Rule {
	r.t().Helper()
	if ok == nil {
		r.misuse("Where(nil): which condition?")
		return r
	}
	r.core.Where(" where func", ok)
	return r
}

// Optional says that the rule need not fire, nor change anything.
func (r *Rule) Optional() *Rule { r.core.Optional(); return r }

// For has the rule end with t, which is a subtest's, and report there.
func (r *Rule) For(t TB) *Rule {
	r.mu.Lock()
	r.tb, r.own = t, true
	r.mu.Unlock()
	t.Cleanup(func() {
		t.Helper()
		if !t.Failed() {
			r.report(t)
		}
		r.Remove()
	})
	return r
}

// Remove takes the rule away: it fires no more, and does not fail the test.
func (r *Rule) Remove() {
	r.core.Remove()
	r.sink.mu.Lock()
	defer r.sink.mu.Unlock()
	r.sink.rules = slices.DeleteFunc(slices.Clone(r.sink.rules), func(one *Rule) bool { return one == r })
}

// ClearRules takes all rules away. Those that never fired do not fail the test.
func (s *Sink) ClearRules() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		r.core.Remove()
	}
	s.rules = nil
}

// Fired is how often the rule has fired.
func (r *Rule) Fired() int { return r.core.State().Fired }

// Changed is how often a client was told something else because of the rule, or at another
// time, or the test's own code was called.
func (r *Rule) Changed() int { return r.core.State().Changed }

// matches compares the stage, and the argument: at EOD any of the recipients.
func (r *Rule) matches(cmd *Command) bool {
	switch {
	case r.stage != cmd.Stage && r.stage != "*":
		return false
	case r.arg == "":
		return true
	case cmd.Stage != smtpd.StageEOD:
		return glob.Match(r.arg, strings.ToLower(cmd.Arg))
	}
	return slices.ContainsFunc(cmd.To, func(to string) bool { return glob.Match(r.arg, strings.ToLower(to)) })
}

// keptSteps is how many steps are kept for the report of a rule that never
// fired.
const keptSteps = 500

// noteStep remembers a step, and returns the rules to ask about it.
func (s *Sink) noteStep(step Command) []*Rule {
	step.Data = nil // it may be large
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, step)
	if len(s.steps) > 2*keptSteps {
		s.steps = append(s.steps[:0], s.steps[keptSteps:]...)
	}
	return s.rules
}
