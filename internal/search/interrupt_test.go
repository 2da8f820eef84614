package search

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// Whatever is under way ends a step after Stop has said so.
func TestStop(t *testing.T) {
	asked, steps, limit := 0, 0, 0
	stop := func() bool { steps++; return steps > limit }
	step := Test(CostText, "", func(Message) bool { asked++; return true })
	refuse := Test(CostText, "", func(Message) bool { asked++; return false })
	scored := Test(CostText, "", nil)
	scored.leaf.rate = func(Message) int { asked++; return 50 }
	many := func(c Condition) (out []Condition) {
		for range 1000 {
			out = append(out, c)
		}
		return out
	}
	resolve := setOf("x", nil, func(*binder) []imap.UIDRange { asked++; return nil })
	m := &mail{uid: 1}
	var q *Query
	bound := func(c Condition) func() {
		return func() { q = c.Bind(Scope{Stop: func() bool { return limit > 0 && stop() }}) }
	}
	tests := []struct {
		name    string
		prepare func()
		run     func()
	}{
		{"Bind", func() {}, bound(Or(many(resolve)...))},
		{"Match of And", bound(And(many(step)...)), func() { q.Match(m) }},
		{"Match of Or", bound(Or(many(refuse)...)), func() { q.Match(m) }},
		{"Score of And", bound(And(many(scored)...)), func() { q.Score(m) }},
		{"Sort", bound(step), func() {
			at := func(int) Message { asked++; return m }
			if _, ok := q.Sort(1000, at, []Order{BySize()}); ok {
				t.Error("Sort came to an end")
			}
		}},
	}
	for _, test := range tests {
		limit = 0
		test.prepare()
		asked, steps, limit = 0, 0, 10
		test.run()
		if asked < 9 || asked > 12 {
			t.Errorf("%s: %d steps, want about 10", test.name, asked)
		}
	}
}
