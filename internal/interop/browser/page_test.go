package browser

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// selected is what is selected and has the focus, in the words of the page.
const selected = `[String(S.sel), document.activeElement.classList.contains('ev') ? 'row' : document.activeElement.tagName.toLowerCase()].join(' ')`

// Everything can be reached by the keyboard alone.
func TestKeyboard(t *testing.T) {
	b := open(t)
	b.visit(file(t, sample.All["race"](), report.Options{}))
	for _, step := range []struct{ key, want string }{
		{kb.Tab, "17 a"},           // the link to the events
		{kb.Tab, "17 summary"},     // the failure as printed
		{kb.Tab, "17 a"},           // the trail
		{kb.Enter, "4 row"},        // leads to what found the message
		{kb.ArrowDown, "5 row"},    // the UID FETCH
		{kb.ArrowDown, "6 row"},    // the hold, in another column
		{kb.ArrowUp, "5 row"},      //
		{kb.ArrowRight, "13 row"},  // what the same connection did next
		{kb.ArrowLeft, "5 row"},    //
		{"j", "6 row"},             //
		{"k", "5 row"},             //
		{kb.Enter, "5 h2"},         // into the pane
		{kb.Escape, "5 row"},       // and back
		{"f", "17 row"},            // the failure
		{kb.Home, "4 row"},         // the first of the story
		{"a", "4 row"},             // all events
		{kb.Home, "1 row"},         // of which there are more
		{kb.End, "17 row"},         //
		{"/", "17 input"},          // search
		{"EXPUNGE", "17 input"},    //
		{kb.Escape, "17 row"},      // which ends
		{kb.Shift + "a", "17 row"}, // no key of ours
	} {
		b.run(chromedp.KeyEvent(step.key))
		if got := eval[string](b, selected); got != step.want {
			t.Fatalf("after %q: %s, want %s", step.key, got, step.want)
		}
	}
	b.fine()
}

// property is one of a node of the tree. The package's own type does not know all that this
// browser says.
type property struct {
	Value any `json:"value"`
}

// The tree of roles and names is what a screen reader reads.
func TestAccessibility(t *testing.T) {
	b := open(t)
	b.visit(file(t, sample.All["race"](), report.Options{}))
	var nodes struct {
		Nodes []struct {
			Ignored bool     `json:"ignored"`
			Role    property `json:"role"`
			Name    property `json:"name"`
		} `json:"nodes"`
	}
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, "Accessibility.getFullAXTree", nil, &nodes)
	}))
	var tree []string
	for _, n := range nodes.Nodes {
		if role, name := fmt.Sprint(n.Role.Value), fmt.Sprint(n.Name.Value); !n.Ignored {
			tree = append(tree, role+" "+name)
			if (role == "button" || role == "link" || role == "textbox" || role == "searchbox" || role == "Iframe") && (name == "" || name == "<nil>") {
				t.Errorf("a %s without a name", role)
			}
		}
	}
	for _, want := range []string{
		`heading TestMarkReadUnderARace`,
		`region INBOX, UID 5 "Invoice 20": flags`,
		`link #5 IMAP 1 UID FETCH sent it — held for 2.8 ms by the test`,
		`main What happened`, `region Events`, `searchbox Search`, `button Story 11`,
		`list Events in their order`,
		`button #5, IMAP 1 of user, UID FETCH, 2:5 (UID ENVELOPE BODY.PEEK[]), OK, sent UID 2, 4, 5, not 3, held for 2.8 ms by the test, 3.1 ms, about the message in question`,
		`button #14, IMAP 1 of user, UID STORE, 3 +FLAGS (\Seen), OK, no UID 3 any more, 40 µs`,
		`button Show 3 more: connection 2, LOGIN, SELECT`,
		`region The selected event`, `heading #17When it failed`, `region Mailboxes`, `table INBOX`, `columnheader Flags`, `cell − gone`,
		`region Message`, `button HTML`, `button Copy this`,
	} {
		if !slices.Contains(tree, want) {
			t.Errorf("the tree lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(tree, "\n"))
	}
}

// A link leads to an event, to a message and to how that is shown, and to a time; and what is
// chosen becomes such a link.
func TestLinks(t *testing.T) {
	b := open(t)
	address := file(t, sample.All["race"](), report.Options{})
	shown := `[S.sel, pane.querySelector('[aria-label=Message] h3').textContent, pane.querySelector('[aria-label=Message] [aria-pressed=true]').textContent].join(', ')`
	for fragment, want := range map[string]string{
		"":                        "17, Invoice 20 INBOX UID 5, Text",
		"#c12":                    "12, Invoice 20 INBOX UID 5, Text",
		"#c2":                     "2, Invoice 20 INBOX UID 5, Text", // in a fold
		"#c5,m=INBOX/3":           "5, Invoice 18 INBOX UID 3, Text", // gone later
		"#c12,m=INBOX/2,html":     "12, Invoice 17 INBOX UID 2, HTML",
		"#c12,m=INBOX/2,headers":  "12, Invoice 17 INBOX UID 2, Headers",
		"#t=0.0001":               "2, Invoice 20 INBOX UID 5, Text",
		"#c999":                   "17, Invoice 20 INBOX UID 5, Text",
		"#c12,m=%zz/1":            "12, Invoice 20 INBOX UID 5, Text",
		report.Fragment(raceData): "17, Invoice 20 INBOX UID 5, Text",
	} {
		b.visit(address + fragment)
		if got := eval[string](b, shown); got != want {
			t.Errorf("%s shows %s, want %s", fragment, got, want)
		}
	}
	b.visit(address)
	b.run(chromedp.KeyEvent("k"), chromedp.Evaluate(`[...pane.querySelectorAll('.mt button')].find(b => b.textContent === 'Invoice 17').click()`, nil),
		chromedp.Evaluate(`[...pane.querySelectorAll('.seg button')].find(b => b.textContent === 'Source').click()`, nil))
	if got := eval[string](b, "location.hash"); got != "#c16,m=INBOX/2,source" {
		t.Errorf("the link is %s", got)
	}
	b.fine()
}

var raceData = sample.All["race"]()

// The copy button gives what is shown; the search finds what was said.
func TestCopyAndSearch(t *testing.T) {
	b := open(t)
	b.visit(file(t, sample.All["race"](), report.Options{}))
	b.run(chromedp.Evaluate(`window.copied = ''; navigator.clipboard.writeText = async text => { copied = text; }; select(14); pane.querySelector('.copy').click()`, nil))
	if got, want := eval[string](b, "copied"), "C: T6 UID STORE 3 +FLAGS (\\Seen)\nS: T6 OK UID STORE completed\n"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	b.run(chromedp.SendKeys("input[type=search]", "expunge invoice"))
	if got := eval[[]int](b, "rows.map(r => r.e.id)"); !slices.Equal(got, []int{5}) {
		t.Errorf("found %v, want the FETCH alone, in which both are said", got)
	}
	b.fine()
}

// Without scripts, and in print, the report is a document: with the story, the mailboxes,
// and the HTML of the mail.
func TestPlain(t *testing.T) {
	b := open(t)
	address := file(t, sample.All["race"](), report.Options{})
	b.run(emulation.SetScriptExecutionDisabled(true))
	b.visit(address)
	var text string
	b.run(chromedp.Text("main.doc", &text, chromedp.ByQuery))
	for _, want := range []string{"#5 IMAP 1", "not 3", "no UID 3 any more", "held for 2.8 ms by the test", "Invoice 18", "S: * 3 EXPUNGE", "Thank you for your order."} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	var frames []*cdp.Node
	b.run(chromedp.Nodes("main.doc iframe[sandbox=''][srcdoc]", &frames, chromedp.ByQueryAll))
	if got, want := frames[0].AttributeValue("srcdoc"), strings.ReplaceAll(report.MailDocument(raceData.Messages[4].HTML), "\r\n", "\n"); len(frames) != 1 || got != want {
		t.Errorf("%d frames, the first with %q, want %q", len(frames), got, want)
	}
	b.run(chromedp.ScrollIntoView("main.doc iframe", chromedp.ByQuery))
	if line := (color.RGBA{0xcc, 0x33, 0x33, 0xff}); !slices.Contains(coloursOf(b.picture(false)), line) {
		t.Error("the red line of the mail is not to be seen")
	}
	b.shot("race-noscript", true)
	b.run(emulation.SetScriptExecutionDisabled(false))
	b.visit(address)
	b.run(emulation.SetEmulatedMedia().WithMedia("print"))
	if got := eval[string](b, `['.app', '.doc', '.verdict'].map(s => getComputedStyle(document.querySelector(s)).display).join()`); got != "none,block,grid" {
		t.Errorf("in print %s", got)
	}
	b.shot("race-print", true)
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		data, _, err := page.PrintToPDF().WithPrintBackground(true).Do(ctx)
		if err == nil && len(data) < 10_000 {
			err = fmt.Errorf("a PDF of %d bytes", len(data))
		}
		if err == nil && *shots != "" {
			err = os.WriteFile(filepath.Join(*shots, "race.pdf"), data, 0o644)
		}
		return err
	}))
	b.fine()
}

var shots = flag.String("shots", "", "put pictures of the samples there")

// Every sample fits the width of a phone and of a desk, in light and dark.
func TestWidths(t *testing.T) {
	b := open(t)
	for name, make := range sample.All {
		address := file(t, make(), report.Options{})
		for _, width := range []int64{1280, 800, 390} {
			for _, scheme := range []string{"light", "dark"} {
				b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600),
					emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
				b.visit(address)
				if got := eval[int64](b, "document.documentElement.scrollWidth"); got > width {
					t.Errorf("%s is %d wide at %d", name, got, width)
				}
				if bottom := eval[float64](b, "buttons.get(D.open).getBoundingClientRect().bottom"); width == 1280 && bottom > 900 {
					t.Errorf("the row of the failure of %s ends at %.0f of 900", name, bottom)
				}
				b.shot(fmt.Sprintf("%s-%d-%s", name, width, scheme), width < 600)
			}
		}
	}
	b.fine()
}

// On a phone all that can be touched is large enough for a finger, in every part of the page.
func TestTouch(t *testing.T) {
	b := open(t)
	b.run(emulation.SetDeviceMetricsOverride(390, 900, 1, true))
	const small = `[...document.querySelectorAll('button, a, summary, input')].map(e => [e, e.getBoundingClientRect()])
		.filter(([e, r]) => e.offsetParent && r.width > 1 && (r.height < 30 || r.width < 24) && !e.classList.contains('skip'))
		.map(([e, r]) => e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + r.width.toFixed() + ' x ' + r.height.toFixed())`
	for _, name := range []string{"race", "bounce", "sweep", "import"} {
		address := file(t, sample.All[name](), report.Options{})
		for _, fragment := range []string{"", "#c5", "#c5,m=INBOX/2,html", "#c3,m=INBOX/2,source"} {
			b.visit(address + fragment)
			if list := eval[[]string](b, small); len(list) > 0 {
				t.Errorf("%s%s: too small to be touched:\n%s", name, fragment, strings.Join(list, "\n"))
			}
			b.shot(name+"-touch-"+strings.NewReplacer("#", "", "/", "-", ",", "-").Replace(fragment), true)
		}
	}
	b.fine()
}

// A long subject has a line of its own, and is not squeezed in beside the choice of what to show.
func TestLongSubject(t *testing.T) {
	b := open(t)
	b.visit(file(t, sample.Mail([]*report.Message{{Subject: strings.Repeat("Your order of paper and ink. ", 4), Text: "x", Source: "x"}}), report.Options{}))
	if got := eval[float64](b, `pane.querySelector('[aria-label=Message] h3').getBoundingClientRect().width / pane.clientWidth`); got < .8 {
		t.Errorf("a long subject has %.0f %% of the width", 100*got)
	}
	b.fine()
}

// shot takes a picture, if one is wanted.
func (b *tab) shot(name string, whole bool) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), b.png(whole), 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// picture is what is seen.
func (b *tab) picture(whole bool) image.Image {
	b.t.Helper()
	out, _, err := image.Decode(bytes.NewReader(b.png(whole)))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *tab) png(whole bool) []byte {
	b.t.Helper()
	var out struct {
		Data []byte `json:"data"`
	}
	b.run(chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, "Page.captureScreenshot", screenshot{"png", whole}, &out)
	}))
	return out.Data
}

type screenshot struct {
	Format string `json:"format"`
	Whole  bool   `json:"captureBeyondViewport"`
}
