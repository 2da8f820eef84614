package imaptest_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// BenchmarkSMTP sends 10,000 messages of 4 KB through four connections into one
// INBOX in which ten clients idle, and waits until each of them has heard of the
// last. Each message waits for the answer to the one before on its connection; "step
// by step" clients wait for the answer to every command. "bare go-smtp" is what a
// server on go-smtp does that reads the messages and keeps none, with nobody idling;
// "beside" is both in turns, and how much of go-smtp's pace ours has.
//
//	go test -run '^$' -bench SMTP -count 5 ./imaptest
func BenchmarkSMTP(b *testing.B) {
	for _, bench := range []struct {
		name string
		opts []smtpsink.Option
	}{
		{"keep-all", nil},
		{"keep-last-100", []smtpsink.Option{smtpsink.KeepLast(100)}},
		{"step-by-step", []smtpsink.Option{smtpsink.Without("PIPELINING")}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			sent := 0
			for b.Loop() {
				sent += benchmarkSMTP(b, bench.opts, bench.name != "step-by-step")
			}
			b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "messages/s")
		})
	}
	b.Run("bare-go-smtp", func(b *testing.B) {
		addr, raw, sent := startBare(b), benchMail(), 0
		for b.Loop() {
			sendAll(b, addr, raw, true)
			sent += benchMessages
		}
		b.ReportMetric(float64(sent)/b.Elapsed().Seconds(), "messages/s")
	})
	b.Run("beside", func(b *testing.B) {
		addr, raw := startBare(b), benchMail()
		var ours, bare time.Duration
		for b.Loop() {
			before := b.Elapsed()
			benchmarkSMTP(b, nil, true)
			between := b.Elapsed()
			sendAll(b, addr, raw, true)
			ours, bare = ours+between-before, bare+b.Elapsed()-between
		}
		b.ReportMetric(bare.Seconds()/ours.Seconds(), "of-go-smtp")
	})
}

// startBare starts a server on go-smtp that throws away what it takes.
func startBare(b *testing.B) (addr string) {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return discard{}, nil }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(ln) })
	b.Cleanup(func() {
		server.Close()
		serving.Wait()
	})
	return ln.Addr().String()
}

// discard takes every message and keeps none.
type discard struct{}

func (discard) Mail(string, *smtp.MailOptions) error { return nil }
func (discard) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (discard) Data(r io.Reader) error               { _, err := io.Copy(io.Discard, r); return err }
func (discard) Reset()                               {}
func (discard) Logout() error                        { return nil }

const (
	benchMessages = 10_000
	benchSenders  = 4
	benchIdlers   = 10
)

func benchmarkSMTP(b *testing.B, opts []smtpsink.Option, pipelining bool) (sent int) {
	b.StopTimer()
	srv := startOurs(b, imaptest.WithSMTP(opts...))
	defer srv.Close()
	var idlers, idling sync.WaitGroup
	idling.Add(benchIdlers)
	for range benchIdlers {
		c := dialTCP(b, srv.Addr())
		defer c.nc.Close()
		idlers.Go(func() { idleUntil(c, benchMessages, idling.Done) })
	}
	idling.Wait()
	raw := benchMail()
	b.StartTimer()
	sendAll(b, srv.SMTPAddr(), raw, pipelining)
	idlers.Wait()
	b.StopTimer()
	srv.SMTP().AssertCount(b, benchMessages)
	b.StartTimer()
	return benchMessages
}

// benchMail is a message of 4 KB as it goes over the wire, with the dot.
func benchMail() []byte {
	var sb strings.Builder
	sb.WriteString("From: a@example.com\r\nTo: user@example.com\r\nSubject: load\r\n\r\n")
	for sb.Len() < 4<<10 {
		sb.WriteString("A line of text as there are many in the mail of the world, of some length.\r\n")
	}
	sb.WriteString(".\r\n")
	return []byte(sb.String())
}

// idleUntil idles in INBOX until it has been told of n messages.
func idleUntil(c *benchConn, n int, idling func()) {
	c.do("LOGIN user password")
	c.do("SELECT INBOX")
	fmt.Fprint(c.nc, "i IDLE\r\n")
	c.until("+ ")
	idling()
	want := fmt.Sprintf("* %d EXISTS", n)
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			c.tb.Error(err)
			return
		}
		if bytes.HasPrefix(line, []byte(want)) {
			return
		}
	}
}

// sendAll sends all messages on as many connections as there are senders.
func sendAll(b *testing.B, addr string, raw []byte, pipelining bool) {
	var senders sync.WaitGroup
	for range benchSenders {
		senders.Go(func() { sendMany(b, addr, raw, benchMessages/benchSenders, pipelining) })
	}
	senders.Wait()
}

// sendMany sends a message n times on one connection; with pipelining MAIL, RCPT
// and DATA go in one group (RFC 2920).
func sendMany(b *testing.B, addr string, raw []byte, n int, pipelining bool) {
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		b.Error(err)
		return
	}
	defer nc.Close()
	r := bufio.NewReader(nc)
	expect := func(codes ...string) bool {
		for _, code := range codes {
			line, err := r.ReadSlice('\n')
			for err == nil && len(line) > 3 && line[3] == '-' {
				line, err = r.ReadSlice('\n')
			}
			if err != nil || !bytes.HasPrefix(line, []byte(code)) {
				b.Errorf("got %q, %v, want %s", line, err, code)
				return false
			}
		}
		return true
	}
	steps := [][]string{{"MAIL FROM:<a@example.com>\r\nRCPT TO:<user@example.com>\r\nDATA\r\n", "250", "250", "354"}}
	if !pipelining {
		steps = [][]string{{"MAIL FROM:<a@example.com>\r\n", "250"}, {"RCPT TO:<user@example.com>\r\n", "250"}, {"DATA\r\n", "354"}}
	}
	if !expect("220") {
		return
	}
	steps = append(steps, []string{string(raw), "250"})
	io.WriteString(nc, "EHLO bench\r\n")
	ok := expect("250")
	for i := 0; ok && i < n; i++ {
		for _, step := range steps {
			io.WriteString(nc, step[0])
			ok = ok && expect(step[1:]...)
		}
	}
}
