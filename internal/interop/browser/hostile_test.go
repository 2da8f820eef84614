package browser

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// hostile is a report of the whole corpus, and of mail that attacks its reader.
func hostile(t *testing.T) *report.Data {
	t.Helper()
	evil := &report.Message{
		Subject: inWords, From: inWords, To: inWords, Date: inWords, Size: 1, Text: inWords, HTML: attack, Source: inWords + attack,
		Headers: []report.Header{{Name: inWords, Value: inWords}}, Parts: []report.Part{{Type: inWords, Filename: inWords, Charset: inWords}},
	}
	messages := []*report.Message{evil}
	messages = append(messages, report.ParseMessage([]byte(
		"Subject: \x00\u202egnp.exe\r\nContent-Type: image/png; name=\"\u202egnp.exe\x00\"\r\n\r\n\x00\xff\u202e")))
	for _, raw := range append(disguised, "Subject: ways\r\nContent-Type: text/html\r\n\r\n"+ways) {
		messages = append(messages, report.ParseMessage([]byte(raw)))
	}
	for _, m := range fixtures.CorpusMails() {
		messages = append(messages, report.ParseMessage(m.Raw))
	}
	d := sample.Mail(messages)
	d.Test.Name, d.Failures[0].Title, d.Failures[0].Got, d.Failures[0].Text = inWords, inWords, inWords, inWords
	for i := range d.Events {
		e := &d.Events[i]
		e.Args, e.Note, e.Text = inWords, inWords, inWords
		e.Marks = []report.Mark{{Kind: report.MarkFault, Text: inWords}}
		e.Lines = append(e.Lines, report.Line{Text: inWords})
	}
	d.Start = append(d.Start, report.Mailbox{Account: inWords, Name: inWords, Rows: []report.Row{{UID: 1, Flags: []string{inWords}}}})
	return d
}

// everything opens every event, and of every message every tab; it returns how many tabs
// there were, and how many messages had HTML.
const everything = `(async () => {
	const settle = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
	let tabs = 0, frames = 0;
	for (const e of D.ev) { select(e.id); await settle(); }
	for (let m = 0; m < D.msgs.length; m++) {
		openMessage({acc: 'user', box: 'INBOX', u: m + 1, m}, true);
		const names = [...pane.querySelectorAll('[aria-label="What to show of the message"] button')].map(b => b.textContent);
		for (const name of names) {
			[...pane.querySelectorAll('[aria-label="What to show of the message"] button')].find(b => b.textContent === name).click();
			const frame = pane.querySelector('iframe');
			if (frame) { frames++; await Promise.race([new Promise(done => frame.onload = done), new Promise(done => setTimeout(done, 2000))]); }
			await settle();
			tabs++;
		}
	}
	return [tabs, frames];
})()`

// Mail does nothing in a report: neither the corpus nor a page of attacks asks for anything,
// or runs a script, whichever tab of whichever message is opened.
func TestHostileMail(t *testing.T) {
	b := open(t)
	d := hostile(t)
	address := file(t, d, report.Options{})
	b.visit(address)
	title := eval[string](b, "document.title")
	opened := eval[[]int](b, everything)
	if opened[0] < 3*len(d.Messages) || opened[1] < 5 {
		t.Errorf("opened %d tabs of %d messages, %d with HTML", opened[0], len(d.Messages), opened[1])
	}
	b.linger()
	if heard := b.ear.all(); len(heard) > 0 {
		t.Errorf("the page asked for\n%s", strings.Join(heard, "\n"))
	}
	if now := eval[string](b, "document.title"); now != title {
		t.Errorf("title %q, was %q", now, title)
	}
	if at := eval[string](b, "location.href"); !strings.HasPrefix(at, address) {
		t.Errorf("the page went to %s", at)
	}
	if text := eval[string](b, "document.body.innerText"); strings.ContainsAny(text, "\u202e\x00") || !strings.Contains(text, "[U+202E]gnp.exe") {
		t.Error("a character that turns others around is not shown")
	}
	if n := eval[int](b, "document.querySelectorAll('img, body script ~ script ~ script').length"); n > 0 {
		t.Errorf("%d elements that are not the page's", n)
	}
	b.fine()
}

// Lines of megabytes, in text, in HTML and in a header, do not hold up the page.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	var messages []*report.Message
	for _, raw := range []string{
		"Subject: " + long + "\r\nContent-Type: text/html\r\n\r\n<p>" + long, "Subject: long\r\nX-Long: " + long + "\r\n\r\n" + long,
	} {
		messages = append(messages, report.ParseMessage([]byte(raw)))
	}
	b := open(t)
	b.visit(file(t, sample.Mail(messages), report.Options{}))
	if opened := eval[[]int](b, everything); opened[0] < 7 || opened[1] != 1 {
		t.Errorf("opened %d tabs, %d with HTML", opened[0], opened[1])
	}
	b.run(chromedp.Evaluate(`S.tab = 'text'; openMessage({acc: 'user', box: 'INBOX', u: 2, m: 1}, true)`, nil))
	shown := `pane.querySelector('[aria-label=Message] pre').textContent.length`
	if n := eval[int](b, shown); n < 1<<16 || n > 70_000 {
		t.Errorf("%d characters are shown at first", n)
	}
	b.run(chromedp.Evaluate(`pane.querySelector('[aria-label=Message] pre button').click()`, nil))
	if n := eval[int](b, shown); n < 1<<20 {
		t.Errorf("%d characters are shown in the end", n)
	}
	if got := eval[int64](b, "document.documentElement.scrollWidth"); got > 1280 {
		t.Errorf("the page is %d wide", got)
	}
	b.fine()
}

// linger gives the page time to do what it does later: a meta refresh, say, or a prefetch.
func (b *tab) linger() { eval[bool](b, "new Promise(done => setTimeout(() => done(true), 1500))") }

// What protects, each by itself: the policy of the page, that of the frame, and the sandbox,
// which forbids scripts and not images. What is asked for is heard where nothing protects. A
// preconnect is forbidden by none of them: for this, and for what leads the frame to another
// page, elements that act by themselves are taken out of the mail.
func TestProtections(t *testing.T) {
	const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'none'; form-action 'none'; base-uri 'none'">`
	cleaned := report.MailDocument(attack)
	framePolicy, ownMail, _ := strings.Cut(cleaned, "<html")
	ownMail = "<html" + ownMail
	const preconnect = "CONNECT //attack.example:443"
	const refresh = "GET http://attack.example/refresh"
	for _, test := range []struct {
		name, head, frame, mail string
		heard                   []string // nil: much
		scripts                 bool
	}{
		{name: "none", mail: attack, scripts: true},
		{name: "the policy of the page", head: policy, mail: attack, heard: []string{preconnect}},
		{name: "the policy of the frame", mail: framePolicy + attack, heard: []string{preconnect, refresh}},
		{name: "the sandbox", frame: " sandbox", mail: attack},
		{name: "the policy of the page, and nothing that acts", head: policy, mail: ownMail, heard: []string{}},
		{name: "the policy of the frame, and nothing that acts", mail: cleaned, heard: []string{}},
		{name: "all", head: policy, frame: " sandbox", mail: cleaned, heard: []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			page := fmt.Sprintf("<!doctype html>%s<title>control</title><iframe%s srcdoc=\"%s\"></iframe>", test.head, test.frame, html.EscapeString(test.mail))
			address := write(t, []byte(page))
			b.visit(address)
			b.linger()
			// What leads the page elsewhere may be quicker than a request: it is opened again.
			enough := func(heard []string) bool { return len(heard) >= 5 && (!test.scripts || len(ofScripts(heard)) > 0) }
			for tries := 0; test.heard == nil && !enough(b.ear.all()) && tries < 10; tries++ {
				b.visit(address)
				b.linger()
			}
			heard := b.ear.all()
			switch {
			case test.heard == nil && len(heard) < 5:
				t.Errorf("asked for less than what nobody forbids:\n%s", strings.Join(heard, "\n"))
			case test.heard != nil && !slices.Equal(heard, test.heard):
				t.Errorf("asked for\n%s\nwant\n%s", strings.Join(heard, "\n"), strings.Join(test.heard, "\n"))
			}
			if scripts := ofScripts(heard); (len(scripts) > 0) != test.scripts {
				t.Errorf("scripts ran: %v, want %v\n%s", len(scripts) > 0, test.scripts, strings.Join(scripts, "\n"))
			}
		})
	}
}
