package imaptest

import "strconv"

// Rule breaks something at a named point of the protocol. It comes from [Server.On]. Some
// methods narrow it, and come first; the others, the verbs, say what happens:
//
//	srv.On("UID MOVE").Nth(2).DropBeforeReply()
//	srv.On("SELECT Archive").As("bob").No("[OVERQUOTA] full")
//	srv.On("FETCH").OmitItem("UID").Dribble(10, time.Second)
//
// Without Nth and Times it holds for every command that matches. A rule may have several
// verbs, and a command several rules: what all of them want happens, in the order in which
// they were made. First what comes before the command, such as Delay and Before; then
// the command runs, unless a rule has something instead, such as No, Drop or Reply; then
// what comes after it; and the answer passes through all that change it, such as OmitItem
// and Rewrite, and all that say how it is sent, such as Dribble and CutAfter. Verbs that
// contradict each other fail the test where they are called. Of rules that do, the one that
// was made first wins, and the other has not fired.
//
// A rule that never fired fails the test, and so does one with a verb that never changed
// anything, unless it is Optional.
type Rule struct{ *ruleCore }

// On makes a rule for commands that match a pattern: "FETCH", "UID MOVE", "SELECT
// Archive", "*". Patterns are those of [Server.AssertCommands]. A command that does not
// exist fails the test, and so does one that the server's profile lacks; only Reply can
// answer it, and [Server.Command]. Without Times or Nth the rule fires at every command
// that matches, those of a client that tries again too: Times(1) has it fire once.
func (s *Server) On(pattern string) *Rule {
	s.t.Helper()
	return &Rule{s.addRule(onCommand, pattern, "On("+strconv.Quote(pattern)+")")}
}

// Nth makes the rule hold from the n-th matching command on, and for that one
// alone unless Times says more. The first is 1.
func (r *Rule) Nth(n int) *Rule {
	r.t().Helper()
	r.setNth(n)
	return r
}

// Times is how often the rule fires at most.
func (r *Rule) Times(n int) *Rule {
	r.t().Helper()
	r.setTimes(n)
	return r
}

// As narrows the rule to commands of an account.
func (r *Rule) As(user string) *Rule {
	r.t().Helper()
	r.setAs(user)
	return r
}

// In narrows the rule to commands while that mailbox is selected.
func (r *Rule) In(mailbox string) *Rule {
	r.t().Helper()
	r.setIn(mailbox)
	return r
}

// OnConn narrows the rule to the n-th connection. The first is 1.
func (r *Rule) OnConn(n int) *Rule {
	r.t().Helper()
	r.setOnConn(n)
	return r
}

// Where narrows the rule by a condition of the test's own, which may call anything.
func (r *Rule) Where(ok func(*Command) bool) *Rule {
	r.t().Helper()
	r.setWhere(ok)
	return r
}

// AtLiteral narrows the rule to commands that announce an n-th literal, and moves it to
// that point: the second message of a MULTIAPPEND is 2, and the message of the third
// APPEND is Nth(3).AtLiteral(1). No, Bad and Bye refuse the literal there. What changes the
// answer, or how it is sent, has the continuation request as its first line.
func (r *Rule) AtLiteral(n int) *Rule {
	r.t().Helper()
	r.setAtLiteral(n)
	return r
}

// Optional says that the rule need not fire, nor change anything.
func (r *Rule) Optional() *Rule { r.core.Optional(); return r }

// For has the rule end with t, which is a subtest's, and report there.
func (r *Rule) For(t TB) *Rule { r.setFor(t); return r }

// Remove takes the rule away: it fires no more, and does not fail the test. What has begun
// goes on.
func (r *Rule) Remove() { r.srv.removeRule(r.ruleCore) }

// Fired is how often the rule has fired: something of what it says has been done.
func (r *Rule) Fired() int { return r.core.State().Fired }

// Changed is how often a client was told something else because of the rule, or at another
// time, or the test's own code was called. A rule that leaves a line out of answers without
// that line has fired, and changed nothing.
func (r *Rule) Changed() int { return r.core.State().Changed }
