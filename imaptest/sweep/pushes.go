package sweep

import (
	"fmt"
	"regexp"

	"github.com/go-mailtest/mailtest/imaptest"
)

// atPushes are what happens to a line that IDLE pushes: the connection ends before it, or in
// it, the server says BYE in its place, it never comes, or is left out.
func atPushes() []Disturbance {
	of := func(name string, group Group, code string, text func(p Point) string, do func(r *imaptest.Rule, p Point)) Disturbance {
		return Disturbance{
			Name: name, Group: group, Go: code, Code: text,
			At: func(p Point) bool { return p.Kind == Push },
			Do: func(e *Env) { do(e.Rule(), e.Point) },
		}
	}
	numbered := func(format string, number func(Point) int) func(Point) string {
		return func(p Point) string { return fmt.Sprintf(format, number(p)) }
	}
	sub := func(p Point) int { return p.Sub }
	const bye = "* BYE [UNAVAILABLE] going down"
	return []Disturbance{
		of("Drop", Breaks, "CutBeforeLine(push)", numbered("CutBeforeLine(%d)", sub), func(r *imaptest.Rule, p Point) { r.CutBeforeLine(p.Sub) }),
		of("CutAfter.half", Breaks, "CutAfter(half of a push)", numbered("CutAfter(%d)", withinPush), func(r *imaptest.Rule, p Point) { r.CutAfter(withinPush(p)) }),
		of("Bye", Answers, "InsertBefore(push, BYE)",
			func(p Point) string {
				return fmt.Sprintf("InsertBefore(%q, %q).CutBeforeLine(%d)", p.pattern(), bye, p.Sub+1)
			},
			func(r *imaptest.Rule, p Point) { r.InsertBefore(p.pattern(), bye).CutBeforeLine(p.Sub + 1) }),
		of("Stall", Slow, "StallBeforeLine(push)", numbered("StallBeforeLine(%d)", sub), func(r *imaptest.Rule, p Point) { r.StallBeforeLine(p.Sub) }),
		of("Omit", Odd, "OmitLines(push)",
			func(p Point) string { return fmt.Sprintf("OmitLines(%q)", p.Answer[p.Sub-1]) },
			func(r *imaptest.Rule, p Point) { r.OmitLines(p.Answer[p.Sub-1]) }),
	}
}

// pattern is the push as a regular expression.
func (p Point) pattern() string { return "^" + regexp.QuoteMeta(p.Answer[p.Sub-1]) + "$" }

// withinPush is how many bytes the answer has up to the middle of the push.
func withinPush(p Point) int {
	before := 0
	for _, line := range p.Answer[:p.Sub-1] {
		before += len(line) + len("\r\n")
	}
	return before + len(p.Answer[p.Sub-1])/2
}
