package search

import (
	"cmp"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Scope is the mailbox in which is searched.
type Scope struct {
	UIDs      []imap.UID         // of its messages, ascending: the first has the number 1
	Saved     []imap.UID         // what "$" stands for; UIDs that are not in the mailbox do not count
	Now       time.Time          // for Older and Younger
	Collation mimetree.Collation // of what is sorted; needles have their own
	Stop      func() bool        // says that the result is of no interest any more; nil: never
}

// binder makes queries in one scope.
type binder struct {
	scope     Scope
	stop      func() bool
	dollar    []imap.UIDRange
	hasDollar bool
}

// Bind is the condition in a mailbox. What message numbers, "*", "$" and ages mean there
// is settled with that, once and for all.
func (c Condition) Bind(s Scope) *Query {
	b := &binder{scope: s, stop: s.Stop}
	if b.stop == nil {
		b.stop = func() bool { return false }
	}
	root := b.bind(&c, sign{})
	ranges, bounded := bounds(&root)
	return &Query{root: root, stop: b.stop, collation: s.Collation, ranges: ranges, bounded: bounded}
}

// sign is what the NOTs around a condition do to it.
type sign struct {
	negated bool // their number is odd
	bare    bool // there are some: nothing matches better or worse
}

// bind is a condition in normal form: resolved, NOT at single tests only, no part of an
// And or an Or one that always or never holds, one set in each at most, and the cheap
// parts first.
func (b *binder) bind(c *Condition, s sign) Condition {
	c, s = unfold(c, s)
	switch c.kind {
	case kindResolve:
		resolved := c.leaf.resolve(b)
		return b.bind(&resolved, s)
	case kindAnd, kindOr:
		return b.junction(c, s)
	case kindTest:
		bound := *c
		bound.negated, bound.bare = s.negated, s.bare
		return bound
	}
	if !s.negated {
		return *c
	}
	switch c.kind {
	case kindAll:
		return None()
	case kindNone:
		return All()
	}
	return rangesOnly(complement(c.ranges))
}

// unfold is what is under NOTs.
func unfold(c *Condition, s sign) (*Condition, sign) {
	for c.kind == kindNot {
		c, s = &c.parts[0], sign{!s.negated, true}
	}
	return c, s
}

// junction is an And or an Or: under NOT it is the other of the two.
func (b *binder) junction(c *Condition, s sign) Condition {
	j := &junction{kind: effective(c.kind, s)}
	j.gather(b, c, s)
	return j.condition()
}

func effective(k kind, s sign) kind {
	if !s.negated {
		return k
	}
	switch k {
	case kindAnd:
		return kindOr
	case kindOr:
		return kindAnd
	}
	return k
}

// junction collects the parts of an And or an Or.
type junction struct {
	kind    kind
	settled bool              // a part has decided for all
	sets    [][]imap.UIDRange // of its parts that are sets
	parts   []Condition       // the others
}

// gather adds the parts of c, and of the parts of its kind.
func (j *junction) gather(b *binder, c *Condition, s sign) {
	for i := range c.parts {
		if j.settled || b.stop() {
			return
		}
		part, sign := unfold(&c.parts[i], s)
		if effective(part.kind, sign) == j.kind {
			j.gather(b, part, sign)
			continue
		}
		j.add(b.bind(part, sign))
	}
}

// deciding is the kind of part that decides for all, neutral that which adds nothing.
func (j *junction) deciding() (deciding, neutral kind) {
	if j.kind == kindAnd {
		return kindNone, kindAll
	}
	return kindAll, kindNone
}

func (j *junction) add(c Condition) {
	deciding, neutral := j.deciding()
	switch {
	case c.kind == deciding:
		j.settled = true
	case c.kind == neutral:
	case c.kind == kindSet:
		j.sets = append(j.sets, c.ranges)
	default:
		j.parts = append(j.parts, c)
	}
}

// condition is what was gathered.
func (j *junction) condition() Condition {
	if !j.settled && len(j.sets) > 0 {
		set := j.mergeSets()
		j.sets = nil
		if set.kind != kindSet {
			j.add(set)
		} else {
			j.parts = slices.Insert(j.parts, 0, set)
		}
	}
	deciding, neutral := j.deciding()
	switch {
	case j.settled:
		return Condition{kind: deciding}
	case len(j.parts) == 0:
		return Condition{kind: neutral}
	case len(j.parts) == 1:
		return j.parts[0]
	}
	byCost := func(a, b Condition) int { return cmp.Compare(a.cost, b.cost) }
	if !slices.IsSortedFunc(j.parts, byCost) {
		slices.SortStableFunc(j.parts, byCost)
	}
	return Condition{kind: j.kind, parts: j.parts, cost: j.parts[len(j.parts)-1].cost}
}

func (j *junction) mergeSets() Condition {
	if j.kind == kindAnd {
		return rangesOnly(intersection(j.sets))
	}
	return rangesOnly(union(j.sets))
}
