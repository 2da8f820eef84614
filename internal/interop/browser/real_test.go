package browser

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// failing is a test that fails.
type failing struct {
	t      *testing.T
	name   string
	failed bool
}

func (f *failing) Helper()               {}
func (f *failing) Name() string          { return f.name }
func (f *failing) Cleanup(clean func())  { f.t.Cleanup(clean) }
func (f *failing) Failed() bool          { return f.failed }
func (f *failing) Logf(string, ...any)   {}
func (f *failing) Errorf(string, ...any) { f.failed = true }
func (f *failing) Fatalf(format string, args ...any) {
	f.failed = true
	f.t.Fatalf(format, args...)
}

// realTest is a test that fails.
type realTest struct {
	name   string
	bubble bool
	run    func(t *testing.T, f *failing) *imaptest.Server
}

// real are tests of mail programs that fail, each for a reason that is to be found in its
// report.
var real = []realTest{
	{name: "TestImportMovesAllInvoices", run: importer},
	{name: "TestWatcherTellsOfAllMail", bubble: true, run: watcher},
	{name: "TestDownloadSurvivesACutLiteral", run: download},
	{name: "TestMarkReadUnderARace", run: markRead},
	{name: "TestNewsletterDoesNotBounce", bubble: true, run: newsletter},
	{name: "TestMirror/DropBeforeReply", run: mirror},
}

// realReport runs one of them, and gives its report.
func realReport(t *testing.T, i int) []byte {
	t.Helper()
	var out bytes.Buffer
	run := func(t *testing.T) {
		f := &failing{t: t, name: real[i].name}
		if err := real[i].run(t, f).WriteReport(&out); err != nil {
			t.Fatal(err)
		}
		if !f.failed {
			t.Fatalf("%s passes", f.name)
		}
	}
	if real[i].bubble {
		synctest.Test(t, run)
	} else {
		run(t)
	}
	return out.Bytes()
}

// invoice is a bill, as text and as HTML, with the bill itself.
func invoice(n int) []byte {
	return fixtures.New().From("Stationery Shop <billing@shop.example>").To("books@example.com").
		Date(time.Date(2024, 5, n, 9, 12, 0, 0, time.UTC)).Subject(fmt.Sprintf("Invoice %d", n)).
		Text(fmt.Sprintf("Thank you for your order. The bill %d is attached.\n\nStationery Shop\n", n)).
		HTML(fmt.Sprintf(`<style>body{font:14px/1.5 Georgia,serif;color:#223;margin:24px}h1{font-size:20px;border-bottom:2px solid #c33;padding-bottom:6px}td{padding:4px 16px 4px 0}</style>
<h1>Invoice %d</h1><p>Thank you for your order. The bill is attached.</p>
<table><tr><td>Paper, 500 sheets<td>4.20 €<tr><td>Ink, black<td>17.90 €<tr><td><b>Total</b><td><b>22.10 €</b></table>`, n)).
		Attach(fmt.Sprintf("invoice-%d.pdf", n), "application/pdf", bytes.Repeat([]byte("%PDF-1.4\n"), 60)).Bytes()
}

// shop is a server with a letter and some invoices.
func shop(t *testing.T, f *failing, invoices int) *imaptest.Server {
	t.Helper()
	store := memstore.New()
	user, err := store.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	letter := fixtures.New().From("Ann <ann@example.com>").To("books@example.com").Subject("Lunch?").Text("At noon, the usual place?\n").Bytes()
	for i, raw := range append([][]byte{letter}, invoice(17), invoice(18), invoice(19), invoice(20))[:invoices+1] {
		var flags []imap.Flag
		if i == 0 {
			flags = []imap.Flag{imap.FlagSeen}
		}
		if _, err := user.Inbox().Append(raw, memstore.WithFlags(flags...)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := user.Create("Archive"); err != nil {
		t.Fatal(err)
	}
	return imaptest.Start(f, imaptest.WithStore(store), imaptest.InMemory())
}

// client is a client with INBOX selected.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	tags int
}

func connect(t *testing.T, srv *imaptest.Server) *client {
	t.Helper()
	conn, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &client{conn: conn, in: bufio.NewReader(conn)}
	c.in.ReadString('\n')
	c.ask("LOGIN user password")
	c.ask("SELECT INBOX")
	return c
}

func (c *client) send(command string) (tag string) {
	c.tags++
	tag = fmt.Sprintf("T%d", c.tags)
	fmt.Fprintf(c.conn, "%s %s\r\n", tag, command)
	return tag
}

// until reads up to a line that begins so.
func (c *client) until(start string) (answer string, err error) {
	for {
		line, err := c.in.ReadString('\n')
		answer += line
		if err != nil || strings.HasPrefix(line, start) {
			return answer, err
		}
	}
}

func (c *client) ask(command string) (string, error) { return c.until(c.send(command) + " ") }

// importer moves messages by sequence numbers, which shift.
func importer(t *testing.T, f *failing) *imaptest.Server {
	srv := shop(t, f, 3)
	before := srv.Snapshot()
	c := connect(t, srv)
	c.ask("SEARCH UNSEEN")
	for _, n := range []string{"2", "3", "4"} {
		if answer, _ := c.ask("FETCH " + n + " (UID ENVELOPE BODY.PEEK[])"); strings.Contains(answer, " BAD ") {
			break
		}
		c.ask("STORE " + n + ` +FLAGS.SILENT (\Seen)`)
		c.ask("MOVE " + n + ` "Archive"`)
	}
	c.ask("LOGOUT")
	srv.Inbox().AssertFlags(f, 3, imap.FlagSeen)
	before.AssertDiff(f, "INBOX -2:4", "Archive +1:3")
	return srv
}

// watcher never hears of what comes while it is away.
func watcher(t *testing.T, f *failing) *imaptest.Server {
	srv := imaptest.Start(f, imaptest.InMemory())
	deliver := func(subject string) {
		srv.Inbox().Deliver(f, fixtures.New().From("Ann <ann@example.com>").Subject(subject).Text("Hello.\n").Bytes())
		synctest.Wait()
	}
	c := connect(t, srv)
	c.send("IDLE")
	c.until("+ ")
	time.Sleep(10 * time.Second)
	deliver("First")
	c.until("* 1 EXISTS")
	fmt.Fprint(c.conn, "DONE\r\n")
	c.until("T3 ")
	c.ask("FETCH 1 (UID ENVELOPE)")
	c.send("IDLE")
	c.until("+ ")
	time.Sleep(20 * time.Minute)
	srv.DropConns()
	time.Sleep(2 * time.Second)
	deliver("While away")
	time.Sleep(3 * time.Second)
	c = connect(t, srv)
	c.send("IDLE")
	c.until("+ ")
	time.Sleep(12 * time.Minute)
	deliver("Third")
	c.until("* 3 EXISTS")
	fmt.Fprint(c.conn, "DONE\r\n")
	c.until("T3 ")
	c.ask("FETCH 3 (UID ENVELOPE)")
	srv.Errorf(f, "the watcher told of other mail than %q too\ngot  First, Third\nwant First, While away, Third", "While away")
	return srv
}

// download takes an answer that is cut inside a literal for whole.
func download(t *testing.T, f *failing) *imaptest.Server {
	srv := shop(t, f, 3)
	srv.On("UID FETCH").Nth(2).CutAfter(700)
	saved := make(map[string]int)
	for _, uid := range []string{"2", "3", "4"} {
		c := connect(t, srv)
		answer, _ := c.ask("UID FETCH " + uid + " (UID BODY.PEEK[])")
		_, body, _ := strings.Cut(answer, "}\r\n")
		saved[uid] = len(body)
		c.ask("LOGOUT")
	}
	if err := srv.Settle(t.Context()); err != nil { // the client knows of the cut before the server has taken it down
		t.Fatal(err)
	}
	whole := srv.Inbox().Message(f, imaptest.Subject("Invoice 18"))
	srv.Errorf(f, "INBOX, UID 3 %q: saved\ngot  %d bytes\nwant %d bytes", whole.Subject(), saved["3"], len(whole.Raw()))
	return srv
}

// markRead marks what it was sent by position, while a message is expunged.
func markRead(t *testing.T, f *failing) *imaptest.Server {
	srv := shop(t, f, 4)
	a := connect(t, srv)
	a.ask("UID SEARCH UNSEEN")
	hold := srv.Hold("UID FETCH")
	tag := a.send("UID FETCH 2:5 (UID ENVELOPE BODY.PEEK[])")
	hold.Wait(f)
	b := connect(t, srv)
	b.ask(`UID STORE 3 +FLAGS.SILENT (\Deleted)`)
	b.ask("UID EXPUNGE 3")
	hold.Release()
	a.until(tag + " ")
	for _, uid := range []string{"2", "3", "4"} {
		a.ask("UID STORE " + uid + ` +FLAGS (\Seen)`)
	}
	a.ask("LOGOUT")
	srv.Inbox().AssertFlags(f, 5, imap.FlagSeen)
	return srv
}

// newsletter goes to a reader whose address has a typing error, after greylisting.
func newsletter(t *testing.T, f *failing) *imaptest.Server {
	srv := imaptest.Start(f, imaptest.InMemory(), imaptest.WithUser("shop@example.com", "s"), imaptest.WithUser("ann@example.com", "a"),
		imaptest.WithSMTP(smtpsink.Greylist(5*time.Minute), smtpsink.BounceUnknown()))
	for _, to := range []string{"ann@example.com", "bbo@example.com"} {
		for wait := time.Minute; wait < time.Hour && !sendNewsletter(t, srv, to); wait *= 2 {
			time.Sleep(wait)
		}
	}
	srv.Inbox().AssertCount(f, 0)
	return srv
}

func sendNewsletter(t *testing.T, srv *imaptest.Server, to string) (sent bool) {
	conn, err := srv.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	ask := func(line string) (code int) {
		if line != "" {
			fmt.Fprintf(conn, "%s\r\n", line)
		}
		for {
			reply, err := in.ReadString('\n')
			if err != nil || reply[3] == ' ' {
				code, _ = strconv.Atoi(reply[:min(3, len(reply))])
				return code
			}
		}
	}
	ask("")
	ask("EHLO client.example")
	ask("MAIL FROM:<shop@example.com> BODY=8BITMIME")
	if ask("RCPT TO:<"+to+">") == 250 {
		ask("DATA")
		sent = ask("From: shop@example.com\r\nTo: "+to+"\r\nSubject: News of May\r\n\r\nSpring is here, and so are new pens.\r\n.") == 250
	}
	ask("QUIT")
	return sent
}

// mirror copies what is new into Archive, and begins anew when it is interrupted: what it
// had copied is copied twice.
func mirror(t *testing.T, f *failing) *imaptest.Server {
	srv := shop(t, f, 2)
	srv.On("UID STORE").Nth(1).DropBeforeReply()
	once := func() error {
		c := connect(t, srv)
		var errs []error
		for _, command := range []string{"UID SEARCH UNSEEN UNDELETED", "UID COPY 2:3 Archive", `UID STORE 2:3 +FLAGS (\Deleted $Copied)`, "UID EXPUNGE 2:3", "LOGOUT"} {
			_, err := c.ask(command)
			if errs = append(errs, err); err != nil {
				break
			}
		}
		return errors.Join(errs...)
	}
	if err := once(); err == nil {
		t.Fatal("nothing interrupted it")
	}
	if err := once(); err != nil {
		t.Fatal(err)
	}
	srv.Mailbox("Archive").AssertSubjects(f, "Invoice 17", "Invoice 18")
	return srv
}

// The reports of tests that fail fit the width of a phone and of a desk, in light and dark;
// at a desk the row of the failure is in sight.
func TestRealReports(t *testing.T) {
	b := open(t)
	for i, test := range real {
		address := write(t, realReport(t, i))
		for _, width := range []int64{1280, 390} {
			for _, scheme := range []string{"light", "dark"} {
				b.run(emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600),
					emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
				b.visit(address)
				if got := eval[int64](b, "document.documentElement.scrollWidth"); got > width {
					t.Errorf("%s is %d wide at %d", test.name, got, width)
				}
				if bottom := eval[float64](b, "buttons.get(D.open).getBoundingClientRect().bottom"); width == 1280 && bottom > 900 {
					t.Errorf("the row of the failure of %s ends at %.0f of 900", test.name, bottom)
				}
				b.shot(fmt.Sprintf("%s-%d-%s", strings.ReplaceAll(test.name, "/", "-"), width, scheme), width < 600)
			}
		}
	}
	b.fine()
}
