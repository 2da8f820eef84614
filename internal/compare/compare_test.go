// Package compare measures the same work on this server, on go-imap's imapserver with
// imapmemserver (the peer), and on a floor: what this server says, played back by a program
// that does no work.
//
//	go test -run '^$' -bench Work ./internal/compare
package compare

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/go-mailtest/mailtest/imaptest"
)

// messages is how many messages of 2 KB there are.
const messages = 5000

// works are commands that come to a mailbox for the first time.
var works = []struct{ name, command string }{
	{"FETCH flags", "FETCH 1:* (UID FLAGS)"},
	{"FETCH ENVELOPE", "FETCH 1:* (ENVELOPE)"},
	{"FETCH BODYSTRUCTURE", "FETCH 1:* (BODYSTRUCTURE)"},
	{"SEARCH BODY", "SEARCH BODY needle"},
	{"SEARCH TEXT", "SEARCH TEXT needle"},
	{"SEARCH SUBJECT", "SEARCH SUBJECT needle"},
	{"SEARCH FROM", "SEARCH FROM needle"},
	{"STORE all", `STORE 1:* +FLAGS.SILENT (\Flagged)`},
	{"STORE half", `STORE ` + half() + ` +FLAGS.SILENT (\Flagged)`},
}

func half() string {
	var set []string
	for n := 1; n <= messages; n += 2 {
		set = append(set, fmt.Sprint(n))
	}
	return strings.Join(set, ",")
}

// mail is the mail, with a name, a date, and parts.
func mail() [][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("invoice meeting lunch report question answer holiday plan budget draft review order ticket")
	text := func(n int) string {
		var sb strings.Builder
		for line := 0; sb.Len() < n; {
			word := words[rnd.IntN(len(words))]
			if line += len(word) + 1; line > 70 {
				line = 0
				sb.WriteString("\r\n")
			}
			sb.WriteString(word + " ")
		}
		return sb.String()
	}
	out := make([][]byte, messages)
	for i := range out {
		var b bytes.Buffer
		fmt.Fprintf(&b, "Received: from mx%d.example.com by mail.example.com; Mon, 2 Jan 2023 15:04:05 +0000\r\n", i)
		fmt.Fprintf(&b, "From: \"Person %d\" <p%d@example.com>\r\nTo: Someone <someone@example.org>, other@example.net\r\n", i, i)
		fmt.Fprintf(&b, "Subject: %s %d\r\nDate: Mon, 2 Jan 2023 15:04:05 +0000\r\nMessage-ID: <%d@example.com>\r\nMIME-Version: 1.0\r\n", words[i%len(words)], i, i)
		if i%2 == 0 {
			fmt.Fprintf(&b, "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", text(1600))
		} else {
			fmt.Fprintf(&b, "Content-Type: multipart/alternative; boundary=\"bound-%d\"\r\n\r\n--bound-%d\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n%s\r\n--bound-%d\r\nContent-Type: text/html; charset=us-ascii\r\n\r\n<p>%s</p>\r\n--bound-%d--\r\n", i, i, text(700), i, text(700), i)
		}
		out[i] = b.Bytes()
	}
	return out
}

// client does no more than it must.
type client struct {
	tb testing.TB
	nc net.Conn
	r  *bufio.Reader
}

func dial(tb testing.TB, addr string) *client {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	c := &client{tb, nc, bufio.NewReaderSize(nc, 64<<10)}
	c.line()
	return c
}

func (c *client) line() []byte {
	line, err := c.r.ReadSlice('\n')
	for err == bufio.ErrBufferFull {
		line, err = c.r.ReadSlice('\n')
	}
	if err != nil {
		c.tb.Fatal(err)
	}
	return line
}

// do runs a command, and returns what came if it is to be kept.
func (c *client) do(command string, keep bool) (got []byte) {
	io.WriteString(c.nc, "t "+command+"\r\n")
	for {
		line := c.line()
		if keep {
			got = append(got, line...)
		}
		if bytes.HasPrefix(line, []byte("t ")) {
			if !bytes.HasPrefix(line, []byte("t OK")) {
				c.tb.Fatalf("%s: %s", command, line)
			}
			return got
		}
	}
}

// took is what a command takes of the processor, for the first time.
func took(tb testing.TB, addr, command string) time.Duration {
	c := dial(tb, addr)
	defer c.nc.Close()
	c.do("LOGIN user password", false)
	c.do("SELECT INBOX", false)
	start := cpuTime()
	c.do(command, false)
	return cpuTime() - start
}

// cpuTime is what this process has computed so far, client and server: others that use the
// machine do not count.
func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func ours(tb testing.TB, all [][]byte) (addr string, end func()) {
	srv, err := imaptest.New()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := srv.Store().Users()[0].Inbox().AppendAll(all); err != nil {
		tb.Fatal(err)
	}
	return srv.Addr(), func() { srv.Close() }
}

type literal struct{ *bytes.Reader }

func peer(tb testing.TB, all [][]byte) (addr string, end func()) {
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("user", "password")
	if err := user.Create("INBOX", nil); err != nil {
		tb.Fatal(err)
	}
	mem.AddUser(user)
	for _, raw := range all {
		if _, err := user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
			tb.Fatal(err)
		}
	}
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	go srv.Serve(ln)
	return ln.Addr().String(), func() { srv.Close() }
}

// floor says again what our server said.
func floor(tb testing.TB, all [][]byte, command string) (addr string, end func()) {
	from, endOurs := ours(tb, all)
	c := dial(tb, from)
	said := [][]byte{c.do("LOGIN user password", true), c.do("SELECT INBOX", true), c.do(command, true)}
	c.nc.Close()
	endOurs()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				r := bufio.NewReaderSize(nc, 1<<20)
				io.WriteString(nc, "* OK\r\n")
				for _, answer := range said {
					if _, err := r.ReadSlice('\n'); err != nil {
						return
					}
					nc.Write(answer)
				}
			}()
		}
	}()
	return ln.Addr().String(), func() { ln.Close() }
}

// BenchmarkWork prints a table of medians of five, a server anew for each.
func BenchmarkWork(b *testing.B) {
	all := mail()
	for _, work := range works {
		b.Run(strings.ReplaceAll(work.name, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				median := func(start func() (string, func())) time.Duration {
					var times []time.Duration
					for range 5 {
						addr, end := start()
						runtime.GC()
						d := took(b, addr, work.command)
						end()
						times = append(times, d)
					}
					slices.Sort(times)
					return times[2]
				}
				o := median(func() (string, func()) { return ours(b, all) })
				p := median(func() (string, func()) { return peer(b, all) })
				f := median(func() (string, func()) { return floor(b, all, work.command) })
				b.ReportMetric(o.Seconds()*1e3, "ms-ours")
				b.ReportMetric(float64(p)/float64(o), "peer/ours")
				b.ReportMetric(float64(o)/float64(f), "ours/floor")
			}
		})
	}
}
