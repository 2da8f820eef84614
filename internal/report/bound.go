package report

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// DefaultLimit is how large a report becomes at most, in bytes.
	DefaultLimit = 8 << 20

	keptWords = 120 // of arguments and answers, where nothing else is left to be cut
)

// bounder makes a view smaller. Sizes are those in the file, after escaping.
type bounder struct {
	v     *view
	look  *Look
	size  int
	limit int
	cuts  []int // of each message: how many were made
	lines int   // events whose dialogue was cut
}

// bound cuts events and, which are not there yet, messages of a look until it fits. What is missed
// least goes first: the HTML of messages that are not in question, their sources, texts and
// headers, and the dialogue of commands that are not in the story. What happened, and all
// subjects, stay.
func (v *view) bound(l *Look, limit int) *bounder {
	b := &bounder{v: v, look: l, size: l.size(), limit: limit, cuts: make([]int, len(v.Messages))}
	for _, m := range v.Messages {
		b.size += m.size(0) + len(",")
	}
	others, asked := b.order()
	b.messages(others, len(cutsOfOthers))
	b.dialogue(b.quiet())
	b.messages(asked, len(cutsOfAsked))
	b.dialogue(slices.Repeat([]bool{true}, len(v.Events)))
	b.words()
	return b
}

// order are the messages that are not in question, those first of which nothing is told,
// and those that are.
func (b *bounder) order() (others, asked []int) {
	told := make([]bool, len(b.v.Messages))
	for _, c := range b.v.Changes {
		if c.UID != 0 {
			told[c.Message] = true
		}
	}
	for i := range b.v.Messages {
		switch {
		case slices.ContainsFunc(b.v.Focus, func(p placeView) bool { return p.Message == i }):
			asked = append(asked, i)
		default:
			others = append(others, i)
		}
	}
	slices.SortStableFunc(others, func(i, j int) int { return order(told[i], told[j]) })
	return others, asked
}

// messages makes one cut of each of these messages, and then the next.
func (b *bounder) messages(which []int, cuts int) {
	for n := range cuts {
		for _, i := range which {
			if b.size <= b.limit {
				return
			}
			m := b.v.Messages[i]
			b.cuts[i] = n + 1
			b.size += m.size(n+1) - m.size(n)
		}
	}
}

// quiet are the events that came out well and are not in the story.
func (b *bounder) quiet() []bool {
	out := make([]bool, len(b.v.Events))
	for i, e := range b.v.Events {
		out[i] = e.Class == isOK && !e.About
	}
	for _, row := range b.v.Story {
		if row.Event > 0 {
			out[row.Event-1] = false
		}
	}
	return out
}

// again encodes an event that has become smaller.
func (b *bounder) again(i int) {
	list := b.look.lists[events]
	before := len(list[i])
	list[i] = encode(&b.v.Events[i])
	b.size += len(list[i]) - before
}

// dialogue leaves the first and the last line of events.
func (b *bounder) dialogue(which []bool) {
	for i := range b.v.Events {
		lines := b.v.Events[i].Lines
		if b.size <= b.limit {
			return
		}
		if !which[i] || len(lines) == 0 {
			continue
		}
		kept := []lineView{lines[0]}
		if len(lines) > 2 {
			kept = append(kept, lineView{At: lines[1].At, Text: fmt.Sprintf("[… %s]", plural(len(lines)-2, "line"))})
		}
		if len(lines) > 1 {
			kept = append(kept, lines[len(lines)-1])
		}
		for j := range kept {
			kept[j].Text = shorten(kept[j].Text, 2*keptWords)
		}
		before := b.size
		b.v.Events[i].Lines = kept
		if b.again(i); b.size < before {
			b.lines++
		}
	}
}

// words is the last resort: long arguments and answers.
func (b *bounder) words() {
	for i := range b.v.Events {
		if b.size <= b.limit {
			return
		}
		e := &b.v.Events[i]
		e.Args, e.Warn, e.Note = shorten(e.Args, keptWords), shorten(e.Warn, keptWords), shorten(e.Note, keptWords)
		b.again(i)
	}
}

// said is what was cut, for the reader of a file that may be so large; "" if nothing was.
func (b *bounder) said(file int) string {
	count := make(map[string]int)
	for _, m := range b.v.Messages {
		lost := m.lost
		if slices.Contains(lost, "headers") { // the last
			lost = []string{"headers"}
		}
		for _, what := range lost {
			count[what]++
		}
	}
	var parts []string
	for _, what := range []string{"headers", "text", "source", "end of the source", "HTML", "end of the text", "list of header fields"} {
		switch n := count[what]; {
		case n > 0 && what == "headers":
			parts = append(parts, fmt.Sprintf("for %d of %d messages only subject, sender and date are here", n, len(b.cuts)))
		case n > 0:
			parts = append(parts, fmt.Sprintf("the %s of %s is left out", what, plural(n, "message")))
		}
	}
	if b.lines > 0 {
		parts = append(parts, "of "+plural(b.lines, "command")+" only the first and the last line")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Kept small (" + bytesOf(int64(file)) + "): " + strings.Join(parts, "; ") + "."
}
