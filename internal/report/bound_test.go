package report_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

func written(t *testing.T, d *report.Data, o report.Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, d, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// data is what the script of a report is given.
func data(t *testing.T, page string) (out struct {
	Events []struct {
		Hot   bool
		Lines []struct{ X string }
	} `json:"ev"`
	Messages []struct {
		Subj, Text, HTML, Src, Cut string
		Hdr                        [][2]string
	} `json:"msgs"`
	Changes []struct{ U uint32 }
}) {
	t.Helper()
	_, rest, _ := strings.Cut(page, `<script type="application/json" id="d">`)
	text, _, found := strings.Cut(rest, "</script>")
	if !found {
		t.Fatal("no data in the page")
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The frame of a report, which is the same in all, is 60 KB at most.
func TestFrame(t *testing.T) {
	if n := len(written(t, &report.Data{Test: report.Test{Name: "TestX", Result: report.Passed}}, report.Options{})); n > 60_000 {
		t.Errorf("a report of nothing has %d bytes", n)
	}
	if strings.Contains(report.FrameScript, "@typ"+"edef") || strings.Contains(report.FrameScript, "\n//") {
		t.Error("comments are in the script")
	}
}

// A report is cut in its order: the HTML of messages that are not in question, the end of
// their sources, the sources, texts, headers, then dialogue; what happened and the message
// in question stay.
func TestBound(t *testing.T) {
	t.Parallel()
	d := sample.Large(45, 30)
	whole := written(t, d, report.Options{})
	if strings.Contains(whole, `role="note"`) {
		t.Fatal("it says that something was cut")
	}
	type left struct{ html, source, text, headers, lines bool }
	order := []left{
		{false, true, true, true, true}, {false, false, true, true, true}, {false, false, false, true, true}, {false, false, false, false, true}, {},
	}
	stage := -1
	for limit := len(whole); stage < len(order)-1 && limit > 0; limit -= len(whole) / 60 {
		page := written(t, d, report.Options{Limit: limit})
		if len(page) > limit {
			t.Fatalf("%d bytes of %d", len(page), limit)
		}
		v := data(t, page)
		if len(v.Events) != len(d.Events) || len(v.Changes) != len(d.Changes) || len(v.Messages) != len(d.Messages) {
			t.Fatalf("events, changes or messages are missing with %d", limit)
		}
		now := left{}
		for i, m := range v.Messages {
			if m.Subj != d.Messages[i].Subject {
				t.Fatalf("subject %q", m.Subj)
			}
			if i == 6 { // is in question
				if m.Text == "" || m.HTML == "" || m.Src == "" {
					t.Fatalf("the message in question was cut with %d", limit)
				}
				continue
			}
			now.html, now.source, now.text, now.headers = now.html || m.HTML != "", now.source || m.Src != "", now.text || m.Text != "", now.headers || m.Hdr != nil
		}
		now.lines = true
		for _, e := range v.Events {
			now.lines = now.lines && !(len(e.Lines) == 3 && strings.HasPrefix(e.Lines[1].X, "[… "))
		}
		for i := stage + 1; i < len(order); i++ {
			if now == order[i] {
				stage = i
			}
		}
		if stage >= 0 && now != order[stage] {
			t.Errorf("with %d bytes what is left is %+v, after %+v", limit, now, order[stage])
		}
	}
	if stage < len(order)-1 {
		t.Errorf("came to stage %d only", stage)
	}
}

// What is in the data cannot end the script that it is in, nor an attribute.
func TestEscaping(t *testing.T) {
	const evil = `</script><script>alert(1)</script>"'><img src=x onerror=alert(1)><!--`
	d := sample.All["race"]()
	for i := range d.Messages {
		m := d.Messages[i]
		m.Subject, m.HTML, m.Text, m.From = evil, evil, evil, evil
	}
	for i := range d.Events {
		d.Events[i].Args, d.Events[i].Note = evil, evil
	}
	d.Test.Name, d.Failures[0].Title, d.Failures[0].Text = evil, evil, evil
	page := written(t, d, report.Options{Live: &report.Live{Stream: evil, Actions: []report.Action{{Label: evil, URL: evil}}}})
	if n := strings.Count(page, "<script"); n != 3 {
		t.Errorf("%d scripts in the page, want 3", n)
	}
	if found := regexp.MustCompile(`<img[^>]*>`).FindString(page); found != "" {
		t.Errorf("an image in the page: %s", found)
	}
}

// Without bodies nothing that messages say is in the file: not in the dialogue, nor in the
// failure as it was printed.
func TestWithoutBodies(t *testing.T) {
	const said = "Thank you for your order"
	d := sample.All["race"]()
	d.Failures[0].Text += "\nlast lines on connection 1\n    S: " + said
	d.Events[4].Lines = append(d.Events[4].Lines, report.Line{Text: "* 9 FETCH (BODY[TEXT] {24}\n\t" + said + "\n\t)"}, report.Line{Text: `* 9 FETCH (BODY[TEXT] "` + said + `")`})
	if page := written(t, d, report.Options{}); strings.Count(page, said) < 4 {
		t.Error("it is not in the report with bodies")
	}
	page := written(t, d, report.Options{WithoutBodies: true})
	if strings.Contains(page, said) {
		t.Errorf("what a message says is in the report: …%s", page[max(0, strings.Index(page, said)-200):][:250])
	}
	if !strings.Contains(page, "Invoice 20") || !strings.Contains(page, "no UID 3 any more") {
		t.Error("subjects or notes are gone")
	}
	if got := d.Messages[4].Text; !strings.Contains(got, said) {
		t.Error("the data was changed")
	}
}
