// Package serve is what servers have in common, whatever they speak: connections
// that any goroutine may end, output that is gathered, and goroutines that Close
// waits for.
package serve

import (
	"io"
	"net"
	"sync"
	"time"
)

// Conn is a client's connection, as far as any goroutine may touch it.
type Conn struct {
	nc   net.Conn
	gone chan struct{} // closed by Close
	once sync.Once
}

// NewConn makes a Conn of a connection as it was accepted, in the clear or not.
func NewConn(nc net.Conn) *Conn { return &Conn{nc: nc, gone: make(chan struct{})} }

// Close closes the connection. It may be called more than once.
func (c *Conn) Close() {
	c.once.Do(func() { close(c.gone) })
	c.nc.Close()
}

// Gone is closed when the connection has been closed on this side.
func (c *Conn) Gone() <-chan struct{} { return c.gone }

// Reset closes the connection as a host does that has been restarted (RST).
func (c *Conn) Reset() {
	Reset(c.nc)
	c.Close()
}

// Wait waits, but no longer than the connection is there.
func (c *Conn) Wait(d time.Duration) { Wait(d, c.gone) }

// Silence reads and forgets what the client sends, until either side closes the
// connection.
func (c *Conn) Silence() {
	c.nc.SetReadDeadline(time.Time{})
	io.Copy(io.Discard, c.nc)
	c.Close()
}

// Reset makes Close send RST. The connection may be a *tls.Conn.
func Reset(nc net.Conn) {
	if inner, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = inner.NetConn()
	}
	switch nc := nc.(type) {
	case interface{ SetLinger(int) error }:
		nc.SetLinger(0)
	case interface{ Reset() }:
		nc.Reset()
	}
}

// Wait waits, but no longer than until gone is closed.
func Wait(d time.Duration, gone <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-gone:
	}
}
