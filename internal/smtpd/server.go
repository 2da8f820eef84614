package smtpd

import (
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// Config says what a server is. Backend, Hostname, MaxSize, Clock and TLS are
// needed.
type Config struct {
	Backend  Backend
	Hostname string
	LMTP     bool // LMTP (RFC 2033) in place of SMTP
	// MaxSize is the largest message that is taken, in bytes.
	MaxSize int64
	// MaxRecipients is how many a message may have; 0 for any number.
	MaxRecipients int
	// Without are extensions, and mechanisms as "AUTH PLAIN", that are not offered.
	Without []string
	// RefuseBareLF refuses messages in which a CR or LF stands alone.
	RefuseBareLF bool
	// Clock is where times come from.
	Clock func() time.Time

	// TLS is called at the beginning of a handshake.
	TLS func() *tls.Config
	// StartTLS offers STARTTLS, and RequireTLS also refuses mail and AUTH without it.
	StartTLS, RequireTLS bool

	// Accounts are who can authenticate; nil for nobody.
	Accounts Accounts
	// CheckPassword takes the place of Accounts. It needs the password, and only
	// mechanisms that send it are offered.
	CheckPassword func(user, password string) error
	// RequireAuth refuses mail before AUTH.
	RequireAuth bool

	// FetchURL is what a URL of BURL stands for, given by an account that has authenticated,
	// "" for none. An error that is no *smtp.SMTPError is 554 5.6.6. nil: there is no BURL.
	FetchURL func(user, url string) ([]byte, error)

	Hooks Hooks
}

// Server serves connections. Its methods may be called from any goroutine.
type Server struct {
	cfg        Config
	without    map[string]bool
	extensions map[string]*extension
	group      serve.Group[*conn] // nil is the owner's own
	conns      atomic.Int64       // so far
}

// NewServer makes a server.
func NewServer(cfg Config) *Server {
	s := &Server{cfg: cfg, extensions: indexExtensions(), without: make(map[string]bool)}
	for _, name := range cfg.Without {
		s.without[strings.ToUpper(name)] = true
	}
	return s
}

// Go speaks SMTP on nc, after a TLS handshake if that is to be, in a goroutine
// that Close waits for, and closes nc. After Close it does nothing else, and says so.
func (s *Server) Go(nc net.Conn, implicitTLS bool) bool {
	c := newConn(s, nc)
	started := s.group.Go(c, func() {
		defer c.ended()
		c.serve(implicitTLS)
	})
	if !started {
		c.Close()
	}
	return started
}

// ended is the connection's end.
func (c *conn) ended() {
	c.Finish()
	if closed := c.srv.cfg.Hooks.Closed; closed != nil {
		closed(c.info.Conn, c.Why())
	}
}

// Background runs f in a goroutine that Close waits for.
func (s *Server) Background(f func()) { s.group.Go(nil, f) }

// Restart drops every connection and waits until they are gone, but for that of the caller,
// 0 for none. It does not wait for clients that connect meanwhile.
func (s *Server) Restart(caller int) {
	for _, c := range s.callers(caller) {
		c.Blame("Reset")
		c.Cut()
	}
	s.group.Drop(func(c *conn) bool { return c != nil && c.info.Conn != caller }, func(c *conn) {
		c.Blame("Reset")
		c.Close()
	})
}

// callers is the connection of a number; 0 is that of none.
func (s *Server) callers(number int) (callers []*conn) {
	for _, c := range s.group.Members() {
		if c != nil && c.info.Conn == number {
			callers = append(callers, c)
		}
	}
	return callers
}

// Close drops every connection and waits for all goroutines. If some do not end in
// [serve.Patience] it is not ok, and says which connections are stuck.
func (s *Server) Close() (stuck []int, ok bool) { return s.CloseFrom(0) }

// CloseFrom is Close that a hook of the connection of this number calls, and does not wait
// for that.
func (s *Server) CloseFrom(caller int) (stuck []int, ok bool) {
	left := s.group.Close(func(c *conn) {
		if c != nil {
			c.Blame("Close")
			c.Cut()
		}
	}, s.callers(caller)...)
	for _, c := range left {
		if c != nil {
			stuck = append(stuck, c.info.Conn)
		}
	}
	slices.Sort(stuck)
	return stuck, len(left) == 0
}
