package transcript

// pieces are those of a ring, the oldest first, in pages: one more costs the same however many
// there are.
type pieces struct {
	pages [][]piece // all but the last are full
	gone  int       // how many of the first page are dropped
	spare []piece   // a page that is not in use
}

// piecePage is how many pieces a page has: 8 KB.
const piecePage = 146

func (ps *pieces) len() int {
	n := len(ps.pages)
	if n == 0 {
		return 0
	}
	return (n-1)*piecePage + len(ps.pages[n-1]) - ps.gone
}

// at is the i-th that is left.
func (ps *pieces) at(i int) *piece {
	i += ps.gone
	return &ps.pages[i/piecePage][i%piecePage]
}

// add adds a piece. The first page grows, so that a short session takes little.
func (ps *pieces) add(p piece) {
	n := len(ps.pages)
	switch {
	case n == 0:
		ps.pages = append(ps.pages, make([]piece, 0, 16))
		n++
	case len(ps.pages[n-1]) == piecePage:
		if ps.spare == nil {
			ps.spare = make([]piece, 0, piecePage)
		}
		ps.pages, ps.spare = append(ps.pages, ps.spare), nil
		n++
	}
	ps.pages[n-1] = append(ps.pages[n-1], p)
}

// drop drops the oldest, which there is.
func (ps *pieces) drop() {
	ps.gone++
	switch first := ps.pages[0]; {
	case ps.gone < len(first):
	case len(ps.pages) == 1:
		ps.pages[0], ps.gone = first[:0], 0
	default:
		ps.pages, ps.spare, ps.gone = ps.pages[1:], first[:0], 0
	}
}
