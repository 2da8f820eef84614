package store

import (
	"slices"
	"sort"
)

// changePage is how many changes a page has: 8 KB, with the word that the runtime has before it.
const changePage = 255

// changePages are changes in their order. They lie in pages, so that one more costs the same
// however many there are: a slice would be copied to grow.
type changePages struct {
	pages [][]change // all but the last are full, and none is empty
}

func (p *changePages) len() int {
	n := len(p.pages)
	if n == 0 {
		return 0
	}
	return (n-1)*changePage + len(p.pages[n-1])
}

// last is the last change, nil if there is none. It is the pages' own.
func (p *changePages) last() *change {
	if len(p.pages) == 0 {
		return nil
	}
	page := p.pages[len(p.pages)-1]
	return &page[len(page)-1]
}

// add adds a change. The first page grows, so that a few take little.
func (p *changePages) add(c change) {
	n := len(p.pages)
	switch {
	case n == 0:
		p.pages = append(p.pages, make([]change, 0, 4))
		n++
	case len(p.pages[n-1]) == changePage:
		p.pages = append(p.pages, make([]change, 0, changePage))
		n++
	}
	p.pages[n-1] = append(p.pages[n-1], c)
}

// since are the changes after a modseq.
func (p *changePages) since(modseq uint64) changesLeft {
	at := sort.Search(len(p.pages), func(i int) bool { return p.pages[i][len(p.pages[i])-1].modseq > modseq })
	if at == len(p.pages) {
		return changesLeft{}
	}
	page := p.pages[at]
	from := sort.Search(len(page), func(i int) bool { return page[i].modseq > modseq })
	return changesLeft{page[from:], p.pages[at+1:]}
}

// all are all changes.
func (p *changePages) all() changesLeft { return changesLeft{rest: p.pages} }

// changesLeft are those that have yet to be read. They are no iterator, for whose sake what is
// made of them would have to be allocated.
type changesLeft struct {
	page []change
	rest [][]change
}

func (l *changesLeft) any() bool { return len(l.page) > 0 || len(l.rest) > 0 }

// next is the next one, which there is. It is the pages' own.
func (l *changesLeft) next() *change {
	if len(l.page) == 0 {
		l.page, l.rest = l.rest[0], l.rest[1:]
	}
	c := &l.page[0]
	l.page = l.page[1:]
	return c
}

// rewrite puts in place of the changes what f makes of them, and drops those that it does not
// keep.
func (p *changePages) rewrite(f func(change) (c change, keep bool)) {
	n := 0
	for _, page := range p.pages {
		for i := range page {
			if c, keep := f(page[i]); keep {
				p.pages[n/changePage][n%changePage] = c
				n++
			}
		}
	}
	p.cut(n)
}

// cut leaves the first n changes.
func (p *changePages) cut(n int) {
	full, rest := n/changePage, n%changePage
	if rest > 0 {
		page := p.pages[full]
		clear(page[rest:])
		p.pages[full] = page[:rest]
		full++
	}
	clear(p.pages[full:])
	p.pages = p.pages[:full]
}

// clone is the same in other pages.
func (p *changePages) clone() changePages {
	out := changePages{slices.Clone(p.pages)}
	for i, page := range out.pages {
		out.pages[i] = slices.Clone(page)
	}
	return out
}
