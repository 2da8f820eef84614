// Package memnet is a network in memory: connections with buffers and
// deadlines, and a listener for them. It works in a testing/synctest bubble:
// it waits on conditions and timers of the bubble, and has no goroutine.
package memnet

import (
	"context"
	"net"
	"sync"
)

// Listener accepts connections that [Listener.Dial] makes.
type Listener struct {
	name string

	mu      sync.Mutex // guards what follows
	cond    sync.Cond
	waiting []net.Conn
	closed  bool
}

// Listen makes a listener. The name is its address and that of its
// connections.
func Listen(name string) *Listener {
	l := &Listener{name: name}
	l.cond.L = &l.mu
	return l
}

// Dial makes a connection; it is there at once, accepted or not.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, net.ErrClosed
	}
	client, server := pipe(l.name)
	l.waiting = append(l.waiting, server)
	l.cond.Signal()
	return client, nil
}

// Accept waits for the next connection, or for Close.
func (l *Listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.closed && len(l.waiting) == 0 {
		l.cond.Wait()
	}
	if l.closed {
		return nil, net.ErrClosed
	}
	nc := l.waiting[0]
	l.waiting = l.waiting[1:]
	return nc, nil
}

// Close ends Accept and the connections that nobody has accepted.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, nc := range l.waiting {
		nc.Close()
	}
	l.waiting = nil
	l.cond.Broadcast()
	return nil
}

// Addr is the listener's name.
func (l *Listener) Addr() net.Addr { return Addr(l.name) }
