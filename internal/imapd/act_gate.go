package imapd

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/glob"
)

// gate is a [Gate] as the engine takes it.
type gate struct {
	Gate
	quirk      string
	name, args string // in upper and in lower case; "" for any
	when       []condition
	answer     template
	runs       bool // the command runs all the same
}

// condition is a row of the table of conditions with its argument.
type condition struct {
	*conditionRow
	arg string
	n   int
	d   time.Duration
}

// conditionRow is what must hold for a gate.
type conditionRow struct {
	name  string
	takes string // "": nothing, "word", "number" or "rate"
	// holds says whether it does. State of the gate on this connection is in passed.
	holds func(c *conn, cmd *Command, cond condition, passed *passed) bool
}

// passed is what a connection knows of a gate: how often all conditions before a count held,
// and when, and how often it has answered.
type passed struct {
	held     int
	times    []time.Time
	answered int
}

var (
	charsetNamed = regexp.MustCompile(`(?i)\bCHARSET "?([^" ]+)`)
	headerNamed  = regexp.MustCompile(`(?i)\bHEADER "?([^" ]+)`)
	flagsAlone   = regexp.MustCompile(`(?i)^\S+ (\([^)]*\) )?FLAGS`)
	flagsStored  = regexp.MustCompile(`(?i)^\S+ (?:\([^)]*\) )?[-+]?FLAGS(?:\.SILENT)? (.*)$`)
	flagsGiven   = regexp.MustCompile(`(?i)^(?:"[^"]*"|[^ "]+) \(([^)]*)\)`)
)

// conditions are those of [Gate]. The counts come last in a gate's conditions, so that they
// count only what the others let through.
var conditions = []conditionRow{
	{"no-id", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return !c.identified }},
	{"id", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.identified }},
	{"authenticated", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.user != nil }},
	{"unauthenticated", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.user == nil }},
	{"selected", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.view != nil }},
	{"empty", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.view != nil && c.view.exists() == 0 }},
	{"password", "", func(_ *conn, cmd *Command, _ condition, _ *passed) bool { return takesPassword(cmd) }},
	{"set", "", func(_ *conn, cmd *Command, _ condition, _ *passed) bool {
		first, _, _ := strings.Cut(argsOf(cmd), " ")
		return strings.ContainsAny(first, ":,")
	}},
	{"charset", "", func(_ *conn, cmd *Command, _ condition, _ *passed) bool {
		m := charsetNamed.FindStringSubmatch(argsOf(cmd))
		return m != nil && !strings.EqualFold(m[1], "US-ASCII")
	}},
	{"header", "word", func(_ *conn, cmd *Command, cond condition, _ *passed) bool {
		return slices.ContainsFunc(headerNamed.FindAllStringSubmatch(argsOf(cmd), -1), func(m []string) bool {
			return cond.arg == "*" || strings.EqualFold(m[1], cond.arg)
		})
	}},
	{"flagless", "", func(_ *conn, cmd *Command, _ condition, _ *passed) bool { return flagsAlone.MatchString(argsOf(cmd)) }},
	{"keyword", "", func(_ *conn, cmd *Command, _ condition, _ *passed) bool { return namesKeyword(cmd) }},
	{"unended", "", func(c *conn, _ *Command, _ condition, _ *passed) bool { return c.appendsUnended() }},
	{"pipelined", "number", func(c *conn, _ *Command, cond condition, _ *passed) bool { return c.waited >= cond.n }},
	{"longer", "number", func(_ *conn, cmd *Command, cond condition, _ *passed) bool { return len(cmd.Line) > cond.n }},
	{"nth", "number", func(_ *conn, _ *Command, cond condition, p *passed) bool { p.held++; return p.held == cond.n }},
	{"since", "number", func(_ *conn, _ *Command, cond condition, p *passed) bool { p.held++; return p.held >= cond.n }},
	{"above", "rate", func(_ *conn, _ *Command, cond condition, p *passed) bool { return p.over(cond.n, cond.d) }},
}

// takesPassword says of a login that it is not with a token.
func takesPassword(cmd *Command) bool {
	mechanism := strings.ToUpper(strings.TrimSuffix(argsOf(cmd), " "+masked))
	return cmd.Name == "LOGIN" || cmd.Name == "AUTHENTICATE" && mechanism != "XOAUTH2" && mechanism != "OAUTHBEARER"
}

// namesKeyword says of a STORE or an APPEND that it names a flag besides the usual five.
func namesKeyword(cmd *Command) bool {
	of := flagsStored
	if cmd.Name == "APPEND" {
		of = flagsGiven
	}
	m := of.FindStringSubmatch(argsOf(cmd))
	return m != nil && slices.ContainsFunc(strings.Fields(strings.Trim(m[1], "()")), func(name string) bool {
		return !containsFlag(systemFlags, imap.Flag(name))
	})
}

// appendsUnended says of an APPEND that a message of it does not end with a line's end.
func (c *conn) appendsUnended() bool {
	cmd, is := c.parsed.(*appendCmd)
	return is && slices.ContainsFunc(cmd.messages, func(m appendMessage) bool {
		return len(m.raw) > 0 && !bytes.HasSuffix(m.raw, []byte("\r\n"))
	})
}

// countWaiting counts a command that is there before the server looks for it.
func (c *conn) countWaiting() {
	switch {
	case c.srv.profile == nil:
	case c.rd.Buffered() > 0:
		c.waited++
	default:
		c.waited = 0
	}
}

// over counts one more, and says whether there were more than n within the time.
func (p *passed) over(n int, d time.Duration) bool {
	now := time.Now()
	for len(p.times) > 0 && now.Sub(p.times[0]) >= d {
		p.times = p.times[1:]
	}
	p.times = append(p.times, now)
	return len(p.times) > n
}

// argsOf is a command's line without tag and name.
func argsOf(cmd *Command) string {
	rest := cmd.Line
	for range len(strings.Fields(cmd.Name)) + 1 {
		_, rest, _ = strings.Cut(rest, " ")
	}
	return rest
}

func newGate(quirk string, g Gate) (*gate, error) {
	out := &gate{Gate: g, quirk: quirk, runs: strings.HasSuffix(g.Answer, "\n"), answer: newTemplate(strings.TrimSuffix(g.Answer, "\n"))}
	words := strings.Fields(g.On)
	if len(words) == 0 {
		return nil, fmt.Errorf("a gate without a command")
	}
	n := 1
	if words[0] == "UID" && len(words) > 1 {
		n = 2
	}
	if out.name = strings.Join(words[:n], " "); out.name == "*" {
		out.name = ""
	} else if commands[out.name] == nil {
		return nil, fmt.Errorf("gate %q: there is no command %q", g.On, out.name)
	}
	_, args, _ := strings.Cut(g.On, strings.Join(words[:n], " "))
	out.args = strings.ToLower(strings.TrimPrefix(args, " "))
	var err error
	out.when, err = newConditions(g.When)
	if err != nil {
		return nil, fmt.Errorf("gate %q: %w", g.On, err)
	}
	return out, out.check()
}

// check says what is wrong in the answer.
func (g *gate) check() error {
	for _, name := range g.answer.names() {
		if _, is := eventInfo(Event(name)); !is && !isPlaceholder(name) {
			return fmt.Errorf("gate %q: {%s} is no placeholder", g.On, name)
		}
	}
	if g.Bye != "" && !strings.HasPrefix(g.Bye, "* BYE") {
		return fmt.Errorf("gate %q: %q is no BYE", g.On, g.Bye)
	}
	if g.Answer == "" && g.Bye == "" {
		return fmt.Errorf("gate %q answers nothing", g.On)
	}
	return nil
}

func newConditions(text string) ([]condition, error) {
	var out []condition
	words := strings.Fields(text)
	for len(words) > 0 {
		i := slices.IndexFunc(conditions, func(row conditionRow) bool { return row.name == words[0] })
		if i < 0 {
			return nil, fmt.Errorf("there is no condition %q", words[0])
		}
		cond := condition{conditionRow: &conditions[i]}
		words = words[1:]
		if cond.takes != "" {
			if len(words) == 0 {
				return nil, fmt.Errorf("%s takes a %s", cond.name, cond.takes)
			}
			if err := cond.read(words[0]); err != nil {
				return nil, fmt.Errorf("%s takes a %s: %w", cond.name, cond.takes, err)
			}
			words = words[1:]
		}
		out = append(out, cond)
	}
	slices.SortStableFunc(out, func(a, b condition) int { return a.place() - b.place() })
	return out, nil
}

// place is that of a condition among the rows.
func (cond condition) place() int {
	return slices.IndexFunc(conditions, func(row conditionRow) bool { return row.name == cond.name })
}

func (cond *condition) read(arg string) (err error) {
	cond.arg = arg
	switch cond.takes {
	case "number":
		cond.n, err = strconv.Atoi(arg)
	case "rate":
		n, within, _ := strings.Cut(arg, "/")
		if cond.n, err = strconv.Atoi(n); err == nil {
			cond.d, err = time.ParseDuration(within)
		}
	}
	return err
}

// takes says whether a command is one of the gate's.
func (g *gate) takes(cmd *Command) bool {
	switch {
	case g.name == "" && cmd.Name == "LOGOUT", g.name != "" && g.name != cmd.Name:
		return false
	}
	return g.args == "" || glob.Match(g.args, strings.ToLower(argsOf(cmd)))
}

// gated asks the gates of the profile about a command: about one whose arguments are not
// understood those alone that say which arguments they are for. ErrHandled means that one has
// answered it.
func (c *conn) gated(cmd *Command, understood bool) error {
	p := c.srv.profile
	if p == nil {
		return nil
	}
	if understood {
		if err := c.answeredByClock(cmd.Name); err != nil {
			return err
		}
	}
	for i, g := range p.gates {
		if !g.takes(cmd) || !understood && (g.args == "" || g.runs) {
			continue
		}
		if c.gates == nil {
			c.gates = make([]passed, len(p.gates))
		}
		if state := &c.gates[i]; c.holds(g, cmd, state) {
			if err := c.answerFor(g, state); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *conn) holds(g *gate, cmd *Command, state *passed) bool {
	for _, cond := range g.when {
		if !cond.holds(c, cmd, cond, state) {
			return false
		}
	}
	return true
}

// answerFor says what a gate wants said.
func (c *conn) answerFor(g *gate, state *passed) error {
	c.acted(g.quirk)
	text, _ := g.answer.fill(func(name string) (string, bool) { return c.textValue(name, said{}) })
	if g.runs {
		for line := range strings.SplitSeq(text, "\n") {
			c.enc.Text(line).CRLF()
		}
		return nil
	}
	if text != "" {
		c.replied = c.sayText(c.tag, text)
	}
	state.answered++
	if g.Bye != "" && state.answered >= g.After {
		if bye := c.sayText("", g.Bye); text == "" {
			c.replied = bye
		}
	}
	return ErrHandled
}
