package imapd

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// searchParser reads search keys.
type searchParser struct {
	*parser
	charset string // in upper case; "" when none was named
	refused error  // NO [BADCHARSET]: the answer, if the syntax is right
	modseq  bool   // a MODSEQ key was read
	fuzzy   bool   // inside FUZZY
	fuzzied bool   // a FUZZY key was read
	numbers bool   // a sequence set was read
}

// newSearchParser reads keys of p. Clients that speak UTF-8 need not name it
// (RFC 9051, section 6.4.4; RFC 9755, section 3).
func newSearchParser(p *parser) *searchParser {
	sp := &searchParser{parser: p}
	if p.c.speaksUTF8() {
		sp.charset = "UTF-8"
	}
	return sp
}

// setCharset takes the charset in which the strings are.
func (p *searchParser) setCharset(name string) {
	p.charset = strings.ToUpper(name)
	if _, ok := mimetree.DecodeCharset(p.charset, nil); !ok && p.OK() {
		p.refused = no(imap.ResponseCode("BADCHARSET ("+strings.Join(mimetree.Charsets(), " ")+")"), "charset %q is not supported", name)
	}
}

// text reads a string and gives it folded for comparing. A quoted string in UTF-8
// that is taken before ENABLE needs no more words than after it.
func (p *searchParser) text() string {
	charset := p.charset
	if charset == "" && p.Peek() == '"' && p.c.takesUTF8() {
		charset = "UTF-8"
	}
	s := p.AString()
	switch charset {
	case "", "US-ASCII":
		if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			p.Fail("8-bit characters need CHARSET UTF-8 (RFC 3501, section 6.4.4)")
		}
		return mimetree.Fold(s)
	case "UTF-8":
		if !utf8.ValidString(s) {
			p.Fail("the string is not valid UTF-8")
		}
		return mimetree.Fold(s)
	}
	return mimetree.Fold(p.decode(s))
}

func (p *searchParser) decode(s string) string {
	text, ok := mimetree.DecodeCharset(p.charset, []byte(s))
	if !ok {
		return s // refused
	}
	return text
}

// key reads one search key.
//
//	search-key = name [arguments] / sequence-set / "(" search-key *(SP search-key) ")"
func (p *searchParser) key() searchKey {
	if !p.Enter() {
		return searchKey{}
	}
	defer p.Leave()
	switch b := p.Peek(); {
	case b == '(':
		var keys []searchKey
		p.List(func() { keys = append(keys, p.key()) })
		return allOf(keys)
	case '0' <= b && b <= '9', b == '*', b == '$':
		return p.numbersKey()
	}
	name := p.Keyword()
	rows := p.c.srv.searchKeys
	i := slices.IndexFunc(rows, func(row searchRow) bool { return row.name == name && p.has(row.cap) })
	if !p.OK() {
		return searchKey{}
	}
	if i < 0 {
		p.Fail("unknown SEARCH key %q", name)
		return searchKey{}
	}
	return rows[i].parse(p)
}

// numbersKey is a sequence set. Elsewhere than in a selected mailbox there are
// no such numbers, and UIDONLY forbids them.
func (p *searchParser) numbersKey() searchKey {
	set := p.NumSet()
	p.numbers = p.numbers || !set.Saved
	if p.c.enabled.uidOnly && !set.Saved && p.OK() {
		p.refused = uidRequired("a message number")
	}
	return setKey(set, false)
}

func uidKey(p *searchParser) searchKey {
	p.SP()
	return setKey(p.NumSet(), true)
}

// uidBeyond is UIDAFTER or UIDBEFORE: RFC 9738, section 3.2.
func uidBeyond(after bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		uid := p.NZNumber()
		set := imapwire.NumSet{Ranges: []imapwire.NumRange{{First: 1, Last: max(uid, 1) - 1}}}
		switch {
		case after && uid == math.MaxUint32, !after && uid == 1:
			set.Ranges = nil
		case after:
			set.Ranges[0] = imapwire.NumRange{First: uid + 1, Last: math.MaxUint32}
		}
		return setKey(set, true)
	}
}

// setKey matches the messages of a set. What the set stands for is known only
// when the search runs: then it becomes ranges of UIDs, once, which take no more room
// than the set itself.
func setKey(set imapwire.NumSet, isUID bool) searchKey {
	var ranges []imap.UIDRange
	return searchKey{
		prepare: func(ctx *searchContext) { ranges = ctx.ranges(set, isUID) },
		match:   func(_ *searchContext, m *store.Message) bool { return inRanges(ranges, m.UID) },
		within:  func() []imap.UIDRange { return ranges },
	}
}

func notKey(p *searchParser) searchKey {
	p.SP()
	key := p.key()
	return searchKey{cost: key.cost, prepare: key.prepare, match: func(ctx *searchContext, m *store.Message) bool {
		return !key.match(ctx, m)
	}}
}

func orKey(p *searchParser) searchKey {
	p.SP()
	a := p.key()
	p.SP()
	b := p.key()
	keys := byCost([]searchKey{a, b})
	return searchKey{
		cost:    max(a.cost, b.cost),
		prepare: prepareAll(keys),
		match: func(ctx *searchContext, m *store.Message) bool {
			return ctx.interrupted() || keys[0].match(ctx, m) || keys[1].match(ctx, m)
		},
		score: func(ctx *searchContext, m *store.Message) int {
			best := 1
			for _, key := range keys {
				if !ctx.interrupted() && key.match(ctx, m) {
					best = max(best, key.relevancy(ctx, m))
				}
			}
			return best
		},
	}
}

// allOf is the AND of its keys.
func allOf(keys []searchKey) searchKey {
	keys = byCost(keys)
	all := searchKey{
		prepare: prepareAll(keys),
		match: func(ctx *searchContext, m *store.Message) bool {
			for _, key := range keys {
				if ctx.interrupted() || !key.match(ctx, m) {
					return false
				}
			}
			return true
		},
		score: func(ctx *searchContext, m *store.Message) int {
			least := 100
			for _, key := range keys {
				if ctx.interrupted() {
					break
				}
				least = min(least, key.relevancy(ctx, m))
			}
			return least
		},
	}
	var sets []func() []imap.UIDRange
	for _, key := range keys {
		all.cost = max(all.cost, key.cost)
		if key.within != nil {
			sets = append(sets, key.within)
		}
	}
	if len(sets) > 0 {
		all.within = func() []imap.UIDRange { return withinAll(sets) }
	}
	return all
}

// withinAll is what all keys with sets leave.
func withinAll(sets []func() []imap.UIDRange) []imap.UIDRange {
	left := sets[0]()
	for _, set := range sets[1:] {
		left = intersectRanges(left, set())
	}
	return left
}

func byCost(keys []searchKey) []searchKey {
	slices.SortStableFunc(keys, func(a, b searchKey) int { return a.cost - b.cost })
	return keys
}

func prepareAll(keys []searchKey) func(*searchContext) {
	return func(ctx *searchContext) {
		for _, key := range keys {
			if key.prepare != nil && !ctx.interrupted() {
				key.prepare(ctx)
			}
		}
	}
}
