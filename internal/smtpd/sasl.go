package smtpd

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// mechanism is a row of the table of SASL mechanisms. server makes the state
// machine of one exchange, which sets the connection's account.
type mechanism struct {
	name    string
	offered func(c *conn) bool
	server  func(c *conn) sasl.Server
}

// makeMechanisms is for servers to hold, because the rows' own functions look rows up:
// those that check a password themselves, and those of accounts.
func makeMechanisms() []mechanism {
	out := []mechanism{
		{sasl.Plain, checksPassword, checkedPlain},
		{sasl.Login, checksPassword, func(c *conn) sasl.Server { return saslserver.NewLogin(c.checkPassword) }},
	}
	for _, m := range saslserver.Mechanisms {
		out = append(out, mechanism{
			name: m.Name,
			offered: func(c *conn) bool {
				cfg := &c.srv.cfg
				return cfg.CheckPassword == nil && cfg.Accounts != nil && (!m.TLS || inTLS(c)) && (!m.Tokens || cfg.Accounts.HasTokens())
			},
			server: func(c *conn) sasl.Server { return m.New(c.saslExchange()) },
		})
	}
	return out
}

func (c *conn) mechanism(name string) *mechanism {
	for i := range c.srv.mechanisms {
		if m := &c.srv.mechanisms[i]; m.name == name && c.has("AUTH "+name) && m.offered(c) {
			return m
		}
	}
	return nil
}

func (c *conn) mechanismNames() (names []string) {
	for _, m := range c.srv.mechanisms {
		if c.has("AUTH "+m.name) && m.offered(c) {
			names = append(names, m.name)
		}
	}
	return names
}

func hasMechanisms(c *conn) bool {
	return len(c.mechanismNames()) > 0 && (inTLS(c) || !c.srv.cfg.RequireTLS)
}
func listMechanisms(c *conn) string { return strings.Join(c.mechanismNames(), " ") }

func authFailed() error {
	return refusal(535, smtp.EnhancedCode{5, 7, 8}, "authentication credentials invalid") // RFC 4954, section 6
}

func checksPassword(c *conn) bool { return c.srv.cfg.CheckPassword != nil }

func (c *conn) checkPassword(user, password string) error {
	if err := c.srv.cfg.CheckPassword(user, password); err != nil {
		return err
	}
	c.info.User = user
	return nil
}

func checkedPlain(c *conn) sasl.Server {
	return sasl.NewPlainServer(func(identity, user, password string) error {
		if identity != "" && identity != user {
			return authFailed()
		}
		return c.checkPassword(user, password)
	})
}

// saslExchange is what a mechanism needs of the connection.
func (c *conn) saslExchange() saslserver.Exchange {
	return saslserver.Exchange{
		Accounts:      c.srv.cfg.Accounts,
		Login:         c.login,
		Refused:       func(string) error { return authFailed() },
		Nonce:         func() string { return fmt.Sprintf("%d.%d", c.info.Conn, c.srv.cfg.Clock().UnixNano()) },
		Binding:       c.channelBinding,
		OffersBinding: slices.ContainsFunc(c.mechanismNames(), func(name string) bool { return strings.HasSuffix(name, "-PLUS") }),
	}
}

// login takes an account whose owner has proved to be it. identity is whom it
// wants to act as: nobody but itself.
func (c *conn) login(account, identity string) error {
	if identity != "" {
		if as, _, found := c.srv.cfg.Accounts.Password(identity); !found || as != account {
			return authFailed()
		}
	}
	c.info.User = account
	return nil
}

// channelBinding is for SCRAM-…-PLUS (RFC 5929, RFC 9266).
func (c *conn) channelBinding(kind string) (scram.ChannelBinding, error) {
	tc, ok := c.nc.(*tls.Conn)
	if !ok {
		return scram.ChannelBinding{}, errors.New("channel binding needs TLS")
	}
	var certificate []byte // nil if it is not known beforehand
	if list := c.srv.cfg.TLS().Certificates; len(list) > 0 && len(list[0].Certificate) > 0 {
		certificate = list[0].Certificate[0]
	}
	return saslserver.ChannelBinding(tc, certificate, kind)
}
