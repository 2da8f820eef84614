// Package serve is what servers have in common, whatever they speak: connections
// that any goroutine may end, output that is gathered and recorded as far as it was
// sent, and goroutines that Close waits for.
//
// internal/README.md has the rooms around it.
package serve

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Conn is a client's connection. One goroutine reads and writes; the others may end it.
type Conn struct {
	Out Output // what is written passes here

	raw      net.Conn    // as it was accepted
	stream   *watched    // what is read and written now
	forms    []*watched  // the streams that there have been: plain, TLS
	waits    atomic.Bool // somebody reads, and has yet to get something
	gone     chan struct{}
	isGone   atomic.Bool // gone is closed: every step of every command asks
	closed   chan struct{}
	goneOnce sync.Once
	endOnce  sync.Once
	why      atomic.Pointer[string] // nil: the client hung up
}

// Blame says why the connection is about to end; the first reason is the one.
func (c *Conn) Blame(why string) { c.why.CompareAndSwap(nil, &why) }

// HungUp is why a connection has ended for which nobody was blamed.
const HungUp = "the client hung up"

// Why is why the connection has ended.
func (c *Conn) Why() string {
	if why := c.why.Load(); why != nil {
		return *why
	}
	return HungUp
}

// NewConn makes a Conn of a connection as it was accepted, in the clear or not. Its
// output counts no lines, and records them as they are.
func NewConn(nc net.Conn) *Conn {
	c := &Conn{raw: nc, gone: make(chan struct{}), closed: make(chan struct{})}
	c.Out.conn, c.Out.Show = c, showLine
	c.Attach(nc)
	return c
}

// Attach makes nc what is read and written: the connection, or TLS over it.
func (c *Conn) Attach(nc net.Conn) {
	c.stream = newWatched(nc, c)
	c.forms = append(c.forms, c.stream)
	c.Out.Through(c.stream)
}

// Stream is what is read and written now.
func (c *Conn) Stream() net.Conn { return c.stream }

// Gone is closed when the connection has been closed on this side, or the client is
// known to have hung up.
func (c *Conn) Gone() <-chan struct{} { return c.gone }

// IsGone says whether Gone is closed.
func (c *Conn) IsGone() bool { return c.isGone.Load() }

// IsClosed says whether Closed is closed.
func (c *Conn) IsClosed() bool {
	select {
	case <-c.closed:
		return true
	default:
		return false
	}
}

// Closed is closed when the connection has been closed on this side.
func (c *Conn) Closed() <-chan struct{} { return c.closed }

// lost notes that the connection leads nowhere.
func (c *Conn) lost() {
	c.goneOnce.Do(func() {
		c.isGone.Store(true)
		close(c.gone)
	})
}

// end ends what the connection's goroutine computes, or waits for.
func (c *Conn) end() {
	c.endOnce.Do(func() { close(c.closed) })
	c.lost()
}

// Close closes the connection. When it returns, what was recorded as sent has been
// sent. It may be called more than once.
func (c *Conn) Close() {
	c.end()
	c.raw.Close()
	c.Out.fail()
}

// Cut is Close without a word, not even that of TLS, for which a client that does not
// read would have to be waited for.
func (c *Conn) Cut() {
	c.end()
	inTheClear(c.raw).Close()
	c.Out.fail()
}

// Drop is Cut; with reset as a host does that has been restarted (RST).
func (c *Conn) Drop(reset bool) {
	if reset {
		Reset(c.raw)
	}
	c.Cut()
}

// Finish is Close that waits until nobody reads.
func (c *Conn) Finish() {
	c.Close()
	for _, w := range c.forms {
		w.waitIdle()
	}
}

// Wake makes a read end, or the next one, as one that has taken too long.
func (c *Conn) Wake() { c.raw.SetReadDeadline(time.Unix(1, 0)) }

// Wait waits, but no longer than the connection is there.
func (c *Conn) Wait(d time.Duration) {
	if d <= 0 {
		return
	}
	c.Watch()
	defer c.Unwatch()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.gone:
	}
}

// Silence reads and forgets what the client sends, until either side closes the
// connection.
func (c *Conn) Silence() {
	c.stream.SetReadDeadline(time.Time{})
	io.Copy(io.Discard, c.stream)
	c.Cut()
}

// SilenceBelow is Silence within a TLS handshake, which cannot be read through.
func (c *Conn) SilenceBelow() {
	nc := inTheClear(c.raw)
	nc.SetReadDeadline(time.Time{})
	io.Copy(io.Discard, nc)
	c.Cut()
}

// inTheClear is what is below a *tls.Conn.
func inTheClear(nc net.Conn) net.Conn {
	if over, ok := nc.(interface{ NetConn() net.Conn }); ok {
		return over.NetConn()
	}
	return nc
}

// Reset makes Close send RST. The connection may be a *tls.Conn.
func Reset(nc net.Conn) {
	switch nc := inTheClear(nc).(type) {
	case interface{ SetLinger(int) error }:
		nc.SetLinger(0)
	case interface{ Reset() }:
		nc.Reset()
	}
}
