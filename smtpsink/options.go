package smtpsink

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Option fixes something about a sink.
type Option func(*config) error

// config is what the options come to.
type config struct {
	addr      string
	inMemory  bool
	maxSize   int64
	deliverer Deliverer
	auth      func(user, password string) error
	needAuth  bool
	clock     func() time.Time
	tls       *tls.Config
	startTLS  bool
	delay     time.Duration
	keepLast  int
	lmtp      bool
	without   []string // extensions that are not offered

	logMu sync.Mutex // one line at a time
	log   io.Writer
}

// DefaultMaxSize is the largest message that is taken, in bytes.
const DefaultMaxSize = 64 << 20

func newConfig(opts []Option) (*config, error) {
	c := &config{maxSize: DefaultMaxSize, clock: time.Now}
	var errs []error
	for _, opt := range opts {
		errs = append(errs, opt(c))
	}
	if c.inMemory && c.addr != "" {
		errs = append(errs, errors.New("InMemory excludes ListenOn"))
	}
	if c.lmtp && c.delay > 0 {
		errs = append(errs, errors.New("LMTP answers when a message has been filed, and excludes DeliverAfter"))
	}
	if c.needAuth && c.auth == nil {
		errs = append(errs, errors.New("RequireAuth needs WithAuth"))
	}
	return c, errors.Join(errs...)
}

// ListenOn fixes the address, host and port. The host must be a loopback
// address.
func ListenOn(addr string) Option {
	return func(c *config) error {
		c.addr = addr
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return fmt.Errorf("address %q: %w", addr, err)
		}
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return fmt.Errorf("address %q: only loopback addresses are served", addr)
		}
		return nil
	}
}

// InMemory opens no socket: [Sink.Dial] is the only way in.
func InMemory() Option { return func(c *config) error { c.inMemory = true; return nil } }

// MaxSize is the largest message in bytes; a larger one is refused with 552
// while it is read.
func MaxSize(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return fmt.Errorf("MaxSize: %d is not a size", n)
		}
		c.maxSize = n
		return nil
	}
}

// WithDeliverer files mail and decides which recipients there are.
func WithDeliverer(d Deliverer) Option {
	return func(c *config) error { c.deliverer = d; return nil }
}

// WithAuth offers AUTH PLAIN; check returns nil, or an [*Error] such as
// [AuthFailed].
func WithAuth(check func(user, password string) error) Option {
	return func(c *config) error { c.auth = check; return nil }
}

// RequireAuth refuses mail before AUTH with 530 5.7.0.
func RequireAuth() Option { return func(c *config) error { c.needAuth = true; return nil } }

// WithClock is where the times of messages come from.
func WithClock(now func() time.Time) Option {
	return func(c *config) error { c.clock = now; return nil }
}

// WithTLS replaces the sink's own certificate.
func WithTLS(cfg *tls.Config) Option { return func(c *config) error { c.tls = cfg; return nil } }

// StartTLS advertises STARTTLS. It is not the default because
// net/smtp.SendMail, which takes it up wherever it is offered, has no way to
// be told of the sink's certificate and would fail.
func StartTLS() Option { return func(c *config) error { c.startTLS = true; return nil } }

// KeepLast bounds the memory of a sink that takes much mail: [Sink.Messages] are the
// last n. The default is to keep all.
func KeepLast(n int) Option {
	return func(c *config) error {
		if n <= 0 {
			return fmt.Errorf("KeepLast: %d is not a number of messages", n)
		}
		c.keepLast = n
		return nil
	}
}

// DeliverAfter files mail so long after it was accepted, as a queue does that
// takes its time. The sender has its 250 at once; the message is among
// [Sink.Messages] when it has been filed. What cannot be filed then is lost, and
// in the log of [WithLog].
func DeliverAfter(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("DeliverAfter: %v is not a positive duration", d)
		}
		c.delay = d
		return nil
	}
}

// WithLog writes a line to w for every step of every transaction.
func WithLog(w io.Writer) Option { return func(c *config) error { c.log = w; return nil } }

func (c *config) logf(format string, args ...any) {
	if c.log == nil {
		return
	}
	c.logMu.Lock()
	defer c.logMu.Unlock()
	fmt.Fprintf(c.log, "smtp: "+format+"\n", args...)
}

// errorLog is where go-smtp reports connections that ended badly.
type errorLog struct{ cfg *config }

func (l errorLog) Printf(format string, v ...any) { l.cfg.logf(format, v...) }
func (l errorLog) Println(v ...any)               { l.cfg.logf("%s", fmt.Sprint(v...)) }
