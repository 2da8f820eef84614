package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Rule breaks something at a point of the protocol.
type Rule struct {
	Point string `json:"point,omitempty" enum:"command connect tls smtp" doc:"where: at a command of IMAP (if it is left out), when a client connects, at a TLS handshake, or at a step of SMTP"`
	On    string `json:"on,omitempty" doc:"which command, UID FETCH or SELECT Archive, or which step of SMTP, RCPT bob@*"`
	Narrowing
	Times int    `json:"times,omitempty" doc:"at most so often"`
	Do    []Verb `json:"do" doc:"what happens, in this order"`
}

// Narrowing says which commands, or which steps, a rule or a hold is for.
type Narrowing struct {
	As        string `json:"as,omitempty" doc:"only of this account"`
	In        string `json:"in,omitempty" doc:"only while this mailbox is selected"`
	OnConn    int    `json:"onConn,omitempty" doc:"only on this connection, from 1"`
	Nth       int    `json:"nth,omitempty" doc:"only the n-th that matches"`
	AtLiteral int    `json:"atLiteral,omitempty" doc:"where the client has announced its n-th literal"`
	Optional  bool   `json:"optional,omitempty" doc:"need not happen"`
}

// narrow narrows what can be: a rule, or a hold.
func narrow[R interface {
	Nth(int) R
	OnConn(int) R
	Optional() R
}](r R, in Narrowing) R {
	if in.As != "" {
		any(r).(interface{ As(string) R }).As(in.As)
	}
	if in.In != "" {
		any(r).(interface{ In(string) R }).In(in.In)
	}
	if in.OnConn != 0 {
		r.OnConn(in.OnConn)
	}
	if in.Nth != 0 {
		r.Nth(in.Nth)
	}
	if in.AtLiteral != 0 {
		any(r).(interface{ AtLiteral(int) R }).AtLiteral(in.AtLiteral)
	}
	if in.Optional {
		r.Optional()
	}
	return r
}

// Verb is a thing that a rule does.
type Verb struct {
	Verb        string   `json:"verb" enum:"verbs" doc:"a method of a rule of imaptest or smtpsink"`
	Text        string   `json:"text,omitempty" doc:"of no, bad, bye, tagged, continue, greeting, and of the SMTP reply; the tag of wrongTag"`
	Lines       []string `json:"lines,omitempty" doc:"of reply, insert, insertBefore, insertAfter"`
	N           int      `json:"n,omitempty" doc:"the bytes of cutAfter, dribble, bandwidth and wrongLiteral, the line of cutBeforeLine and stallBeforeLine, the commands of closeAfter"`
	Every       duration `json:"every,omitzero" doc:"the time of delay, and between two pieces of dribble"`
	Item        string   `json:"item,omitempty" doc:"of omitItem and repeatItem, the text of omitLines"`
	Pattern     string   `json:"pattern,omitempty" doc:"of rewrite, insertBefore and insertAfter"`
	Replacement string   `json:"replacement,omitempty" doc:"of rewrite"`
	Caps        []string `json:"caps,omitempty" doc:"of advertise and conceal"`
	User        string   `json:"user,omitempty" doc:"of preauth"`
	Code        int      `json:"code,omitempty" doc:"of the SMTP reply"`
	Enhanced    string   `json:"enhanced,omitempty" doc:"of the SMTP reply, 4.2.1"`
}

// rule is what rules of all points have in common.
type rule interface {
	Fired() int
	Remove()
}

// kept is a rule with what it was made of.
type kept struct {
	rule
	made Rule
}

func (c *call) addRule(in Rule) (ID, error) {
	point, ok := points[in.Point]
	switch {
	case !ok:
		return ID{}, wrong("point: want %s", oneOf(pointNames()))
	case point.pattern && in.On == "":
		return ID{}, wrong("on: want a pattern")
	case !point.pattern && in.On != "":
		return ID{}, wrong("on: a rule at %q takes none", in.Point)
	case len(in.Do) == 0:
		return ID{}, wrong("do: want what happens")
	}
	if err := point.check(in); err != nil {
		return ID{}, err
	}
	if in.Point == "smtp" {
		if _, err := c.sink(); err != nil {
			return ID{}, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	made, err := tryRule(c.test, func() rule { return point.add(c.srv, in) })
	if err != nil {
		return ID{}, err
	}
	id := c.newID()
	c.rules[id] = kept{made, in}
	return ID{id}, nil
}

// tryRule makes a rule or a hold, and takes it away again if there is a mistake in it, which is
// the error.
func tryRule[R interface{ Remove() }](test *reporter, add func() R) (made R, err error) {
	added := false
	err = test.do(func(imaptest.TB) { made, added = add(), true })
	if err != nil && added {
		made.Remove()
		test.take()
	}
	return made, err
}

func pointNames() []string { return []string{"command", "connect", "tls", "smtp"} }

func oneOf(names []string) string { return strings.Join(names, ", ") }

// Rules are the rules that there are.
type Rules struct {
	Rules []RuleState `json:"rules"`
}

// RuleState is a rule and what came of it.
type RuleState struct {
	ID      string `json:"id"`
	Rule    Rule   `json:"rule" doc:"as it was made"`
	Fired   int    `json:"fired" doc:"how often it acted"`
	Changed int    `json:"changed,omitempty" doc:"how often that changed something; of commands and steps of SMTP"`
}

func (c *call) listRules(none) (out Rules, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Rules = []RuleState{}
	for id, r := range c.rules {
		state := RuleState{ID: id, Rule: r.(kept).made, Fired: r.Fired()}
		if counts, ok := r.(kept).rule.(interface{ Changed() int }); ok {
			state.Changed = counts.Changed()
		}
		out.Rules = append(out.Rules, state)
	}
	slices.SortFunc(out.Rules, func(a, b RuleState) int { return number(a.ID) - number(b.ID) })
	return out, nil
}

func number(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}

func (c *call) removeRule(in ByID) (none, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := c.rules[in.ID]
	if !ok {
		return none{}, unknown("rule", in.ID)
	}
	delete(c.rules, in.ID)
	r.Remove()
	return none{}, nil
}

func (c *call) clearRules(none) (none, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.srv.ClearRules()
	if c.srv.HasSMTP() {
		c.srv.SMTP().ClearRules()
	}
	clear(c.rules)
	clear(c.holds)
	return none{}, nil
}

func (c *call) checkRules(none) (none, error) {
	return none{}, c.tell(func(t imaptest.TB) { c.srv.CheckRules(t) })
}

// Hold stops a command at a point.
type Hold struct {
	Where string `json:"where,omitempty" enum:"before after response" doc:"before the command runs (if it is left out), after it and before its answer, or within the answer"`
	Line  int    `json:"line,omitempty" doc:"within the answer: behind how many lines"`
	On    string `json:"on" doc:"which command, UID FETCH"`
	Narrowing
}

// hold is one that was made.
type hold struct {
	*imaptest.Hold
	released bool
}

func (c *call) addHold(in Hold) (ID, error) {
	if in.On == "" {
		return ID{}, wrong("on: want a pattern")
	}
	if (in.Where == "response") != (in.Line > 0) {
		return ID{}, wrong("line: want it within the answer, and only there")
	}
	if !slices.Contains([]string{"", "before", "after", "response"}, in.Where) {
		return ID{}, wrong("where: want before, after or response")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	made, err := tryRule(c.test, func() *imaptest.Hold { return in.add(c.srv) })
	if err != nil {
		return ID{}, err
	}
	id := c.newID()
	c.holds[id] = &hold{Hold: made}
	return ID{id}, nil
}

func (in Hold) add(srv *imaptest.Server) *imaptest.Hold {
	switch in.Where {
	case "after":
		return narrow(srv.HoldAfter(in.On), in.Narrowing)
	case "response":
		return narrow(srv.HoldResponse(in.On, in.Line), in.Narrowing)
	default:
		return narrow(srv.Hold(in.On), in.Narrowing)
	}
}

func (c *call) findHold(id string) (*hold, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.holds[id]
	if !ok {
		return nil, unknown("hold", id)
	}
	return h, nil
}

// HoldState says what came of a hold.
type HoldState struct {
	Reached  bool `json:"reached" doc:"a command came to it"`
	Released bool `json:"released" doc:"it was let go"`
}

func (c *call) getHold(in ByID) (out HoldState, err error) {
	h, err := c.findHold(in.ID)
	if err != nil {
		return out, err
	}
	select {
	case <-h.Reached():
		out.Reached = true
	default:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Released = h.released
	return out, nil
}

// WaitHold is a hold to wait for.
type WaitHold struct {
	ByID
	Timeout
}

func (c *call) waitHold(in WaitHold) (none, error) {
	h, err := c.findHold(in.ID)
	if err != nil {
		return none{}, err
	}
	return none{}, c.wait(in.Timeout.Timeout, func(t imaptest.TB) { h.Wait(t) })
}

func (c *call) releaseHold(in ByID) (none, error) {
	h, err := c.findHold(in.ID)
	if err != nil {
		return none{}, err
	}
	c.mu.Lock()
	again := h.released
	h.released = true
	c.mu.Unlock()
	if again {
		return none{}, &Error{Status: http.StatusConflict, Text: "hold " + in.ID + " was released before"}
	}
	h.Release()
	return none{}, nil
}
