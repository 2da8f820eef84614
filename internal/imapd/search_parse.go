package imapd

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/search"
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
	named   bool   // CHARSET was given

	filters  *filterUse // nil: none yet
	filtered bool       // a FILTER key was read, or these are the keys of a filter
	eightBit bool       // 8-bit characters without a charset, which only FILTER allows
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
	p.charset, p.named = strings.ToUpper(name), true
	if _, ok := mimetree.DecodeCharset(p.charset, nil); !ok && p.OK() {
		p.refused = no("search.charset", imap.ResponseCode("BADCHARSET ("+strings.Join(mimetree.Charsets(), " ")+")"), "charset %q is not supported", name)
	}
}

// needle reads a string that is searched for.
func (p *searchParser) needle() search.Needle {
	if p.fuzzy {
		return search.FuzzilyIn(p.c.collation, p.text())
	}
	return search.ExactlyIn(p.c.collation, p.text())
}

// text reads a string and gives it in UTF-8. A quoted string in UTF-8 that is taken
// before ENABLE needs no more words than after it.
func (p *searchParser) text() string {
	charset := p.charset
	if charset == "" && p.Peek() == '"' && p.c.srv.takesUTF8 {
		charset = "UTF-8"
	}
	s := p.AString()
	switch charset {
	case "", "US-ASCII":
		if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			p.eightBit = true
			return p.valid(s)
		}
		return s
	case "UTF-8":
		return p.valid(s)
	}
	return p.decode(s)
}

// valid refuses what is not UTF-8.
func (p *searchParser) valid(s string) string {
	switch {
	case !utf8.ValidString(s) && p.eightBit:
		p.needCharset()
	case !utf8.ValidString(s):
		p.Fail("the string is not valid UTF-8")
	}
	return s
}

func (p *searchParser) needCharset() {
	p.Fail("8-bit characters need CHARSET UTF-8 (RFC 3501, section 6.4.4)")
}

// keys reads search keys up to the end. FILTER, wherever it stands, has the strings be in
// UTF-8 (RFC 5466, section 3.1).
//
//	search-key *(SP search-key)
func (p *searchParser) keys() search.Condition {
	keys := []search.Condition{p.key()}
	for p.OK() && !p.AtEnd() {
		p.SP()
		keys = append(keys, p.key())
	}
	if p.eightBit && (!p.filtered || p.named) {
		p.needCharset()
	}
	if len(keys) > 1 && p.c.tells("search-or") {
		return search.Or(keys...)
	}
	return search.And(keys...)
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
func (p *searchParser) key() search.Condition {
	if !p.Enter() {
		return search.None()
	}
	defer p.Leave()
	switch b := p.Peek(); {
	case b == '(':
		var keys []search.Condition
		p.List(func() { keys = append(keys, p.key()) })
		return search.And(keys...)
	case '0' <= b && b <= '9', b == '*', b == '$':
		return p.numbersKey()
	}
	name := p.Keyword()
	rows := p.c.srv.searchKeys
	i := slices.IndexFunc(rows, func(row searchRow) bool { return row.name == name && p.has(row.cap) })
	if !p.OK() {
		return search.None()
	}
	if i < 0 {
		p.Fail("unknown SEARCH key %q", name)
		return search.None()
	}
	return rows[i].parse(p)
}

// numbersKey is a sequence set. Elsewhere than in a selected mailbox there are
// no such numbers, and UIDONLY forbids them.
func (p *searchParser) numbersKey() search.Condition {
	set := p.NumSet()
	if set.Saved {
		return search.SavedResult()
	}
	p.numbers = true
	if p.c.enabled.uidOnly && p.OK() {
		p.refused = uidRequired("a message number")
	}
	numbers := make(imap.SeqSet, len(set.Ranges))
	for i, r := range set.Ranges {
		numbers[i] = imap.SeqRange{Start: r.First, Stop: r.Last}
	}
	return search.Numbers(numbers)
}

func uidKey(p *searchParser) search.Condition {
	p.SP()
	set := p.NumSet()
	if set.Saved {
		return search.SavedResult()
	}
	return search.UIDs(uidsIn(set))
}

// uidAfterKey: RFC 9738, section 3.2.
//
//	"UIDAFTER" SP uniqueid
func uidAfterKey(p *searchParser) search.Condition {
	p.SP()
	uid := imap.UID(p.NZNumber())
	if uid == math.MaxUint32 {
		return search.None()
	}
	return search.UIDs(imap.UIDSet{{Start: uid + 1, Stop: math.MaxUint32}})
}

// uidBeforeKey: RFC 9738, section 3.2.
//
//	"UIDBEFORE" SP uniqueid
func uidBeforeKey(p *searchParser) search.Condition {
	p.SP()
	uid := imap.UID(p.NZNumber())
	if uid <= 1 {
		return search.None()
	}
	return search.UIDs(imap.UIDSet{{Start: 1, Stop: uid - 1}})
}
