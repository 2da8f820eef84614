package imapd

import (
	"fmt"
	"strings"
	"time"
)

// clock is a [Clock] as the engine takes it.
type clock struct {
	Clock
	quirk string
	event Event  // of a limit, whose text is that of the event
	while states // in which it runs; 0 for all
	does  string // the first word of Then
	text  string // what follows it
}

// clockWords are what a Clock can do, and whether a text follows.
var clockWords = map[string]bool{"bye": true, "answer": true, "close": false, "reset": false, "silent": false, "wait": false, "say": true}

func newClock(quirk string, act Clock) (*clock, error) {
	k := &clock{Clock: act, quirk: quirk}
	k.does, k.text, _ = strings.Cut(act.Then, " ")
	takesText, known := clockWords[k.does]
	switch {
	case !known:
		return nil, fmt.Errorf("clock %s: there is nothing called %q", act.On, k.does)
	case takesText == (k.text == ""):
		return nil, fmt.Errorf("clock %s: %q has a text, or has none, against its nature", act.On, act.Then)
	case act.After < 0, act.After == 0 && (k.does == "wait" || k.does == "say"):
		return nil, fmt.Errorf("clock %s: %v is no time", act.On, act.After)
	case commands[act.On] == nil && act.On != "DONE" && clockBegins[act.On] == nil:
		return nil, fmt.Errorf("clock: nothing is called %q", act.On)
	case act.Bytes > 0 && commands[act.On] == nil:
		return nil, fmt.Errorf("clock %s: only the answer to a command has bytes", act.On)
	case k.does == "wait" && clockBegins[act.On] != nil && act.On != "IDLE":
		return nil, fmt.Errorf("clock %s: there is no answer to wait for", act.On)
	}
	if k.does == "bye" || k.does == "answer" {
		k.text = "* BYE " + k.text
	}
	return k, nil
}

// clockBegins are the moments from which a time counts, zero if it does not.
var clockBegins = map[string]func(c *conn) time.Time{
	"connect": func(c *conn) time.Time { return c.times.connect },
	"login":   func(c *conn) time.Time { return c.times.login },
	"token":   func(c *conn) time.Time { return c.times.token },
	"command": func(c *conn) time.Time { return c.times.command },
	"IDLE":    func(c *conn) time.Time { return c.times.idle },
}

// moments are when something began on a connection, with a profile.
type moments struct{ connect, login, token, command, idle time.Time }

// addLimits makes clocks of the limits of a profile.
func (p *plan) addLimits() {
	limit := func(on string, while states, after time.Duration, event Event) {
		if after > 0 {
			p.clocks = append(p.clocks, &clock{Clock: Clock{On: on, After: after}, while: while, does: "bye", event: event})
		}
	}
	before := p.Limits.IdleBeforeLogin
	if before == 0 {
		before = p.Limits.Idle
	}
	limit("command", notAuthenticated, before, "bye.idle")
	limit("command", authenticated|selected, p.Limits.Idle, "bye.idle")
	limit("login", anyState, p.Limits.Session, "bye.session")
	limit("token", anyState, p.Limits.Token, "bye.token")
}

// isDeadline says that the clock does something while the client is waited for.
func (k *clock) isDeadline() bool {
	return clockBegins[k.On] != nil && k.Bytes == 0 && k.does != "answer" && k.does != "wait" && (k.On != "IDLE" || k.does != "silent" && k.does != "say")
}

// at is when the clock strikes on a connection; zero: it does not run.
func (k *clock) at(c *conn) time.Time {
	begins := clockBegins[k.On]
	if begins == nil || k.while != 0 && k.while&c.state() == 0 {
		return time.Time{}
	}
	from := begins(c)
	if from.IsZero() {
		return time.Time{}
	}
	return from.Add(k.After)
}

// strikes says that its time has come.
func (k *clock) strikes(c *conn) bool {
	at := k.at(c)
	return !at.IsZero() && !time.Now().Before(at)
}

// deadline is when the client will have been waited for too long, with a profile.
func (c *conn) deadline() time.Time {
	var first time.Time
	earliest := func(at time.Time) {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if d := c.srv.cfg.Autologout; d > 0 {
		earliest(time.Now().Add(d))
	}
	for _, k := range c.srv.profile.clocks {
		if k.isDeadline() {
			earliest(k.at(c))
		}
	}
	return first
}

// struck is the clock whose time had come first, nil if none had.
func (c *conn) struck() *clock {
	if c.srv.profile == nil {
		return nil
	}
	var first *clock
	for _, k := range c.srv.profile.clocks {
		if k.isDeadline() && k.strikes(c) && (first == nil || k.at(c).Before(first.at(c))) {
			first = k
		}
	}
	return first
}

// strike does what the clock does. The connection is at its end then, but after "wait".
func (c *conn) strike(k *clock) {
	c.acted(k.quirk)
	switch k.does {
	case "bye":
		if k.event != "" {
			c.sayBye(bye(k.event, "", "%s", k.event.usualText()))
			return
		}
		c.replied = c.sayText("", k.text)
	case "close", "reset":
		c.Out.Flush()
		c.drop(k.does == "reset")
	case "silent":
		Control{c}.Silence()
	case "wait":
		c.Wait(k.After)
	case "say":
		c.sayUntilGone(k)
	}
}

// sayUntilGone says a line again and again, until the client closes the connection.
func (c *conn) sayUntilGone(k *clock) {
	for {
		c.enc.Text(k.text).CRLF()
		if c.Out.Flush() != nil {
			break
		}
		c.Wait(k.After)
		select {
		case <-c.Gone():
			c.done = true
			return
		default:
		}
	}
	c.done = true
}

// usualText is what is said at an event, without status and code.
func (e Event) usualText() string {
	info, _ := eventInfo(e)
	_, text, _ := strings.Cut(strings.TrimPrefix(info.Answer, "* "), " ")
	if end := codeEnd(text); end > 0 {
		text = text[end:]
	}
	return text
}

// answeredByClock ends the connection in place of running a command, if a clock has it so.
func (c *conn) answeredByClock(name string) error {
	for _, k := range c.srv.profile.clocks {
		if k.On == name && k.Bytes == 0 && !k.isDeadline() && k.does != "wait" && name != "IDLE" {
			c.Wait(k.After)
			c.strike(k)
			return errGone
		}
		if k.does == "answer" && k.strikes(c) {
			c.acted(k.quirk)
			c.replied = c.sayText("", k.text)
			return ErrHandled
		}
	}
	return nil
}

// strikeAfter is what clocks do when a command, or IDLE's DONE, is about to be answered. The
// error is that of a connection that has ended.
func (c *conn) strikeAfter(name string) error {
	if c.srv.profile == nil || c.done {
		return nil
	}
	for _, k := range c.srv.profile.clocks {
		if k.On != name || k.does != "wait" && name != "DONE" || c.done {
			continue
		}
		if k.does != "wait" {
			c.Wait(k.After)
		}
		c.strike(k)
	}
	if c.done {
		return errGone
	}
	return nil
}

// strikeWithin is what clocks do that count the bytes of an answer.
func (c *conn) strikeWithin() {
	if c.srv.profile == nil || c.done {
		return
	}
	for _, k := range c.srv.profile.clocks {
		if k.Bytes > 0 && k.On == c.running && c.Out.Tally().Bytes-c.answering.out.Bytes >= k.Bytes {
			c.strike(k)
			return
		}
	}
}

// idleSilent says that IDLE tells nothing any more.
func (c *conn) idleSilent() bool {
	if c.srv.profile == nil {
		return false
	}
	for _, k := range c.srv.profile.clocks {
		if k.On == "IDLE" && k.does == "silent" && k.strikes(c) {
			c.acted(k.quirk)
			return true
		}
	}
	return false
}

// idleSays is what IDLE says again and again, and when; nil for nothing.
func (c *conn) idleSays() (*clock, <-chan time.Time) {
	if c.srv.profile == nil || c.times.idle.IsZero() {
		return nil, nil
	}
	for _, k := range c.srv.profile.clocks {
		if k.On == "IDLE" && k.does == "say" {
			return k, time.Tick(k.After)
		}
	}
	return nil, nil
}

func (c *conn) sayInIdle(k *clock) {
	c.acted(k.quirk)
	c.enc.Text(k.text).CRLF()
}
