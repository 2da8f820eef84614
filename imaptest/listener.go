package imaptest

import (
	"fmt"
	"net"
	"sync"
)

// listener accepts connections on a loopback port until it is closed.
type listener struct {
	addr  string // "" for an ephemeral port of 127.0.0.1
	serve func(net.Conn)

	mu     sync.Mutex // guards what follows
	ln     net.Listener
	closed bool
	done   chan struct{} // closed when the accepting goroutine has ended
}

// open begins to listen; it does nothing if that has been done.
func (l *listener) open() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln != nil || l.closed {
		return nil
	}
	addr := l.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	l.ln, l.done = ln, make(chan struct{})
	go l.accept(ln)
	return nil
}

func (l *listener) accept(ln net.Listener) {
	defer close(l.done)
	for {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		l.serve(nc)
	}
}

func (l *listener) address() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln == nil {
		return ""
	}
	return l.ln.Addr().String()
}

func (l *listener) close() {
	l.mu.Lock()
	ln := l.ln
	l.closed = true
	l.mu.Unlock()
	if ln != nil {
		ln.Close()
		<-l.done
	}
}
