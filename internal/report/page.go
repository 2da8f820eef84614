package report

import (
	"html/template"
	"io"
)

// page is what the template is given: the frame, and a plain document of the same for who
// has no script, and for print.
type page struct {
	*head
	Policy   string
	Boot     template.JS
	Style    template.CSS
	Live     *Live
	Rows     []plainRow
	Shown    string // "14 of 17 events"
	Boxes    []plainBox
	Empty    string
	Messages []plainMessage
}

func newPage(r *record, v *view, o Options) *page {
	p := &page{head: r.head(), Policy: policy(o.Live != nil), Boot: template.JS(frame.boot), Style: frame.style, Live: o.Live}
	p.plain(r, v)
	return p
}

func (p *page) document(w io.Writer) error { return frame.page.Execute(w, p) }

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
