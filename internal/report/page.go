package report

import (
	"html/template"
	"io"
	"strings"
)

// page is what the template is given: the frame, and a plain document of the same for who
// has no script, and for print.
type page struct {
	Title    string
	Policy   string
	Boot     template.JS
	Style    template.CSS
	Live     *Live
	Test     Test
	Facts    []string
	Verdict  *verdict
	Trail    *trail
	Cut      string
	Rows     []plainRow
	Shown    string // "14 of 17 events"
	Boxes    []plainBox
	Empty    string
	Messages []plainMessage
}

// verdict is the first failure.
type verdict struct {
	Title string
	Got   []piece
	Want  []piece
	More  string
	Rerun string
	Text  string
}

func newPage(r *record, v *view, o Options) *page {
	p := &page{
		Title: r.Test.Name + " · mailtest report", Policy: policy(o.Live != nil), Boot: template.JS(frame.boot), Style: frame.style,
		Live: o.Live, Test: r.Test, Facts: r.facts(), Verdict: r.verdict(), Trail: r.trailOf(),
	}
	if r.Test.Name == "" {
		p.Title = "mailtest"
	}
	switch r.Test.Result {
	case Failed:
		p.Title = "✕ " + p.Title
	case Passed:
		p.Title = "✓ " + p.Title
	}
	p.plain(r, v)
	return p
}

func (p *page) document(w io.Writer) error { return frame.page.Execute(w, p) }

// facts are what there is to say of the test in a few words each.
func (r *record) facts() []string {
	var out []string
	if r.Test.Source != "" {
		out = append(out, r.Test.Source)
	}
	took := duration(r.Test.Took)
	if r.Test.Virtual {
		took += " of virtual time"
	}
	conns, commands := 0, 0
	for _, l := range r.Lanes {
		if l.Kind != LaneTest {
			conns++
		}
	}
	for _, e := range r.events {
		if e.Kind == Command {
			commands++
		}
	}
	out = append(out, took, plural(conns, "connection")+", "+plural(commands, "command"))
	if r.Dropped > 0 {
		out = append(out, plural(r.Dropped, "earlier event")+" forgotten")
	}
	out = append(out, r.Test.Facts...)
	if r.Test.Go != "" {
		out = append(out, r.Test.Go)
	}
	return out
}

func (r *record) verdict() *verdict {
	if len(r.Failures) == 0 {
		return nil
	}
	f := r.Failures[0]
	out := &verdict{Title: f.Title, Rerun: r.Test.Rerun, Text: f.Text}
	if out.Title == "" {
		out.Title, _, _ = strings.Cut(f.Text, "\n")
	}
	out.Got, out.Want = compare(f.Got, f.Want)
	if n := len(r.Failures) - 1; n > 0 {
		out.More = "and " + plural(n, "more failure") + " in this test"
	}
	return out
}

// markPath is what an event's mark looks like, and in which colour.
func markPath(kind Kind, class outcome) template.HTML {
	name := string(class)
	switch kind {
	case Command, Assert:
	default:
		name = string(kind)
	}
	return template.HTML(`<svg class="g ` + name + `" viewBox="0 0 11 11" aria-hidden="true"><use href="#g-` + name + `"/></svg>`)
}
