package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// serving is examples/server, as it is started by hand.
type serving struct {
	t                *testing.T
	page, imap, smtp string
}

// serve builds and starts the program, and ends it with the test.
func serve(t *testing.T, args ...string) *serving {
	t.Helper()
	file := filepath.Join(t.TempDir(), "server")
	if out, err := exec.Command("go", "build", "-o", file, "github.com/go-mailtest/mailtest/examples/server").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(file, append([]string{"-page", "127.0.0.1:0"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil && !strings.Contains(stderr.String(), "never") {
			t.Errorf("%v\n%s", err, stderr.String())
		}
	})
	s := &serving{t: t}
	for lines := bufio.NewScanner(stdout); s.page == "" && lines.Scan(); {
		name, addr, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "imap":
			s.imap = addr
		case "smtp":
			s.smtp = addr
		case "page":
			s.page = addr
		}
	}
	if s.page == "" {
		t.Fatalf("it did not start\n%s", stderr.String())
	}
	return s
}

// post asks the API for something, and gives what it said.
func (s *serving) post(operation string, in map[string]any, want int) string {
	s.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.Post(s.page+"api/"+operation, "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.StatusCode != want {
		s.t.Fatalf("%s: got %d %s, want %d", operation, answer.StatusCode, text, want)
	}
	return string(text)
}

// client is one that has logged in.
func (s *serving) client() *client {
	s.t.Helper()
	nc, err := net.Dial("tcp", s.imap)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { nc.Close() })
	c := &client{conn: nc, in: bufio.NewReader(nc)}
	c.in.ReadString('\n')
	c.ask("LOGIN user password")
	return c
}

// shows waits until a part of the page says something.
func (b *tab) shows(part, text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("(document.querySelector(%q)?.textContent || '').includes(%q)", part, text))
}

// The page of examples/server shows what clients of IMAP and SMTP and tests do when they do it,
// what fails, and nothing of it when all is as at the start again.
func TestServerPage(t *testing.T) {
	s := serve(t)
	b := open(t, chromedp.Flag("proxy-bypass-list", "127.0.0.1"))
	b.visit(s.page)
	b.shows(".live .state", "live")
	b.shows("#bar", "running")

	s.post("deliver", map[string]any{"message": "From: ann@example.com\r\nSubject: Lunch?\r\n\r\nAt noon?\r\n"}, http.StatusOK)
	b.shows("#events", "Deliver")
	b.shows(".pane", "Lunch?")

	c := s.client()
	c.ask("SELECT INBOX")
	c.ask(`STORE 1 +FLAGS (\Flagged)`)
	b.shows("#events", `1 +FLAGS (\Flagged)`)
	b.shows(".pane .mt", `\Flagged`)
	c.send("IDLE")
	c.until("+ ")
	b.shows("#events", "IDLE")

	if err := smtp.SendMail(s.smtp, nil, "ann@example.com", []string{"user"}, []byte("Subject: Dinner?\r\n\r\nAt eight?\r\n")); err != nil {
		t.Fatal(err)
	}
	b.shows("#events", "DATA")
	b.shows("#events", "2 EXISTS") // what the IDLE is told
	b.until("D.sent && D.sent.length === 1 && D.msgs[D.sent[0].m].subj === 'Dinner?'")

	s.post("wait/message", map[string]any{"subject": "Supper?", "timeout": "1ms"}, http.StatusConflict)
	b.shows("#bar .badge", "failed")
	b.shows("#verdict h2", "INBOX")
	b.shows("#verdict .full", "Supper?")
	b.shows("#said", "INBOX")
	b.until("document.title.startsWith('✕')")
	b.run(chromedp.KeyEvent("f"))
	if got := eval[bool](b, "ev(S.sel).kind === 'fail' && S.sel === D.open"); !got {
		t.Error("f does not lead to the failure")
	}

	b.shot("live", false)
	b.run(chromedp.Click(`//button[text()="Drop all"]`, chromedp.BySearch))
	b.shows("#events", "DropConns")
	if _, err := c.until("* BYE"); err == nil {
		if _, err := c.in.ReadByte(); err == nil {
			t.Error("the connection goes on")
		}
	}

	restarted := s.client()
	b.run(chromedp.Click(`//button[text()="Restart"]`, chromedp.BySearch))
	b.shows("#events", "Restart")
	b.shows(".live .state", "Restart: done")
	if _, err := restarted.until("* BYE"); err == nil {
		if _, err := restarted.in.ReadByte(); err == nil {
			t.Error("the connection goes on over a restart")
		}
	}
	s.client().ask("SELECT INBOX") // and others can connect

	b.run(chromedp.Click(`//button[text()="Reset"]`, chromedp.BySearch))
	b.shows("#bar .badge", "running")
	b.until("!document.querySelector('#verdict').textContent.trim() && document.title === 'mailtest' && !D.ev.some(e => e.kind === 'cmd')")

	s.post("rules", map[string]any{"on": "UID MOVE", "do": []any{map[string]any{"verb": "no", "text": "not now"}}}, http.StatusOK)
	b.shows("#events", "UID MOVE")
	s.post("rules/check", map[string]any{}, http.StatusConflict)
	b.shows("#verdict .full", "never")
	b.fine()
}

// The button that delivers a file asks for one, and what it has is mail; one that is too large or
// none is refused in words, and the page goes on.
func TestServerPageDelivers(t *testing.T) {
	s := serve(t)
	b := open(t, chromedp.Flag("proxy-bypass-list", "127.0.0.1"))
	b.visit(s.page)
	b.shows(".live .state", "live")
	b.choose("letter.eml", "From: ann@example.com\r\nSubject: Breakfast?\r\n\r\nAt seven?\r\n")
	b.shows(".live .state", "Deliver a file: done")
	b.shows("#events", "Deliver")
	b.shows(".pane", "Breakfast?")
	c := s.client()
	if got, err := c.ask("SELECT INBOX"); err != nil || !strings.Contains(got, "* 1 EXISTS") {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := c.ask("FETCH 1 BODY.PEEK[TEXT]"); err != nil || !strings.Contains(got, "At seven?\r\n") {
		t.Errorf("got %q, %v", got, err)
	}
	b.choose("empty.eml", "")
	b.until("document.querySelector('.live .state').textContent.startsWith('Deliver a file: ') && !document.querySelector('.live .state').textContent.endsWith('done')")
	b.choose("second.eml", "Subject: Tea?\r\n\r\n\xff\x00\r\n") // bytes are sacred
	b.shows(".live .state", "Deliver a file: done")
	b.shows("#events", "Tea?")
	b.fine()
}

// choose clicks the button, and gives the dialogue that opens a file.
func (b *tab) choose(name, content string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		b.t.Fatal(err)
	}
	opened := make(chan cdp.BackendNodeID, 1)
	chromedp.ListenTarget(b.ctx, func(event any) {
		if e, is := event.(*page.EventFileChooserOpened); is {
			select {
			case opened <- e.BackendNodeID:
			default:
			}
		}
	})
	b.run(page.SetInterceptFileChooserDialog(true), chromedp.Click(`//button[text()="Deliver a file"]`, chromedp.BySearch))
	select {
	case node := <-opened:
		b.run(dom.SetFileInputFiles([]string{file}).WithBackendNodeID(node))
	case <-time.After(patience):
		b.t.Fatal("no file was asked for")
	}
}

// Mail that attacks its reader does nothing in a page that goes on either.
func TestServerPageHostile(t *testing.T) {
	s := serve(t)
	b := open(t, chromedp.Flag("proxy-bypass-list", "127.0.0.1"))
	b.visit(s.page)
	b.shows(".live .state", "live")
	for _, subject := range []string{inWords, "\u202egnp.exe", "\xff\xfe\x00"} {
		mail := "From: " + inWords + "\r\nSubject: " + subject + "\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8; name=\"" + strings.ReplaceAll(inWords, `"`, "") + "\"\r\n\r\n" + attack
		s.post("deliver", map[string]any{"base64": []byte(mail)}, http.StatusOK)
	}
	s.post("wait/message", map[string]any{"subject": inWords, "timeout": "1ms", "text": inWords}, http.StatusConflict)
	b.shows("#bar .badge", "failed")
	title := eval[string](b, "document.title")
	if opened := eval[[]int](b, everything); opened[0] < 12 || opened[1] < 3 {
		t.Errorf("opened %d tabs, %d with HTML", opened[0], opened[1])
	}
	b.linger()
	if heard := b.ear.all(); len(heard) > 0 {
		t.Errorf("the page asked for\n%s", strings.Join(heard, "\n"))
	}
	if now := eval[string](b, "document.title"); now != title {
		t.Errorf("title %q, was %q", now, title)
	}
	if n := eval[int](b, "document.querySelectorAll('img, body script ~ script ~ script').length"); n > 0 {
		t.Errorf("%d elements that are not the page's", n)
	}
	b.fine()
}
