package imapd

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// interruption is what a command that works for long looks at now and then: it gives
// up when this side has closed the connection, or the client has hung up.
type interruption struct {
	stop     atomic.Bool // the connection is closed, or its client gone
	steps    int         // of the work that is done
	since    time.Time   // when it began
	watching bool
	gaveUp   bool           // interrupted has said so
	watchers []*watchedConn // one for each form of the connection: plain, TLS
}

// A command that has taken so many steps, or so long, is worth watching its client
// for.
const (
	watchAfterSteps = 256
	watchAfter      = 10 * time.Millisecond
)

// interrupted says whether the command is to be given up: it may return what it likes
// then, as it is not answered. Every loop over messages, mailboxes, keys or items calls
// it at every step; it costs a few nanoseconds.
func (c *conn) interrupted() bool {
	if !c.watching {
		c.steps++
		if c.steps >= watchAfterSteps || time.Since(c.since) > watchAfter {
			c.watching = true
			c.nc.watch()
		}
	}
	c.gaveUp = c.gaveUp || c.stop.Load() || c.out.broken.Load()
	return c.gaveUp
}

// beginWork is called before a command runs.
func (c *conn) beginWork() { c.steps, c.since, c.watching = 0, time.Now(), false }

// endWork is called when it has run.
func (c *conn) endWork() {
	if c.watching {
		c.watching = false
		c.nc.unwatch()
	}
}

// waitForWatchers returns when no goroutine reads the connection, which is closed.
func (c *conn) waitForWatchers() {
	for _, w := range c.watchers {
		w.waitIdle()
	}
}

// watchedConn is a connection that can be read ahead while a command runs. That is
// the only way to learn that the client has hung up. What it sends meanwhile, for it
// may send its next commands at any time, is kept for Read.
//
// A goroutine does so that begins with a command that takes long, and ends with the
// first byte that arrives behind its end: it is the one reader until then, and Read
// waits for it.
type watchedConn struct {
	net.Conn
	c *conn

	mu      sync.Mutex // guards what follows
	cond    sync.Cond  // told when ahead, err or reading have changed
	ahead   []byte     // what was read and is yet to be asked for
	err     error      // what ended the connection; told when ahead has been read
	watched bool       // a command runs that wants to know
	reading bool       // the goroutine is there
	direct  bool       // somebody is in Read himself: he will notice
}

// maxAhead is how much is read ahead. A client that has sent more is not watched.
const maxAhead = 256 << 10

func newWatchedConn(nc net.Conn, c *conn) *watchedConn {
	w := &watchedConn{Conn: nc, c: c}
	w.cond.L = &w.mu
	return w
}

// Read gives what has been read ahead, and then what comes.
func (w *watchedConn) Read(p []byte) (int, error) {
	w.mu.Lock()
	for len(w.ahead) == 0 && w.err == nil && w.reading {
		w.cond.Wait()
	}
	if len(w.ahead) > 0 {
		defer w.mu.Unlock()
		n := copy(p, w.ahead)
		if w.ahead = w.ahead[n:]; len(w.ahead) == 0 {
			w.ahead = nil
		}
		return n, nil
	}
	if w.err != nil {
		defer w.mu.Unlock()
		return 0, w.err
	}
	w.direct = true
	w.mu.Unlock()
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.direct = false
	w.note(err)
	return n, err
}

// note keeps the end of the connection; a deadline is none. w.mu is held.
func (w *watchedConn) note(err error) {
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		w.err = err
		w.c.stop.Store(true)
	}
}

// watch begins to read ahead.
func (w *watchedConn) watch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched = true
	if w.reading || w.direct || w.err != nil {
		return
	}
	w.reading = true
	go w.readAhead()
}

// unwatch ends it with the next byte.
func (w *watchedConn) unwatch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watched = false
}

func (w *watchedConn) readAhead() {
	piece := make([]byte, 4<<10)
	for more := true; more; {
		n, err := w.Conn.Read(piece)
		w.mu.Lock()
		w.ahead = append(w.ahead, piece[:n]...)
		w.note(err)
		more = err == nil && w.watched && len(w.ahead) < maxAhead
		w.reading = more
		w.cond.Broadcast()
		w.mu.Unlock()
	}
}

func (w *watchedConn) waitIdle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.reading {
		w.cond.Wait()
	}
}
