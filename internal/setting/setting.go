// Package setting is what can be said of every server, whatever it speaks: its network,
// clock, log and patience. imaptest and smtpsink each have a door to every option of it.
package setting

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/patience"
)

// Setting is what the options come to.
type Setting struct {
	InMemory      bool
	Addr, TLSAddr string // "" for any port
	RequireTLS    bool
	Clock         func() time.Time // nil: time.Now
	Log           io.Writer        // nil: none
	Patience      time.Duration    // of waits; 0: as usual
}

// Option sets one thing.
type Option func(*Setting) error

// Check says what contradicts each other, or the place where the server of that package is
// to be.
func (s *Setting) Check(pkg string) error {
	var errs []error
	if s.InMemory && s.Addr+s.TLSAddr != "" {
		errs = append(errs, errors.New("InMemory excludes ListenOn and ListenTLSOn"))
	}
	if !s.InMemory && patience.Bubble() {
		errs = append(errs, fmt.Errorf("a server with sockets in a testing/synctest bubble would stop its clock: %[1]s.Start(t, %[1]s.InMemory(), …), and clients that connect by Dial", pkg))
	}
	return errors.Join(errs...)
}

// InMemory opens no socket.
func InMemory() Option { return func(s *Setting) error { s.InMemory = true; return nil } }

// ListenOn fixes the address in the clear.
func ListenOn(addr string) Option {
	return func(s *Setting) error { s.Addr = addr; return loopback.Check(addr) }
}

// ListenTLSOn fixes the address of implicit TLS.
func ListenTLSOn(addr string) Option {
	return func(s *Setting) error { s.TLSAddr = addr; return loopback.Check(addr) }
}

// RequireTLS refuses what matters in the clear.
func RequireTLS() Option { return func(s *Setting) error { s.RequireTLS = true; return nil } }

// WithClock is where times come from.
func WithClock(now func() time.Time) Option {
	return func(s *Setting) error {
		if s.Clock = now; now == nil {
			return errors.New("WithClock: no clock")
		}
		return nil
	}
}

// WithLog is where every line goes, in one piece; nil is nowhere.
func WithLog(w io.Writer) Option {
	return func(s *Setting) error {
		if s.Log = nil; w != nil {
			s.Log = &lockedWriter{w: w}
		}
		return nil
	}
}

// WithPatience is how long waits wait.
func WithPatience(d time.Duration) Option {
	return func(s *Setting) error {
		if s.Patience = d; d <= 0 {
			return fmt.Errorf("WithPatience: %v is not a positive duration", d)
		}
		return nil
	}
}

// lockedWriter is for several servers with one log.
type lockedWriter struct {
	mu sync.Mutex // guards w
	w  io.Writer
}

// Write passes p on in one piece.
func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
