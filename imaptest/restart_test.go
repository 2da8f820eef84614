package imaptest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// persistent is a client that connects again as soon as its connection ends, and logs
// in each time, until the returned function is called. It is ready when it has done so
// once.
func persistent(t *testing.T, dial func() (net.Conn, error)) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	first := make(chan struct{})
	var ready sync.Once
	var mu sync.Mutex
	var current net.Conn
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := dial()
			mu.Lock()
			current = nc
			mu.Unlock()
			select {
			case <-done:
				if err == nil {
					nc.Close()
				}
				return
			default:
			}
			if err != nil {
				continue
			}
			r := bufio.NewReader(nc)
			if _, err := r.ReadString('\n'); err == nil {
				io.WriteString(nc, "a LOGIN user password\r\n")
				if _, err := r.ReadString('\n'); err == nil {
					ready.Do(func() { close(first) })
				}
			}
			io.Copy(io.Discard, r)
			nc.Close()
		}
	})
	<-first
	return func() {
		close(done)
		mu.Lock()
		if current != nil {
			current.Close()
		}
		mu.Unlock()
		wg.Wait()
	}
}

// within runs f and fails if it takes longer than a test may wait.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatalf("%s does not return", what)
	}
}

// What ends connections waits for those that it ends, and not for the clients that are
// back at once.
func TestWaitsForNoNewcomers(t *testing.T) {
	dials := map[string]func(srv *imaptest.Server) func() (net.Conn, error){
		"memory": func(srv *imaptest.Server) func() (net.Conn, error) {
			return func() (net.Conn, error) { return srv.Dial(context.Background()) }
		},
		"tcp": func(srv *imaptest.Server) func() (net.Conn, error) {
			addr := srv.Addr()
			return func() (net.Conn, error) { return net.Dial("tcp", addr) }
		},
		"tls": func(srv *imaptest.Server) func() (net.Conn, error) {
			addr, dialer := srv.TLSAddr(), tls.Dialer{Config: srv.ClientTLSConfig()}
			return func() (net.Conn, error) { return dialer.DialContext(context.Background(), "tcp", addr) }
		},
	}
	for name, dial := range dials {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t)
			for range 4 {
				defer persistent(t, dial(srv))()
			}
			within(t, "Restart", func() {
				for range 50 {
					srv.Restart()
				}
			})
			within(t, "DropConns", func() {
				for range 50 {
					srv.DropConns()
				}
			})
			within(t, "Shutdown", func() { srv.Shutdown("down for a moment") })
			within(t, "Refuse and Accept", func() {
				for range 5 {
					srv.Refuse()
					if err := srv.Accept(); err != nil {
						t.Error(err)
					}
				}
			})
			within(t, "Close", func() {
				if err := srv.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The same in a bubble, in which a wait for ever is a deadlock.
func TestRestartInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		stop := persistent(t, func() (net.Conn, error) { return srv.Dial(t.Context()) })
		for range 50 {
			srv.Restart()
		}
		stop()
	})
}

// A connection that was made before is dropped, however short the time between, and
// whether or not it has been greeted.
func TestRestartDropsWhoHasJustCome(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	for range 200 {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		srv.Restart()
		nc.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.Copy(io.Discard, nc); err != nil {
			t.Fatalf("read after Restart: %v, want the end", err)
		}
		if n := srv.ConnsOpen(); n != 0 {
			t.Fatalf("%d connections are open", n)
		}
	}
}

// A client that does not read is dropped as fast as another: TLS has a word to say at
// the end, for which nobody waits. That would be five seconds each time; a busy machine is
// slow now and then.
func TestDropOfAStalledReaderIsQuick(t *testing.T) {
	var took []time.Duration
	for range 5 {
		took = append(took, dropStalledReader(t))
		if took[len(took)-1] < 2*time.Second {
			return
		}
	}
	t.Errorf("Restart took %v", took)
}

// dropStalledReader says how long it takes.
func dropStalledReader(t *testing.T) time.Duration {
	srv := imaptest.Start(t)
	raw := append([]byte("Subject: big\r\n\r\n"), make([]byte, 1<<20)...)
	for i := range raw[16:] {
		raw[16+i] = 'x'
	}
	for range 16 {
		srv.Inbox().Deliver(t, raw)
	}
	nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for range 8 {
		io.WriteString(nc, "a LOGIN user password\r\nb SELECT INBOX\r\nc FETCH 1:* BODY[]\r\n")
	}
	srv.WaitCommand(t, "SELECT")
	began := time.Now()
	srv.Restart()
	return time.Since(began)
}
