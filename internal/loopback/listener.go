package loopback

import (
	"net"
	"sync"
)

// Listener accepts connections on a loopback port until it is closed.
type Listener struct {
	Addr  string // "" for an ephemeral port of 127.0.0.1
	Serve func(net.Conn)

	mu     sync.Mutex // guards what follows
	ln     net.Listener
	closed bool
	paused bool          // Addr is the port that was closed
	done   chan struct{} // closed when the accepting goroutine has ended
}

// Open begins to listen and to accept; it does nothing if that has been done.
func (l *Listener) Open() error {
	if err := l.Listen(); err != nil {
		return err
	}
	l.Accept()
	return nil
}

// Listen opens the port.
func (l *Listener) Listen() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln != nil || l.closed || l.paused {
		return nil
	}
	l.ln, err = Listen(l.Addr)
	return err
}

// Accept lets clients in, if the port is open.
func (l *Listener) Accept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln == nil || l.done != nil {
		return
	}
	l.done = make(chan struct{})
	go l.acceptFrom(l.ln, l.done)
}

func (l *Listener) acceptFrom(ln net.Listener, done chan<- struct{}) {
	defer close(done)
	for {
		nc, err := ln.Accept()
		if err != nil {
			return
		}
		l.Serve(nc)
	}
}

// Address is host and port, "" until the port is open.
func (l *Listener) Address() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ln == nil {
		if l.paused {
			return l.Addr
		}
		return ""
	}
	return l.ln.Addr().String()
}

// Pause closes the port, so that connections to it are refused; Resume opens the
// same one again. Both do nothing where no port was opened.
func (l *Listener) Pause() {
	l.mu.Lock()
	ln := l.ln
	if ln != nil && !l.closed {
		l.Addr, l.ln = ln.Addr().String(), nil
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

// Resume: see Pause.
func (l *Listener) Resume() error {
	l.mu.Lock()
	paused := l.paused
	l.paused = false
	l.mu.Unlock()
	if !paused {
		return nil
	}
	return l.Open()
}

// Close closes the port, and waits for the goroutine that accepts.
func (l *Listener) Close() {
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
