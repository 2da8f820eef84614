package imaptest_test

import (
	"bufio"
	"fmt"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// reportTB is a test that fails, with a folder of its own.
type reportTB struct {
	*fakeTB
	name  string
	funcs []func()
	attrs map[string]string
}

func newReportTB(t *testing.T, name string) *reportTB {
	return &reportTB{fakeTB: &fakeTB{TB: t}, name: name, attrs: make(map[string]string)}
}

func (r *reportTB) Name() string           { return r.name }
func (r *reportTB) Cleanup(f func())       { r.funcs = append(r.funcs, f) }
func (r *reportTB) Attr(key, value string) { r.attrs[key] = value }

// end is the end of the test.
func (r *reportTB) end() {
	for i := range r.funcs {
		r.funcs[len(r.funcs)-1-i]()
	}
}

// reportOf runs a test that fails, and gives its report as text, and what the test printed.
func reportOf(t *testing.T, name string, test func(t *testing.T, tb *reportTB)) (text, out string) {
	t.Helper()
	tb := newReportTB(t, name)
	test(t, tb)
	tb.end()
	path := tb.attrs["mailtest-report"]
	if path == "" {
		t.Fatalf("no report was written\n%s", tb.out.String())
	}
	defer os.Remove(path)
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return textOfPage(string(page)), tb.out.String()
}

var (
	scripts = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
)

// textOfPage is what a page says without its script, with single spaces.
func textOfPage(page string) string {
	page = tags.ReplaceAllString(scripts.ReplaceAllString(page, " "), " ")
	return strings.Join(strings.Fields(html.UnescapeString(page)), " ")
}

// invoices are mail that is there before the test, each with a body of 3 KB or so.
func invoices(n int) map[string][]byte {
	mail := map[string][]byte{"1": []byte("From: Ann <ann@example.com>\r\nSubject: Lunch?\r\n\r\nAt noon?\r\n")}
	for i := range n {
		mail[fmt.Sprint(i+2)] = fmt.Appendf(nil, "From: Shop <billing@shop.example>\r\nSubject: Invoice %d\r\n\r\n%s", 17+i, strings.Repeat("The bill is attached.\r\n", 130))
	}
	return mail
}

func withInvoices(t *testing.T, tb imaptest.TB, n int) *imaptest.Server {
	t.Helper()
	store := memstore.New()
	user, err := store.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	mail := invoices(n)
	for i := range len(mail) {
		if _, err := user.Inbox().Append(mail[fmt.Sprint(i+1)]); err != nil {
			t.Fatal(err)
		}
	}
	if err := user.Inbox().Store(imap.UIDSetNum(1), imap.StoreFlagsAdd, imap.FlagSeen); err != nil {
		t.Fatal(err)
	}
	if _, err := user.Create("Archive"); err != nil {
		t.Fatal(err)
	}
	return imaptest.Start(tb, imaptest.WithStore(store), imaptest.InMemory(), imaptest.WithReport())
}

// reportClient is a client with INBOX selected.
func reportClient(t *testing.T, srv *imaptest.Server) *faultConn {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return faultClient(t, nc)
}

// Five ways in which tests of mail programs fail, and what their reports must say: it is what
// somebody needs who was not there.
var reportCases = map[string]struct {
	test   func(t *testing.T, tb *reportTB)
	want   []string // in the page
	lacks  []string
	bubble bool
}{
	"import": {test: testImport, want: []string{
		"AssertFlags", `INBOX, UID 3 "Invoice 18": flags`, "got (none)", `want \Seen`, "nothing changed its flags",
		"FETCH 3 (UID ENVELOPE BODY.PEEK[])", "sent UID 4", "BAD", "no message 4", "AssertDiff", "INBOX −2", "Archive +1",
	}},
	"watcher": {bubble: true, test: testWatcher, want: []string{
		"the watcher told of other mail", "First, Third", "First, While away, Third", `INBOX "While away"`, "Deliver",
		"no client asked for it, and none was told of it", "DropConns", "ends connection 1", "no answer, the connection ended",
	}},
	"cut": {test: testCutLiteral, want: []string{
		`INBOX, UID 3 "Invoice 18": saved`, "3050 bytes", "began to send it", "cut after 700 bytes, inside a literal", "CutAfter(700)",
	}},
	"race": {test: testRace, want: []string{
		`INBOX, UID 5 "Invoice 20": flags`, "sent UID 2, 4, 5", "not 3", "no UID 3 any more", "Hold", "stops connection 1", "Release",
		"INBOX −3", "nothing changed its flags", "held for", "by the test",
	}},
	"bounce": {bubble: true, test: testBounce, want: []string{
		"INBOX: count", "got 1", "want 0", "<bbo@example.com>", "450", "greylisted", "put it into INBOX", "Undelivered", "SMTP 6",
	}},
}

func TestReports(t *testing.T) {
	for name, test := range reportCases {
		t.Run(name, func(t *testing.T) {
			run := func(t *testing.T) {
				text, out := reportOf(t, "Test"+name, test.test)
				for _, want := range test.want {
					if !strings.Contains(text, want) {
						t.Errorf("the report lacks %q", want)
					}
				}
				if !regexp.MustCompile(`(?m)^report: \S+\.html#c\d+$`).MatchString(out) {
					t.Errorf("the failure does not end with the report\n%s", out)
				}
				if t.Failed() {
					t.Logf("the report\n%s", text)
				}
			}
			if test.bubble {
				synctest.Test(t, run)
			} else {
				run(t)
			}
		})
	}
}

// testImport: messages are moved by sequence numbers, and these shift.
func testImport(t *testing.T, tb *reportTB) {
	srv := withInvoices(t, tb, 3)
	before := srv.Snapshot()
	c := reportClient(t, srv)
	c.ask("a", "SEARCH UNSEEN")
	for _, n := range []string{"2", "3", "4"} {
		if got := c.ask("b"+n, "FETCH "+n+" (UID ENVELOPE BODY.PEEK[])"); !strings.Contains(got, " OK ") {
			break
		}
		c.ask("c"+n, "STORE "+n+` +FLAGS.SILENT (\Seen)`)
		c.ask("d"+n, "MOVE "+n+` "Archive"`)
	}
	c.ask("e", "LOGOUT")
	srv.Inbox().AssertFlags(tb, 3, imap.FlagSeen)
	before.AssertDiff(tb, "INBOX -2:4", "Archive +1:3")
}

// testWatcher: what comes while the watcher is away it never hears of.
func testWatcher(t *testing.T, tb *reportTB) {
	srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithReport())
	watch := func() *faultConn {
		c := reportClient(t, srv)
		c.send("i IDLE")
		c.line()
		return c
	}
	c := watch()
	time.Sleep(10 * time.Second)
	srv.Inbox().Deliver(tb, []byte("From: Ann <ann@example.com>\r\nSubject: "+"First"+"\r\n\r\nHello.\r\n"))
	c.line()
	time.Sleep(20 * time.Minute)
	srv.DropConns()
	synctest.Wait()
	time.Sleep(2 * time.Second)
	srv.Inbox().Deliver(tb, []byte("From: Ann <ann@example.com>\r\nSubject: "+"While away"+"\r\n\r\nHello.\r\n"))
	time.Sleep(3 * time.Second)
	c = watch()
	time.Sleep(12 * time.Minute)
	srv.Inbox().Deliver(tb, []byte("From: Ann <ann@example.com>\r\nSubject: "+"Third"+"\r\n\r\nHello.\r\n"))
	c.line()
	srv.Errorf(tb, "the watcher told of other mail than %q too\ngot  First, Third\nwant First, While away, Third", "While away")
}

// testCutLiteral: an answer that is cut inside a literal is taken for whole.
func testCutLiteral(t *testing.T, tb *reportTB) {
	srv := withInvoices(t, tb, 3)
	srv.On("UID FETCH").Nth(2).CutAfter(700)
	for _, uid := range []string{"2", "3", "4"} {
		c := reportClient(t, srv)
		c.ask("a", "UID FETCH "+uid+" (UID BODY.PEEK[])")
		c.ask("b", "LOGOUT")
	}
	settled(t, srv) // the client knows of the cut before the server has taken it down
	srv.Errorf(tb, "INBOX, UID 3 %q: saved\ngot  668 bytes\nwant 3050 bytes", "Invoice 18")
}

func settled(t *testing.T, srv *imaptest.Server) {
	t.Helper()
	if err := srv.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// testRace: a message is expunged while it is fetched, and flags go to others than were meant.
func testRace(t *testing.T, tb *reportTB) {
	srv := withInvoices(t, tb, 4)
	a := reportClient(t, srv)
	a.ask("a", "UID SEARCH UNSEEN")
	hold := srv.Hold("UID FETCH")
	a.send("b UID FETCH 2:5 (UID ENVELOPE BODY.PEEK[])")
	hold.Wait(tb)
	b := reportClient(t, srv)
	b.ask("a", `UID STORE 3 +FLAGS.SILENT (\Deleted)`)
	b.ask("b", "UID EXPUNGE 3")
	hold.Release()
	a.rest("b")
	for i, uid := range []string{"2", "3", "4"} {
		a.ask(fmt.Sprint("c", i), "UID STORE "+uid+` +FLAGS (\Seen)`)
	}
	a.ask("d", "LOGOUT")
	srv.Inbox().AssertFlags(tb, 5, imap.FlagSeen)
}

// testBounce: of two recipients, who are greylisted, one has a typing error in it.
func testBounce(t *testing.T, tb *reportTB) {
	srv := imaptest.Start(tb, imaptest.InMemory(), imaptest.WithReport(), imaptest.WithUser("shop@example.com", "s"), imaptest.WithUser("ann@example.com", "a"),
		imaptest.WithSMTP(smtpsink.Greylist(2*time.Minute), smtpsink.BounceUnknown()))
	for _, to := range []string{"ann@example.com", "bbo@example.com"} {
		for range 3 {
			nc, err := srv.SMTP().Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r := bufio.NewReader(nc)
			ask := func(line string) (reply string) {
				if line != "" {
					fmt.Fprintf(nc, "%s\r\n", line)
				}
				for {
					text, err := r.ReadString('\n')
					if err != nil || len(text) > 3 && text[3] == ' ' {
						return text
					}
				}
			}
			ask("")
			ask("EHLO client.example")
			ask("MAIL FROM:<shop@example.com>")
			if reply := ask("RCPT TO:<" + to + ">"); strings.HasPrefix(reply, "250") {
				ask("DATA")
				ask("Subject: News of May\r\n\r\nSpring is here.\r\n.")
			}
			ask("QUIT")
			nc.Close()
			time.Sleep(time.Minute)
		}
	}
	srv.Inbox().AssertCount(tb, 0)
}
