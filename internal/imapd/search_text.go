package imapd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// needle is a string that is searched for, folded for comparing.
type needle struct {
	text  string
	words []string // FUZZY: each must be there, in any order (RFC 6203)
}

// needle reads a string.
func (p *searchParser) needle() needle {
	n := needle{text: p.text()}
	if p.fuzzy {
		n.words = strings.FieldsFunc(n.text, func(r rune) bool { return strings.ContainsRune(" \t.,;:!?-_", r) })
	}
	return n
}

// contains looks where has looks.
func (n needle) contains(has func(folded string) bool) bool {
	if has(n.text) {
		return true
	}
	for _, word := range n.words {
		if !has(word) {
			return false
		}
	}
	return len(n.words) > 0
}

// textKey is a key that searches text. A message that has the text as it was
// given is more relevant than one that has its words.
func textKey(cost int, n needle, in func(m *mimetree.Message, folded string) bool) searchKey {
	return searchKey{
		cost: cost,
		match: func(_ *searchContext, m *store.Message) bool {
			return n.contains(func(folded string) bool { return in(m.Tree(), folded) })
		},
		score: func(_ *searchContext, m *store.Message) int {
			if in(m.Tree(), n.text) {
				return 100
			}
			return 50
		},
	}
}

func inBody(m *mimetree.Message, folded string) bool { return m.BodyContains(folded) }
func inText(m *mimetree.Message, folded string) bool { return m.TextContains(folded) }

func text(in func(m *mimetree.Message, folded string) bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		return textKey(costText, p.needle(), in)
	}
}

func header(name string) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		return headerContains(name, p.needle())
	}
}

// address is FROM, TO, CC or BCC: what ENVELOPE has, and what the field says
// around it.
func address(name string) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		return textKey(costHeader, p.needle(), func(m *mimetree.Message, folded string) bool { return m.AddressContains(name, folded) })
	}
}

func headerKey(p *searchParser) searchKey {
	p.SP()
	name := p.AString()
	p.SP()
	return headerContains(name, p.needle())
}

func headerContains(name string, n needle) searchKey {
	return textKey(costHeader, n, func(m *mimetree.Message, folded string) bool { return m.HeaderContains(name, folded) })
}

// fuzzyKey: RFC 6203, section 3. What has no fuzzy form matches as always.
//
//	"FUZZY" SP search-key
func fuzzyKey(p *searchParser) searchKey {
	p.SP()
	before := p.fuzzy
	p.fuzzy, p.fuzzied = true, true
	key := p.key()
	p.fuzzy = before
	return key
}
