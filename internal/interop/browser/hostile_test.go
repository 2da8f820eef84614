package browser

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/report"
	"github.com/go-mailtest/mailtest/internal/report/sample"
)

// hostile is a report of the whole corpus, and of mail that attacks its reader.
func hostile(t *testing.T) *report.Data {
	t.Helper()
	evil := report.Message{
		Subject: inWords, From: inWords, To: inWords, Date: inWords, Size: 1, Text: inWords, HTML: attack, Source: inWords + attack,
		Headers: []report.Header{{Name: inWords, Value: inWords}}, Parts: []report.Part{{Type: inWords, Filename: inWords, Charset: inWords}},
	}
	messages := []report.Message{evil}
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
	if n := eval[int](b, "document.querySelectorAll('img, body script ~ script ~ script').length"); n > 0 {
		t.Errorf("%d elements that are not the page's", n)
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
