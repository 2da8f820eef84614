package imaptest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/memstore"
)

// ClientOption says how [Server.Client] connects.
type ClientOption func(*clientConfig)

type clientConfig struct {
	user    string
	tls     bool
	options *imapclient.Options
}

// ClientAs logs in to another account than the first.
func ClientAs(user string) ClientOption {
	return func(c *clientConfig) { c.user = user }
}

// ClientTLS connects by TCP to [Server.TLSAddr] and not in memory.
func ClientTLS() ClientOption { return func(c *clientConfig) { c.tls = true } }

// ClientOptions are go-imap's own: a handler for unilateral data, a debug
// writer.
func ClientOptions(options *imapclient.Options) ClientOption {
	return func(c *clientConfig) { c.options = options }
}

// Client is a go-imap client that is logged in to the first account, or to
// that of ClientAs, or that of a greeting with PREAUTH, over a connection in memory. t.Cleanup
// closes it. Where the profile's server takes no passwords the account is given a token, if
// it has none.
func (s *Server) Client(t TB, opts ...ClientOption) *imapclient.Client {
	t.Helper()
	cfg := clientConfig{user: s.first().name}
	for _, opt := range opts {
		opt(&cfg)
	}
	user := s.User(cfg.user).user(t)
	client, err := s.connect(cfg)
	if err != nil {
		s.fatalf(t, "connect: %v", err)
		return nil
	}
	t.Cleanup(func() { client.Close() })
	if client.WaitGreeting() == nil && client.State() == imap.ConnStateAuthenticated {
		return client // PREAUTH
	}
	if err := s.logIn(client, user); err != nil {
		s.fatalf(t, "log in as %s: %v", cfg.user, err)
	}
	return client
}

// logIn uses the password, or a token where the profile's list before login is without
// passwords.
func (s *Server) logIn(client *imapclient.Client, user *memstore.User) error {
	words := strings.Fields(s.cfg.spec.Caps.BeforeLogin)
	if !slices.Contains(words, string(imap.CapLoginDisabled)) || !slices.Contains(words, "AUTH=XOAUTH2") {
		return client.Login(user.Name(), user.Password()).Wait()
	}
	core, _ := s.core().User(user.Name())
	token, _ := core.Token()
	if token == "" {
		token = "token of " + user.Name()
		core.SetToken(token, time.Time{})
	}
	return client.Authenticate(bearer{user.Name(), token})
}

// bearer is the client's side of XOAUTH2.
type bearer struct{ user, token string }

func (b bearer) Start() (mech string, initial []byte, err error) {
	return "XOAUTH2", []byte("user=" + b.user + "\x01auth=Bearer " + b.token + "\x01\x01"), nil
}

// Next answers the challenge of a refusal, which asks for nothing.
func (b bearer) Next([]byte) ([]byte, error) { return []byte{}, nil }

func (s *Server) connect(cfg clientConfig) (*imapclient.Client, error) {
	if cfg.tls {
		options := &imapclient.Options{}
		if cfg.options != nil {
			*options = *cfg.options
		}
		options.TLSConfig = s.ClientTLSConfig()
		return imapclient.DialTLS(s.TLSAddr(), options)
	}
	nc, err := s.Dial(context.Background())
	if err != nil {
		return nil, err
	}
	return imapclient.New(nc, cfg.options), nil
}
