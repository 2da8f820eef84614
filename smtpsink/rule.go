package smtpsink

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/glob"
	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// Command is a step of an SMTP session. What comes of it is in [Sink.Commands]; rules see it
// before there is anything.
type Command struct {
	Conn  int      // 1, 2, … in the order of connecting
	Stage string   // CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and other verbs
	Arg   string   // the address of MAIL and RCPT, the mechanism of AUTH, the name of EHLO
	User  string   // the account that has authenticated, "" for none
	From  string   // at EOD: the reverse-path
	To    []string // at EOD: the recipients that were accepted
	Data  []byte   // at EOD: the message, for rules

	TLS   bool      // whether it came through TLS
	Seq   uint64    // its place in the order of all that happens, the commands of IMAP too
	Start time.Time // when it was there
	End   time.Time // when it was answered, or its connection had ended; zero while it runs

	// Code is that of the reply: 0 while the step runs, where there is none, and if the
	// connection ended before the whole reply was sent. Of AUTH it is the last one.
	Code     int
	Enhanced string // the enhanced code (RFC 3463), "" for none
	Text     string // the rest of the reply's first line
	Cut      bool   // the connection ended before the whole reply was sent
}

// Running says that the step has not been answered, and its connection is still open.
func (c Command) Running() bool { return c.End.IsZero() }

// Result is the reply: "450 4.2.1 try later". It is "" while the step runs, where there is no
// reply, and if the connection ended first.
func (c Command) Result() string {
	if c.Code == 0 {
		return ""
	}
	return strings.TrimRight(strings.Join(strings.Fields(strconv.Itoa(c.Code)+" "+c.Enhanced), " ")+" "+c.Text, " ")
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
	core       *rule.Rule[*Command, *effect]
	act        *history.Act // the making of it
	stage, arg string
}

// On makes a rule for a stage: "CONNECT", before the greeting; "EHLO" (or HELO),
// "STARTTLS", "AUTH", "MAIL", "RCPT" and "DATA", before the command is looked at;
// "EOD" (end of data), when the whole message is there, by DATA, BDAT or BURL; "TLS", when a
// handshake begins, that of STARTTLS or of [Sink.TLSAddr]. DATA is also where the first
// BDAT or BURL is. Behind the stage may stand what its argument must be, in which "*" is any
// text and case does not matter: "RCPT bob@*", "AUTH PLAIN", "MAIL <>" for a bounce.
// That of EOD is a recipient: with LMTP, which answers for each, the answer is that of
// this recipient alone.
func (s *Sink) On(pattern string) *Rule {
	stage, arg, _ := strings.Cut(strings.TrimSpace(pattern), " ")
	if stage = strings.ToUpper(stage); stage == "HELO" || stage == "LHLO" {
		stage = "EHLO"
	}
	r := &Rule{sink: s, stage: stage, arg: strings.ToLower(strings.TrimSpace(arg))}
	r.core = s.rules.New(rule.Spec[*Command, *effect]{
		Name: fmt.Sprintf("On(%q)", pattern), At: r.isAt, Misfit: r.misfit, Unfired: r.explainUnfired, Unchanged: r.explainUnchanged,
	})
	r.act = s.history.Note(history.Act{Kind: history.Rule, Args: pattern})
	s.rules.T.Helper()
	if stages := append(smtpd.Verbs(), "*", smtpd.StageConnect, smtpd.StageTLS, smtpd.StageEOD); !slices.Contains(stages, stage) {
		r.core.Misuse("there is no stage %q%s (have CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and the other commands)", stage, rule.OrNearest(stage, stages))
	}
	return r
}

// t is whose test the rule fails.
func (r *Rule) t() rule.TB { return r.core.T() }

// Nth makes the rule hold from the n-th match on, and for that one alone unless
// Times says more. The first is 1.
func (r *Rule) Nth(n int) *Rule {
	r.t().Helper()
	r.core.Nth(n)
	return r
}

// Times is how often the rule fires at most.
func (r *Rule) Times(n int) *Rule {
	r.t().Helper()
	r.core.Times(n)
	return r
}

// As narrows the rule to connections that have authenticated as the account.
func (r *Rule) As(user string) *Rule {
	r.t().Helper()
	r.core.As(user, func(cmd *Command) bool { return strings.EqualFold(user, cmd.User) })
	return r
}

// OnConn narrows the rule to the n-th connection. The first is 1.
func (r *Rule) OnConn(n int) *Rule {
	r.t().Helper()
	r.core.OnConn(n, func(cmd *Command) int { return cmd.Conn })
	return r
}

// Where narrows the rule by a condition of the test's own. At EOD it sees the
// message: its size, its content.
func (r *Rule) Where(ok func(*Command) bool) *Rule {
	r.t().Helper()
	r.core.Where(ok != nil, func(cmd *Command) (is bool) {
		r.sink.inside.Call(cmd.Conn, func() { is = ok(cmd) })
		return is
	})
	return r
}

// Optional says that the rule need not fire, nor change anything.
func (r *Rule) Optional() *Rule { r.core.Optional(); return r }

// For has the rule end with t, which is a subtest's, and report there.
func (r *Rule) For(t TB) *Rule { r.core.For(t); return r }

// Remove takes the rule away: it fires no more, and does not fail the test.
func (r *Rule) Remove() { r.core.Remove() }

// ClearRules takes all rules away. Those that never fired do not fail the test.
func (s *Sink) ClearRules() { s.rules.Clear() }

// Fired is how often the rule has fired.
func (r *Rule) Fired() int { return r.core.State().Fired }

// Changed is how often a client was told something else because of the rule, or at another
// time, or the test's own code was called.
func (r *Rule) Changed() int { return r.core.State().Changed }

// isAt compares the stage, and the argument: at EOD any of the recipients.
func (r *Rule) isAt(cmd *Command) bool {
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
