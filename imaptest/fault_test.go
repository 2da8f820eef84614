package imaptest_test

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// faultConn is a client that takes whatever comes.
type faultConn struct {
	t  *testing.T
	nc net.Conn
	r  *bufio.Reader
}

func newReader(nc net.Conn) *bufio.Reader { return bufio.NewReader(nc) }

// faultClient is logged in and has selected INBOX.
func faultClient(t *testing.T, nc net.Conn) *faultConn {
	t.Helper()
	c := &faultConn{t, nc, bufio.NewReader(nc)}
	t.Cleanup(func() { nc.Close() })
	c.line()
	c.ask("l", "LOGIN user password")
	c.ask("s", "SELECT INBOX")
	return c
}

func (c *faultConn) line() string {
	line, err := c.r.ReadString('\n')
	if err != nil {
		return line + "[" + errorName(err) + "]"
	}
	return line
}

func errorName(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "EOF"
	case errors.Is(err, syscall.ECONNRESET):
		return "RST"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "nothing"
	}
	return err.Error()
}

func (c *faultConn) send(line string) { fmt.Fprintf(c.nc, "%s\r\n", line) }

// ask sends a command and returns what comes up to its tag, the end of the
// connection, or ten minutes of nothing.
func (c *faultConn) ask(tag, command string) string {
	c.send(tag + " " + command)
	return c.rest(tag)
}

func (c *faultConn) rest(tag string) string {
	var out strings.Builder
	c.nc.SetReadDeadline(time.Now().Add(10 * time.Minute))
	for {
		line := c.line()
		out.WriteString(line)
		if strings.HasPrefix(line, tag+" ") || strings.HasSuffix(line, "]") && !strings.HasSuffix(line, "\n") {
			return out.String()
		}
	}
}

// What a client sees of every fault, to the byte. {*} is anything.
var faults = []struct {
	name    string
	rule    func(r *imaptest.Rule)
	want    string
	changed bool // the command was run
}{
	{"no", func(r *imaptest.Rule) { r.No("[OVERQUOTA] full") }, "a NO [OVERQUOTA] full\r\n", false},
	{"no text", func(r *imaptest.Rule) { r.No("later") }, "a NO later\r\n", false},
	{"bad", func(r *imaptest.Rule) { r.Bad("what?") }, "a BAD what?\r\n", false},
	{"bye", func(r *imaptest.Rule) { r.Bye("[UNAVAILABLE] down") }, "* BYE [UNAVAILABLE] down\r\n[EOF]", false},
	{"drop", func(r *imaptest.Rule) { r.Drop() }, "[EOF]", false},
	{"stall", func(r *imaptest.Rule) { r.Stall() }, "[nothing]", false},
	{"half-open", func(r *imaptest.Rule) { r.HalfOpen() }, "[nothing]", false},
	{"reply", func(r *imaptest.Rule) { r.Reply("* OK [X-ODD 7] raw", "{tag} OK [ODD (a b)] done") }, "* OK [X-ODD 7] raw\r\na OK [ODD (a b)] done\r\n", false},
	{"drop before reply", func(r *imaptest.Rule) { r.DropBeforeReply() }, "[EOF]", true},
	{"cut in a literal", func(r *imaptest.Rule) { r.CutAfter(40) }, "* 1 FETCH (BODY[] {16}\r\nSubject: one\r\n\r\n", true},
	{"cut at once", func(r *imaptest.Rule) { r.CutAfter(0) }, "[EOF]", true},
	{"cut at the end", func(r *imaptest.Rule) { r.CutAfter(len(fetched) + 22) }, fetched + "a OK FETCH completed\r\n", true},
	{"dribble", func(r *imaptest.Rule) { r.Dribble(7, time.Second) }, fetched + "a OK FETCH completed\r\n", true},
	{"delay", func(r *imaptest.Rule) { r.Delay(time.Minute) }, fetched + "a OK FETCH completed\r\n", true},
	{"a literal too long", func(r *imaptest.Rule) { r.WrongLiteral(5) }, strings.Replace(fetched, "{16}", "{21}", 1) + "a OK FETCH completed\r\n", true},
	{"a literal too short", func(r *imaptest.Rule) { r.WrongLiteral(-20) }, strings.Replace(fetched, "{16}", "{0}", 1) + "a OK FETCH completed\r\n", true},
	{"wrong tag", func(r *imaptest.Rule) { r.Times(1).WrongTag("zz") }, fetched + "zz OK FETCH completed\r\n[nothing]", true},
	{"garbage", func(r *imaptest.Rule) { r.Insert("%!@ garbage", "* 99 EXISTS") }, fetched + "%!@ garbage\r\n* 99 EXISTS\r\na OK FETCH completed\r\n", true},
	{"an item left out", func(r *imaptest.Rule) { r.OmitItem("body[]") }, "* 1 FETCH (FLAGS (\\Seen \\Recent))\r\na OK FETCH completed\r\n", true},
	{"an item twice", func(r *imaptest.Rule) { r.RepeatItem("FLAGS") }, strings.Replace(fetched, "FLAGS (\\Seen \\Recent)", "FLAGS (\\Seen \\Recent) FLAGS (\\Seen \\Recent)", 1) + "a OK FETCH completed\r\n", true},
	{"a line left out", func(r *imaptest.Rule) { r.OmitLines("fetch") }, "a OK FETCH completed\r\n", true},
	{"reset", func(r *imaptest.Rule) { r.Reset() }, "[RST]", false},
}

const fetched = "* 1 FETCH (BODY[] {16}\r\nSubject: one\r\n\r\n FLAGS (\\Seen \\Recent))\r\n"

// Every fault does the same in memory, on TCP, through TLS and through
// COMPRESS; what it does to the mailbox is what it should.
func TestFaults(t *testing.T) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
				nc, err := srv.Dial(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				checkFault(t, srv, faultClient(t, nc), fault.rule, fault.want, fault.changed)
			})
		})
	}
}

func checkFault(t *testing.T, srv *imaptest.Server, c *faultConn, rule func(*imaptest.Rule), want string, changed bool) {
	t.Helper()
	rule(srv.On("FETCH"))
	got := c.ask("a", "FETCH 1 BODY[]")
	got = strings.TrimSuffix(got, "[EOF]")
	if got != strings.TrimSuffix(want, "[EOF]") {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	msg := srv.Inbox().Message(t, imaptest.UID(1))
	if msg.Has(imap.FlagSeen) != changed {
		t.Errorf("the message was seen: got %v, want %v", msg.Has(imap.FlagSeen), changed)
	}
}

// transports are ways to connect besides in memory. Each says the greeting once.
var transports = map[string]func(t *testing.T, srv *imaptest.Server) net.Conn{
	"tcp": func(t *testing.T, srv *imaptest.Server) net.Conn {
		nc, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			t.Fatal(err)
		}
		return nc
	},
	"tls": func(t *testing.T, srv *imaptest.Server) net.Conn {
		nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
		if err != nil {
			t.Fatal(err)
		}
		return nc
	},
	"starttls": func(t *testing.T, srv *imaptest.Server) net.Conn {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(nc)
		r.ReadString('\n')
		fmt.Fprint(nc, "t STARTTLS\r\n")
		r.ReadString('\n')
		secure := tls.Client(nc, srv.ClientTLSConfig())
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		return &greeted{Conn: secure, greeting: strings.NewReader("* OK\r\n")}
	},
	"compress": dialCompressed,
}

// The same faults through other transports. Those that take virtual time are
// left out.
func TestFaultsOnTransports(t *testing.T) {
	for transport, dial := range transports {
		for _, fault := range faults {
			if strings.HasSuffix(fault.want, "[nothing]") || fault.name == "delay" || fault.name == "dribble" || fault.name == "reset" && transport != "tcp" {
				continue
			}
			t.Run(transport+" "+fault.name, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.WithMail(threeLetters()))
				checkFault(t, srv, faultClient(t, dial(t, srv)), fault.rule, fault.want, fault.changed)
			})
		}
	}
}

// dialCompressed is a connection in memory with COMPRESS, logged in.
func dialCompressed(t *testing.T, srv *imaptest.Server) net.Conn {
	nc := dialPlainly(t, srv)
	r := bufio.NewReader(nc)
	r.ReadString('\n')
	fmt.Fprint(nc, "t LOGIN user password\r\nt COMPRESS DEFLATE\r\n")
	r.ReadString('\n')
	r.ReadString('\n')
	w, _ := flate.NewWriter(nc, flate.BestSpeed)
	return &greeted{Conn: &deflated{Conn: nc, r: flate.NewReader(nc), w: w}, greeting: strings.NewReader("* OK\r\n")}
}

func dialPlainly(t *testing.T, srv *imaptest.Server) net.Conn {
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return nc
}

// greeted says the greeting once more, which was read before TLS or COMPRESS.
type greeted struct {
	net.Conn
	greeting *strings.Reader
}

func (g *greeted) Read(p []byte) (int, error) {
	if g.greeting.Len() > 0 {
		return g.greeting.Read(p)
	}
	return g.Conn.Read(p)
}

type deflated struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func (d *deflated) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d *deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		return n, err
	}
	return n, d.w.Flush()
}

// The time that faults take is virtual in a bubble, and the same through COMPRESS.
func TestFaultTimes(t *testing.T) {
	tests := map[string]struct {
		rule func(r *imaptest.Rule)
		want time.Duration
	}{
		"delay":   {func(r *imaptest.Rule) { r.Delay(time.Hour) }, time.Hour},
		"dribble": {func(r *imaptest.Rule) { r.Dribble(10, time.Second) }, 8 * time.Second}, // 87 bytes in nine pieces
	}
	transports := map[string]func(*testing.T, *imaptest.Server) net.Conn{"plain": dialPlainly, "compress": dialCompressed}
	for name, test := range tests {
		for transport, dial := range transports {
			t.Run(name+" "+transport, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
					c := faultClient(t, dial(t, srv))
					test.rule(srv.On("FETCH"))
					start := time.Now()
					c.nc.SetReadDeadline(time.Time{})
					c.send("a FETCH 1 BODY[]")
					for c.line() != "a OK FETCH completed\r\n" {
					}
					if got := time.Since(start); got != test.want {
						t.Errorf("got %v, want %v", got, test.want)
					}
				})
			})
		}
	}
}

// A slow line: 1,000 bytes a second.
func TestBandwidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"+strings.Repeat("x", 20_000)))
		nc, _ := srv.Dial(t.Context())
		c := faultClient(t, nc)
		srv.On("NOOP").Bandwidth(1000)
		c.ask("n", "NOOP")
		start := time.Now()
		c.ask("a", "FETCH 1 BODY[]")
		if got := time.Since(start); got < 20*time.Second || got > 21*time.Second {
			t.Errorf("20,000 bytes took %v, want 20 s", got)
		}
	})
}
