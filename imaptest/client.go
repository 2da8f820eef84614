package imaptest

import (
	"context"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
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
// closes it.
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
	if err := client.Login(user.Name(), user.Password()).Wait(); err != nil {
		s.fatalf(t, "log in as %s: %v", cfg.user, err)
	}
	return client
}

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
