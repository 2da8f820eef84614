package smtpsink

import (
	"slices"
	"strings"
	"sync"

	"github.com/go-mailtest/mailtest/internal/glob"
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
// [Sink.On]; methods that return it narrow it, the others say what happens:
//
//	sink.On("RCPT bob@*").Times(1).Reply(450, "4.2.1", "try later") // greylisting
//	sink.On("EOD").DropBeforeReply()                                // taken, and the client never hears
//
// Without Nth and Times it holds for every step that matches. Rules are asked in
// the order in which they were made; the first that answers, drops or stalls ends
// it. A rule that never fired fails the test, unless it is Optional.
type Rule struct {
	sink       *Sink
	stage, arg string
	text       string

	mu       sync.Mutex // guards what follows
	nth      int
	times    int
	conn     int // 0 for any
	user     string
	optional bool
	where    func(Command) bool
	does     func(ctl smtpd.Control, cmd *Command) error
	seen     int
	fired    int
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
	r := &Rule{sink: s, stage: stage, arg: strings.ToLower(strings.TrimSpace(arg)), text: pattern, nth: 1}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, r)
	return r
}

func (r *Rule) set(change func()) *Rule {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	return r
}

// Nth makes the rule hold from the n-th match on, and for that one alone unless
// Times says more. The first is 1.
func (r *Rule) Nth(n int) *Rule {
	return r.set(func() {
		if r.nth = n; r.times == 0 {
			r.times = 1
		}
	})
}

// Times is how often the rule fires at most.
func (r *Rule) Times(n int) *Rule { return r.set(func() { r.times = n }) }

// As narrows the rule to connections that have authenticated as the account.
func (r *Rule) As(user string) *Rule { return r.set(func() { r.user = user }) }

// OnConn narrows the rule to the n-th connection.
func (r *Rule) OnConn(n int) *Rule { return r.set(func() { r.conn = n }) }

// Where narrows the rule by a condition of the test's own. At EOD it sees the
// message: its size, its content.
func (r *Rule) Where(ok func(Command) bool) *Rule { return r.set(func() { r.where = ok }) }

// Optional says that the rule need not fire.
func (r *Rule) Optional() *Rule { return r.set(func() { r.optional = true }) }

// Fired is how often the rule has fired.
func (r *Rule) Fired() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fired
}

// due counts a step, and says whether the rule is to fire. The test's own
// condition is asked without the lock.
func (r *Rule) due(cmd *Command) bool {
	r.mu.Lock()
	matches := r.does != nil && (r.stage == cmd.Stage || r.stage == "*") && r.matchesArg(cmd) &&
		(r.conn == 0 || r.conn == cmd.Conn) && (r.user == "" || strings.EqualFold(r.user, cmd.User))
	where := r.where
	r.mu.Unlock()
	if !matches || where != nil && !where(*cmd) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen++
	if r.seen < r.nth || r.times > 0 && r.fired >= r.times {
		return false
	}
	r.fired++
	return true
}

// matchesArg compares the argument, at EOD any of the recipients.
func (r *Rule) matchesArg(cmd *Command) bool {
	if r.arg == "" {
		return true
	}
	if cmd.Stage != smtpd.StageEOD {
		return glob.Match(r.arg, strings.ToLower(cmd.Arg))
	}
	return slices.ContainsFunc(cmd.To, func(to string) bool { return glob.Match(r.arg, strings.ToLower(to)) })
}

// askRules lets the rules fire that are due at a step. The first that ends it is the
// result.
func (s *Sink) askRules(step *smtpd.Command, ctl smtpd.Control) error {
	cmd := (*Command)(step)
	for _, r := range s.noteStep(*cmd) {
		if !r.due(cmd) {
			continue
		}
		r.mu.Lock()
		does := r.does
		r.mu.Unlock()
		if err := does(ctl, cmd); err != nil {
			return err
		}
	}
	return nil
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
