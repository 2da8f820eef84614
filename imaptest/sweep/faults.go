package sweep

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// ofRule is a disturbance that is a rule's verb.
func ofRule(name string, group Group, code string, at func(Point) bool, do func(*imaptest.Rule)) Disturbance {
	return Disturbance{Name: name, Group: group, Go: code, At: at, Do: func(e *Env) { do(e.Rule()) }}
}

// sized is a disturbance whose verb has a number that depends on the point; where there is
// none, it does not fit.
func sized(name string, group Group, code, format string, number func(Point) int, do func(*imaptest.Rule, int)) Disturbance {
	return Disturbance{
		Name: name, Group: group, Go: code,
		Code: func(p Point) string { return fmt.Sprintf(format, number(p)) },
		At:   func(p Point) bool { return p.Kind == Command && number(p) > 0 },
		Do:   func(e *Env) { do(e.Rule(), number(e.Point)) },
	}
}

// outage is how long a server refuses connections. Whoever tries again after a minute comes
// when it is over. It ends between two milliseconds: not in the moment of a try.
const outage = 31*time.Second + 500*time.Microsecond

func breaks() []Disturbance {
	cut := (*imaptest.Rule).CutAfter
	line := (*imaptest.Rule).CutBeforeLine
	return []Disturbance{
		ofRule("Drop", Breaks, "Drop()", isCommand, func(r *imaptest.Rule) { r.Drop() }),
		ofRule("Reset", Breaks, "Reset()", isCommand, func(r *imaptest.Rule) { r.Reset() }),
		ofRule("DropBeforeReply", Breaks, "DropBeforeReply()", isCommand, func(r *imaptest.Rule) { r.DropBeforeReply() }),
		sized("CutAfter.1", Breaks, "CutAfter(1)", "CutAfter(%d)", func(p Point) int { return min(p.size(), 1) }, func(r *imaptest.Rule, n int) { cut(r, n) }),
		sized("CutAfter.half", Breaks, "CutAfter(half)", "CutAfter(%d)", func(p Point) int { return p.size() / 2 }, func(r *imaptest.Rule, n int) { cut(r, n) }),
		sized("CutAfter.most", Breaks, "CutAfter(all but one)", "CutAfter(%d)", func(p Point) int { return p.size() - 1 }, func(r *imaptest.Rule, n int) { cut(r, n) }),
		sized("CutAfter.literal", Breaks, "CutAfter(in a literal)", "CutAfter(%d)", withinLiteral, func(r *imaptest.Rule, n int) { cut(r, n) }),
		sized("CutBeforeLine.middle", Breaks, "CutBeforeLine(middle)", "CutBeforeLine(%d)", middleLine, func(r *imaptest.Rule, n int) { line(r, n) }),
		sized("CutBeforeLine.last", Breaks, "CutBeforeLine(last)", "CutBeforeLine(%d)", lastLine, func(r *imaptest.Rule, n int) { line(r, n) }),
		{
			Name: "Restart", Group: Breaks, At: isCommand,
			Go:   "Before(restart)",
			Code: func(Point) string { return "Before(func(*imaptest.Command) { srv.Restart() })" },
			Do:   func(e *Env) { e.Rule().Before(func(*imaptest.Command) { e.Server.Restart() }) },
		},
		{
			Name: "Refuse", Group: Breaks, At: isCommand,
			Go: "Before(refuse)",
			Code: func(Point) string {
				return "Before(func(*imaptest.Command) { srv.Refuse(); srv.Restart(); time.AfterFunc(31*time.Second+500*time.Microsecond, func() { srv.Accept() }) })"
			},
			Do: func(e *Env) { e.Rule().Before(func(*imaptest.Command) { e.refuse() }) },
		},
	}
}

// withinLiteral is a place within the longest line, if that is as long as only one with a
// literal is.
func withinLiteral(p Point) int {
	lines := p.Command.Lines
	if len(lines) == 0 {
		return 0
	}
	longest := slices.Max(lines)
	if longest < 200 {
		return 0
	}
	before := 0
	for _, size := range lines[:slices.Index(lines, longest)] {
		before += size
	}
	return before + longest*2/3
}

// middleLine is the number of a line with some before and some behind it.
func middleLine(p Point) int {
	if n := len(p.Command.Lines); n > 2 && p.Name != "IDLE" { // each push is a point of its own
		return n/2 + 1
	}
	return 0
}

func lastLine(p Point) int {
	if n := len(p.Command.Lines); n > 1 && p.Name != "IDLE" {
		return n
	}
	return 0
}

// The commands that a NO with a code fits.
var (
	writing = []string{"APPEND", "COPY", "MOVE", "REPLACE"}
	busy    = []string{"STORE", "EXPUNGE", "MOVE", "DELETE", "RENAME", "SELECT", "CLOSE"}
	login   = []string{"LOGIN", "AUTHENTICATE"}
	// neverNo cannot answer NO (RFC 9051, sections 6.1 and 6.2.1).
	neverNo = []string{"CAPABILITY", "NOOP", "LOGOUT", "STARTTLS"}
)

func answers() []Disturbance {
	no := func(name, text string, at func(Point) bool) Disturbance {
		return ofRule(name, Answers, fmt.Sprintf("No(%q)", text), at, func(r *imaptest.Rule) { r.No(text) })
	}
	at := func(names []string) func(Point) bool { return func(p Point) bool { return named(p, names...) } }
	canNo := func(p Point) bool { return isCommand(p) && !slices.Contains(neverNo, p.Name) }
	return []Disturbance{
		no("No", "no", canNo),
		no("No.UNAVAILABLE", "[UNAVAILABLE] later", canNo),
		no("No.LIMIT", "[LIMIT] too much", canNo),
		no("No.OVERQUOTA", "[OVERQUOTA] full", at(writing)),
		no("No.TRYCREATE", "[TRYCREATE] no such mailbox", at(writing[:3])),
		no("No.INUSE", "[INUSE] another session is at it", at(busy)),
		no("No.EXPIRED", "[EXPIRED] the password or token has expired", at(login)),
		no("No.AUTHENTICATIONFAILED", "[AUTHENTICATIONFAILED] wrong", at(login)),
		ofRule("Bad", Answers, `Bad("what?")`, isCommand, func(r *imaptest.Rule) { r.Bad("what?") }),
		ofRule("Bye", Answers, `Bye("[UNAVAILABLE] going down")`, isCommand, func(r *imaptest.Rule) { r.Bye("[UNAVAILABLE] going down") }),
	}
}

// long is a delay beyond every time-out, of an odd length: it must not end in the same moment
// as something else.
const long = 61*time.Minute + 7*time.Second

func slow() []Disturbance {
	const delay = "Delay(61*time.Minute + 7*time.Second)"
	return []Disturbance{
		ofRule("Stall", Slow, "Stall()", isCommand, func(r *imaptest.Rule) { r.Stall() }),
		ofRule("Delay", Slow, delay, isCommand, func(r *imaptest.Rule) { r.Delay(long) }),
		sized("Dribble", Slow, "Dribble(a twentieth, 17*time.Second)", "Dribble(%d, 17*time.Second)",
			func(p Point) int { return max(p.size()/20, min(p.size(), 1)) }, func(r *imaptest.Rule, n int) { r.Dribble(n, 17*time.Second) }),
	}
}

func atLiterals() []Disturbance {
	at := func(p Point) bool { return p.Kind == Literal }
	return []Disturbance{
		ofRule("Drop", Breaks, "Drop()", at, func(r *imaptest.Rule) { r.Drop() }),
		ofRule("No", Answers, `No("no")`, at, func(r *imaptest.Rule) { r.No("no") }),
		ofRule("No.OVERQUOTA", Answers, `No("[OVERQUOTA] full")`, at, func(r *imaptest.Rule) { r.No("[OVERQUOTA] full") }),
		ofRule("Bye", Answers, `Bye("[UNAVAILABLE] going down")`, at, func(r *imaptest.Rule) { r.Bye("[UNAVAILABLE] going down") }),
		ofRule("Stall", Slow, "Stall()", at, func(r *imaptest.Rule) { r.Stall() }),
	}
}
