package rule

import "strings"

// Nearest is the name that differs least from one that is none, in any case; "" if all
// differ by more than a third of its length, and by more than two letters.
func Nearest(name string, names []string) string {
	nearest := ""
	best := max(len(name)/3, 2) + 1
	for _, candidate := range names {
		d := Distance(strings.ToUpper(name), strings.ToUpper(candidate), best+1)
		if d < best || d == best && nearest != "" && candidate < nearest {
			nearest, best = candidate, d
		}
	}
	return nearest
}

// OrNearest offers the nearest name behind what is said of one that is none.
func OrNearest(name string, names []string) string {
	if nearest := Nearest(name, names); nearest != "" {
		return "; nearest: " + nearest
	}
	return ""
}

// Distance is the number of steps that make b of a, or limit if it is that or more: a rune
// put in, left out or replaced, or two that are exchanged (optimal string alignment).
func Distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) >= limit || len(y)-len(x) >= limit {
		return limit
	}
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		next := make([]int, len(y)+1)
		next[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			next[j+1] = min(last[j]+cost, last[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last = last, next
	}
	return min(last[len(y)], limit)
}
