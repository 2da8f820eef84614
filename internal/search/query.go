package search

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Query is a condition in one mailbox.
type Query struct {
	root      Condition // in normal form
	stop      func() bool
	collation mimetree.Collation // of texts that are sorted
	ranges    []imap.UIDRange    // if bounded: the only messages that can match
	bounded   bool
}

// String is the condition in SEARCH's own words, as it will be asked.
func (q *Query) String() string { return q.root.String() }

// Among are those of ascending UIDs that have to be looked at: of the others it is known
// without that they do not match.
func (q *Query) Among(uids []imap.UID) []imap.UID {
	if !q.bounded {
		return uids
	}
	return within(uids, q.ranges)
}

// Reads says whether matching looks into every message, because nothing that is cheaper tells
// enough. [Query.Among] has seen to sets.
func (q *Query) Reads() bool { return reads(&q.root) }

func reads(c *Condition) bool {
	switch {
	case c.kind == kindAnd && c.parts[0].kind == kindSet:
		return reads(&c.parts[1])
	case c.kind == kindAnd, c.kind == kindOr:
		return reads(&c.parts[0])
	}
	return c.kind == kindTest && c.cost >= CostHeader
}

// Match says whether a message meets the condition. Once Stop has said so, it may say
// anything.
func (q *Query) Match(m Message) bool { return q.match(&q.root, m) }

// Score is how well a message matches, 1 to 100 (RFC 6203, section 4); 0 says that it
// does not.
func (q *Query) Score(m Message) int { return q.rate(&q.root, m) }

func (q *Query) match(c *Condition, m Message) bool {
	switch c.kind {
	case kindAll:
		return true
	case kindTest:
		return c.leaf.test(m) != c.negated
	case kindSet:
		return inRanges(c.ranges, m.UID())
	case kindAnd:
		return q.find(c.parts, false, m) < 0
	case kindOr:
		return q.find(c.parts, true, m) >= 0
	}
	return false
}

// find is the place of the first part that matches, or does not, -1 if none does. Of
// cheap parts many are a step.
func (q *Query) find(parts []Condition, matches bool, m Message) int {
	for i := range parts {
		part := &parts[i]
		switch {
		case (part.cost >= CostHeader || i%16 == 15) && q.stop():
			return i
		case part.kind == kindTest:
			if (part.leaf.test(m) != part.negated) == matches {
				return i
			}
		case q.match(part, m) == matches:
			return i
		}
	}
	return -1
}

// rate is the least of what must all match, and the best of that of which one must.
func (q *Query) rate(c *Condition, m Message) int {
	switch {
	case c.kind == kindAnd:
		least := 100
		for i := 0; i < len(c.parts) && least > 0 && !q.stop(); i++ {
			least = min(least, q.rate(&c.parts[i], m))
		}
		return least
	case c.kind == kindOr:
		best := 0
		for i := 0; i < len(c.parts) && best < 100 && !q.stop(); i++ {
			best = max(best, q.rate(&c.parts[i], m))
		}
		return best
	case c.kind == kindTest && !c.bare && c.leaf.rate != nil:
		return c.leaf.rate(m)
	case q.match(c, m):
		return 100
	}
	return 0
}

// maxBounds is how many ranges are kept that say where to look, and not what is found.
const maxBounds = 1000

// bounds are the only UIDs that can meet a condition in normal form, if something is
// known of them.
func bounds(c *Condition) (ranges []imap.UIDRange, bounded bool) {
	var lists [][]imap.UIDRange
	switch c.kind {
	case kindNone:
		return nil, true
	case kindSet:
		return c.ranges, true
	case kindAnd:
		for i := range c.parts {
			if list, bounded := bounds(&c.parts[i]); bounded {
				lists = append(lists, list)
			}
		}
		if len(lists) > 0 {
			return intersection(lists), true
		}
	case kindOr:
		for i := range c.parts {
			list, bounded := bounds(&c.parts[i])
			if !bounded {
				return nil, false
			}
			lists = append(lists, list)
		}
		return coarse(union(lists)), true
	}
	return nil, false
}

// coarse takes many ranges for one.
func coarse(ranges []imap.UIDRange) []imap.UIDRange {
	if len(ranges) <= maxBounds {
		return ranges
	}
	return []imap.UIDRange{{Start: ranges[0].Start, Stop: ranges[len(ranges)-1].Stop}}
}
