package search

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/growth"
)

// What a condition costs grows with its length and with the mailbox, however it is put
// together.
func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }

var growths = []growth.Case{
	{Name: "many tests", Size: 2000, Prepare: asked(func(n int) Condition { return Or(repeat(n, size)...) })},
	{Name: "many Ands in an Or", Size: 2000, Prepare: asked(func(n int) Condition {
		return Or(repeat(n, func(i int) Condition { return And(size(i), Not(size(i+1))) })...)
	})},
	{Name: "many sets", Size: 2000, Prepare: asked(func(n int) Condition {
		return And(Or(repeat(n, one)...), Not(Or(repeat(n, one)...)), And(repeat(n, func(i int) Condition { return Not(one(i)) })...))
	})},
	{Name: "a long set and many short ones", Size: 2000, Prepare: asked(func(n int) Condition {
		return And(Or(repeat(n, one)...), And(repeat(n, func(i int) Condition { return UIDs(uids(imap.UID(i/2+1), imap.UID(4*n-i/2))) })...))
	})},
	{Name: "$ many times", Size: 5000, Prepare: func(_ testing.TB, n int) func() {
		var every []imap.UID
		for i := range 4000 {
			every = append(every, imap.UID(2*i+1))
		}
		return func() {
			c := And(repeat(n, func(int) Condition { return SavedResult() })...)
			c.Bind(Scope{UIDs: every, Saved: every})
		}
	}},
	{Name: "Nots in Nots", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition { return Not(c) }))},
	{Name: "Ands in Nots of Ands", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition { return Not(And(size(i), c)) }))},
	{Name: "Ands in Ands", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition { return And(size(i), c) }))},
	{Name: "Ors in Ands that fall away", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition { return And(size(i), Or(None(), c)) }))},
	{Name: "sets in Ors in Ands", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition {
		return Or(one(i), And(size(i), c))
	}))},
	{Name: "Ors in Ands", Size: 250, Prepare: asked(nested(func(c Condition, i int) Condition { return Or(Flag("x"), And(Larger(1), c)) }))},
	{Name: "X-GM-RAW, alternatives", Size: 2000, Prepare: asked(func(n int) Condition { return Raw(strings.Repeat("larger:9 OR ", n)) })},
	{Name: "X-GM-RAW, brackets", Size: 20000, Prepare: asked(func(n int) Condition { return Raw(strings.Repeat("({", n)) })},
	{Name: "X-GM-RAW, groups", Size: 500, Prepare: asked(func(n int) Condition { return Raw(strings.Repeat("-from:(a \"b\") ", n)) })},
	{Name: "sorting", Size: 20000, Prepare: func(_ testing.TB, n int) func() {
		messages := make([]mail, n)
		for i := range messages {
			messages[i].modseq = uint64(i * 7919 % n)
		}
		q := All().Bind(Scope{})
		order := byNumber(func(_ *Query, m Message) int64 { return int64(m.ModSeq()) })
		return func() { q.Sort(n, func(i int) Message { return &messages[i] }, []Order{order, BySize()}) }
	}},
}

func size(i int) Condition { return Larger(int64(i)) }
func one(i int) Condition  { return UIDs(imap.UIDSetNum(imap.UID(2*i + 1))) }
func repeat(n int, part func(i int) Condition) (out []Condition) {
	for i := range n {
		out = append(out, part(i))
	}
	return out
}

// nested is a chain that is so deep. A command can go down a thousand levels, which is
// where these rows end.
func nested(around func(c Condition, i int) Condition) func(n int) Condition {
	return func(n int) Condition {
		c := Larger(1)
		for i := range n {
			c = around(c, i)
		}
		return c
	}
}

// asked binds a condition and asks it of a few messages, again and again: what is small
// enough to stay in a cache is measured well on a busy machine.
func asked(make func(n int) Condition) func(testing.TB, int) func() {
	return func(_ testing.TB, n int) func() {
		c, messages := make(n), box()
		return func() {
			for range 100 {
				q := c.Bind(scopeOf(messages))
				q.Among(uidsOf(messages))
				for _, m := range messages {
					q.Match(m)
					q.Score(m)
				}
			}
		}
	}
}
