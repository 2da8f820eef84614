package report

import (
	"encoding/json"
	"strings"
)

// head is what stands above the events: what came of the test, and the trail of the message
// in question.
type head struct {
	Title   string // of the window
	Test    Test
	Facts   []string
	Verdict *verdict
	Trail   *trail
	Cut     string
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

func (r *record) head() *head {
	h := &head{Title: r.Test.Name + " · mailtest report", Test: r.Test, Facts: r.facts(), Verdict: r.verdict(), Trail: r.trailOf()}
	if r.Test.Name == "" {
		h.Title = "mailtest"
	}
	switch r.Test.Result {
	case Failed:
		h.Title = "✕ " + h.Title
	case Passed:
		h.Title = "✓ " + h.Title
	}
	return h
}

// view puts a head as a live page takes it in among the parts of what that is told: HTML, which
// the templates of the page make.
func (h *head) view(parts map[string]json.RawMessage) error {
	parts["title"] = encode(h.Title)
	for _, name := range []string{"bar", "verdict"} {
		var b strings.Builder
		if err := frame.page.ExecuteTemplate(&b, name+".html", h); err != nil {
			return err
		}
		parts[name] = encode(b.String())
	}
	return nil
}

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
	if rest, found := strings.CutPrefix(out.Title, f.Mailbox); found && f.Mailbox != "" {
		out.Title = r.boxName(boxKey{f.Account, f.Mailbox}) + rest
	}
	out.Got, out.Want = compare(f.Got, f.Want)
	if n := len(r.Failures) - 1; n > 0 {
		out.More = "and " + plural(n, "more failure") + " in this test"
	}
	return out
}
