package smtpsink_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// pairVerbs are the verbs that a message's end can have, and what they are.
var pairVerbs = []struct {
	name string
	is   string // instead, silent, run (the command has to), reply (there has to be one), end, pieces
	do   func(r *smtpsink.Rule)
}{
	{"Reply", "instead", func(r *smtpsink.Rule) { r.Reply(451, "4.3.0", "later") }},
	{"Drop", "instead silent", func(r *smtpsink.Rule) { r.Drop() }},
	{"Reset", "instead silent", func(r *smtpsink.Rule) { r.Reset() }},
	{"Stall", "instead silent", func(r *smtpsink.Rule) { r.Stall() }},
	{"DropBeforeReply", "run end hidden", func(r *smtpsink.Rule) { r.DropBeforeReply() }},
	{"CutAfter", "end reply", func(r *smtpsink.Rule) { r.CutAfter(5) }},
	{"Dribble", "pieces reply", func(r *smtpsink.Rule) { r.Dribble(3, time.Second) }},
	{"Delay", "", func(r *smtpsink.Rule) { r.Delay(time.Second) }},
	{"Before", "", func(r *smtpsink.Rule) { r.Before(func(*smtpsink.Command) {}) }},
	{"After", "run", func(r *smtpsink.Rule) { r.After(func(*smtpsink.Command) {}) }},
}

// contradictory says which verbs cannot both be; of two rules, where the one that hides the
// reply goes with the one that was made for more, fewer.
func contradictory(a, b string, sameRule bool) bool {
	both := func(x, y string) bool {
		return strings.Contains(a, x) && strings.Contains(b, y) || strings.Contains(a, y) && strings.Contains(b, x)
	}
	return both("instead", "instead") || both("instead", "run") || both("silent", "reply") || both("end", "end") || both("pieces", "pieces") ||
		sameRule && both("hidden", "reply")
}

// Each two verbs compose, in one rule and in two, or contradict each other: in one rule that
// is said at the call; of two the one that was made first wins, or what takes the place of
// the command, and the other has not fired.
func TestRulePairs(t *testing.T) {
	for _, a := range pairVerbs {
		for _, b := range pairVerbs {
			synctest.Test(t, func(t *testing.T) {
				sink, err := smtpsink.New(smtpsink.InMemory())
				if err != nil {
					t.Fatal(err)
				}
				r := sink.On("EOD")
				a.do(r)
				b.do(r)
				err = sink.Close()
				if refused := err != nil && strings.Contains(err.Error(), " after "); refused != contradictory(a.is, b.is, true) {
					t.Errorf("%s and %s in one rule: %v", a.name, b.name, err)
				}

				sink = smtpsink.Start(t, smtpsink.InMemory())
				rules := []*smtpsink.Rule{sink.On("EOD").Optional(), sink.On("EOD").Optional()}
				a.do(rules[0])
				b.do(rules[1])
				dialPeer(t, sink).transaction()
				got := []int{rules[0].Fired(), rules[1].Fired()}
				want := []int{1, 1}
				if contradictory(a.is, b.is, false) {
					want = []int{1, 0}
					if strings.Contains(b.is, "instead") && !strings.Contains(a.is, "instead") {
						want = []int{0, 1}
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s and %s in two rules: fired %v, want %v", a.name, b.name, got, want)
				}
			})
		}
	}
}
