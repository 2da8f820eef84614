package report

import (
	"slices"
	"strings"
)

// shown is a message as a page shows it: with what cannot be seen made visible, and so that it
// can be cut where a file is to be small. What that takes is found out once.
type shown struct {
	*Message
	view  messageView
	cuts  []cut
	sizes []int // in the file, by how many cuts have been made, as far as is known
	json  []byte
	of    int      // how many cuts have been made in json
	lost  []string // by those
}

// newShown is a message with all or without what it says.
func newShown(m *Message, withoutBodies bool) *shown {
	seen := *m
	if withoutBodies {
		seen.Text, seen.HTML, seen.Source = "", "", ""
	}
	seen.visible()
	return &shown{Message: &seen, view: newMessageView(&seen)}
}

// shownMessages are messages as they are shown, those that are known as they are.
func shownMessages(list []*Message, known map[*Message]*shown, withoutBodies bool) []*shown {
	out := make([]*shown, len(list))
	for i, m := range list {
		if out[i] = known[m]; out[i] == nil {
			out[i] = newShown(m, withoutBodies)
		}
	}
	return out
}

// cut is something of a message that is left out where a file is to be small.
type cut struct {
	what string
	make func(*messageView)
}

// What is cut of messages that are not in question, and of those that are, what is missed least
// first.
var (
	cutsOfOthers = []cut{
		{"HTML", func(m *messageView) { m.HTML = "" }},
		{"end of the source", func(m *messageView) { m.Source = beginning(m.Source) }},
		{"source", func(m *messageView) { m.Source = "" }},
		{"text", func(m *messageView) { m.Text = "" }},
		{"headers", func(m *messageView) { m.Headers, m.Parts = nil, nil }},
	}
	cutsOfAsked = []cut{
		{"end of the source", func(m *messageView) { m.Source = beginning(m.Source) }},
		{"HTML", func(m *messageView) { m.HTML = "" }},
		{"end of the text", func(m *messageView) { m.Text = beginning(m.Text) }},
		{"list of header fields", func(m *messageView) { m.Headers, m.Parts = nil, nil }},
	}
)

// keptSource is how much is kept of a source of which not all can be, in bytes.
const keptSource = 24 << 10

func beginning(s string) string {
	if len(s) <= keptSource {
		return s
	}
	return strings.ToValidUTF8(s[:keptSource], "")
}

// mayLose sets what may be cut.
func (s *shown) mayLose(cuts []cut) {
	if len(s.cuts) == len(cuts) && s.cuts[0].what == cuts[0].what {
		return
	}
	s.cuts, s.sizes, s.json = cuts, nil, nil
}

// without is the message after so many cuts, with those that took something.
func (s *shown) without(n int) (view messageView, made []string) {
	view = s.view
	for _, c := range s.cuts[:n] {
		before := view.weight()
		if c.make(&view); view.weight() != before {
			made = append(made, c.what)
		}
	}
	if slices.Contains(made, "source") {
		made = slices.DeleteFunc(made, func(what string) bool { return what == "end of the source" })
	}
	if len(made) > 0 {
		view.Cut = "Left out to keep the file small: " + strings.Join(made, ", ") + "."
	}
	return view, made
}

// weight is how much there is to be cut.
func (m *messageView) weight() int {
	return len(m.HTML) + len(m.Source) + len(m.Text) + len(m.Headers) + len(m.Parts)
}

// encoded is the message after so many cuts, in JSON.
func (s *shown) encoded(n int) []byte {
	if s.json == nil || s.of != n {
		var view messageView
		view, s.lost = s.without(n)
		s.json, s.of = encode(&view), n
	}
	return s.json
}

// size is how much that is.
func (s *shown) size(n int) int {
	for len(s.sizes) <= n {
		s.sizes = append(s.sizes, len(s.encoded(len(s.sizes))))
	}
	return s.sizes[n]
}
