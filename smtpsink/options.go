package smtpsink

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-mailtest/mailtest/internal/setting"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// Option fixes something about a sink. A sink of imaptest.WithSMTP has clock, log, patience
// and network from its server: [WithClock], [WithLog], [WithPatience] and [InMemory] are for
// one that stands alone.
type Option func(*config) error

// common is an option that imaptest's server has too.
func common(set setting.Option) Option { return func(c *config) error { return set(&c.Setting) } }

// config is what the options come to.
type config struct {
	setting.Setting
	engine smtpd.Config // but for what Setting has

	greylist   time.Duration
	rateN      int
	ratePer    time.Duration
	validSince map[string]time.Time // by address in lower case

	deliverer            Deliverer
	mailboxes            Mailboxes
	catchAll, into       string
	junkField, junkValue string
	placeBy              func(env Envelope, rcpt Recipient, raw []byte) (Place, error)
	noTrace              bool
	suppress             bool
	copies               int // for each recipient
	saveSent             bool
	bounceUnknown        bool
	relay                bool
	delay                time.Duration
	keepLast             int
}

// DefaultMaxSize is the largest message that is taken, in bytes.
const DefaultMaxSize = 64 << 20

func newConfig(opts []Option) (*config, error) {
	c := &config{Setting: setting.Setting{Clock: time.Now}, into: inbox, copies: 1}
	c.engine = smtpd.Config{MaxSize: DefaultMaxSize, Hostname: "localhost", TLS: testcert.ServerConfig}
	var errs []error
	for _, opt := range opts {
		errs = append(errs, opt(c))
	}
	errs = append(errs, c.Check("smtpsink"))
	conflict := func(bad bool, text string) {
		if bad {
			errs = append(errs, errors.New(text))
		}
	}
	conflict(c.engine.LMTP && c.delay > 0, "LMTP answers when a message has been filed, and excludes DeliverAfter")
	conflict(c.engine.LMTP && c.bounceUnknown, "LMTP answers for each recipient, and excludes BounceUnknown")
	conflict(c.relay && c.catchAll != "", "Relay files the mail of others nowhere, and excludes CatchAll")
	conflict(c.relay && c.bounceUnknown, "Relay sends the mail of others on, and excludes BounceUnknown")
	conflict(c.engine.RequireAuth && !c.hasAuth(), "RequireAuth needs WithAuth, WithAccounts or WithAccount")
	return c, errors.Join(errs...)
}

func (c *config) hasAuth() bool { return c.engine.CheckPassword != nil || c.engine.Accounts != nil }

// positive is an option whose number is above zero.
func positive[N int | int64 | time.Duration](name, what string, n N, set func(c *config)) Option {
	return func(c *config) error {
		if set(c); n <= 0 {
			return fmt.Errorf("%s: %v is not %s", name, n, what)
		}
		return nil
	}
}

// ListenOn fixes the address, host and port. The host must be a loopback
// address.
func ListenOn(addr string) Option { return common(setting.ListenOn(addr)) }

// ListenTLSOn fixes the address for implicit TLS, like ListenOn, and opens it at
// once.
func ListenTLSOn(addr string) Option { return common(setting.ListenTLSOn(addr)) }

// InMemory opens no socket: [Sink.Dial] is the only way in.
func InMemory() Option { return common(setting.InMemory()) }

// MaxSize is the largest message in bytes; a larger one is refused with 552
// while it is read.
func MaxSize(n int64) Option {
	return positive("MaxSize", "a size", n, func(c *config) { c.engine.MaxSize = n })
}

// WithAuth offers AUTH PLAIN and LOGIN; check returns nil, or an [*Error] such as
// [AuthFailed]. [WithAccounts] offers more.
func WithAuth(check func(user, password string) error) Option {
	return func(c *config) error {
		c.engine.CheckPassword = func(user, password string) error {
			err := check(user, password)
			if err != nil {
				err = asError(err) // else the engine would take it for a wrong password
			}
			return err
		}
		return nil
	}
}

// RequireAuth refuses mail before AUTH with 530 5.7.0.
func RequireAuth() Option { return func(c *config) error { c.engine.RequireAuth = true; return nil } }

// WithClock is where the times of messages come from.
func WithClock(now func() time.Time) Option { return common(setting.WithClock(now)) }

// WithPatience is how long a wait may take, if the test's deadline is not nearer; the
// default is ten seconds. In a testing/synctest bubble it is virtual time.
func WithPatience(d time.Duration) Option { return common(setting.WithPatience(d)) }

// WithTLS replaces the sink's own certificate.
func WithTLS(cfg *tls.Config) Option {
	return func(c *config) error { c.engine.TLS = func() *tls.Config { return cfg }; return nil }
}

// StartTLS advertises STARTTLS. It is not the default because
// net/smtp.SendMail, which takes it up wherever it is offered, has no way to
// be told of the sink's certificate and would fail.
func StartTLS() Option { return func(c *config) error { c.engine.StartTLS = true; return nil } }

// RequireTLS offers STARTTLS, and refuses mail and AUTH before it with 530 5.7.0.
func RequireTLS() Option { return common(setting.RequireTLS()) }

// Hostname is what the sink calls itself; the default is localhost.
func Hostname(name string) Option {
	return func(c *config) error {
		if name == "" || strings.ContainsAny(name, " \t\r\n") {
			return fmt.Errorf("Hostname: %q is not a name", name)
		}
		c.engine.Hostname = name
		return nil
	}
}

// RefuseBareLF refuses messages in which a CR or LF stands alone with 550 5.5.2;
// but not BINARYMIME ones. The default is to keep them as they are (RFC 5321,
// section 2.3.8, leaves both to a server): they end no line.
func RefuseBareLF() Option { return func(c *config) error { c.engine.RefuseBareLF = true; return nil } }

// WithLog writes every line of every connection to w as it happens, without
// secrets and without the bytes of messages.
func WithLog(w io.Writer) Option { return common(setting.WithLog(w)) }
