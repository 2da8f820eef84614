package imapd

import (
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/internal/saslserver"
	"github.com/go-mailtest/mailtest/internal/store"
)

// mechanism is a row of the table of SASL mechanisms. server makes the state
// machine of one exchange, which logs the connection in.
type mechanism struct {
	name   string
	tokens bool               // it takes a token
	usable func(c *conn) bool // nil: always
	server func(c *conn, ok *okResponse) sasl.Server
}

var mechanisms = makeMechanisms()

func makeMechanisms() []mechanism {
	var out []mechanism
	for _, m := range saslserver.Mechanisms {
		row := mechanism{name: m.Name, tokens: m.Tokens, server: func(c *conn, ok *okResponse) sasl.Server { return m.New(c.saslExchangeOf(ok, m.Tokens)) }}
		switch {
		case m.TLS:
			row.usable = overTLS
		case m.Tokens:
			row.usable = withTokens
		case m.Guests:
			row.usable = withGuests
		case m.Certificate:
			row.usable = withCertificate
		}
		out = append(out, row)
	}
	return out
}

// usableNow says whether it can be used. A profile that shows a mechanism for tokens
// refuses them where there are none.
func (m *mechanism) usableNow(c *conn) bool {
	return m.usable == nil || m.tokens && c.listed() != nil || m.usable(c)
}

// ProofCaps are the mechanisms that prove to know the password and do not send it, so that
// the server must know it too.
func ProofCaps() []imap.Cap {
	var out []imap.Cap
	for _, m := range saslserver.Mechanisms {
		if !m.Sends && !m.Tokens && !m.Certificate {
			out = append(out, imap.AuthCap(m.Name))
		}
	}
	return out
}

func overTLS(c *conn) bool { return c.tls != nil }

// withTokens: OAuth mechanisms are offered when an account has a token.
func withTokens(c *conn) bool { return c.srv.cfg.Store.HasTokens() }

// withGuests: ANONYMOUS is offered when there is an account for it.
func withGuests(c *conn) bool { return c.srv.cfg.Guest != "" }

// withCertificate: EXTERNAL is offered to clients that have shown one.
func withCertificate(c *conn) bool { return len(saslserver.CertificateNames(c.tls)) > 0 }

// saslExchangeOf is what a mechanism needs of the connection.
func (c *conn) saslExchangeOf(ok *okResponse, tokens bool) saslserver.Exchange {
	return saslserver.Exchange{
		Accounts: c.srv.accounts(),
		Check:    func(identity, name, password string) error { return c.login(identity, name, password, ok) },
		Login: func(account, identity string) error {
			user, found := c.srv.cfg.Store.User(account)
			if !found {
				return loginFailed()
			}
			return c.loginAs(user, identity, ok)
		},
		Refused: func(reason string) error {
			if tokens {
				return no("auth.token", imap.ResponseCodeAuthenticationFailed, "%s", reason)
			}
			return no("auth.password", imap.ResponseCodeAuthenticationFailed, "%s", reason)
		},
		Nonce: func() string { return fmt.Sprintf("%d.%d", c.info.Conn, c.srv.cfg.Store.Now().UnixNano()) },
		TLS:   c.tls, Certificate: c.srv.cfg.Certificate,
		OffersBinding: overTLS(c) && (c.has(imap.AuthCap("SCRAM-SHA-256-PLUS")) || c.has(imap.AuthCap("SCRAM-SHA-1-PLUS"))),
	}
}

// accounts are those of the store, with what the configuration says of them.
type accounts struct {
	store.Accounts
	cfg *Config
}

func (s *Server) accounts() accounts { return accounts{store.Accounts{Store: s.cfg.Store}, &s.cfg} }

// Guest: see [saslserver.Guests].
func (a accounts) Guest() string { return a.cfg.Guest }

// MayActAs: see [saslserver.Delegates].
func (a accounts) MayActAs(account, other string) bool {
	return a.cfg.MayActAs != nil && a.cfg.MayActAs(account, other)
}
