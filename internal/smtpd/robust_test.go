package smtpd_test

import (
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// wherever are the points at which a connection may end: what the client has sent by
// then.
func wherever() map[string]string {
	begun := "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n"
	return map[string]string{
		"at once":        "",
		"in a line":      "EHLO m",
		"after RCPT":     begun,
		"in DATA":        begun + "DATA\r\nhalf a mess",
		"in the dot":     begun + "DATA\r\nx\r\n.\r",
		"in a chunk":     begun + "BDAT 100\r\nhalf a mess",
		"between":        begun + "BDAT 4\r\nfour",
		"in the last":    begun + "BDAT 4\r\nfourBDAT 4 LAST\r\nfou",
		"in a discard":   "BDAT 999999999999\r\nx",
		"in AUTH":        "EHLO me\r\nAUTH PLAIN\r\n",
		"in a handshake": "EHLO me\r\nSTARTTLS\r\n",
		"in a long line": "NOOP " + strings.Repeat("x", 50_000),
		"many replies":   strings.Repeat("NOOP\r\n", 50_000),
	}
}

// Close, and the client's hanging up, end a connection wherever it is, within no time
// at all, and what was not sent whole is nothing.
func TestEnds(t *testing.T) {
	ends := map[string]func(s *server, client net.Conn){
		"Close":      func(s *server, _ net.Conn) { s.engine.Close() },
		"hang up":    func(_ *server, client net.Conn) { client.Close() },
		"reset":      func(_ *server, client net.Conn) { client.(*memnet.Conn).Reset() },
		"half-close": func(_ *server, client net.Conn) { go drain(client); client.(*memnet.Conn).CloseWrite() },
	}
	for where, sent := range wherever() {
		for how, end := range ends {
			t.Run(where+"/"+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newServer(t)
					s.accounts["ann"], s.cfg.Accounts = "a", s.accounts
					s.cfg.StartTLS = true
					s.start()
					client, nc := memnet.Pipe()
					s.engine.Go(nc, false)
					go client.Write([]byte(sent))
					synctest.Wait()
					start := time.Now()
					end(s, client)
					synctest.Wait()
					if _, ok := s.engine.Close(); !ok || time.Since(start) > 0 {
						t.Errorf("the connection ended after %v", time.Since(start))
					}
					if len(s.taken()) > 0 {
						t.Errorf("taken: %q", s.taken())
					}
					client.Close()
				})
			})
		}
	}
}

func drain(nc net.Conn) {
	buf := make([]byte, 4096)
	for {
		if _, err := nc.Read(buf); err != nil {
			return
		}
	}
}

// A hook that waits is let go by Close.
func TestCloseEndsWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		s.cfg.Hooks.Step = func(cmd *smtpd.Command, ctl smtpd.Control) error {
			if cmd.Stage == "MAIL" {
				ctl.Wait(time.Hour)
			}
			return nil
		}
		s.start()
		p := s.dial("1")
		p.Must(t, "EHLO me\r\nMAIL FROM:<>\r\n", "220 {*}", "...", "250 SIZE {*}")
		synctest.Wait()
		start := time.Now()
		if _, ok := s.engine.Close(); !ok || time.Since(start) > 0 {
			t.Errorf("Close took %v", time.Since(start))
		}
	})
}

// The client is told of a transaction before its backend hears that it was, and the
// backend hears it even if the client is gone.
func TestAnswered(t *testing.T) {
	s := newServer(t)
	s.start()
	p := s.open(t, "")
	p.Must(t, "DATA\r\nx\r\n.\r\n", "354 {*}", "250 {*}")
	p.Must(t, "NOOP\r\n", "250 {*}")
	p.Must(t, "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 3 LAST\r\nx\r\n")
	p.NC.Close()
	s.engine.Close()
	if s.told != len(s.taken()) || s.told == 0 {
		t.Errorf("%d told, %d taken", s.told, len(s.taken()))
	}
}

// A transaction of many recipients costs what its recipients cost.
func TestGrowth(t *testing.T)      { growth.Test(t, growths) }
func BenchmarkGrowth(b *testing.B) { growth.Benchmark(b, growths) }

var growths = []growth.Case{
	{Name: "SMTP recipients", Size: 12_500, Prepare: recipients(false)},
	{Name: "LMTP recipients", Size: 12_500, Prepare: recipients(true)},
}

func recipients(lmtp bool) func(tb testing.TB, n int) func() {
	return func(tb testing.TB, n int) func() {
		s := newServer(tb)
		s.cfg.LMTP = lmtp
		s.start()
		p := s.dial("1")
		return func() {
			go fmt.Fprint(p.NC, "LHLO me\r\nEHLO me\r\nMAIL FROM:<>\r\n", strings.Repeat("RCPT TO:<b@example.com>\r\n", n), "BDAT 0 LAST\r\nQUIT\r\n")
			for line := ""; !strings.HasPrefix(line, "221"); {
				var err error
				if line, err = p.ReadLine(); err != nil {
					tb.Fatal(err)
				}
			}
		}
	}
}

// writes counts what is written to a connection at a time.
type writes struct {
	net.Conn
	mu   sync.Mutex // guards what follows
	list []string
}

// Write notes a write.
func (w *writes) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.list = append(w.list, string(p))
	w.mu.Unlock()
	return w.Conn.Write(p)
}

// Replies to MAIL, RCPT and RSET in a group share a write; those to other commands,
// and to what is none, wait for nothing (RFC 2920, section 3.2).
func TestWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t)
		s.start()
		client, nc := memnet.Pipe()
		w := &writes{Conn: nc}
		s.engine.Go(w, false)
		go drain(client)
		fmt.Fprint(client, "EHLO me\r\n")
		synctest.Wait()
		w.list = nil
		fmt.Fprint(client, "MAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nRSET\r\nNOOP\r\nMAIL FROM:<>\r\nFOO\r\nVRFY x\r\nRCPT TO:<b@example.com>\r\n")
		synctest.Wait()
		var got []string
		for _, text := range w.list {
			codes := ""
			for line := range strings.Lines(text) {
				codes += line[:3] + " "
			}
			got = append(got, strings.TrimSpace(codes))
		}
		if want := "250 250 250 250|250 500|252|250"; strings.Join(got, "|") != want {
			t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
		}
		client.Close()
		synctest.Wait()
	})
}
