package imaptest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/loopback"
	"github.com/go-mailtest/mailtest/internal/patience"
	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/internal/testcert"
	"github.com/go-mailtest/mailtest/internal/told"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// The account of a server that was given none.
const (
	DefaultUser     = "user"
	DefaultPassword = "password"
)

// Server is an IMAP server in the test's process. Its methods may be called
// from any goroutine.
type Server struct {
	cfg    *config
	mail   *memstore.Store
	origin origin
	engine *imapd.Server
	rec    *recorder
	sink   *smtpsink.Sink

	newcomers newcomers // AcceptAnyLogin

	plain, tls loopback.Listener
	limits     *limiter    // nil: none
	guard      *guard      // nil: none
	refusing   atomic.Bool // Refuse
	broke      atomic.Bool // DropConns, Restart or Shutdown
	refused    atomic.Int64
	handshakes atomic.Int64
	closing    atomic.Bool
	closeOnce  sync.Once
	closed     chan struct{} // closed by Close
	closeErr   error
	unfollow   func() // ends that the recorder learns of changes; nil: it never did

	t      TB          // what is called wrongly fails it; a collector for New
	test   string      // the name of t, "" for New
	inside rule.Inside // whose code of the test runs
	rules  rule.Rules[place, *effect]

	races   int  // that had been found when it was started
	virtual bool // it was started in a bubble

	page       livePage
	reportOnce sync.Once
	reportFile string     // "" for none
	above      told.Parts // of reports

	mu    sync.Mutex // guards what follows
	bugs  []error
	shown bool // a failure has been explained already

	firstFailure uint64 // its number, 0 for none
	failures     int    // that were recorded
	reportName   string // of the test, where the server was made with New
}

// Start starts a server that is ready on return and that t.Cleanup closes.
// Without options it has the account user, password "password", with INBOX,
// Drafts, Sent, Junk, Trash and Archive. What cannot be started is fatal.
func Start(t TB, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	s.t, s.rules.T, s.test = t, t, t.Name()
	if s.sink != nil {
		s.sink.For(t)
	}
	leave := told.Join(s.test)
	t.Cleanup(func() {
		t.Helper()
		defer leave()
		if err := s.Close(); err != nil {
			t.Errorf("%v", err)
		}
		if t.Failed() {
			s.explainRules(t)
		} else {
			s.CheckRules(t)
		}
		if t.Failed() {
			s.explainFailure(t)
			s.saveArtifacts(t)
		}
		s.saveReport(t)
	})
	return s
}

// New starts a server without a test; the caller closes it. The error names
// every option that is wrong, the file and line of a fixture, or the address
// that is in use.
func New(opts ...Option) (*Server, error) {
	cfg, err := newConfig(opts)
	accounts, wrongMail := cfg.accounts()
	if err := errors.Join(err, cfg.wrongSMTP(), wrongMail); err != nil {
		return nil, fmt.Errorf("imaptest: %w", err)
	}
	s := &Server{
		cfg: cfg, rec: newRecorder(cfg.Log, cfg.transcriptLimit, cfg.bounds()), closed: make(chan struct{}), limits: newLimiter(cfg.limits),
		t: &rule.Collector{}, races: races(), virtual: patience.Bubble(),
	}
	s.rules.T, s.rules.Noted = s.t, s.noteRule
	if err := s.start(accounts); err != nil {
		s.Close()
		return nil, fmt.Errorf("imaptest: %w", err)
	}
	return s, nil
}

func (s *Server) start(accounts []fixtures.Account) (err error) {
	s.mail = s.cfg.emptyStore()
	s.engine, err = imapd.NewServer(imapd.Config{
		Store:       s.core(),
		Caps:        s.cfg.ownCaps(),
		Profile:     s.cfg.compiled(),
		TLS:         testcert.ServerConfig,
		Certificate: func() []byte { return testcert.ServerConfig().Certificates[0].Certificate[0] },
		RequireTLS:  s.cfg.RequireTLS,
		Autologout:  s.cfg.autologout,

		MessageLimit: s.cfg.messageLimit,
		SaveLimit:    s.cfg.saveLimit,
		MinBatch:     s.cfg.minBatch,
		JMAP:         s.cfg.jmap,
		JMAPBy:       s.cfg.jmapBy,
		AppendLimit:  s.cfg.appendLimit,
		Progress:     s.cfg.progress,

		Guest:    s.cfg.guest,
		MayActAs: s.cfg.mayActAs,

		LoginReferral: s.cfg.loginReferral(),
		Host:          s.host,
		ScrambleTexts: s.cfg.scrambleTexts,

		StrictUTF8:    s.cfg.strictUTF8,
		StrictHeaders: s.cfg.strictHeaders,
		StrictNames:   s.cfg.strictNames,
		Submitters:    s.cfg.submitters,
		Annotations:   s.cfg.annotations,
		Hooks:         s.hooks(),
	})
	if err != nil {
		return err
	}
	s.plain = loopback.Listener{Addr: s.cfg.Addr, Serve: s.engine.Go}
	s.tls = loopback.Listener{Addr: s.cfg.TLSAddr, Serve: s.engine.GoTLS}
	if err := s.listen(); err != nil {
		return err
	}
	if err := s.startSink(); err != nil {
		return err
	}
	// Last, so that a store that the test brought along stays as it was if something
	// else cannot be had; and before the first client is let in.
	if err := s.cfg.seed(s.core(), accounts); err != nil {
		return err
	}
	if err := s.cfg.checkAccounts(s.core()); err != nil {
		return err
	}
	if !s.cfg.unrecorded {
		s.unfollow = s.core().Follow(s.rec.mail.note)
	}
	s.guard = newGuard(s)
	if s.cfg.store != nil || s.sink != nil {
		s.origin.of(s.mail) // others have a way to it
	}
	s.plain.Accept()
	s.tls.Accept()
	return nil
}

// listen opens the sockets whose addresses were given; nobody is accepted yet. An
// ephemeral port is opened by Addr or TLSAddr: a test that connects in memory needs
// none.
func (s *Server) listen() error {
	for _, l := range []*loopback.Listener{&s.plain, &s.tls} {
		if l.Addr == "" {
			continue
		}
		if err := l.Listen(); err != nil {
			return err
		}
	}
	return nil
}

// openAddr is the address of l, which is opened if need be. There is only
// one thing that can be wrong with an ephemeral port of the loopback
// interface: that the process has no file descriptors left.
func (s *Server) openAddr(l *loopback.Listener, what string) string {
	s.t.Helper()
	switch {
	case s.cfg.InMemory:
		s.errorf(s.t, "%s: a server that is InMemory has no address: Dial and Client lead to it"+inSweeps, what)
		return ""
	case s.closing.Load() && l.Address() == "":
		s.errorf(s.t, "%s: the server was closed before it had an address; Refuse is for a server that is down", what)
		return ""
	}
	if err := l.Open(); err != nil {
		panic(fmt.Sprintf("imaptest: %v", err))
	}
	if s.refusing.Load() {
		l.Pause() // the address is known, and refuses
	}
	return l.Address()
}

// host is what stands for this server in the URLs of referrals, "" for any.
func (s *Server) host() string {
	if s.cfg.InMemory {
		return ""
	}
	return s.Addr()
}

func (s *Server) hooks() imapd.Hooks {
	hooks := imapd.Hooks{
		Open:    s.open,
		Closed:  s.connClosed,
		Session: s.rec.session,
		Start:   s.commandBegins,
		Connect: s.connecting,
		Before:  s.beforeCommand,
		Literal: s.atLiteral,
		Ran:     s.commandRan,
		TLS:     s.tlsConfig,
		Login:   s.login,
		After:   s.rec.end,
		Bug: func(err error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.bugs = append(s.bugs, err)
		},
	}
	if s.cfg.anyLogin {
		s.newcomers.srv = s
		hooks.Password = s.newcomers.login
	}
	return hooks
}

// Close ends every connection and waits for every goroutine. After five
// seconds it returns an error that says who is stuck. It also reports what
// went wrong inside the server, which clients saw as NO [SERVERBUG], and how a server that
// was made with New was used wrongly. A second Close returns what the first did. Where a
// rule's own code calls it, the connection for which that runs ends when it returns.
func (s *Server) Close() error {
	caller := s.inside.Conn()
	if caller != 0 && s.closing.Load() {
		return nil // who closes it waits for the caller
	}
	s.closing.Store(true)
	s.closeOnce.Do(func() { s.closeErr = s.close(caller) })
	return s.closeErr
}

func (s *Server) close(caller int) error {
	close(s.closed)
	s.rec.history.End()
	var errs []error
	s.plain.Close()
	s.tls.Close()
	if s.sink != nil {
		errs = append(errs, s.sink.Close())
	}
	if s.engine != nil {
		errs = append(errs, s.engine.CloseFrom(caller))
	}
	s.guard.end()
	if s.unfollow != nil {
		s.unfollow()
	}
	s.mu.Lock()
	errs = append(errs, s.bugs...)
	s.mu.Unlock()
	return errors.Join(append(errs, rule.Misuse(s.t)...)...)
}

// Addr is 127.0.0.1:port, plain text with STARTTLS. The port is opened by the first call; after
// Close it is the address that the server had. With InMemory there is none, and the test fails.
func (s *Server) Addr() string {
	s.t.Helper()
	return s.openAddr(&s.plain, "Addr")
}

// TLSAddr is 127.0.0.1:port with implicit TLS, as Addr is otherwise.
func (s *Server) TLSAddr() string {
	s.t.Helper()
	return s.openAddr(&s.tls, "TLSAddr")
}

// SMTPAddr is the address of the SMTP server. Without WithSMTP, and with InMemory, there is
// none, and the test fails.
func (s *Server) SMTPAddr() string {
	s.t.Helper()
	switch {
	case s.sink == nil:
		s.errorf(s.t, "SMTPAddr: %s", noSMTP)
		return ""
	case s.cfg.InMemory:
		s.errorf(s.t, "SMTPAddr: a server that is InMemory has no address: SMTP().Dial leads to it"+inSweeps)
		return ""
	}
	return s.sink.Addr()
}

// What a test lacks is named for a sweep too, whose servers the test has not started itself.
const (
	noSMTP   = "there is no SMTP server: Start(t, imaptest.WithSMTP(), …), or in a sweep sweep.Server(imaptest.WithSMTP())"
	inSweeps = "; the servers of a sweep are InMemory unless it has sweep.RealTime"
)

// ClientTLSConfig trusts the server's certificate, for STARTTLS and TLSAddr.
func (s *Server) ClientTLSConfig() *tls.Config { return testcert.ClientConfig() }

// ClientCertificate is one that the server accepts as the account's: put it
// into the Certificates of ClientTLSConfig for AUTHENTICATE EXTERNAL, and AUTH EXTERNAL of SMTP.
func (s *Server) ClientCertificate(user string) tls.Certificate { return testcert.Client(user) }

// CAPEM is the certificate authority that signed the server's certificate.
func (s *Server) CAPEM() []byte { return testcert.CAPEM() }

// Store is the mail behind the server. What the test changes there is told in reports as what it
// does itself: see [Server.WriteReport].
func (s *Server) Store() *memstore.Store {
	s.origin.of(s.mail)
	return s.mail
}

// core is the store with what only the engine asks of it.
func (s *Server) core() *store.Store { return (*store.Store)(s.mail) }

// HasSMTP says whether there is an SMTP server, that of [WithSMTP].
func (s *Server) HasSMTP() bool { return s.sink != nil }

// SMTP is the SMTP server. Without [WithSMTP] there is none, and the test fails; with a server
// that was made with New it panics.
func (s *Server) SMTP() *smtpsink.Sink {
	if s.sink == nil {
		const why = "SMTP: " + noSMTP
		s.t.Helper()
		s.fatalf(s.t, why)
		panic("imaptest: " + why) // there is no test that could be stopped
	}
	return s.sink
}

// DropConns closes every IMAP connection without a word, as a network does.
func (s *Server) DropConns() {
	defer s.deed().done()
	s.broke.Store(true)
	s.engine.DropConns()
}
