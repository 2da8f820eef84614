package search

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Needle is a text that is searched for, without regard to case.
type Needle struct {
	text   string   // as it was given
	how    string   // before a key with it: FUZZY
	folded string   // for comparing
	words  []string // of a fuzzy one: each must be there, in any order
}

// Exactly is the text as it stands.
func Exactly(text string) Needle {
	return Needle{text: text, folded: mimetree.Fold(text)}
}

// Fuzzily is the text, or all of its words (RFC 6203, section 3).
func Fuzzily(text string) Needle {
	n := Exactly(text)
	n.words = strings.FieldsFunc(n.folded, func(r rune) bool { return strings.ContainsRune(" \t.,;:!?-_", r) })
	n.how = "FUZZY "
	return n
}

// in looks where has looks.
func (n Needle) in(has func(folded string) bool) bool {
	if has(n.folded) {
		return true
	}
	for _, word := range n.words {
		if !has(word) {
			return false
		}
	}
	return len(n.words) > 0
}

// contains is a test of text. A message that has the text as it was given matches
// better than one that has its words.
func contains(cost Cost, name string, n Needle, has func(m *mimetree.Message, folded string) bool) Condition {
	c := key(cost, n.how+name, n.text, func(m Message) bool {
		tree := m.Tree()
		return n.in(func(folded string) bool { return has(tree, folded) })
	})
	if n.words != nil {
		c.score = func(m Message) int {
			if has(m.Tree(), n.folded) {
				return 100
			}
			return 50
		}
	}
	return c
}

// Body is met by messages that have the text in their body (RFC 9051, section 6.4.4).
func Body(n Needle) Condition { return contains(CostText, "BODY", n, (*mimetree.Message).BodyContains) }

// Text is met by messages that have the text in their header or body.
func Text(n Needle) Condition { return contains(CostText, "TEXT", n, (*mimetree.Message).TextContains) }

// Header is met by messages that have the text in a field of that name; the empty text
// asks for the field alone.
func Header(field string, n Needle) Condition {
	return contains(CostHeader, "HEADER "+field, n, func(m *mimetree.Message, folded string) bool {
		return m.HeaderContains(field, folded)
	})
}

// Address is FROM, TO, CC or BCC: Header that looks at what ENVELOPE has too.
func Address(field string, n Needle) Condition {
	return contains(CostHeader, strings.ToUpper(field), n, func(m *mimetree.Message, folded string) bool {
		return m.AddressContains(field, folded)
	})
}
