package report

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// piece is a piece of what was got or wanted.
type piece struct {
	Text    string
	Differs bool
}

// maxCompared is how many words are compared.
const maxCompared = 400

// compare marks the words that are not in both texts, in their order.
func compare(got, want string) (g, w []piece) {
	a, b := split(got), split(want)
	if len(a) > maxCompared || len(b) > maxCompared {
		return []piece{{shorten(got, 4000), false}}, []piece{{shorten(want, 4000), false}}
	}
	inA, inB := common(a, b)
	slide(a, inA)
	slide(b, inB)
	return pieces(a, inA), pieces(b, inB)
}

// split splits a text into words, each with the space behind it; what is in quotes is one.
func split(s string) []string {
	var out []string
	for s != "" {
		end := wordEnd(s)
		rest := strings.TrimLeftFunc(s[end:], unicode.IsSpace)
		out, s = append(out, s[:len(s)-len(rest)]), rest
	}
	return out
}

func wordEnd(s string) int {
	quoted := 0
	if prefix, err := strconv.QuotedPrefix(s); err == nil {
		quoted = len(prefix)
	}
	if space := strings.IndexFunc(s[quoted:], unicode.IsSpace); space >= 0 {
		return quoted + space
	}
	return len(s)
}

// bare is a word without what stands between it and the next.
func bare(word string) string { return strings.TrimRight(strings.TrimSpace(word), ",") }

// common says which words belong to the longest sequence that both have.
func common(a, b []string) (inA, inB []bool) {
	equal := func(i, j int) bool { return bare(a[i]) == bare(b[j]) }
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if equal(i, j) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	inA, inB = make([]bool, len(a)), make([]bool, len(b))
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case equal(i, j):
			inA[i], inB[j] = true, true
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return inA, inB
}

// slide has what differs begin where something begins, a line or an element of a list, if it may
// as well: of "1 2 1 2" and "1 2" the end is new, and not the middle.
func slide(words []string, same []bool) {
	ends := func(i int) bool { return strings.ContainsAny(words[i], ",\n") }
	begins := func(i, end int) bool { return i > 0 && ends(i-1) || i == 0 && ends(end-1) }
	for i := 0; i < len(words); i++ {
		if same[i] {
			continue
		}
		end := i
		for end < len(words) && !same[end] {
			end++
		}
		by := 0
		for i > by && !begins(i-by, end-by) && same[i-by-1] && bare(words[i-by-1]) == bare(words[end-by-1]) {
			by++
		}
		if begins(i-by, end-by) {
			for k := range by {
				same[i-k-1], same[end-k-1] = false, true
			}
		}
		i = end
	}
}

// pieces joins neighbours. The space behind what differs does not.
func pieces(words []string, same []bool) []piece {
	var out []piece
	for i := 0; i < len(words); {
		j := i
		for j < len(words) && same[j] == same[i] {
			j++
		}
		whole := strings.Join(words[i:j], "")
		if same[i] {
			out = append(out, piece{whole, false})
		} else {
			shown := strings.TrimRightFunc(whole, unicode.IsSpace)
			out = append(out, piece{shown, true})
			if shown != whole {
				out = append(out, piece{whole[len(shown):], false})
			}
		}
		i = j
	}
	return slices.DeleteFunc(out, func(p piece) bool { return p.Text == "" })
}
