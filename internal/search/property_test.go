package search

import (
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"
)

// expr is a condition in words that are easily followed: what it means is told by
// evaluating it word by word.
type expr struct {
	op    byte // '&', '|', '!'; 0 for a leaf
	said  said
	parts []*expr
}

// said is a condition, and what it says of a message by hand.
type said struct {
	c     Condition
	match func(place int, m *mail) bool
	score func(m *mail) int // nil: 100
}

// condition builds the value.
func (e *expr) condition() Condition {
	var parts []Condition
	for _, part := range e.parts {
		parts = append(parts, part.condition())
	}
	switch e.op {
	case '&':
		return And(parts...)
	case '|':
		return Or(parts...)
	case '!':
		return Not(parts[0])
	}
	return e.said.c
}

func (e *expr) match(place int, m *mail) bool {
	holds := func(part *expr) bool { return part.match(place, m) }
	switch e.op {
	case '&':
		return !slices.ContainsFunc(e.parts, func(part *expr) bool { return !holds(part) })
	case '|':
		return slices.ContainsFunc(e.parts, holds)
	case '!':
		return !holds(e.parts[0])
	}
	return e.said.match(place, m)
}

// score is that of a message that matches.
func (e *expr) score(place int, m *mail) int {
	switch {
	case e.op == '&':
		least := 100
		for _, part := range e.parts {
			least = min(least, part.score(place, m))
		}
		return least
	case e.op == '|':
		best := 1
		for _, part := range e.parts {
			if part.match(place, m) {
				best = max(best, part.score(place, m))
			}
		}
		return best
	case e.op == '!' || e.said.score == nil:
		return 100
	}
	return e.said.score(m)
}

// subjects are those of the messages of the property.
var subjects = []string{"one two", "two one", "one", "three"}

func leaves() []said {
	flag := func(flag imap.Flag) said {
		return said{c: Flag(flag), match: func(_ int, m *mail) bool { return slices.Contains(m.flags, flag) }}
	}
	numbers := func(from, to uint32) said {
		return said{c: Numbers(seqs(from, to)), match: func(place int, _ *mail) bool {
			return int(from) <= place+1 && place+1 <= int(to)
		}}
	}
	ofUIDs := func(from, to imap.UID) said {
		return said{c: UIDs(uids(from, to)), match: func(_ int, m *mail) bool { return from <= m.uid && m.uid <= to }}
	}
	return []said{
		{c: All(), match: func(int, *mail) bool { return true }},
		{c: None(), match: func(int, *mail) bool { return false }},
		flag(imap.FlagSeen), flag(imap.FlagFlagged), flag("work"),
		numbers(1, 2), numbers(2, 3), numbers(4, 9), numbers(7, 9),
		ofUIDs(1, 3), ofUIDs(2, 2), ofUIDs(4, 90), ofUIDs(3, 5),
		{c: SavedResult(), match: func(_ int, m *mail) bool { return m.uid == 2 || m.uid == 5 }},
		{c: Recent(), match: func(_ int, m *mail) bool { return m.recent }},
		{c: Header("Subject", Exactly("two")), match: func(_ int, m *mail) bool { return m.thread == "one two" || m.thread == "two one" }},
		{
			c:     Header("Subject", Fuzzily("one two")),
			match: func(_ int, m *mail) bool { return m.thread == "one two" || m.thread == "two one" },
			score: func(m *mail) int {
				if m.thread == "one two" {
					return 100
				}
				return 50
			},
		},
	}
}

func drawExpr(t *rapid.T, leaves []said, depth int) *expr {
	op := byte(0)
	if depth > 0 {
		op = rapid.SampledFrom([]byte{0, '&', '|', '!', '&', '|'}).Draw(t, "op")
	}
	e := &expr{op: op}
	switch op {
	case 0:
		e.said = leaves[rapid.IntRange(0, len(leaves)-1).Draw(t, "leaf")]
	case '!':
		e.parts = []*expr{drawExpr(t, leaves, depth-1)}
	default:
		for range rapid.IntRange(0, 4).Draw(t, "parts") {
			e.parts = append(e.parts, drawExpr(t, leaves, depth-1))
		}
	}
	return e
}

// drawBox is a mailbox of up to six messages.
func drawBox(t *rapid.T) (messages []*mail) {
	for uid := imap.UID(1); uid <= 6; uid++ {
		if !rapid.Bool().Draw(t, "there") {
			continue
		}
		m := &mail{uid: uid, recent: rapid.Bool().Draw(t, "recent"), thread: rapid.SampledFrom(subjects).Draw(t, "subject")}
		for _, flag := range []imap.Flag{imap.FlagSeen, imap.FlagFlagged, "work"} {
			if rapid.Bool().Draw(t, "flag") {
				m.flags = append(m.flags, flag)
			}
		}
		m.raw = "Subject: " + m.thread + "\r\n\r\n"
		messages = append(messages, m)
	}
	return messages
}

// Whatever is made of a condition to answer it, what it finds is what it says, and how
// well it matches too.
func TestQueryKeepsMeaning(t *testing.T) {
	leaves := leaves()
	rapid.Check(t, func(t *rapid.T) {
		messages := drawBox(t)
		e := drawExpr(t, leaves, 4)
		c := e.condition()
		q := c.Bind(Scope{UIDs: uidsOf(messages), Saved: []imap.UID{2, 5}, Now: now})
		among := q.Among(uidsOf(messages))
		for place, m := range messages {
			got, want := q.Match(m), e.match(place, m)
			if got != want {
				t.Fatalf("%v as %v of UID %d: got %v, want %v", c, q, m.uid, got, want)
			}
			if want && !slices.Contains(among, m.uid) {
				t.Fatalf("%v as %v is not looked for in UID %d", c, q, m.uid)
			}
			score := 0
			if want {
				score = e.score(place, m)
			}
			if got := q.Score(m); got != score {
				t.Fatalf("%v as %v scores UID %d: got %d, want %d", c, q, m.uid, got, score)
			}
		}
		checkNormal(t, &q.root)
	})
}

// checkNormal: the normal form is one.
func checkNormal(t *rapid.T, c *Condition) {
	if c.kind != kindAnd && c.kind != kindOr {
		return
	}
	sets, cost := 0, Cost(0)
	for i := range c.parts {
		part := &c.parts[i]
		switch part.kind {
		case kindAll, kindNone, kindNot, kindResolve:
			t.Fatalf("%v has a part %v", c, part)
		case kindSet:
			sets++
		}
		if part.cost < cost {
			t.Fatalf("%v asks %v after what costs more", c, part)
		}
		cost = part.cost
		checkNormal(t, part)
	}
	if len(c.parts) < 2 || sets > 1 {
		t.Fatalf("%v is not simple", c)
	}
}

// The ranges, against sets of single UIDs.
func TestRanges(t *testing.T) {
	member := func(ranges []imap.UIDRange) (in [12]bool) {
		for uid := range in {
			in[uid] = inRanges(ranges, imap.UID(uid))
		}
		return in
	}
	drawSet := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) imap.UIDRange {
		return imap.UIDRange{Start: imap.UID(rapid.IntRange(0, 10).Draw(t, "start")), Stop: imap.UID(rapid.IntRange(0, 10).Draw(t, "stop"))}
	}), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		sets := rapid.SliceOfN(drawSet, 1, 4).Draw(t, "sets")
		last := imap.UID(rapid.IntRange(1, 10).Draw(t, "last"))
		var lists [][]imap.UIDRange
		all, none, first := [12]bool{}, [12]bool{}, [12]bool{}
		for i := range all {
			all[i] = true
		}
		for i, set := range sets {
			var in [12]bool
			for _, r := range set {
				from, to := r.Start, r.Stop
				if from == 0 {
					from = last
				}
				if to == 0 {
					to = last
				}
				for uid := min(from, to); uid <= max(from, to); uid++ {
					in[uid] = true
				}
			}
			if i == 0 {
				first = in
			}
			for uid := range in {
				all[uid] = all[uid] && in[uid]
				none[uid] = none[uid] || in[uid]
			}
			lists = append(lists, normalize(set, last))
		}
		out := complement(lists[0])
		for uid := 1; uid < 12; uid++ {
			if inRanges(out, imap.UID(uid)) == first[uid] {
				t.Fatalf("complement of %v is %v", lists[0], out)
			}
		}
		if got := union(slices.Clone(lists)); member(got) != none {
			t.Fatalf("union of %v is %v", lists, got)
		}
		if got := intersection(slices.Clone(lists)); member(got) != all {
			t.Fatalf("intersection of %v is %v", lists, got)
		}
	})
}
