package search

import (
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Cost says what it takes to answer a condition for one message. And and Or ask what is
// cheaper first.
type Cost uint8

// The costs.
const (
	CostUID     Cost = iota // the UID is enough
	CostFacts               // what a store has at hand: flags, dates, the size
	CostHeader              // the header has to be parsed
	CostText                // the text has to be decoded
	CostUnknown             // anything may happen
)

// Condition is a condition on a message. The zero value is that of [All].
type Condition struct {
	kind    kind
	cost    Cost
	negated bool            // of a leaf, in a query
	bare    bool            // of a leaf, in a query: it matches wholly or not at all
	leaf    *leaf           // of a test, and of what is yet to be resolved
	parts   []Condition     // of and, or; the one of not
	ranges  []imap.UIDRange // of set: ascending, with a gap between each two
}

// leaf is a key of SEARCH, or the like.
type leaf struct {
	name string // as SEARCH has it
	arg  any    // what follows the name
	test func(m Message) bool
	rate func(m Message) int // how well a message passes, 0 if it does not; nil: 100 or 0

	// resolve is the condition in a mailbox, where it depends on that or on the time.
	resolve func(b *binder) Condition
}

type kind uint8

const (
	kindAll kind = iota
	kindNone
	kindTest
	kindSet
	kindAnd
	kindOr
	kindNot
	kindResolve
)

// Test is a condition of the caller's own, with a name for people.
func Test(cost Cost, name string, test func(m Message) bool) Condition {
	return key(cost, name, nil, test)
}

// key is a test that SEARCH has a key for.
func key(cost Cost, name string, arg any, test func(m Message) bool) Condition {
	return Condition{kind: kindTest, cost: cost, leaf: &leaf{name: name, arg: arg, test: test}}
}

// resolved is a condition that depends on the mailbox or on the time.
func resolved(name string, arg any, resolve func(b *binder) Condition) Condition {
	return Condition{kind: kindResolve, leaf: &leaf{name: name, arg: arg, resolve: resolve}}
}

// All is met by every message.
func All() Condition { return Condition{} }

// None is met by no message.
func None() Condition { return Condition{kind: kindNone} }

// And is met by what meets all conditions: without any by every message.
func And(parts ...Condition) Condition { return join(kindAnd, All(), parts) }

// Or is met by what meets one of the conditions: without any by no message.
func Or(parts ...Condition) Condition { return join(kindOr, None(), parts) }

func join(kind kind, empty Condition, parts []Condition) Condition {
	switch len(parts) {
	case 0:
		return empty
	case 1:
		return parts[0]
	}
	return Condition{kind: kind, parts: parts}
}

// Not is met by what does not meet the condition. How well something does not match is
// not asked: its score is 100.
func Not(c Condition) Condition { return Condition{kind: kindNot, parts: []Condition{c}} }

// String is the condition in SEARCH's own words, for people.
func (c Condition) String() string {
	var sb strings.Builder
	c.write(&sb)
	return sb.String()
}

func (c Condition) write(sb *strings.Builder) {
	switch c.kind {
	case kindAll:
		sb.WriteString("ALL")
	case kindNone:
		sb.WriteString("NOT ALL")
	case kindTest, kindResolve:
		if c.negated {
			sb.WriteString("NOT ")
		}
		c.leaf.write(sb)
	case kindSet:
		sb.WriteString("UID " + imap.UIDSet(c.ranges).String())
	case kindNot:
		sb.WriteString("NOT ")
		c.parts[0].write(sb)
	case kindAnd:
		for i, part := range c.parts {
			sb.WriteString([]string{"(", " "}[min(i, 1)])
			part.write(sb)
		}
		sb.WriteString(")")
	case kindOr:
		for i, part := range c.parts {
			if i < len(c.parts)-1 {
				sb.WriteString("OR ")
			}
			part.write(sb)
			if i < len(c.parts)-1 {
				sb.WriteString(" ")
			}
		}
	}
}

func (l *leaf) write(sb *strings.Builder) {
	sb.WriteString(l.name)
	switch arg := l.arg.(type) {
	case nil:
	case string:
		fmt.Fprintf(sb, " %q", arg)
	case time.Time:
		sb.WriteString(arg.Format(" 2-Jan-2006"))
	case time.Duration:
		fmt.Fprintf(sb, " %d", arg/time.Second)
	case imap.SeqSet:
		sb.WriteString(arg.String()) // its key has no name
	default:
		fmt.Fprintf(sb, " %v", arg)
	}
}
