package report

import (
	"slices"
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
	return pieces(a, inA), pieces(b, inB)
}

// split splits a text into words with the space behind them.
func split(s string) []string {
	var out []string
	for s != "" {
		end := strings.IndexFunc(s, unicode.IsSpace)
		if end < 0 {
			return append(out, s)
		}
		rest := strings.TrimLeftFunc(s[end:], unicode.IsSpace)
		out, s = append(out, s[:len(s)-len(rest)]), rest
	}
	return out
}

// common says which words belong to the longest sequence that both have.
func common(a, b []string) (inA, inB []bool) {
	equal := func(i, j int) bool { return strings.TrimSpace(a[i]) == strings.TrimSpace(b[j]) }
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
			bare := strings.TrimRightFunc(whole, unicode.IsSpace)
			out = append(out, piece{bare, true})
			if bare != whole {
				out = append(out, piece{whole[len(bare):], false})
			}
		}
		i = j
	}
	return slices.DeleteFunc(out, func(p piece) bool { return p.Text == "" })
}
