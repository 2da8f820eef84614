package serve_test

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/serve"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Close ends what runs and waits for it; nothing begins any more.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g serve.Group[string]
		ends := map[string]chan struct{}{"a": make(chan struct{}), "b": make(chan struct{})}
		var ended atomic.Int32
		for _, name := range []string{"a", "b", "b"} {
			g.Go(name, func() {
				<-ends[name]
				time.Sleep(time.Second)
				ended.Add(1)
			})
		}
		if left := g.Close(func(name string) { close(ends[name]) }); left != nil || ended.Load() != 3 {
			t.Errorf("%d have ended, %v are left", ended.Load(), left)
		}
		if g.Go("c", func() { t.Error("it runs") }) || g.Close(func(string) { t.Error("somebody is left") }) != nil {
			t.Error("the group is open")
		}
	})
}

// Who does not end is not waited for any longer than patience has it.
func TestGroupStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g serve.Group[string]
		end := make(chan struct{})
		g.Go("a", func() { <-end })
		g.Go("b", func() {})
		start := time.Now()
		if left := g.Close(func(string) {}); len(left) != 1 || left[0] != "a" || time.Since(start) != serve.Patience {
			t.Errorf("Close took %v, and left %v", time.Since(start), left)
		}
		close(end)
		if left := g.Close(func(string) {}); left != nil {
			t.Errorf("%v are left", left)
		}
	})
}

// Waits end with the connection, and a reset is one to the client.
func TestConn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, nc := memnet.Pipe()
		c := serve.NewConn(nc)
		start := time.Now()
		c.Wait(time.Minute)
		time.AfterFunc(time.Minute, func() { c.Drop(true) })
		c.Wait(time.Hour)
		if got := time.Since(start); got != 2*time.Minute {
			t.Errorf("waited for %v", got)
		}
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("got %v", err)
		}
		c.Close()
		<-c.Gone()
	})
}

// Silence hears all, and ends when the client hangs up.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, nc := memnet.Pipe()
		time.AfterFunc(time.Hour, func() { client.Close() })
		start := time.Now()
		go io.WriteString(client, "anything at all")
		serve.NewConn(nc).Silence()
		if got := time.Since(start); got != time.Hour {
			t.Errorf("it took %v", got)
		}
	})
}

// An output writes when it is told to, or when there is much; and nothing after an
// error, nor when the connection has been closed.
func TestOutput(t *testing.T) {
	w := &recorder{}
	c := serve.NewConn(w)
	o := &c.Out
	o.Add([]byte("one "), 0)
	o.Add([]byte("two"), 0)
	if len(w.wrote) != 0 || !o.Waiting() {
		t.Errorf("wrote %q", w.wrote)
	}
	o.Flush()
	o.Add(make([]byte, 40<<10), 0)
	if len(w.wrote) != 2 || w.wrote[0] != "one two" || len(w.wrote[1]) != 40<<10 {
		t.Errorf("%d writes", len(w.wrote))
	}
	o.Add([]byte("x"), 0)
	c.Close()
	if o.Add([]byte("y"), 0); o.Flush() == nil || len(w.wrote) != 2 {
		t.Errorf("wrote %q behind Close", w.wrote[2:])
	}
	w = &recorder{err: io.ErrShortWrite}
	c = serve.NewConn(w)
	c.Out.Add([]byte("x"), 0)
	c.Out.Flush()
	c.Out.Add([]byte("y"), 0)
	if err := c.Out.Flush(); err != w.err || len(w.wrote) != 1 || !c.IsGone() {
		t.Errorf("got %v, and wrote %q", err, w.wrote)
	}
}

// recorder is a connection that notes what is written.
type recorder struct {
	net.Conn
	wrote []string
	err   error
}

// Write notes.
func (r *recorder) Write(p []byte) (int, error) {
	r.wrote = append(r.wrote, string(p))
	return len(p), r.err
}

// Close does nothing.
func (r *recorder) Close() error { return nil }
