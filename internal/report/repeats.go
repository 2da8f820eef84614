package report

import "strconv"

// repeats finds what clients try again and again with the same result: a refused RCPT, a
// login in vain. The first is shown, and then what is folded, from one event to the last
// try: a map of the first index to the last.
func (r *record) repeats(in []bool) map[int]int {
	out := make(map[int]int)
	for i := 0; i < len(r.events); i++ {
		if !in[i] || !r.refused(r.events[i]) {
			continue
		}
		last, times := i, 0
		for j := i + 1; j < len(r.events) && (!in[j] || r.passes(r.events[i], r.events[j])); j++ {
			if in[j] && same(r.events[i], r.events[j]) {
				last, times = j, times+1
			}
		}
		if times > 0 && last-i > 1 {
			out[i+1] = last
			i = last
		}
	}
	return out
}

// refused says whether a command failed without being about more than itself.
func (r *record) refused(e *event) bool {
	return e.Kind == Command && e.outcome != isOK && e.outcome != isRun && !e.about && len(r.made[e]) == 0
}

// passes says whether an event may be folded between two that are the same: it is one of
// them, or nothing of note.
func (r *record) passes(first, e *event) bool {
	if same(first, e) {
		return !e.about
	}
	return r.weight(e) > 3 && !e.about && r.Lanes[e.Lane].Kind == r.Lanes[first.Lane].Kind
}

func same(a, b *event) bool {
	return a.Kind == b.Kind && a.Name == b.Name && a.Args == b.Args && a.Status == b.Status && a.Text == b.Text
}

// again is the row for what is the same as the event before it.
func (r *record) again(from, to int) item {
	first, last := r.events[from-1], r.events[to]
	times := 0
	for _, e := range r.events[from : to+1] {
		if same(first, e) {
			times++
		}
	}
	text := "the same again: " + r.title(first)
	if times > 1 {
		text = "the same " + strconv.Itoa(times) + " more times: " + r.title(first)
	}
	if gap := r.gap(first, last); gap != "" {
		text += ", over " + gap
	}
	return item{First: from + 1, Last: to + 1, Text: text, Same: true}
}
