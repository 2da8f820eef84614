package imapd_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/internal/store"
)

// What one command costs grows with its length, with the mailbox, and with the account,
// and not with a power of them.
func TestGrowth(t *testing.T)      { growth.Test(t, slices.Concat(growths, labelGrowths)) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, slices.Concat(growths, labelGrowths)) }

var growths = []growth.Case{
	{Name: "MULTIAPPEND of messages", Size: 1500, Prepare: once(func(n int) string {
		return "APPEND INBOX" + strings.Repeat(" {4+}\r\na: b", n)
	})},
	{Name: "MULTIAPPEND with a round trip for each message", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		return func() {
			c.send("x APPEND INBOX")
			for range n {
				c.send(" {4}\r\n")
				c.wait("+ ")
				c.send("a: b")
			}
			c.send("\r\n")
			c.wait("x OK")
		}
	}},
	{Name: "SEARCH with literals", Size: 1000, Prepare: once(func(n int) string {
		return "SEARCH" + strings.Repeat(" SUBJECT {3+}\r\nabc", n)
	})},
	{Name: "SEARCH with keys", Size: 3000, Prepare: with(100, func(n int) string { return "SEARCH" + strings.Repeat(" ALL", n) })},
	{Name: "SEARCH with keys that differ", Size: 1200, Prepare: with(100, func(n int) string { return "SEARCH " + words(n, "LARGER %d") })},
	{Name: "SEARCH with keys in ORs, NOTs and parentheses", Size: 25, Prepare: with(20, func(n int) string {
		deep := strings.Repeat("OR (SEEN 2:4) NOT (UNSEEN ", 20) + "SEEN" + strings.Repeat(")", 20)
		return "SEARCH" + strings.Repeat(" "+deep, n)
	})},
	{Name: "SEARCH with keys that are sets", Size: 3000, Prepare: with(1000, func(n int) string { return "SEARCH" + strings.Repeat(" 1:*", n) })},
	{Name: "SEARCH with keys that are $", Size: 3000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 1000)
		c.do("SEARCH RETURN (SAVE) NOT 500")
		return func() { c.do("SEARCH" + strings.Repeat(" $", n)) }
	}},
	{Name: "SEARCH of messages", Size: 5000, Prepare: sized(func(n int) string { return "SEARCH UNSEEN 1:* LARGER 10" })},
	{Name: "SEARCH with a set of ranges", Size: 2500, Prepare: sized(func(n int) string { return "SEARCH UID " + odd(n) })},
	{Name: "FETCH of a set of ranges", Size: 2500, Prepare: sized(func(n int) string { return "UID FETCH " + odd(n) + " UID" })},
	{Name: "FETCH VANISHED of a set of ranges", Size: 2500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, n)
		c.do("ENABLE QRESYNC")
		c.expungeAll(tb)
		return func() { c.do("UID FETCH " + odd(n) + " FLAGS (CHANGEDSINCE 2 VANISHED)") }
	}},
	{Name: "QRESYNC with a set of ranges", Size: 2500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, n)
		c.do("ENABLE QRESYNC")
		c.expungeAll(tb)
		uv := c.user().Inbox().UIDValidity()
		return func() { c.do(fmt.Sprintf("SELECT INBOX (QRESYNC (%d 2 %s))", uv, odd(n))) }
	}},
	{Name: "FETCH of items", Size: 800, Prepare: with(10, func(n int) string { return "FETCH 1:* (" + words(n, "BODY.PEEK[%d]") + ")" })},
	{Name: "FETCH of a part", Size: 7000, Prepare: with(1, func(n int) string { return "FETCH 1 BODY.PEEK[" + strings.Repeat("1.", n) + "1]" })},
	{Name: "FETCH that sets \\Seen", Size: 400, Prepare: with(10, func(n int) string { return "FETCH 1:* (" + words(n, "BODY[HEADER.FIELDS (f%d)]") + ")" })},
	{Name: "FETCH of header fields", Size: 2000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.deliver(tb, words(n, "f%d: x\r\n")+"\r\n")
		return func() {
			c.do("FETCH 1 BODY.PEEK[HEADER.FIELDS (" + words(n, "g%d") + ")]")
			c.do("FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (" + words(n, "g%d") + ")]")
		}
	}},
	{Name: "STORE of keywords", Size: 2000, Prepare: with(20, func(n int) string { return "STORE 1:* FLAGS.SILENT (" + words(n, "k%d") + ")" })},
	{Name: "STORE that adds keywords", Size: 2000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 20)
		c.do("STORE 1:10 FLAGS.SILENT (" + words(n, "j%d") + ")")
		return func() {
			c.do("STORE 1:* +FLAGS.SILENT (" + words(n, "k%d") + ")")
			c.do("STORE 1:* -FLAGS.SILENT (" + words(n, "K%d") + ")")
		}
	}},
	{Name: "STORE of messages with keywords", Size: 5000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, n)
		c.do("STORE 1:* FLAGS.SILENT (" + words(500, "k%d") + ")")
		return func() { c.do(`STORE 1:* +FLAGS.SILENT (\Seen)`) }
	}},
	{Name: "COPY of messages with keywords", Size: 5000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, n)
		c.do("STORE 1:* FLAGS.SILENT (" + words(500, "k%d") + ")")
		return func() { c.do("COPY 1:* Archive") }
	}},
	{Name: "CATENATE of URLs", Size: 1200, Prepare: with(1, func(n int) string {
		return "APPEND INBOX CATENATE (" + strings.Repeat("URL {29+}\r\n/INBOX/;UID=1/;SECTION=HEADER ", n) + "TEXT {1+}\r\nx)"
	})},
	{Name: "URLFETCH of URLs", Size: 1000, Prepare: with(1, func(n int) string {
		const url = "imap://user@h/INBOX/;UID=1;URLAUTH=anonymous:INTERNAL:00112233445566778899aabbccddeeff"
		return "URLFETCH" + strings.Repeat(fmt.Sprintf(" {%d+}\r\n%s", len(url), url), n)
	})},
	{Name: "APPEND with keywords", Size: 2000, Prepare: once(func(n int) string {
		return "APPEND INBOX (" + words(n, "k%d") + ") {4+}\r\na: b"
	})},
	{Name: "EXPUNGE under a search that is updated", Size: 2000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, n)
		c.do("SORT RETURN (UPDATE) (REVERSE ARRIVAL) UTF-8 UNDELETED")
		return func() { c.do(`STORE 1:* +FLAGS.SILENT (\Deleted)`); c.do("EXPUNGE") }
	}},
	{Name: "CREATE of levels", Size: 500, Prepare: once(levels), Bulk: square},
	{Name: "LIST of levels", Size: 500, Bulk: square, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.do(levels(n))
		return func() { c.do(`LIST "" *`); c.do("LSUB \"\" %"); c.do(`LIST (SUBSCRIBED RECURSIVEMATCH) "" %`) }
	}},
	{Name: "RENAME and DELETE of levels", Size: 500, Bulk: square, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.do(levels(n))
		return func() { c.do("RENAME a b"); c.do("DELETE b") }
	}},
	{Name: "LIST of mailboxes", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.create(tb, n)
		return func() { c.do(`LIST "" *`); c.do("LSUB \"\" %"); c.do(`LIST (SUBSCRIBED RECURSIVEMATCH) "" %`) }
	}},
	{Name: "LIST with stars", Size: 500, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.do("CREATE " + strings.Repeat("a", 2000))
		return func() {
			c.do(`LIST "" ` + strings.Repeat("a*", n) + "b")
			c.do(`LIST "" ` + strings.Repeat("a%", n) + "b")
		}
	}},
	{Name: "NOTIFY of mailboxes", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.create(tb, n)
		return func() {
			c.do("NOTIFY SET STATUS (mailboxes (" + words(n, "m/%d") + ") (MessageNew MessageExpunge MailboxName SubscriptionChange))")
			c.do("NOOP")
		}
	}},
	{Name: "NOTIFY of names", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c, other := newGrower(tb, 0), (*grower)(nil)
		c.do("NOTIFY SET (personal (MailboxName SubscriptionChange))")
		other = c.another(tb)
		return func() {
			c.create(tb, n)
			other.do("RENAME m o")
			for i := range n {
				if err := c.user().Subscribe(fmt.Sprintf("o/%d", i)); err != nil {
					tb.Fatal(err)
				}
			}
			c.do("NOOP")
		}
	}},
	{Name: "MULTIAPPEND under NOTIFY", Size: 1000, Prepare: func(tb testing.TB, n int) func() {
		c := newGrower(tb, 0)
		c.do("NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge))")
		return func() { c.do("APPEND INBOX" + strings.Repeat(" {4+}\r\na: b", n)) }
	}},
}

// square is for what writes the names of n levels.
func square(n int) float64 { return float64(n) * float64(n) }

// levels creates a mailbox n levels deep, and so n mailboxes.
func levels(n int) string { return "CREATE " + strings.TrimSuffix(strings.Repeat("a/", n), "/") }

// odd is a set of n ranges.
func odd(n int) string {
	var sb strings.Builder
	for i := range n {
		fmt.Fprintf(&sb, ",%d", 2*i+1)
	}
	return sb.String()[1:]
}

// words are n words with the numbers from 1.
func words(n int, format string) string {
	var sb strings.Builder
	for i := range n {
		if i > 0 && !strings.HasSuffix(format, "\n") {
			sb.WriteByte(' ')
		}
		fmt.Fprintf(&sb, format, i+1)
	}
	return sb.String()
}

// once measures one command in an empty mailbox.
func once(command func(n int) string) func(testing.TB, int) func() { return with(0, command) }

// with measures one command in a mailbox with so many messages.
func with(messages int, command func(n int) string) func(testing.TB, int) func() {
	return func(tb testing.TB, n int) func() {
		c, text := newGrower(tb, messages), command(n)
		return func() { c.do(text) }
	}
}

// sized measures one command in a mailbox with twice as many messages as n.
func sized(command func(n int) string) func(testing.TB, int) func() {
	return func(tb testing.TB, n int) func() { return with(2*n, command)(tb, n) }
}

// grower is a client that has selected INBOX.
type grower struct {
	tb  testing.TB
	srv *imaptest.Server
	nc  net.Conn
	r   *bufio.Reader
}

func newGrower(tb testing.TB, messages int, opts ...imaptest.Option) *grower {
	tb.Helper()
	srv, err := imaptest.New(append(opts, imaptest.InMemory())...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { srv.Close() })
	drafts := make([]store.Draft, messages)
	for i := range drafts {
		drafts[i].Raw = []byte("Subject: one of many\r\n\r\nbody\r\n")
	}
	if _, err := (*store.Store)(srv.Store()).Users()[0].Inbox().AppendAll(drafts); err != nil {
		tb.Fatal(err)
	}
	return (&grower{srv: srv}).another(tb)
}

// another is another client of the same server.
func (c *grower) another(tb testing.TB) *grower {
	tb.Helper()
	nc, err := c.srv.Dial(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { nc.Close() })
	out := &grower{tb, c.srv, nc, bufio.NewReaderSize(nc, 64<<10)}
	out.wait("* OK")
	out.do("LOGIN user password")
	out.do("SELECT INBOX")
	return out
}

func (c *grower) user() *store.User { return (*store.Store)(c.srv.Store()).Users()[0] }

func (c *grower) send(text string) {
	if _, err := c.nc.Write([]byte(text)); err != nil {
		c.tb.Fatal(err)
	}
}

// wait reads up to a line.
func (c *grower) wait(prefix string) {
	c.tb.Helper()
	for {
		line, err := c.r.ReadSlice('\n')
		switch {
		case err == bufio.ErrBufferFull:
		case err != nil:
			c.tb.Fatalf("%v before %s", err, prefix)
		case strings.HasPrefix(string(line), prefix):
			return
		case strings.HasPrefix(string(line), "x "):
			c.tb.Fatalf("got %.200s, want %s", line, prefix)
		}
	}
}

func (c *grower) do(command string) {
	c.tb.Helper()
	c.send("x " + command + "\r\n")
	c.wait("x OK")
}

func (c *grower) deliver(tb testing.TB, raw string) {
	if _, err := c.user().Inbox().Append([]byte(raw)); err != nil {
		tb.Fatal(err)
	}
	c.do("NOOP")
}

func (c *grower) expungeAll(tb testing.TB) {
	if _, err := c.user().Inbox().Expunge(imap.UIDSet{{Start: 1, Stop: 0}}); err != nil {
		tb.Fatal(err)
	}
	c.do("NOOP")
}

// create makes n mailboxes below m that are subscribed.
func (c *grower) create(tb testing.TB, n int) {
	for i := range n {
		name := fmt.Sprintf("m/%d", i+1)
		if _, err := c.user().Create(name); err != nil {
			tb.Fatal(err)
		}
		if err := c.user().Subscribe(name); err != nil {
			tb.Fatal(err)
		}
	}
}
