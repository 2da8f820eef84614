package sweep

import (
	"slices"
	"strings"
)

// sample chooses n runs: first those that bring a command or a disturbance that is not yet
// among them, and then some in even steps. They stay in their order, but which they are does not
// depend on it: of several connections at once each may come first.
func sample(list []*run, n int) []*run {
	if n >= len(list) {
		return list
	}
	runs := byName(list)
	taken := make([]bool, len(runs))
	left := n
	have := make(map[string]bool)
	for i := range runs { // from both ends, so that the late points have their share
		r := runs[i*7919%len(runs)]
		if left > 0 && (!have[r.point().String()] || !have[r.acts[0].Name]) {
			have[r.point().String()], have[r.acts[0].Name] = true, true
			taken[i*7919%len(runs)] = true
			left--
		}
	}
	for i := 0; i < len(runs) && left > 0; i += max(len(runs)/n, 1) {
		if !taken[i] {
			taken[i] = true
			left--
		}
	}
	for i := 0; i < len(runs) && left > 0; i++ {
		if !taken[i] {
			taken[i] = true
			left--
		}
	}
	chosen := make(map[*run]bool, n)
	for i, r := range runs {
		chosen[r] = taken[i]
	}
	return slices.DeleteFunc(slices.Clone(list), func(r *run) bool { return !chosen[r] })
}

// byName are the runs in the order of their names.
func byName(list []*run) []*run {
	names := make(map[*run]string, len(list))
	for _, r := range list {
		names[r] = r.name()
	}
	return slices.SortedStableFunc(slices.Values(list), func(a, b *run) int { return strings.Compare(names[a], names[b]) })
}
