package report

import (
	"fmt"
	"strings"
)

// Show is what a text of others becomes.
var Show = show

// Lines are the verdict, the trail and the story of a report as text, for tests.
func Lines(d *Data) string {
	r := Options{}.record(d, nil)
	v := newView(r)
	var out strings.Builder
	if f := r.verdict(); f != nil {
		fmt.Fprintf(&out, "%s\n  got  %s\n  want %s\n", f.Title, marked(f.Got), marked(f.Want))
	}
	if t := r.trailOf(); t != nil {
		fmt.Fprintf(&out, "%q %s\n", t.Subject, t.Where)
		for _, l := range t.Lines {
			fmt.Fprintf(&out, "  #%d %s %s %s%s\n", l.Num, l.Who, l.Name, l.What, marks(l.Mark))
		}
		if t.Never != "" {
			fmt.Fprintf(&out, "  - %s\n", t.Never)
		}
	}
	for _, c := range v.Columns {
		fmt.Fprintf(&out, "| %s %s", c.Name, c.Who)
	}
	out.WriteString("|\n")
	for _, it := range v.Story {
		out.WriteString(v.line(it) + "\n")
	}
	return strings.ReplaceAll(out.String(), " \n", "\n")
}

// line is a row of the story.
func (v *view) line(it item) string {
	switch {
	case it.Gap:
		return "--- " + it.Text
	case it.Event == 0:
		return fmt.Sprintf("... %s (%d to %d)", it.Text, it.First, it.Last)
	}
	e := &v.Events[it.Event-1]
	out := fmt.Sprintf("#%d %s %s %s", e.ID, v.Lanes[e.Lane].Name, e.Class, e.Name)
	for _, part := range []struct{ before, text string }{{" ", e.Args}, {" ; ", e.Note}, {" ! ", e.Warn}} {
		if part.text != "" {
			out += part.before + part.text
		}
	}
	out += marks(e.Marks)
	for _, c := range e.Chips {
		out += " [" + c.Text + "]"
	}
	if e.About {
		out += " *"
	}
	return out
}

func marks(list []markView) string {
	out := ""
	for _, m := range list {
		out += " (" + string(m.Kind) + ": " + m.Text + ")"
	}
	return out
}

func marked(pieces []piece) string {
	out := ""
	for _, p := range pieces {
		if p.Differs {
			out += "<" + p.Text + ">"
		} else {
			out += p.Text
		}
	}
	return out
}

// For tests.
var (
	Compare      = compare
	Marked       = marked
	Duration     = duration
	Clock        = clock
	Inert        = inert
	WithoutLines = withoutLiterals
	FrameScript  = frame.script
)

// Listed is listed, for tests.
func Listed(numbers ...uint32) string { return listed(numbers) }

// InSet are the numbers of a set, for tests.
func InSet(set string, numbers ...uint32) []uint32 {
	spans, _ := parseSet(set)
	return inSet(spans, numbers)
}

// UIDOf is the UID of a line, for tests.
func UIDOf(line string) uint32 {
	u, _ := parseUntagged(Line{Text: line})
	return u.uidOf()
}

// MessagesOf are the messages that a page is told of, for tests.
func MessagesOf(l *Look) [][]byte { return l.lists[messages] }
