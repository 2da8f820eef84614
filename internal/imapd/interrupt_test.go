package imapd_test

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/growth"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// longCommands take long in a mailbox of 10,000 messages, or 2,000 mailboxes, whatever is
// done to make them fast: what they ask for is the product of two large numbers.
var longCommands = map[string]string{
	"SEARCH, keys":      "SEARCH" + strings.Repeat(" LARGER 1", 6500),
	"SEARCH, sets":      "SEARCH" + strings.Repeat(" OR SEEN 2:*", 5000),
	"SEARCH, NOT":       "SEARCH" + strings.Repeat(" NOT LARGER 99999", 3500),
	"SEARCH, OR":        "SEARCH" + strings.Repeat(" OR SEEN LARGER 1", 3500),
	"SEARCH, text":      "SEARCH" + strings.Repeat(" TEXT e", 8000),
	"SEARCH, RELEVANCY": "SEARCH RETURN (RELEVANCY) FUZZY (" + strings.Repeat(" SUBJECT many", 4800)[1:] + ")",
	"SORT, keys":        "SORT (SIZE) UTF-8" + strings.Repeat(" LARGER 1", 6500),
	"SORT, criteria":    "SORT (CC TO FROM SUBJECT DISPLAYTO DATE SIZE" + strings.Repeat(" CC REVERSE CC", 4500) + ") UTF-8 ALL",
	"THREAD, keys":      "THREAD REFERENCES UTF-8" + strings.Repeat(" LARGER 1", 6500),
	"ESEARCH, keys":     "ESEARCH IN (personal)" + strings.Repeat(" LARGER 1", 6500),
	"FETCH, items":      "FETCH 1:* (" + words(3300, "BODY.PEEK[1.%d]") + ")",
	"FETCH, fields":     "FETCH 1:* BODY.PEEK[HEADER.FIELDS (" + words(1500, "f%d") + ")]",
	"LIST, patterns":    `LIST "" (` + strings.Repeat("*o*n*g*x ", 6500) + "q)",
	"LSUB":              `LSUB "" ` + strings.Repeat("*%", 1900) + "q",
}

// manyMessages is a store in which commands take long. Nobody changes it.
var manyMessages = sync.OnceValue(func() *store.Store {
	mail := store.New()
	u, err := mail.AddUser("user", "password")
	if err != nil {
		panic(err)
	}
	drafts := make([]store.Draft, 10_000)
	for i := range drafts {
		drafts[i].Raw = []byte("Subject: one of many\r\nFrom: a@example.com\r\n\r\nThe same text.\r\n")
	}
	if _, err := u.Inbox().AppendAll(drafts); err != nil {
		panic(err)
	}
	for i := range 2000 {
		name := fmt.Sprintf("%s/%d", strings.Repeat("long", 200), i)
		if _, err := u.Create(name); err != nil {
			panic(err)
		}
		if err := u.Subscribe(name); err != nil {
			panic(err)
		}
	}
	return mail
})

// interruptible is an engine that says when a long command begins and when its
// connection ends, and that stops in the middle of it.
type interruptible struct {
	*imapd.Server
	began, answered, ended chan struct{}

	// middle is called in the midst of the long command, in its goroutine: when it asks
	// for the so manieth time whether it is to go on. Its client is watched then.
	middle func(gone <-chan struct{})
	at     int
	// That has been so far:
	long    bool
	asked   int
	lastly  time.Duration // of processor time: that somebody else has the machine is no fault
	longest time.Duration // between two times that it asked
}

func newInterruptible(t *testing.T, mail *store.Store, middle func(gone <-chan struct{})) *interruptible {
	t.Helper()
	s := &interruptible{began: make(chan struct{}), answered: make(chan struct{}), ended: make(chan struct{}),
		middle: middle, at: imapd.WatchAfterSteps}
	answered := sync.OnceFunc(func() { close(s.answered) }) // After is called again for what is lost
	var err error
	s.Server, err = imapd.NewServer(imapd.Config{Store: mail, TLS: testcert.ServerConfig, Hooks: imapd.Hooks{
		Before: func(cmd *imapd.Command, _ error, _ imapd.Control) error {
			s.long = cmd.Tag == "long"
			if s.long {
				s.lastly = growth.ProcessorTime()
				close(s.began)
			}
			return nil
		},
		After: func(cmd *imapd.Command) {
			if cmd.Tag == "long" && cmd.Result != "" {
				answered()
			}
		},
		Closed: func(int, string) { close(s.ended) },
		Bug:    func(err error) { t.Error(err) },
	}})
	if err != nil {
		t.Fatal(err)
	}
	s.OnAsked(s.ask)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// ask is what a command calls when it asks whether it is to go on.
func (s *interruptible) ask(gone <-chan struct{}) {
	if !s.long {
		return
	}
	now := growth.ProcessorTime()
	s.longest = max(s.longest, now-s.lastly)
	if s.asked++; s.asked == s.at {
		s.middle(gone)
		now = growth.ProcessorTime()
	}
	s.lastly = now
}

// connect is a client of one of the networks that has selected INBOX.
func (s *interruptible) connect(t *testing.T, network string) *asker {
	t.Helper()
	a := &asker{t: t, nc: s.dial(t, network)}
	a.reset()
	switch network {
	case "starttls":
		a.want("OK", "STARTTLS")
		a.nc = tls.Client(a.nc, testcert.ClientConfig())
		a.r = bufio.NewReader(a.nc)
	case "deflate":
		a.want("OK", "LOGIN user password")
		a.want("OK", "COMPRESS DEFLATE")
		a.nc = newDeflated(a.nc)
		a.r = bufio.NewReader(a.nc)
		a.want("OK", "SELECT INBOX")
		return a
	}
	a.enter("s")
	return a
}

// dial connects, to the server's port for TLS or another.
func (s *interruptible) dial(t *testing.T, network string) net.Conn {
	t.Helper()
	if network == "memory" {
		client, server := memnet.Pipe()
		s.Go(server)
		t.Cleanup(func() { client.Close() })
		return client
	}
	ln, err := loopback.Listen("")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	if network == "tls" {
		s.Go(tls.Server(server, testcert.ServerConfig()))
		return tls.Client(client, testcert.ClientConfig())
	}
	s.Go(server)
	return client
}

// deflated is the client's side of COMPRESS=DEFLATE (RFC 4978).
type deflated struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func newDeflated(nc net.Conn) *deflated {
	w, _ := flate.NewWriter(nc, flate.DefaultCompression)
	return &deflated{nc, flate.NewReader(nc), w}
}

func (d *deflated) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d *deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err != nil {
		return n, err
	}
	return n, d.w.Flush()
}

// ends are the ways in which a connection ends while a command runs.
var ends = map[string]func(srv *imapd.Server, client net.Conn){
	"DropConns":           func(srv *imapd.Server, _ net.Conn) { srv.DropConns() },
	"Close":               func(srv *imapd.Server, _ net.Conn) { srv.Close() },
	"the client hangs up": func(_ *imapd.Server, client net.Conn) { client.Close() },
	"it does behind more commands": func(_ *imapd.Server, client net.Conn) {
		io.WriteString(client, strings.Repeat("z NOOP\r\n", 2000))
		client.Close()
	},
}

// interrupt runs a command, ends the connection when it has asked so often whether it is
// to go on, and says how long it takes until the server has done with it, whenever it is
// ended up to then; reached is false if it does not ask so often. It is the time of the
// processor, unless somebody waits.
func interrupt(t *testing.T, network, command string, at int, end func(*imapd.Server, net.Conn)) (took time.Duration, reached bool) {
	t.Helper()
	middle := make(chan struct{})
	s := newInterruptible(t, manyMessages(), func(gone <-chan struct{}) { close(middle); <-gone })
	s.at = at
	a := s.connect(t, network)
	go io.Copy(io.Discard, a.r)
	fmt.Fprintf(a.nc, "long %s\r\n", command)
	select {
	case <-s.answered:
		return s.longest, false
	case <-middle:
	}
	began, used := time.Now(), growth.ProcessorTime()
	end(s.Server, a.nc)
	<-s.ended
	took = growth.ProcessorTime() - used
	if waited := time.Since(began); waited > growth.Slack*3*time.Second { // for whatever: a busy machine is not that slow
		took = max(took, waited)
	}
	select {
	case <-s.answered:
		t.Errorf("%.40s… has run to its end", command)
	default:
	}
	return max(took, s.longest), true
}

// soon interrupts a command and fails if none of some tries takes less than 100 ms, or
// what that is with the race detector: the machine may be busy, and is not so for ever.
func soon(t *testing.T, network, command string, at int, end func(*imapd.Server, net.Conn)) (reached bool) {
	t.Helper()
	const bound = growth.Slack * 100 * time.Millisecond
	var tries []time.Duration
	for range 10 {
		took, reached := interrupt(t, network, command, at, end)
		if took < bound {
			return reached
		}
		tries = append(tries, took)
	}
	t.Errorf("took %v, want less than %v", tries, bound)
	return false
}

// Whoever ends the connection ends the command that runs on it, early and late.
func TestEveryCommandCanBeInterrupted(t *testing.T) {
	for name, command := range longCommands {
		t.Run(name, func(t *testing.T) {
			for _, end := range []string{"DropConns", "the client hangs up"} {
				if !soon(t, "memory", command, imapd.WatchAfterSteps, ends[end]) {
					t.Errorf("%s: did not ask in time whether it is to go on", end)
				}
				soon(t, "memory", command, 8*imapd.WatchAfterSteps, ends[end])
			}
		})
	}
}

// In every way in which a connection ends, on every kind of connection.
func TestInterruptedByAnyEnd(t *testing.T) {
	for _, network := range []string{"memory", "tcp", "tls", "starttls", "deflate"} {
		for name, end := range ends {
			t.Run(network+", "+name, func(t *testing.T) {
				if !soon(t, network, longCommands["SEARCH, keys"], imapd.WatchAfterSteps, end) {
					t.Error("did not ask in time whether it is to go on")
				}
			})
		}
	}
}

// What a client sends while a long command runs, in whatever pieces, is answered
// after it and in its order.
func TestNothingSentMeanwhileIsLost(t *testing.T) {
	for _, network := range []string{"memory", "tcp", "tls", "starttls", "deflate"} {
		t.Run(network, func(t *testing.T) {
			middle, sent := make(chan struct{}), make(chan struct{})
			s := newInterruptible(t, manyMessages(), func(<-chan struct{}) { close(middle); <-sent })
			a := s.connect(t, network)
			io.WriteString(a.nc, "long SEARCH"+strings.Repeat(" LARGER 1", 200)+"\r\n")
			<-middle
			const n = 3000
			for i := range n {
				text := fmt.Sprintf("n%d NOOP\r\n", i)
				io.WriteString(a.nc, text[:i%len(text)])
				io.WriteString(a.nc, text[i%len(text):])
			}
			close(sent)
			want := append([]string{"* SEARCH 1 2 3", "long OK"}, make([]string, n)...)
			for i := range n {
				want[i+2] = fmt.Sprintf("n%d OK", i)
			}
			a.nc.SetReadDeadline(time.Now().Add(time.Minute))
			for _, line := range want {
				if got, err := a.r.ReadString('\n'); err != nil || !strings.HasPrefix(got, line) {
					t.Fatalf("got %.60q, %v, want %s", got, err, line)
				}
			}
		})
	}
}

// COMPRESS behind a long command, sent at once: what is read ahead is compressed.
func TestCompressBehindALongCommand(t *testing.T) {
	middle, sent := make(chan struct{}), make(chan struct{})
	s := newInterruptible(t, manyMessages(), func(<-chan struct{}) { close(middle); <-sent })
	a := s.connect(t, "tcp")
	io.WriteString(a.nc, "long SEARCH"+strings.Repeat(" LARGER 1", 200)+"\r\n")
	<-middle
	io.WriteString(a.nc, "c COMPRESS DEFLATE\r\n")
	close(sent)
	for {
		line, err := a.r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "c OK") {
			break
		}
	}
	a.nc = newDeflated(a.nc)
	a.r = bufio.NewReader(a.nc)
	a.want("OK", "NOOP")
}

// In a bubble too, where no time passes while a command runs; that the bubble ends
// shows that no goroutine is left.
func TestInterruptedInABubble(t *testing.T) {
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				middle := make(chan struct{})
				s := newInterruptible(t, manyMessages(), func(gone <-chan struct{}) { close(middle); <-gone })
				a := s.connect(t, "memory")
				go io.Copy(io.Discard, a.r)
				io.WriteString(a.nc, "long "+longCommands["SEARCH, keys"]+"\r\n")
				<-middle
				end(s.Server, a.nc)
				<-s.ended
			})
		})
	}
}

// A command of few steps that take long is watched too.
func TestInterruptedInFewSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInterruptible(t, manyMessages(), nil)
		steps := 0
		s.OnAsked(func(gone <-chan struct{}) {
			if s.long {
				steps++
				time.Sleep(time.Second)
			}
		})
		a := s.connect(t, "memory")
		fmt.Fprintf(a.nc, "long FETCH 1:* FLAGS\r\n")
		<-s.began
		a.nc.Close()
		<-s.ended
		if steps > 2 {
			t.Errorf("ended after %d steps, want 2 at most: that which takes long, and the next one", steps)
		}
	})
}

// A client that is told BYE by Shutdown gets the answer of its command first, however
// long that takes: only an end of the connection interrupts.
func TestShutdownInterruptsNothing(t *testing.T) {
	middle, down := make(chan struct{}), make(chan struct{})
	s := newInterruptible(t, manyMessages(), func(<-chan struct{}) { close(middle); <-down })
	a := s.connect(t, "tcp")
	io.WriteString(a.nc, "long SEARCH"+strings.Repeat(" LARGER 1", 500)+"\r\n")
	<-middle
	s.Shutdown("down")
	close(down)
	a.nc.SetReadDeadline(time.Now().Add(time.Minute))
	for _, want := range []string{"* SEARCH 1 2 3", "long OK", "* BYE [" + string(imap.ResponseCodeUnavailable) + "] down"} {
		if got, err := a.r.ReadString('\n'); err != nil || !strings.HasPrefix(got, want) {
			t.Fatalf("got %.60q, %v, want %s", got, err, want)
		}
	}
}
