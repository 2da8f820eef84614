package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const (
	// DefaultLimit is how large a report becomes at most, in bytes.
	DefaultLimit = 8 << 20

	keptSource = 24 << 10 // of each source, where not all can be kept
	keptWords  = 120      // of arguments and answers, where nothing else is left to be cut
)

// bounder makes a view smaller. Sizes are those in the file, after escaping.
type bounder struct {
	v     *view
	size  int
	limit int
	cut   map[int][]string // of messages: what was left out
	lines int              // events whose dialogue was cut
}

// bound cuts a view until its data fits, of a file that may be larger. What is missed least
// goes first: the HTML of messages that are not in question, their sources, texts and
// headers, and the dialogue of commands that are not in the story. What happened, and all
// subjects, stay. It returns what is to be said of it, "" if nothing was cut.
func (v *view) bound(limit, file int) string {
	b := &bounder{v: v, limit: limit, size: sizeOf(v), cut: make(map[int][]string)}
	others, asked := b.order()
	b.messages(others, "HTML", func(m *messageView) int { return drop(&m.HTML) })
	b.messages(others, "end of the source", func(m *messageView) int { return cutTo(&m.Source, keptSource) })
	b.messages(others, "source", func(m *messageView) int { return drop(&m.Source) })
	b.messages(others, "text", func(m *messageView) int { return drop(&m.Text) })
	b.messages(others, "headers", dropHeaders)
	b.dialogue(b.quiet())
	b.messages(asked, "end of the source", func(m *messageView) int { return cutTo(&m.Source, keptSource) })
	b.messages(asked, "HTML", func(m *messageView) int { return drop(&m.HTML) })
	b.messages(asked, "end of the text", func(m *messageView) int { return cutTo(&m.Text, keptSource) })
	b.messages(asked, "list of header fields", dropHeaders)
	b.dialogue(slices.Repeat([]bool{true}, len(v.Events)))
	b.words()
	for i, what := range b.cut {
		b.cut[i] = without(what)
		v.Messages[i].Cut = "Left out to keep the file small: " + strings.Join(b.cut[i], ", ") + "."
	}
	return b.said(file)
}

// without leaves out the end of what is left out whole.
func without(what []string) []string {
	if slices.Contains(what, "source") {
		what = slices.DeleteFunc(what, func(s string) bool { return s == "end of the source" })
	}
	return what
}

// sizeOf is how many bytes a value takes in the file.
func sizeOf(value any) int {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // plain data
	}
	return len(data)
}

func drop(s *string) int { return cutTo(s, 0) }

// cutTo shortens a text, and returns how much smaller the file is for it.
func cutTo(s *string, limit int) int {
	if len(*s) <= limit {
		return 0
	}
	before := sizeOf(*s)
	*s = strings.ToValidUTF8((*s)[:limit], "")
	return before - sizeOf(*s)
}

func dropHeaders(m *messageView) int {
	if len(m.Headers)+len(m.Parts) == 0 {
		return 0
	}
	before := sizeOf(m.Headers) + sizeOf(m.Parts)
	m.Headers, m.Parts = nil, nil
	return before
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

func (b *bounder) messages(which []int, what string, cut func(*messageView) int) {
	for _, i := range which {
		if b.size <= b.limit {
			return
		}
		if saved := cut(&b.v.Messages[i]); saved > 0 {
			b.size -= saved
			b.cut[i] = append(b.cut[i], what)
			b.size += len(what) + len(`,"cut":"Left out to keep the file small: ."`)
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
		before := sizeOf(lines)
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
		b.v.Events[i].Lines = kept
		if saved := before - sizeOf(kept); saved > 0 {
			b.size -= saved
			b.lines++
		}
	}
}

// words is the last resort: long arguments and answers.
func (b *bounder) words() {
	for i := range b.v.Events {
		e := &b.v.Events[i]
		if b.size <= b.limit {
			return
		}
		before := sizeOf(e)
		e.Args, e.Warn, e.Note = shorten(e.Args, keptWords), shorten(e.Warn, keptWords), shorten(e.Note, keptWords)
		b.size -= before - sizeOf(e)
	}
}

// said is what was cut, for the reader of a file that may be so large.
func (b *bounder) said(file int) string {
	if len(b.cut) == 0 && b.lines == 0 {
		return ""
	}
	var parts []string
	for _, what := range []string{"headers", "text", "source", "end of the source", "HTML", "end of the text", "list of header fields"} {
		n := 0
		for _, cut := range b.cut {
			if slices.Contains(cut, what) && (what == "headers" || !slices.Contains(cut, "headers")) {
				n++
			}
		}
		switch {
		case n > 0 && what == "headers":
			parts = append(parts, fmt.Sprintf("for %d of %d messages only subject, sender and date are here", n, len(b.v.Messages)))
		case n > 0:
			parts = append(parts, fmt.Sprintf("the %s of %s is left out", what, plural(n, "message")))
		}
	}
	if b.lines > 0 {
		parts = append(parts, "of "+plural(b.lines, "command")+" only the first and the last line")
	}
	return "Kept small (" + bytesOf(int64(file)) + "): " + strings.Join(parts, "; ") + "."
}
