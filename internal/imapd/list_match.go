package imapd

import "strings"

// listPattern is a mailbox name with wildcards: "*" stands for anything, "%"
// for anything without the delimiter (RFC 3501, section 6.3.8). INBOX matches in any
// case (section 5.1).
type listPattern struct {
	wild  wildcards
	inbox wildcards // in upper case, for the name INBOX
}

func newListPattern(text string, delim rune) *listPattern {
	return &listPattern{newWildcards(text, delim), newWildcards(strings.ToUpper(text), delim)}
}

func (p *listPattern) matches(name string) bool {
	if name == "INBOX" {
		return p.inbox.match(name)
	}
	return p.wild.match(name)
}

// wildcards are a pattern, as an automaton. A state is a place in the pattern, a bit
// of a word: the states to which a name can have led are found for 64 of them at once,
// so that a name is compared in time proportional to the product of the lengths,
// divided by 64, however the wildcards stand.
type wildcards struct {
	delim   rune
	length  int
	words   int
	is      map[rune][]uint64 // the places that have a character
	stars   []uint64          // that have a "*"
	percent []uint64          // that have a "%"
}

func newWildcards(text string, delim rune) wildcards {
	pattern := []rune(oneWildcard(text))
	w := wildcards{delim: delim, length: len(pattern), words: len(pattern)/64 + 1, is: make(map[rune][]uint64)}
	w.stars, w.percent = make([]uint64, w.words), make([]uint64, w.words)
	for i, r := range pattern {
		set := w.is[r]
		switch {
		case r == '*':
			set = w.stars
		case r == '%':
			set = w.percent
		case set == nil:
			set = make([]uint64, w.words)
			w.is[r] = set
		}
		set[i/64] |= 1 << (i % 64)
	}
	return w
}

// oneWildcard writes wildcards that stand together as one, the stronger of them.
func oneWildcard(text string) string {
	var sb strings.Builder
	for len(text) > 0 {
		rest := strings.TrimLeft(text, "*%")
		switch run := text[:len(text)-len(rest)]; {
		case strings.Contains(run, "*"):
			sb.WriteByte('*')
		case run != "":
			sb.WriteByte('%')
		}
		end := strings.IndexAny(rest, "*%")
		if end < 0 {
			end = len(rest)
		}
		sb.WriteString(rest[:end])
		text = rest[end:]
	}
	return sb.String()
}

func (w *wildcards) match(name string) bool {
	at, next := make([]uint64, w.words), make([]uint64, w.words)
	at[0] = 1
	w.skip(at)
	for _, r := range name {
		has, carry := w.is[r], uint64(0)
		for i, here := range at {
			stays := here & w.stars[i]
			if r != w.delim {
				stays |= here & w.percent[i]
			}
			var steps uint64
			if has != nil {
				steps = here & has[i]
			}
			next[i] = stays | steps<<1 | carry
			carry = steps >> 63
		}
		w.skip(next)
		at, next = next, at
	}
	return at[w.length/64]>>(w.length%64)&1 == 1
}

// skip adds the places behind wildcards that stand for nothing. Two never stand
// together, so one step is enough.
func (w *wildcards) skip(at []uint64) {
	carry := uint64(0)
	for i := range at {
		wild := at[i] & (w.stars[i] | w.percent[i])
		at[i] |= wild<<1 | carry
		carry = wild >> 63
	}
}

// parent is the name above name, unless that is at the top.
func parent(name string, delim rune) (above string, ok bool) {
	i := strings.LastIndex(name, string(delim))
	return name[:max(i, 0)], i >= 0
}
