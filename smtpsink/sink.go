package smtpsink

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
	"github.com/go-mailtest/mailtest/internal/told"
	"github.com/go-mailtest/mailtest/internal/transcript"
)

// TB is what the helpers need of a *testing.T, *testing.B or *testing.F. imaptest.TB
// is this type.
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
	cfg    *config
	rules  rule.Rules[*Command, *effect]
	engine *smtpd.Server
	plain  loopback.Listener
	tls    loopback.Listener

	inside rule.Inside // whose code of the test runs

	gone      chan struct{} // closed by Close
	closing   atomic.Bool
	closeOnce sync.Once
	closeErr  error

	test     string     // whose sink it is, "" for New
	above    told.Parts // of reports
	history  *history.History
	dialogue *transcript.Transcript
	lastID   atomic.Uint64 // of a transaction or report

	mu      sync.Mutex // guards what follows
	bugs    []error
	waiters map[*waiter]struct{}
	mark    int  // how often messages were forgotten
	shown   bool // a failure has been explained already
	memory
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
	s.For(t)
	leave := told.Join(s.test)
	t.Cleanup(func() {
		t.Helper()
		defer leave()
		if err := s.Close(); err != nil {
			t.Errorf("%v", err)
		}
		if !t.Failed() {
			s.CheckRules(t)
		} else {
			s.explain(t)
		}
	})
	return s
}

// For makes t the test that fails where a rule is made wrongly, at the line that does it. A
// sink that was made with New keeps such mistakes for Close; Start and imaptest.Start have
// said whose it is.
func (s *Sink) For(t TB) { s.rules.T, s.test = t, t.Name() }

// New starts a sink without a test; the caller closes it. The error names every option that
// is wrong, or an address that is in use.
func New(opts ...Option) (*Sink, error) {
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	s := &Sink{cfg: cfg, gone: make(chan struct{}), waiters: make(map[*waiter]struct{}), memory: newMemory()}
	s.rules.T = &rule.Collector{}
	s.history = cfg.history()
	s.dialogue = s.newDialogue()
	s.engine = s.newEngine()
	if err := s.listen(); err != nil {
		s.Close()
		return nil, fmt.Errorf("smtpsink: %w", err)
	}
	return s, nil
}

// Check says what is wrong with options, all at once, as the error of [New] does.
func Check(opts ...Option) error {
	if _, err := newConfig(opts); err != nil {
		return fmt.Errorf("smtpsink: %w", err)
	}
	return nil
}

// newEngine is what speaks SMTP.
func (s *Sink) newEngine() *smtpd.Server {
	engine := s.cfg.engine
	engine.Backend, engine.Clock, engine.RequireTLS = backend{s}, s.cfg.Clock, s.cfg.RequireTLS
	engine.Hooks = smtpd.Hooks{
		Begin: s.stepBegins, Step: s.askRules, After: s.stepAnswered, Open: s.connOpened, Closed: s.connClosed, Bug: s.noteBug,
	}
	return smtpd.NewServer(engine)
}

// noteBug keeps what Close is to report.
func (s *Sink) noteBug(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bugs = append(s.bugs, fmt.Errorf("smtpsink: %w", err))
}

// listen opens the ports that are to be there from the beginning, and lets clients in.
func (s *Sink) listen() error {
	s.plain = loopback.Listener{Addr: s.cfg.Addr, Serve: func(nc net.Conn) { s.engine.Go(nc, false) }}
	s.tls = loopback.Listener{Addr: s.cfg.TLSAddr, Serve: func(nc net.Conn) { s.engine.Go(nc, true) }}
	if s.cfg.InMemory {
		return nil
	}
	if err := s.plain.Open(); err != nil || s.cfg.TLSAddr == "" {
		return err
	}
	return s.tls.Open()
}

// Addr is 127.0.0.1:port, plain SMTP, with [StartTLS] if that was asked for. With InMemory
// there is none, and the test fails.
func (s *Sink) Addr() string {
	s.rules.T.Helper()
	s.hasAddr("Addr")
	return s.plain.Address()
}

// hasAddr fails the test where there is no address.
func (s *Sink) hasAddr(what string) bool {
	if s.cfg.InMemory {
		s.rules.T.Helper()
		s.rules.T.Errorf("%s: a sink that is InMemory has no address: Dial leads to it; that of a sweep is InMemory unless it has sweep.RealTime", what)
	}
	return !s.cfg.InMemory
}

// TLSAddr is 127.0.0.1:port with implicit TLS, as Addr is otherwise. The port is opened by the
// first call, unless [ListenTLSOn] fixes it.
func (s *Sink) TLSAddr() string {
	s.rules.T.Helper()
	if !s.hasAddr("TLSAddr") {
		return ""
	}
	if err := s.tls.Open(); err != nil {
		panic(fmt.Sprintf("smtpsink: %v", err))
	}
	return s.tls.Address()
}

// ClientTLSConfig trusts the sink's certificate.
func (s *Sink) ClientTLSConfig() *tls.Config { return testcert.ClientConfig() }

// ClientCertificate is one that the sink accepts as the account's: put it into the
// Certificates of ClientTLSConfig for AUTH EXTERNAL (RFC 4422, appendix A). With a
// configuration of [WithTLS] its ClientCAs decide.
func (s *Sink) ClientCertificate(account string) tls.Certificate { return testcert.Client(account) }

// CAPEM is the certificate authority that signed the sink's certificate.
func (s *Sink) CAPEM() []byte { return testcert.CAPEM() }

// Dial opens a connection in memory, with InMemory and without. After Close it is refused.
func (s *Sink) Dial(ctx context.Context) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	client, server := memnet.PipeAt("smtp")
	if !s.engine.Go(server, false) {
		return nil, &net.OpError{Op: "dial", Net: "mem", Err: fmt.Errorf("%w: the sink has been closed", syscall.ECONNREFUSED)}
	}
	return client, nil
}

// Close ends every connection and waits for every goroutine; after five
// seconds it returns an error that says which are left. It also reports
// panics, which clients saw as 421. A second Close returns what the first did. Where a rule's
// own code calls it, the connection for which that runs ends when it returns.
func (s *Sink) Close() error {
	caller := s.inside.Conn()
	if caller != 0 && s.closing.Load() {
		return nil // who closes it waits for the caller
	}
	s.closing.Store(true)
	s.closeOnce.Do(func() { s.closeErr = s.close(caller) })
	return s.closeErr
}

// close stops accepting, drops the connections, and waits for what served them, but for the
// caller.
func (s *Sink) close(caller int) error {
	close(s.gone)
	s.plain.Close()
	s.tls.Close()
	if stuck, ok := s.engine.CloseFrom(caller); !ok {
		s.noteBug(errors.New("still running after 5 s: " + s.lastWords(stuck)))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(append(slices.Clone(s.bugs), rule.Misuse(s.rules.T)...)...)
}
