package serve

import (
	"errors"
	"net"
	"os"
	"sync"
)

// Watch begins to look whether the client hangs up while nothing is read, and Unwatch
// ends it. They may be nested.
func (c *Conn) Watch() { c.stream.watch() }

// Unwatch is the end of a Watch. Between the two nothing may be attached.
func (c *Conn) Unwatch() { c.stream.unwatch() }

// watched is a connection that can be read ahead while something else is done. That is
// the only way to learn that the client has hung up. What it sends meanwhile, for it
// may send its next commands at any time, is kept for Read.
//
// A goroutine does so that begins with what takes long, and ends with the first byte
// that arrives behind its end: it is the one reader until then, and Read waits for it.
type watched struct {
	net.Conn
	c *Conn

	mu       sync.Mutex // guards what follows
	cond     sync.Cond  // told when ahead, err or reading have changed
	ahead    []byte     // what was read and is yet to be asked for
	err      error      // what ended the connection; told when ahead has been read
	watchers int        // how many want to know
	reading  bool       // the goroutine is there
	direct   bool       // somebody is in Read himself: he will notice
}

// maxAhead is how much is read ahead. A client that has sent more is not watched.
const maxAhead = 256 << 10

func newWatched(nc net.Conn, c *Conn) *watched {
	w := &watched{Conn: nc, c: c}
	w.cond.L = &w.mu
	return w
}

// Read gives what has been read ahead, and then what comes.
func (w *watched) Read(p []byte) (int, error) {
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
	w.c.waits.Store(true)
	n, err := w.Conn.Read(p)
	w.c.waits.Store(false)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.direct = false
	w.note(err)
	return n, err
}

// note keeps the end of the connection; a deadline is none. w.mu is held.
func (w *watched) note(err error) {
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		w.err = err
		w.c.lost()
	}
}

// watch begins to read ahead.
func (w *watched) watch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers++
	if w.reading || w.direct || w.err != nil {
		return
	}
	w.reading = true
	go w.readAhead()
}

// unwatch ends it with the next byte.
func (w *watched) unwatch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers--
}

func (w *watched) readAhead() {
	piece := make([]byte, 4<<10)
	for more := true; more; {
		n, err := w.Conn.Read(piece)
		w.mu.Lock()
		w.ahead = append(w.ahead, piece[:n]...)
		w.note(err)
		more = err == nil && w.watchers > 0 && len(w.ahead) < maxAhead
		w.reading = more
		w.cond.Broadcast()
		w.mu.Unlock()
	}
}

func (w *watched) waitIdle() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.reading {
		w.cond.Wait()
	}
}
