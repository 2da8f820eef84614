package imaptest_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/memnet"
)

// The benchmarks stand side by side with go-imap's imapserver on its
// imapmemserver, in the same run: compare the ratios.
//
//	go test -run '^$' -bench . -count 5 ./imaptest

// sampleServer is go-imap's server with one account and an INBOX.
type sampleServer struct {
	srv  *imapserver.Server
	ln   net.Listener
	user *imapmemserver.User
}

func startSample(tb testing.TB) *sampleServer {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return startSampleOn(tb, ln)
}

func startSampleOn(tb testing.TB, ln net.Listener) *sampleServer {
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("user", "password")
	if err := user.Create("INBOX", nil); err != nil {
		tb.Fatal(err)
	}
	mem.AddUser(user)
	srv := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
	})
	go srv.Serve(ln)
	return &sampleServer{srv, ln, user}
}

func (s *sampleServer) addr() string { return s.ln.Addr().String() }
func (s *sampleServer) close()       { s.srv.Close() }

// fill appends n small messages.
func (s *sampleServer) fill(tb testing.TB, n int) {
	for range n {
		if _, err := s.user.Append("INBOX", newLiteral(smallMail), &imap.AppendOptions{}); err != nil {
			tb.Fatal(err)
		}
	}
}

var smallMail = []byte("From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n")

type literal struct {
	*bytes.Reader
}

func newLiteral(b []byte) imap.LiteralReader { return literal{bytes.NewReader(b)} }

// startOurs is the same on this side.
func startOurs(tb testing.TB, opts ...imaptest.Option) *imaptest.Server {
	srv, err := imaptest.New(opts...)
	if err != nil {
		tb.Fatal(err)
	}
	return srv
}

// benchConn is a client that does no more than it must.
type benchConn struct {
	tb testing.TB
	nc net.Conn
	r  *bufio.Reader
}

func newBenchConn(tb testing.TB, nc net.Conn) *benchConn {
	c := &benchConn{tb, nc, bufio.NewReader(nc)}
	c.until("* ")
	return c
}

func dialTCP(tb testing.TB, addr string) *benchConn {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	return newBenchConn(tb, nc)
}

func dialMemory(tb testing.TB, srv *imaptest.Server) *benchConn {
	nc, err := srv.Dial(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return newBenchConn(tb, nc)
}

// do sends a command and reads up to its tagged line.
func (c *benchConn) do(command string) {
	if _, err := io.WriteString(c.nc, "t "+command+"\r\n"); err != nil {
		c.tb.Fatal(err)
	}
	if line := c.until("t "); !strings.HasPrefix(line, "t OK") {
		c.tb.Fatalf("%s: %s", command, line)
	}
}

func (c *benchConn) until(prefix string) string {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			c.tb.Fatal(err)
		}
		if bytes.HasPrefix(line, []byte(prefix)) {
			return string(line)
		}
	}
}

func BenchmarkStartClose(b *testing.B) {
	b.Run("mailtest", func(b *testing.B) {
		for b.Loop() {
			startOurs(b).Close()
		}
	})
	b.Run("mailtest-addr", func(b *testing.B) {
		for b.Loop() {
			srv := startOurs(b)
			srv.Addr() // opens the port
			srv.Close()
		}
	})
	b.Run("mailtest-memory", func(b *testing.B) {
		for b.Loop() {
			startOurs(b, imaptest.InMemory()).Close()
		}
	})
	b.Run("imapmemserver", func(b *testing.B) {
		for b.Loop() {
			startSample(b).close()
		}
	})
}

// BenchmarkSession is start, connect, log in, select, close; the floor is the same client, to whom
// a goroutine says again what ours has said.
func BenchmarkSession(b *testing.B) {
	session := func(c *benchConn) {
		c.do("LOGIN user password")
		c.do("SELECT INBOX")
		c.nc.Close()
	}
	b.Run("mailtest-memory", func(b *testing.B) {
		for b.Loop() {
			srv := startOurs(b, imaptest.InMemory())
			session(dialMemory(b, srv))
			srv.Close()
		}
	})
	b.Run("mailtest-tcp", func(b *testing.B) {
		for b.Loop() {
			srv := startOurs(b)
			session(dialTCP(b, srv.Addr()))
			srv.Close()
		}
	})
	b.Run("imapmemserver-tcp", func(b *testing.B) {
		for b.Loop() {
			srv := startSample(b)
			session(dialTCP(b, srv.addr()))
			srv.close()
		}
	})
	b.Run("imapmemserver-pipe", func(b *testing.B) {
		for b.Loop() {
			ln := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
			srv := startSampleOn(b, ln)
			session(newBenchConn(b, ln.dial()))
			srv.close()
		}
	})
	b.Run("floor-memory", func(b *testing.B) {
		srv := startOurs(b)
		said := answers(b, srv.Addr())
		srv.Close()
		for b.Loop() {
			client, server := memnet.Pipe()
			ended := make(chan struct{})
			go func() { defer close(ended); playBack(server, said) }()
			session(newBenchConn(b, client))
			<-ended
		}
	})
}

// pipeListener is a network of net.Pipe.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- server
	return client
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case nc := <-l.conns:
		return nc, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.closed); return nil }
func (l *pipeListener) Addr() net.Addr { return memnet.Addr("pipe") }

// BenchmarkFetch10000 is FETCH 1:* (UID FLAGS) on 10,000 messages over TCP.
func BenchmarkFetch10000(b *testing.B) {
	const n = 10_000
	fetch := func(b *testing.B, c *benchConn) {
		c.do("LOGIN user password")
		c.do("SELECT INBOX")
		for b.Loop() {
			c.do("FETCH 1:* (UID FLAGS)")
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		c.nc.Close()
	}
	ours := func(opts ...imaptest.Option) func(b *testing.B) {
		return func(b *testing.B) {
			srv := startOurs(b, opts...)
			defer srv.Close()
			if _, err := srv.Store().Users()[0].Inbox().AppendAll(slices.Repeat([][]byte{smallMail}, n)); err != nil {
				b.Fatal(err)
			}
			fetch(b, dialTCP(b, srv.Addr()))
		}
	}
	b.Run("mailtest", ours())
	b.Run("mailtest-no-transcript", ours(imaptest.WithTranscriptLimit(0)))
	b.Run("imapmemserver", func(b *testing.B) {
		srv := startSample(b)
		defer srv.close()
		srv.fill(b, n)
		fetch(b, dialTCP(b, srv.addr()))
	})
}

// BenchmarkNoop is a round trip, against an echo on the same loopback.
func BenchmarkNoop(b *testing.B) {
	noop := func(b *testing.B, c *benchConn) {
		c.do("LOGIN user password")
		for b.Loop() {
			c.do("NOOP")
		}
		c.nc.Close()
	}
	b.Run("mailtest", func(b *testing.B) {
		srv := startOurs(b)
		defer srv.Close()
		noop(b, dialTCP(b, srv.Addr()))
	})
	b.Run("mailtest-memory", func(b *testing.B) {
		srv := startOurs(b, imaptest.InMemory())
		defer srv.Close()
		noop(b, dialMemory(b, srv))
	})
	b.Run("imapmemserver", func(b *testing.B) {
		srv := startSample(b)
		defer srv.close()
		noop(b, dialTCP(b, srv.addr()))
	})
	b.Run("echo", benchmarkEcho)
}

// benchmarkEcho is the least that a round trip on this machine takes: lines
// of the same length, sent back by a loop that does nothing else.
func benchmarkEcho(b *testing.B) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	go func() {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		r := bufio.NewReader(nc)
		for {
			if _, err := r.ReadSlice('\n'); err != nil {
				return
			}
			fmt.Fprint(nc, "t OK NOOP completed\r\n")
		}
	}()
	nc, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	c := &benchConn{b, nc, bufio.NewReader(nc)}
	for b.Loop() {
		c.do("NOOP")
	}
}
