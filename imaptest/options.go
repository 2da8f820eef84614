package imaptest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/setting"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// Option fixes something about a server before its first byte.
type Option interface{ apply(*config) error }

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

// common is an option that the SMTP server has too.
func common(set setting.Option) Option {
	return optionFunc(func(c *config) error { return set(&c.Setting) })
}

// config is what the options come to.
type config struct {
	setting.Setting
	profile       Profile
	profiled      bool                       // the profile was given
	changes       []func(*ProfileSpec) error // of the profile, by options
	spec          *ProfileSpec               // the profile with them
	with, without []imap.Cap
	users         []userSpec
	mail          []fs.FS
	bare          bool
	anyLogin      bool
	smtp          bool
	smtpOpts      []smtpsink.Option
	submitters    []string
	autologout    time.Duration
	messageLimit  uint32
	saveLimit     uint32
	minBatch      uint32
	jmap          string
	jmapBy        []string
	wanted        []wanted
	guest         string
	acting        []acting
	referrals     []loginReferral
	scrambleTexts bool
	appendLimit   uint64
	progress      time.Duration
	strictUTF8    bool
	strictHeaders bool
	strictNames   bool
	store         *memstore.Store
	snapshot      *Snapshot // in place of the mail and the accounts
	always        always
	delim         rune

	transcriptLimit int
	limits          *Limits
	quotas          []fixtures.Quota // of the first account
	labels          *fixtures.Labels // of the first account; nil: it has none
	annotations     store.AnnotationLimits

	report, reportWithoutBodies bool
	unrecorded                  bool // for benchmarks: there is no history
}

// userSpec is an account of WithUser.
type userSpec struct {
	name, password string
	mail           []fs.FS
}

// WithUser adds an account, seeded with mail in the form of package fixtures.
// The first WithUser takes the place of the default account: there is no "user" then, and
// [WithMail] seeds the new one.
func WithUser(name, password string, mail ...fs.FS) Option {
	return optionFunc(func(c *config) error {
		if name == "" {
			return errors.New("WithUser: the account needs a name")
		}
		c.users = append(c.users, userSpec{name, password, mail})
		return nil
	})
}

// WithMail seeds the first account, or the accounts of accounts.txt, with
// mail in the form of package fixtures.
func WithMail(mail fs.FS) Option {
	return optionFunc(func(c *config) error {
		if mail == nil {
			return errors.New("WithMail: no file system")
		}
		c.mail = append(c.mail, mail)
		return nil
	})
}

// WithoutDefaultMailboxes gives accounts only INBOX and what their mail
// holds. Else each also has Drafts, Sent, Junk, Trash and Archive.
func WithoutDefaultMailboxes() Option {
	return optionFunc(func(c *config) error { c.bare = true; return nil })
}

// WithSMTP adds an SMTP server that files mail for the accounts, and lets them
// authenticate: a recipient is an account's name or alias, or has one as local part;
// user+Archive@… goes into Archive where that exists. Others are refused with
// 550 5.1.1; WithSMTP(smtpsink.Relay()) takes mail for them as well, and files it nowhere:
// srv.SMTP() has it. The options of smtpsink change all of that. What this package has an option
// for (clock, log, patience, a network in memory) the SMTP server has from here.
func WithSMTP(opts ...smtpsink.Option) Option {
	return optionFunc(func(c *config) error {
		c.smtp = true
		c.smtpOpts = append(c.smtpOpts, opts...)
		return nil
	})
}

// With adds capabilities to the profile.
func With(caps ...imap.Cap) Option {
	return optionFunc(func(c *config) error { c.with = append(c.with, caps...); return nil })
}

// Without takes capabilities from the profile, and those that need them: the
// server does not advertise them and refuses what belongs to them, as a server
// without them would. IMAP4rev2 goes with any of the extensions that it has
// taken in, MOVE for one.
func Without(caps ...imap.Cap) Option {
	return optionFunc(func(c *config) error { c.without = append(c.without, caps...); return nil })
}

// RequireTLS refuses logins before TLS: LOGINDISABLED is advertised until
// STARTTLS.
func RequireTLS() Option { return common(setting.RequireTLS()) }

// InMemory opens no socket: [Server.Dial] and [Server.Client] are the only
// ways in. A server in a testing/synctest bubble needs it.
func InMemory() Option { return common(setting.InMemory()) }

// ListenOn fixes the plain-text address, host and port, for clients that
// cannot be told an ephemeral one. The host must be a loopback address.
func ListenOn(addr string) Option { return common(setting.ListenOn(addr)) }

// ListenTLSOn is ListenOn for the port with implicit TLS.
func ListenTLSOn(addr string) Option { return common(setting.ListenTLSOn(addr)) }

// WithAutologout ends connections that send nothing for d. The default is
// never, so that a test can sit in a debugger.
func WithAutologout(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("WithAutologout: %v is not a positive duration", d)
		}
		c.autologout = d
		return nil
	})
}

// WithStore serves a store that the test has made. Its accounts are used as
// they are; the default account is added only if it has none.
func WithStore(store *memstore.Store) Option {
	return optionFunc(func(c *config) error {
		if store == nil {
			return errors.New("WithStore: no store")
		}
		c.store = store
		return nil
	})
}

// WithClock is where internal dates come from. The default is time.Now.
func WithClock(now func() time.Time) Option { return common(setting.WithClock(now)) }

// WithDelimiter is what separates the levels of mailbox names, "." for one. The
// default is "/", and in fixtures it is always that.
func WithDelimiter(delim rune) Option {
	return optionFunc(func(c *config) error {
		if !canDelimit(delim) {
			return fmt.Errorf("WithDelimiter: %q cannot separate names", delim)
		}
		c.delim = delim
		return nil
	})
}

// canDelimit says whether a character can separate the levels of names.
func canDelimit(r rune) bool {
	return r >= '!' && r <= '~' && !strings.ContainsRune(`"*%\&`, r) && !alphanumeric(r)
}

func alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// WithMessageLimit is how many messages a command may work on (RFC 9738). It is
// advertised as MESSAGELIMIT; the default is no limit.
func WithMessageLimit(n uint32) Option {
	return optionFunc(func(c *config) error {
		if n == 0 {
			return errors.New("WithMessageLimit: the limit must be 1 or more")
		}
		c.messageLimit = n
		return nil
	})
}

// WithAppendLimit is the largest message that APPEND takes, in bytes (RFC 7889);
// the default is 64 MiB. The messages of one MULTIAPPEND may have four times that
// together.
func WithAppendLimit(n uint64) Option {
	return optionFunc(func(c *config) error {
		if n == 0 {
			return errors.New("WithAppendLimit: the limit must be 1 or more")
		}
		if n > math.MaxUint32 {
			return fmt.Errorf("WithAppendLimit: %d is more than the 32 bits of RFC 7889, section 5", n)
		}
		c.appendLimit = n
		return nil
	})
}

// WithProgress is how long a command runs before the client is told how far it
// has come (INPROGRESS, RFC 9585), and again; the default is ten seconds. A
// nanosecond tells it after every message.
func WithProgress(d time.Duration) Option {
	return optionFunc(func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("WithProgress: %v is not a positive duration", d)
		}
		c.progress = d
		return nil
	})
}

// WithTranscriptLimit is how many bytes of the transcript are kept, the last
// ones; the default is [DefaultTranscriptLimit]. 0 keeps none, and failures show
// no lines of the wire. What is less than 128 KiB is taken for that.
func WithTranscriptLimit(bytes int) Option {
	return optionFunc(func(c *config) error {
		if bytes < 0 {
			return fmt.Errorf("WithTranscriptLimit: %d is not a size", bytes)
		}
		if c.transcriptLimit = bytes; bytes > 0 {
			c.transcriptLimit = max(bytes, minTranscriptLimit)
		}
		return nil
	})
}

// WithPatience is how long waits wait, if the test's deadline is not nearer; the
// default is [DefaultPatience].
func WithPatience(d time.Duration) Option { return common(setting.WithPatience(d)) }

// WithLog writes every line of every connection to w as it happens, long ones
// shortened: those of a client when they have come, those to it when they have been
// sent.
func WithLog(w io.Writer) Option { return common(setting.WithLog(w)) }
