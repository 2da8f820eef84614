package report

import (
	"slices"
	"strconv"
	"time"
)

// item is a row of the story.
type item struct {
	Event int    `json:"e,omitempty"` // the number of an event
	First int    `json:"a,omitempty"` // of a fold: the numbers of the first and last event in it
	Last  int    `json:"b,omitempty"`
	Gap   bool   `json:"g,omitempty"` // a stretch of time in which nothing happened
	Text  string `json:"x,omitempty"` // what a fold or a gap says
	Same  bool   `json:"r,omitempty"` // the fold is the same again and again
}

const (
	goodStory = 19  // rows of a story whose end is in sight
	longStory = 40  // rows of a story in which only what matters is left
	smallTest = 120 // events of a test that is small enough to tell of all that changed mail
)

// weight says how much an event belongs to the story, 0 most.
func (r *record) weight(e *event) int {
	switch {
	case e == r.open || e.about:
		return 0
	case e.Kind == Fail, e.outcome != isOK && e.outcome != isRun, len(e.Marks) > 0, e.Kind == Hold, e.Kind == Release, e.warn != "":
		return 1
	case e.Kind == Act, e.Kind == Close, e.Kind == Wait && e.Took >= time.Millisecond:
		return 2
	case len(r.made[e]) > 0 && len(r.events) < smallTest:
		return 3
	case e.Kind == Push, e.Name == "IDLE", e.Kind == Wait, e.Kind == Rule, e.outcome == isRun:
		return 4
	}
	return never
}

// never is the weight of what a story leaves out, unless it fills a small hole.
const never = 5

// storyOf is the story: what touched the messages in question and what was unusual, and of
// the rest as much as leaves its end in sight. What is left out is folded.
func (r *record) storyOf() []item {
	if len(r.events) == 0 {
		return nil
	}
	in := make([]bool, len(r.events))
	for w := range never {
		more := r.with(in, w, len(in))
		switch rows := len(r.rows(more)); {
		case w > 1 && rows > goodStory:
			continue
		case rows > longStory:
			more = r.with(in, w, lastOnes)
		}
		in = more
	}
	if !slices.Contains(in, true) {
		for i := max(0, len(in)-lastOnes); i < len(in); i++ {
			in[i] = true
		}
	}
	r.fillHoles(in)
	return r.rows(in)
}

// lastOnes is how many of the events of one weight a story takes when all are too many.
const lastOnes = 16

// with adds the last events of a weight, so many at most.
func (r *record) with(in []bool, weight, limit int) []bool {
	out := slices.Clone(in)
	for i := len(out) - 1; i >= 0 && limit > 0; i-- {
		if r.weight(r.events[i]) == weight {
			out[i] = true
			limit--
		}
	}
	return out
}

// fillHoles shows what a fold of one or two would hide, as long as there is room: one event
// takes no more than its fold.
func (r *record) fillHoles(in []bool) {
	rows := len(r.rows(in))
	for size := 1; size <= 2; size++ {
		for i := 0; i < len(in); i++ {
			j := i
			for j < len(in) && !in[j] {
				j++
			}
			if j-i == size && (size == 1 || rows < goodStory) {
				more := slices.Clone(in)
				for k := i; k < j; k++ {
					more[k] = true
				}
				if n := len(r.rows(more)); n < goodStory || n <= rows {
					copy(in, more)
					rows = n
				}
			}
			i = max(i, j)
		}
	}
}

// rows are the rows of a story with these events.
func (r *record) rows(in []bool) []item {
	var out []item
	repeats := r.repeats(in)
	for i := 0; i < len(r.events); {
		last, again := repeats[i]
		if !again {
			if gap := r.gapBefore(i); gap != "" {
				out = append(out, item{Gap: true, Text: gap})
			}
		}
		switch {
		case again:
			out = append(out, r.again(i, last))
			i = last + 1
		case in[i]:
			out = append(out, item{Event: i + 1})
			i++
		default:
			j := i + 1
			for _, again := repeats[j]; j < len(in) && !in[j] && !again; _, again = repeats[j] {
				j++
			}
			out = append(out, item{First: i + 1, Last: j, Text: r.foldText(i, j)})
			i = j
		}
	}
	return out
}

// foldText says what is folded.
func (r *record) foldText(from, to int) string {
	var names []string
	for _, e := range r.events[from:to] {
		if name := r.title(e); !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) > 5 {
			break
		}
	}
	out := strconv.Itoa(to-from) + " more: " + several(names, 5)
	if gap := r.gap(r.events[from], r.events[to-1]); gap != "" {
		out += ", over " + gap
	}
	return out
}

// gapBefore is how long nothing happened before an event, "" if that is not worth a row.
func (r *record) gapBefore(i int) string {
	if i == 0 {
		return ""
	}
	return r.gap(r.events[i-1], r.events[i])
}

// gap is the time between two events, "" if there is not much of it.
func (r *record) gap(before, e *event) string {
	d := e.At - before.At
	if d <= 50*time.Millisecond && (d <= time.Millisecond || d <= r.Test.Took/5) {
		return ""
	}
	if r.Test.Virtual {
		return duration(d) + " virtual"
	}
	return duration(d)
}
