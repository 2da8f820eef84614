package smtpsink

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-mailtest/mailtest/internal/glob"
)

// Command is a step of an SMTP session, as rules see it.
type Command struct {
	Conn  int      // 1, 2, … in the order of connecting
	Stage string   // CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and other verbs
	Arg   string   // the address of MAIL and RCPT, the mechanism of AUTH, the name of EHLO
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
	stage, arg string
	text       string

	mu       sync.Mutex // guards what follows
	nth      int
	times    int
	optional bool
	where    func(Command) bool
	does     func(w *wireConn, cmd *Command) error
	seen     int
	fired    int
}

// errHandled is what a rule returns that has answered.
var errHandled = errors.New("handled by a rule")

// refusal is a reply of a rule.
type refusal struct{ reply *Error }

// Error is the reply as it is sent.
func (r refusal) Error() string {
	if r.reply.Enhanced == [3]int{} {
		return fmt.Sprintf("%d %s", r.reply.Code, r.reply.Text)
	}
	return r.reply.Error()
}

// On makes a rule for a stage: "CONNECT", before the greeting; "EHLO", "STARTTLS",
// "AUTH", "MAIL", "RCPT" and "DATA", before the command is looked at; "EOD" (end of
// data), when the whole message is there, by DATA or BDAT. Behind it may stand
// what the argument must be, in which "*" is any text and case does not matter:
// "RCPT bob@*", "AUTH PLAIN".
func (s *Sink) On(pattern string) *Rule {
	stage, arg, _ := strings.Cut(strings.TrimSpace(pattern), " ")
	r := &Rule{stage: strings.ToUpper(stage), arg: strings.ToLower(strings.TrimSpace(arg)), text: pattern, nth: 1}
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

func (r *Rule) do(does func(w *wireConn, cmd *Command) error) { r.set(func() { r.does = does }) }

// Reply answers instead of running the command: Reply(450, "4.2.1", "try later").
// The enhanced code may be "" (RFC 3463). At CONNECT it takes the place of the
// greeting and ends the connection.
func (r *Rule) Reply(code int, enhanced, text string) {
	e := &Error{Code: code, Text: text}
	if enhanced != "" {
		fmt.Sscanf(enhanced, "%d.%d.%d", &e.Enhanced[0], &e.Enhanced[1], &e.Enhanced[2])
	}
	r.do(func(*wireConn, *Command) error { return refusal{e} })
}

// Drop closes the connection; the command does not run.
func (r *Rule) Drop() {
	r.do(func(w *wireConn, _ *Command) error { w.Close(); return errHandled })
}

// Reset closes the connection with RST; the command does not run.
func (r *Rule) Reset() {
	r.do(func(w *wireConn, _ *Command) error { w.reset(); return errHandled })
}

// Stall never answers; the connection stays open.
func (r *Rule) Stall() {
	r.do(func(w *wireConn, _ *Command) error {
		io.Copy(io.Discard, w.br)
		w.Close()
		return errHandled
	})
}

// DropBeforeReply runs the command, and closes the connection in place of its
// reply: at EOD the message has been taken and filed, and the client never hears.
func (r *Rule) DropBeforeReply() {
	r.do(func(w *wireConn, _ *Command) error { w.dropReply = true; return nil })
}

// Delay waits before the command runs.
func (r *Rule) Delay(d time.Duration) {
	r.do(func(w *wireConn, _ *Command) error { w.wait(d); return nil })
}

// Before calls the test's own code before the command runs.
func (r *Rule) Before(f func(*Command)) {
	r.do(func(_ *wireConn, cmd *Command) error { f(cmd); return nil })
}

// After calls the test's own code when the command has run, before its reply.
func (r *Rule) After(f func(*Command)) {
	r.do(func(w *wireConn, cmd *Command) error {
		w.after = append(w.after, func(*Command) { f(cmd) })
		return nil
	})
}

// due counts a step, and says whether the rule is to fire.
func (r *Rule) due(cmd *Command) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.does == nil || r.stage != cmd.Stage && r.stage != "*" || r.arg != "" && !glob.Match(r.arg, strings.ToLower(cmd.Arg)) {
		return false
	}
	if r.where != nil && !r.where(*cmd) {
		return false
	}
	r.seen++
	return r.seen >= r.nth && (r.times == 0 || r.fired < r.times)
}

func (r *Rule) fire(w *wireConn, cmd *Command) error {
	r.mu.Lock()
	r.fired++
	does := r.does
	r.mu.Unlock()
	return does(w, cmd)
}

// askRules lets the rules fire that are due. The first that ends it is the
// result: a refusal, or errHandled.
func (s *Sink) askRules(w *wireConn, cmd *Command) error {
	s.mu.Lock()
	rules := s.rules
	step := *cmd
	step.Data = nil // it may be large
	s.steps = append(s.steps, step)
	if len(s.steps) > 2*keptSteps {
		s.steps = slices.Clone(s.steps[keptSteps:])
	}
	s.mu.Unlock()
	var due []*Rule
	for _, r := range rules {
		if r.due(cmd) {
			due = append(due, r)
		}
	}
	for _, r := range due {
		if err := r.fire(w, cmd); err != nil {
			s.cfg.logf("%s: a rule: %v", cmd, err)
			return err
		}
	}
	return nil
}

// keptSteps is how many steps are kept for the report of a rule that never
// fired.
const keptSteps = 500

// applyRules answers what a rule wants answered.
func (s *Sink) applyRules(w *wireConn, cmd *Command) (handled bool, err error) {
	err = s.askRules(w, cmd)
	var refused refusal
	switch {
	case errors.As(err, &refused):
		return true, w.say(refused.Error())
	case errors.Is(err, errHandled):
		return true, net.ErrClosed
	}
	return false, err
}

// reset makes Close send RST.
func (w *wireConn) reset() {
	switch nc := w.tracked.Conn.(type) {
	case interface{ SetLinger(int) error }:
		nc.SetLinger(0)
	case interface{ Reset() }:
		nc.Reset()
	}
	w.tracked.Close()
	w.Close()
}
