package smtpsink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// TB is what the helpers need of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Name() string
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// Sink is an SMTP server in the test's process. Its methods may be called
// from any goroutine.
type Sink struct {
	cfg   *config
	smtp  *smtp.Server
	mem   *memnet.Listener
	plain net.Listener // nil with InMemory
	tls   net.Listener // nil until TLSAddr

	accepting sync.WaitGroup
	delayed   sync.WaitGroup // what DeliverAfter has yet to file
	gone      chan struct{}  // closed by Close
	closeOnce sync.Once
	closeErr  error

	dialogue dialogue
	lastID   atomic.Uint64 // of a transaction or report
	grey     greylist
	rate     rateLimit

	mu            sync.Mutex // guards what follows
	messages      []*captured
	accepted      int
	settled       []*captured // the messages that are answered and filed, in that order
	settledBefore int         // how many there have been
	waiters       map[*waiter]struct{}
	changed       chan struct{} // made when asked for, closed when a message is settled
	full          map[Place]bool
	seen          map[filedID]bool
	bugs          []error
	open          map[*wireConn]struct{}
	closed        bool
	conns         int // so far
	rules         []*Rule
	steps         []Command // the last ones
}

// Start starts a sink that is ready on return and that t.Cleanup closes. What
// cannot be started is fatal.
func Start(t TB, opts ...Option) *Sink {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	t.Cleanup(func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Errorf("%v", err)
		}
		if !t.Failed() {
			s.CheckRules(t)
		}
	})
	return s
}

// New starts a sink without a test; the caller closes it. The error names an
// address that is in use.
func New(opts ...Option) (*Sink, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	s := &Sink{cfg: cfg, open: make(map[*wireConn]struct{}), mem: memnet.Listen("smtp"), gone: make(chan struct{})}
	s.full, s.seen = make(map[Place]bool), make(map[filedID]bool)
	s.waiters = make(map[*waiter]struct{})
	s.dialogue.log = cfg.log
	s.smtp = s.newServer()
	if err := s.listen(); err != nil {
		s.Close()
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	return s, nil
}

// newServer is a go-smtp that leaves to wireConn and session what they do
// themselves: TLS, AUTH, sizes, and which parameters there are.
func (s *Sink) newServer() *smtp.Server {
	srv := smtp.NewServer(smtp.BackendFunc(s.newSession))
	srv.Domain = s.cfg.hostname
	srv.MaxLineLength = maxLine + len(noDomain)
	srv.LMTP = s.cfg.lmtp
	srv.EnableBINARYMIME, srv.EnableSMTPUTF8, srv.EnableDSN = true, true, true
	srv.EnableDELIVERBY, srv.EnableRRVS, srv.EnableMTPRIORITY, srv.EnableREQUIRETLS = true, true, true, true
	srv.ErrorLog = errorLog{s}
	return srv
}

// errorLog is where go-smtp reports what went wrong: connections that ended
// badly, and panics, which fail the test.
type errorLog struct{ sink *Sink }

// Printf takes a panic with its stack.
func (l errorLog) Printf(format string, v ...any) {
	if !strings.HasPrefix(format, "panic") {
		return
	}
	l.sink.noteBug(fmt.Errorf("smtpsink: "+format, v...))
}

// Println is not used for anything that matters.
func (l errorLog) Println(...any) {}

// listen opens the sockets and begins to accept.
func (s *Sink) listen() (err error) {
	s.serve(trackingListener{s.mem, s, false})
	if s.cfg.inMemory {
		return nil
	}
	if s.plain, err = loopback.Listen(s.cfg.addr); err != nil {
		return err
	}
	s.serve(trackingListener{s.plain, s, false})
	if s.cfg.tlsAddr == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listenTLS()
}

// listenTLS opens the port for implicit TLS; s.mu is held.
func (s *Sink) listenTLS() (err error) {
	if s.tls, err = loopback.Listen(s.cfg.tlsAddr); err != nil {
		return err
	}
	if s.closed {
		return s.tls.Close()
	}
	s.serve(trackingListener{s.tls, s, true})
	return nil
}

// serve accepts in a goroutine that Close waits for.
func (s *Sink) serve(ln net.Listener) { s.accepting.Go(func() { s.smtp.Serve(ln) }) }

// Addr is 127.0.0.1:port, plain SMTP, with [StartTLS] if that was asked for; ""
// with InMemory.
func (s *Sink) Addr() string {
	if s.plain == nil {
		return ""
	}
	return s.plain.Addr().String()
}

// TLSAddr is 127.0.0.1:port with implicit TLS; "" with InMemory. The port is
// opened by the first call, unless [ListenTLSOn] fixes it.
func (s *Sink) TLSAddr() string {
	if s.cfg.inMemory {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tls == nil {
		if err := s.listenTLS(); err != nil {
			panic(fmt.Sprintf("smtpsink: %v", err))
		}
	}
	return s.tls.Addr().String()
}

// certificate is the sink's own, for the channel binding tls-server-end-point;
// nil if it is not known beforehand.
func (s *Sink) certificate() []byte {
	cfg := s.cfg.tls
	if cfg == nil {
		cfg = testcert.ServerConfig()
	}
	if len(cfg.Certificates) == 0 || len(cfg.Certificates[0].Certificate) == 0 {
		return nil
	}
	return cfg.Certificates[0].Certificate[0]
}

// ClientTLSConfig trusts the sink's certificate.
func (s *Sink) ClientTLSConfig() *tls.Config { return testcert.ClientConfig() }

// CAPEM is the certificate authority that signed the sink's certificate.
func (s *Sink) CAPEM() []byte { return testcert.CAPEM() }

// Dial opens a connection in memory, with InMemory and without.
func (s *Sink) Dial(ctx context.Context) (net.Conn, error) { return s.mem.Dial(ctx) }

// Close ends every connection and waits for every goroutine; after five
// seconds it returns an error that says which are left. It also reports
// panics, which clients saw as 421. A second Close returns what the first did.
func (s *Sink) Close() error {
	s.closeOnce.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

// close stops accepting, drops the connections, and lets go-smtp wait for
// what served them.
func (s *Sink) close() error {
	close(s.gone)
	s.mu.Lock()
	s.closed = true
	listeners := []net.Listener{s.mem, s.plain, s.tls}
	s.mu.Unlock()
	for _, ln := range listeners {
		if ln != nil {
			ln.Close()
		}
	}
	s.accepting.Wait()
	s.dropAll()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := errors.Join(s.smtp.Shutdown(ctx), s.waitForDelayed(ctx)); errors.Is(err, context.DeadlineExceeded) {
		s.noteBug(fmt.Errorf("smtpsink: still running after 5 s: %s", s.stuck()))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.bugs...)
}

// waitForDelayed waits for what DeliverAfter has begun to file.
func (s *Sink) waitForDelayed(ctx context.Context) error {
	done := make(chan struct{})
	go func() { s.delayed.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
