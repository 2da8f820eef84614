package rule_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/rule"
)

// verb is an effect that does nothing.
type verb struct {
	rule.Counter
	name   string
	traits rule.Traits
}

func (v *verb) Verb() string        { return v.name }
func (v *verb) Traits() rule.Traits { return v.traits }

type (
	intRules = rule.Rules[int, *verb]
	intRule  = rule.Rule[int, *verb]
)

func newRule(rules *intRules, name string, verbs ...*verb) *intRule {
	r := rules.New(rule.Spec[int, *verb]{
		Name: name, At: func(int) bool { return true }, Misfit: func(*verb) string { return "" },
		Unfired:   func() string { return name + " never fired" },
		Unchanged: func(v *verb) string { return v.name + " changed nothing" },
	})
	for _, v := range verbs {
		r.Do(v)
	}
	return r
}

// Which of ten points a rule takes.
func TestTake(t *testing.T) {
	tests := map[string]struct {
		narrow func(r *intRule)
		want   string
	}{
		"all":              {func(*intRule) {}, "##########"},
		"the third":        {func(r *intRule) { r.Nth(3) }, "..#......."},
		"from the third":   {func(r *intRule) { r.Nth(3); r.Times(2) }, "..##......"},
		"times before nth": {func(r *intRule) { r.Times(2); r.Nth(3) }, "..##......"},
		"even": {func(r *intRule) {
			r.Where(true, func(n int) bool { return n%2 == 0 })
			r.Nth(2)
		}, "...#......"},
		"its connection": {func(r *intRule) { r.OnConn(7, func(n int) int { return n }) }, "......#..."},
		"removed": {func(r *intRule) {
			r.Where(true, func(n int) bool {
				if n == 4 {
					r.Remove() // a condition may do what it likes
				}
				return true
			})
		}, "###......."},
		"its own state": {func(r *intRule) {
			r.Where(true, func(int) bool { return r.State().Fired < 2 })
		}, "##........"},
		"wrongly called": {func(r *intRule) { r.Nth(0) }, ".........."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rules := &intRules{T: &rule.Collector{}}
			r := newRule(rules, "rule", &verb{})
			test.narrow(r)
			var got strings.Builder
			for n := 1; n <= 10; n++ {
				got.WriteByte(".#"[len(rules.Due(n))])
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
			if n := strings.Count(test.want, "#"); r.State().Fired != n {
				t.Errorf("fired %d times, want %d", r.State().Fired, n)
			}
		})
	}
}

// Of many that come at once none is too many.
func TestTakeAtOnce(t *testing.T) {
	rules := &intRules{T: t}
	r := newRule(rules, "rule", &verb{})
	r.Times(3)
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for range 100 {
		wg.Go(func() {
			n := len(rules.Due(1))
			mu.Lock()
			defer mu.Unlock()
			taken += n
		})
	}
	wg.Wait()
	if taken != 3 || r.State().Seen != 100 {
		t.Errorf("%d of %d were taken, want 3 of 100", taken, r.State().Seen)
	}
}

// What of several rules happens at one point: what takes the place of the command comes
// before all else, and then who was made first. Who loses has not fired, and may later.
func TestSettle(t *testing.T) {
	delay, edit := &verb{name: "delay"}, &verb{name: "edit", traits: rule.NeedsAnswer}
	drop, run := &verb{name: "drop", traits: rule.IsInstead | rule.IsSilent}, &verb{name: "run", traits: rule.NeedsRun}
	reply, pieces := &verb{name: "reply", traits: rule.IsInstead}, &verb{name: "pieces", traits: rule.IsPieces | rule.NeedsAnswer}
	for name, test := range map[string]struct {
		rules [][]*verb
		want  string
		lost  string
	}{
		"together":          {[][]*verb{{delay}, {edit}, {run}}, "delay edit run", ""},
		"instead of all":    {[][]*verb{{run}, {reply}}, "reply", "0 to 1"},
		"in part":           {[][]*verb{{delay, run}, {reply}}, "delay reply", ""},
		"an answer of two":  {[][]*verb{{reply}, {pieces}, {edit}}, "reply pieces edit", ""},
		"no answer":         {[][]*verb{{edit}, {pieces}, {drop}}, "drop", "0 to 2, 1 to 2"},
		"the first instead": {[][]*verb{{drop}, {reply}}, "drop", "1 to 0"},
		"one size":          {[][]*verb{{pieces}, {&verb{name: "others", traits: rule.IsPieces}}}, "pieces", "1 to 0"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := &intRules{T: t}
			for i, verbs := range test.rules {
				newRule(rules, fmt.Sprint(i), verbs...).Times(1)
			}
			var got, lost []string
			for _, e := range rules.Due(1).Effects() {
				got = append(got, e.name)
			}
			for _, r := range rules.All() {
				switch state := r.State(); {
				case state.LostTo != "":
					lost = append(lost, r.Name+" to "+state.LostTo)
					if state.Fired != 0 {
						t.Errorf("%s has lost, and fired %d times", r.Name, state.Fired)
					}
				case state.Fired != 1:
					t.Errorf("%s has fired %d times", r.Name, state.Fired)
				}
			}
			if g, l := strings.Join(got, " "), strings.Join(lost, ", "); g != test.want || l != test.lost {
				t.Errorf("got  %s, lost: %s\nwant %s, lost: %s", g, l, test.want, test.lost)
			}
		})
	}
}

// What the test is told at the end, and when nothing.
func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		use  func(rules *intRules)
		want string
	}{
		"no verb":  {func(rules *intRules) { newRule(rules, "A") }, "A says nothing of what is to happen: Drop, Delay …"},
		"unfired":  {func(rules *intRules) { newRule(rules, "A", &verb{}) }, "A never fired"},
		"optional": {func(rules *intRules) { newRule(rules, "A", &verb{}).Optional() }, ""},
		"removed":  {func(rules *intRules) { newRule(rules, "A", &verb{}).Remove() }, ""},
		"another's": {func(rules *intRules) {
			sub := &rule.Collector{}
			newRule(rules, "A", &verb{}).For(sub)
		}, ""},
		"unchanged": {func(rules *intRules) { newRule(rules, "A", &verb{name: "V"}); rules.Due(1) }, "V changed nothing"},
		"as meant": {func(rules *intRules) {
			newRule(rules, "A", &verb{})
			for f, e := range rules.Due(1).Effects() {
				f.Changed(e)
			}
		}, ""},
		"wrongly called": {func(rules *intRules) { newRule(rules, "A", &verb{}).Times(0) }, "A: Times(0): a rule that never fires is none"},
	} {
		t.Run(name, func(t *testing.T) {
			rules, end := &intRules{T: &rule.Collector{}}, &rule.Collector{}
			test.use(rules)
			rules.Check(end)
			got := ""
			for _, err := range rule.Misuse(end) {
				got += err.Error()
			}
			if !strings.HasSuffix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	names := []string{"FETCH", "UID FETCH", "UIDNEXT", "BODY[]", "NOOP", "LIST"}
	for name, want := range map[string]string{
		"FECTH": "FETCH", "uidfetch": "UID FETCH", "UIDNXT": "UIDNEXT", "BODY.PEEK[]": "", "NOP": "NOOP", "XLIST": "LIST", "GETQUOTA": "",
	} {
		if got := rule.Nearest(name, names); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := fmt.Sprint(rule.Distance("abcd", "abdc", 9), rule.Distance("abc", "xbcd", 9), rule.Distance("a", "abcdef", 3)); got != "1 2 3" {
		t.Errorf("got %s", got)
	}
}
