package sweep

// sample chooses n runs: first those that bring a command or a disturbance that is not yet
// among them, and then some in even steps. They stay in their order.
func sample(runs []*run, n int) []*run {
	if n >= len(runs) {
		return runs
	}
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
	var out []*run
	for i, r := range runs {
		if taken[i] {
			out = append(out, r)
		}
	}
	return out
}
