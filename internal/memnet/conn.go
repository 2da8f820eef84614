// Package memnet is a network in memory: connections with buffers and deadlines. It
// works in a testing/synctest bubble: it waits on conditions and timers of the
// bubble, and has no goroutine.
package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// bufferSize is how much a direction holds before the writer waits.
const bufferSize = 64 << 10

// Addr is the address of both ends.
type Addr string

// Network is "mem".
func (Addr) Network() string { return "mem" }

// String is the name that was given.
func (a Addr) String() string { return string(a) }

// Pipe is a connection in memory, buffered in both directions. Unlike
// net.Pipe a write does not wait for its read.
func Pipe() (client, server net.Conn) { return PipeAt("pipe") }

// PipeAt is a Pipe whose ends have a name for their address.
func PipeAt(name string) (client, server net.Conn) {
	p := &pipe{}
	p.up.cond.L, p.down.cond.L = &p.up.mu, &p.down.mu
	p.client = Conn{in: &p.down, out: &p.up, name: name}
	p.server = Conn{in: &p.up, out: &p.down, name: name}
	return &p.client, &p.server
}

// pipe is a connection.
type pipe struct {
	client, server Conn
	up, down       stream
}

// Conn is one end of a connection.
type Conn struct {
	in, out *stream
	name    string
}

// Read reads what the other end has written. After that end has closed, it
// reads what is left and then gives io.EOF.
func (c *Conn) Read(p []byte) (int, error) { return c.in.read(p) }

// HasInput says that a Read would not wait, or has yet to wake up with what it was handed.
func (c *Conn) HasInput() bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	return c.in.off < len(c.in.buf) || c.in.handed > 0 || c.in.writeClosed || c.in.wasReset || c.in.readClosed
}

// Write waits while the buffer is full.
func (c *Conn) Write(p []byte) (int, error) { return c.out.write(p) }

// Close ends both directions.
func (c *Conn) Close() error {
	c.in.closeRead()
	c.out.closeWrite()
	return nil
}

// Reset ends both directions as a host does that has been restarted: the other end
// reads what had come to it, as on Linux, and then gets ECONNRESET.
func (c *Conn) Reset() {
	c.out.reset()
	c.in.reset()
	c.Close()
}

// CloseWrite tells the other end that no more will come.
func (c *Conn) CloseWrite() error {
	c.out.closeWrite()
	return nil
}

// LocalAddr is the connection's name.
func (c *Conn) LocalAddr() net.Addr { return Addr(c.name) }

// RemoteAddr is the connection's name.
func (c *Conn) RemoteAddr() net.Addr { return Addr(c.name) }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

// SetReadDeadline ends reads with os.ErrDeadlineExceeded; zero is never.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.readBy.set(c.in, t)
	return nil
}

// SetWriteDeadline ends writes with os.ErrDeadlineExceeded; zero is never.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.out.writeBy.set(c.out, t)
	return nil
}

// stream is one direction.
type stream struct {
	mu          sync.Mutex // guards what follows
	cond        sync.Cond  // told of every change
	buf         []byte     // buf[off:] is not yet read
	off         int
	wanted      []byte // where one who waits reads to, and is handed what comes; nil: nobody waits
	handed      int    // how much that is; 0: nothing yet
	readClosed  bool
	writeClosed bool
	wasReset    bool
	readBy      deadline
	writeBy     deadline
}

// deadline is a time and whether it has passed. The stream's lock guards it.
type deadline struct {
	timer  *time.Timer
	passed bool
	gen    int // tells a timer that has been replaced
}

func (d *deadline) set(s *stream, t time.Time) {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.gen++
	d.passed = !t.IsZero() && time.Until(t) <= 0
	if !t.IsZero() && !d.passed {
		gen := d.gen
		d.timer = time.AfterFunc(time.Until(t), func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			if d.gen == gen {
				d.passed = true
				s.cond.Broadcast()
			}
		})
	}
	s.cond.Broadcast()
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readClosed:
			return 0, net.ErrClosed
		case s.readBy.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.off < len(s.buf):
			n := copy(p, s.buf[s.off:])
			if s.off += n; s.off == len(s.buf) {
				s.buf, s.off = s.buf[:0], 0
			}
			s.cond.Broadcast()
			return n, nil
		case s.wasReset:
			return 0, syscall.ECONNRESET
		case s.writeClosed:
			return 0, io.EOF
		}
		if n := s.await(p); n > 0 {
			return n, nil
		}
	}
}

// await waits for a change, and is how much of it has been handed over; s.mu is held.
func (s *stream) await(p []byte) (handed int) {
	if s.wanted != nil {
		s.cond.Wait() // somebody else is first
		return 0
	}
	s.wanted = p
	s.cond.Wait()
	handed = s.handed
	s.wanted, s.handed = nil, 0
	return handed
}

func (s *stream) write(p []byte) (int, error) {
	s.mu.Lock()
	if s.handOver(p) {
		s.mu.Unlock()
		s.cond.Broadcast() // who waits finds it unlocked
		return len(p), nil
	}
	defer s.mu.Unlock()
	written := 0
	for {
		switch {
		case s.writeClosed:
			return written, net.ErrClosed
		case s.wasReset:
			return written, syscall.ECONNRESET
		case s.readClosed:
			return written, io.ErrClosedPipe
		case s.writeBy.passed:
			return written, os.ErrDeadlineExceeded
		}
		if room := bufferSize - (len(s.buf) - s.off); room > 0 && len(p) > 0 {
			n := min(room, len(p))
			s.compact()
			s.buf = append(s.buf, p[:n]...)
			p, written = p[n:], written+n
			s.cond.Broadcast()
		}
		if len(p) == 0 {
			return written, nil
		}
		s.cond.Wait()
	}
}

// handOver gives all that is written to the one who waits for it; s.mu is held.
func (s *stream) handOver(p []byte) bool {
	open := !s.writeClosed && !s.wasReset && !s.readClosed && !s.writeBy.passed
	if !open || s.off < len(s.buf) || s.handed > 0 || len(p) == 0 || len(p) > len(s.wanted) {
		return false
	}
	s.handed = copy(s.wanted, p)
	return true
}

// compact moves what is not yet read to the front, so that the buffer does
// not grow beyond its size; s.mu is held.
func (s *stream) compact() {
	if s.off > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.off:])]
		s.off = 0
	}
}

func (s *stream) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wasReset = true
	s.cond.Broadcast()
}

func (s *stream) closeRead() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readClosed = true
	s.readBy.stop()
	s.cond.Broadcast()
}

func (s *stream) closeWrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeClosed = true
	s.writeBy.stop()
	s.cond.Broadcast()
}
