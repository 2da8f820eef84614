package imapd

import (
	"crypto/tls"
	"fmt"
	"net"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/store"
)

// Config says what a server is. Store is needed; everything else has a
// working zero value.
type Config struct {
	Store *store.Store
	// Caps are the capabilities of the profile; nil means [AllCaps].
	Caps []imap.Cap
	// Profile is how the server differs from what it is by itself, nil for not at all. If it
	// has lists of capabilities, they take the place of Caps.
	Profile *Profile
	// TLS makes STARTTLS possible. It is called when a client asks for it, unless there is
	// a hook for that.
	TLS func() *tls.Config
	// Certificate is what clients are shown, for channel binding; nil: there is none
	// to bind to.
	Certificate func() []byte
	// RequireTLS refuses LOGIN and AUTHENTICATE before TLS (LOGINDISABLED).
	RequireTLS bool
	// Autologout ends a connection that sends nothing for so long; zero means
	// never, so that a test can sit in a debugger.
	Autologout time.Duration
	// Greeting is the text of the first line.
	Greeting string
	// AppendLimit is the largest message in bytes; zero means DefaultAppendLimit.
	AppendLimit uint64
	// MessageLimit is how many messages a command may work on (RFC 9738); zero
	// means that there is no limit, and that none is advertised.
	MessageLimit uint32
	// SaveLimit is how many messages COPY and APPEND may add, where MessageLimit does not
	// limit everything (RFC 9738); zero means that there is no limit.
	SaveLimit uint32
	// MinBatch is the smallest batch of UIDBATCHES (RFC 10022, section 3.1.3.2); zero means
	// DefaultMinBatch.
	MinBatch uint32
	// JMAP is the URL of the JMAP session with the same mail (RFC 9698); "" for none.
	JMAP string
	// JMAPBy are the SASL mechanisms whose credentials are good there too, LOGIN for the
	// command; empty means all.
	JMAPBy []string
	// Progress is how long a command runs before it tells of its progress (RFC
	// 9585), and again; zero means DefaultProgress.
	Progress time.Duration
	// Guest is the account for AUTH=ANONYMOUS, "" for none.
	Guest string
	// MayActAs says whether an account may act as another (RFC 4422, section 3.4.1); nil
	// means that none may.
	MayActAs func(account, other string) bool
	// LoginReferral is where an account's mail is (RFC 2221): "" for here. With stays it may
	// log in all the same.
	LoginReferral func(account string) (url string, stays bool)
	// Host is where clients find this server, for the URLs of referrals; nil means localhost.
	Host func() string
	// ScrambleTexts says texts for people in a made-up language until a client asks for
	// another one.
	ScrambleTexts bool
	// StrictUTF8 refuses UTF-8 in quoted strings before it is enabled.
	StrictUTF8 bool
	// StrictHeaders refuses to APPEND 8-bit header fields before UTF-8 is enabled
	// (RFC 9755, section 4).
	StrictHeaders bool
	// StrictNames refuses to make mailboxes with a wildcard of LIST in their names.
	StrictNames bool
	// Submitters are the accounts of submission servers, which may redeem URLs of submit+
	// (RFC 4467, section 3); nil means DefaultSubmitter.
	Submitters []string
	// Annotations are what clients may set of METADATA.
	Annotations store.AnnotationLimits
	Hooks       Hooks
}

// DefaultProgress is the interval that RFC 9585, section 4, has for INPROGRESS.
const DefaultProgress = 10 * time.Second

// DefaultSubmitter is the name that RFC 4468, section 3.3, suggests.
const DefaultSubmitter = "submit"

// DefaultAppendLimit is the largest message that APPEND takes, in bytes.
const DefaultAppendLimit = 64 << 20

// Server serves connections. Its methods may be called from any goroutine.
type Server struct {
	cfg  Config
	caps capSet
	settled
	profile    *plan // nil: the server is as it is by itself
	commands   map[string]*commandSpec
	searchKeys []searchRow

	conns      serve.Group[*conn]
	roundTrips atomic.Int64
	lists      atomic.Uint64 // how many lists of mailboxes have been told in another order
	known      sync.Map      // names of commands that only the owner of the hooks knows

	asked func(gone <-chan struct{}) // for tests: called whenever a command asks whether it is to go on

	mu      sync.Mutex // guards what follows
	nextNum int
	shown   shownCaps
	changed chan struct{} // made when asked for, closed at the next change of a session
}

// NewServer checks the configuration. It refuses a capability that the engine
// does not have.
func NewServer(cfg Config) (*Server, error) {
	if cfg.Greeting == "" {
		cfg.Greeting = "mailtest ready"
	}
	if cfg.Progress == 0 {
		cfg.Progress = DefaultProgress
	}
	if cfg.MinBatch == 0 {
		cfg.MinBatch = DefaultMinBatch
	}
	if cfg.AppendLimit == 0 {
		cfg.AppendLimit = DefaultAppendLimit
	}
	if cfg.Submitters == nil {
		cfg.Submitters = []string{DefaultSubmitter}
	}
	caps, err := everything()
	if cfg.Caps != nil {
		caps, err = newCapSet(cfg.Caps)
	}
	if err != nil {
		return nil, err
	}
	profile, err := newPlan(cfg.Profile)
	if err != nil {
		return nil, err
	}
	if profile != nil {
		caps = profile.capSetFor(caps)
		if profile.Names.Lenient {
			cfg.Store.BeLenient()
		}
	}
	return &Server{cfg: cfg, caps: caps, settled: cfg.settle(caps), profile: profile, commands: commands, searchKeys: searchKeys}, nil
}

// Serve speaks IMAP on nc until either side ends it, and closes it. If nc is
// a *tls.Conn the session counts as encrypted from the start.
func (s *Server) Serve(nc net.Conn) {
	if c := s.begin(newConn(s, nc)); c != nil {
		s.serve(c)
	}
}

// Go is Serve in a goroutine that Close waits for. The connection is one of the
// server's when Go returns: who drops all connections then drops it too.
func (s *Server) Go(nc net.Conn) {
	if c := s.begin(newConn(s, nc)); c != nil {
		go s.serve(c)
	}
}

// begin counts a connection in, unless the server is closed.
func (s *Server) begin(c *conn) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.info.Conn = s.nextNum + 1
	if !s.conns.Begin(c) {
		c.Close()
		return nil
	}
	s.nextNum++
	s.notifyLocked()
	return c
}

// serve speaks on a connection that has begun, to its end.
func (s *Server) serve(c *conn) {
	defer s.ended(c)
	c.serve()
}

func (s *Server) ended(c *conn) {
	c.Finish()
	if closed := s.cfg.Hooks.Closed; closed != nil {
		closed(c.info.Conn, c.Why())
	}
	s.conns.End(c)
	s.wake()
}

// Close drops every connection and waits for their goroutines. After five
// seconds it gives up and names the sessions that are stuck.
func (s *Server) Close() error { return s.CloseFrom(0) }

// CloseFrom is Close that a hook of the connection of this number calls, and does not wait
// for that.
func (s *Server) CloseFrom(caller int) error {
	if left := s.conns.Close(func(c *conn) { c.cutBy("Close") }, s.callers(caller)...); len(left) > 0 {
		return fmt.Errorf("imapd: still running after 5 s: %s", s.describe())
	}
	return nil
}

// callers is the connection of a number; 0 is that of none.
func (s *Server) callers(number int) (callers []*conn) {
	if number == 0 {
		return nil
	}
	for _, c := range s.conns.Members() {
		if c.info.Conn == number {
			callers = append(callers, c)
		}
	}
	return callers
}

// cutBy closes the connection without a word, for that reason.
func (c *conn) cutBy(why string) {
	c.Blame(why)
	c.Cut()
}

// DropConns closes every connection without a word.
func (s *Server) DropConns() { s.dropConns("DropConns") }

func (s *Server) dropConns(why string) {
	for _, c := range s.conns.Members() {
		c.cutBy(why)
	}
}

// Restart is DropConns that waits until those connections are gone, but for that of which
// a hook calls it, 0 for none. It does not wait for clients that connect meanwhile.
func (s *Server) Restart(caller int) {
	s.dropConns("Restart")
	s.conns.Drop(func(c *conn) bool { return c.info.Conn != caller }, func(c *conn) { c.cutBy("Restart") })
}

// Reset counts connections and round trips anew, if there is no connection, and takes back
// Advertise and Conceal.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = shownCaps{}
	if len(s.conns.Members()) == 0 {
		s.nextNum = 0
	}
	s.roundTrips.Store(0)
}

// Shutdown says BYE [UNAVAILABLE] to every client, and closes its connection when
// it has been told: at once, or at the end of the command that runs.
func (s *Server) Shutdown(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns.Members() {
		c.farewell = text
		c.Wake()
	}
}

// toldToGo says BYE if Shutdown has asked for it.
func (c *conn) toldToGo() bool {
	c.srv.mu.Lock()
	text := c.farewell
	c.srv.mu.Unlock()
	if text != "" {
		c.Blame("Shutdown")
		c.sayBye(bye("bye.shutdown", imap.ResponseCodeUnavailable, "%s", text))
	}
	return text != ""
}

// whyTimeout is the BYE after a read that took too long.
func (c *conn) whyTimeout() *refusal {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	if c.farewell != "" {
		c.Blame("Shutdown")
		return bye("bye.shutdown", imap.ResponseCodeUnavailable, "%s", c.farewell)
	}
	c.Blame("autologout")
	return bye("bye.idle", imap.ResponseCodeUnavailable, "Autologout; idle for too long")
}

func (s *Server) describe() string {
	var out []string
	for _, info := range s.sessions(func(*conn) bool { return true }) {
		out = append(out, fmt.Sprintf("connection %d (%s) in %s", info.Conn, info.User, info.Command))
	}
	return strings.Join(out, ", ")
}

// Session is what a connection is doing.
type Session struct {
	Conn     int    // 1, 2, … in the order of connecting
	User     string // the account, "" before login
	Mailbox  string // the selected mailbox as it was named, "" for none
	ReadOnly bool
	Idling   bool
	Command  string // the command that runs, "" between commands
	TLS      bool
	Leaving  bool // Shutdown has told it to go
}

// Sessions lists the open connections in the order of connecting. One that the server has
// dropped is none, though its goroutine has yet to end.
func (s *Server) Sessions() []Session { return s.sessions(func(c *conn) bool { return !c.IsClosed() }) }

// sessions lists the connections that are wanted, in the order of connecting.
func (s *Server) sessions(wanted func(*conn) bool) []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Session
	for _, c := range s.conns.Members() {
		if wanted(c) {
			info := c.info
			info.Leaving = c.farewell != ""
			out = append(out, info)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Conn < out[j].Conn })
	return out
}

// RoundTrips is how often a client had to wait for the server: for the greeting,
// and for every answer or continuation that was sent because there was no
// further input.
func (s *Server) RoundTrips() int64 { return s.roundTrips.Load() }

// IsQuiet says that every connection waits for its client, and none has anything to read.
func (s *Server) IsQuiet() bool {
	for _, c := range s.conns.Members() {
		if !c.IsQuiet() {
			return false
		}
	}
	return true
}

// Changed is closed at the next change of a session: a connection, a login, a
// mailbox selected, a command or an IDLE begun or ended.
func (s *Server) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// wake wakes who waits for Changed.
func (s *Server) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notifyLocked()
}

func (s *Server) notifyLocked() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// update changes what Sessions shows of c and wakes who waits for it.
func (s *Server) update(c *conn, change func(*Session)) {
	s.mu.Lock()
	before := c.info
	change(&c.info)
	after := c.info
	s.notifyLocked()
	s.mu.Unlock()
	if hook := s.cfg.Hooks.Session; hook != nil && (before.User != after.User || before.Mailbox != after.Mailbox) {
		hook(after)
	}
}
