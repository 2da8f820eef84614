package search

import (
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Needle is a text that is searched for, under a collation.
type Needle struct {
	text   string // as it was given
	in     mimetree.Collation
	folded string   // for comparing
	words  []string // of a fuzzy one, else nil: each must be there, in any order
}

// Exactly is the text as it stands, without regard to case.
func Exactly(text string) Needle { return ExactlyIn(mimetree.UnicodeCasemap, text) }

// ExactlyIn is the text as it stands, under a collation.
func ExactlyIn(c mimetree.Collation, text string) Needle {
	return Needle{text: text, in: c, folded: c.Key(text)}
}

// Fuzzily is the text, or all of its words (RFC 6203, section 3), without regard to case.
func Fuzzily(text string) Needle { return FuzzilyIn(mimetree.UnicodeCasemap, text) }

// FuzzilyIn is the text, or all of its words, under a collation.
func FuzzilyIn(c mimetree.Collation, text string) Needle {
	n := ExactlyIn(c, text)
	n.words = strings.FieldsFunc(n.folded, func(r rune) bool { return strings.ContainsRune(" \t.,;:!?-_", r) })
	return n
}

// rate looks where has looks. A message that has the text as it was given matches better
// than one that has its words.
func (n Needle) rate(has func(folded string) bool) int {
	if has(n.folded) {
		return 100
	}
	if len(n.words) == 0 || slices.ContainsFunc(n.words, func(word string) bool { return !has(word) }) {
		return 0
	}
	return 50
}

// question is what is asked of the text of a message, for a needle.
type question struct {
	unparsed func(m mimetree.Unparsed, folded string) (found, sure bool)
	parsed   func(m mimetree.Collated, folded string) bool
}

// ask does not have a message parsed for what can be said without.
func (q question) ask(m Message, in mimetree.Collation, folded string) bool {
	if raw, ok := m.Unparsed(); ok {
		if found, sure := q.unparsed(raw.In(in), folded); sure {
			return found
		}
	}
	return q.parsed(m.Tree().In(in), folded)
}

// contains is a test of text.
func contains(cost Cost, name string, n Needle, q question) Condition {
	if n.words == nil {
		return key(cost, name, n.text, func(m Message) bool { return q.ask(m, n.in, n.folded) })
	}
	rate := func(m Message) int {
		return n.rate(func(folded string) bool { return q.ask(m, n.in, folded) })
	}
	c := key(cost, "FUZZY "+name, n.text, func(m Message) bool { return rate(m) > 0 })
	c.leaf.rate = rate
	return c
}

// Body is met by messages that have the text in their body (RFC 9051, section 6.4.4).
func Body(n Needle) Condition {
	return contains(CostText, "BODY", n, question{mimetree.Unparsed.BodyContains, mimetree.Collated.BodyContains})
}

// Text is met by messages that have the text in their header or body.
func Text(n Needle) Condition {
	return contains(CostText, "TEXT", n, question{mimetree.Unparsed.TextContains, mimetree.Collated.TextContains})
}

// Header is met by messages that have the text in a field of that name; the empty text
// asks for the field alone.
func Header(field string, n Needle) Condition {
	return contains(CostHeader, "HEADER "+field, n, question{
		func(m mimetree.Unparsed, folded string) (found, sure bool) { return m.HeaderContains(field, folded) },
		func(m mimetree.Collated, folded string) bool { return m.HeaderContains(field, folded) },
	})
}

// Address is FROM, TO, CC or BCC: Header that looks at what ENVELOPE has too.
func Address(field string, n Needle) Condition {
	return contains(CostHeader, strings.ToUpper(field), n, question{
		func(m mimetree.Unparsed, folded string) (found, sure bool) { return m.AddressContains(field, folded) },
		func(m mimetree.Collated, folded string) bool { return m.AddressContains(field, folded) },
	})
}
