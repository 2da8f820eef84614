package imaptest

import (
	"net"
	"sync"

	"github.com/go-mailtest/mailtest/internal/loopback"
)

// listener accepts connections on a loopback port until it is closed.
type listener struct {
	addr  string // "" for an ephemeral port of 127.0.0.1
	serve func(net.Conn)

	mu     sync.Mutex // guards what follows
	ln     net.Listener
	closed bool
	paused bool          // addr is the port that was closed
	done   chan struct{} // closed when the accepting goroutine has ended
}

// open begins to listen and to accept; it does nothing if that has been done.
func (l *listener) open() error {
	if err := l.listen(); err != nil {
		return err
	}
	l.accept()
	return nil
}

// listen opens the port.
func (l *listener) listen() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln != nil || l.closed || l.paused {
		return nil
	}
	l.ln, err = loopback.Listen(l.addr)
	return err
}

// accept lets clients in, if the port is open.
func (l *listener) accept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln == nil || l.done != nil {
		return
	}
	l.done = make(chan struct{})
	go l.acceptFrom(l.ln, l.done)
}

func (l *listener) acceptFrom(ln net.Listener, done chan<- struct{}) {
	defer close(done)
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
		if l.paused {
			return l.addr
		}
		return ""
	}
	return l.ln.Addr().String()
}

// pause closes the port, so that connections to it are refused; resume opens the
// same one again. Both do nothing where no port was opened.
func (l *listener) pause() {
	l.mu.Lock()
	ln := l.ln
	if ln != nil && !l.closed {
		l.addr, l.ln = ln.Addr().String(), nil
		l.paused = true
	}
	done := l.done
	l.done = nil
	l.mu.Unlock()
	if ln != nil {
		ln.Close()
		<-done
	}
}

func (l *listener) resume() error {
	l.mu.Lock()
	paused := l.paused
	l.paused = false
	l.mu.Unlock()
	if !paused {
		return nil
	}
	return l.open()
}

func (l *listener) close() {
	l.mu.Lock()
	ln := l.ln
	done := l.done
	l.closed = true
	l.mu.Unlock()
	if ln != nil {
		ln.Close()
	}
	if ln != nil && done != nil {
		<-done
	}
}
