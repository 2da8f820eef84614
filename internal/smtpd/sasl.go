package smtpd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// mechanisms are the rows of those that AUTH offers on this connection. A check of the
// owner's own needs the password.
func (c *conn) mechanisms() (out []saslserver.Mechanism) {
	cfg := &c.srv.cfg
	for _, m := range saslserver.Mechanisms {
		switch {
		case cfg.Accounts == nil && cfg.CheckPassword == nil || !c.has("AUTH "+m.Name):
		case cfg.CheckPassword != nil && !m.Sends:
		case m.TLS && !inTLS(c):
		case m.Tokens && !cfg.Accounts.HasTokens():
		case m.Certificate && len(saslserver.CertificateNames(c.tls)) == 0:
		case m.Guests && saslserver.GuestOf(cfg.Accounts) == "":
		default:
			out = append(out, m)
		}
	}
	return out
}

func (c *conn) mechanism(name string) (m saslserver.Mechanism, found bool) {
	list := c.mechanisms()
	i := slices.IndexFunc(list, func(m saslserver.Mechanism) bool { return m.Name == name })
	if i < 0 {
		return m, false
	}
	return list[i], true
}

func hasMechanisms(c *conn) bool {
	return len(c.mechanisms()) > 0 && (inTLS(c) || !c.srv.cfg.RequireTLS)
}

func listMechanisms(c *conn) string {
	var names []string
	for _, m := range c.mechanisms() {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

func authFailed() error {
	return refusal(535, smtp.EnhancedCode{5, 7, 8}, "authentication credentials invalid") // RFC 4954, section 6
}

// saslExchange is what a mechanism needs of the connection.
func (c *conn) saslExchange() saslserver.Exchange {
	x := saslserver.Exchange{
		Accounts:      c.srv.cfg.Accounts,
		Login:         c.login,
		Refused:       func(string) error { return authFailed() },
		Nonce:         func() string { return fmt.Sprintf("%d.%d", c.info.Conn, c.srv.cfg.Clock().UnixNano()) },
		TLS:           c.tls,
		Certificate:   c.certificate,
		OffersBinding: slices.ContainsFunc(c.mechanisms(), func(m saslserver.Mechanism) bool { return m.TLS }),
	}
	if c.srv.cfg.CheckPassword != nil {
		x.Check = c.checkPassword
	}
	return x
}

// checkPassword asks the owner. Nobody acts as another.
func (c *conn) checkPassword(identity, user, password string) error {
	if identity != "" && identity != user {
		return authFailed()
	}
	if err := c.srv.cfg.CheckPassword(user, password); err != nil {
		return err
	}
	c.info.User = user
	return nil
}

// login takes an account whose owner has proved to be it. identity is whom it
// wants to act as.
func (c *conn) login(account, identity string) error {
	as, ok := saslserver.Authorize(c.srv.cfg.Accounts, account, identity)
	if !ok {
		return authFailed()
	}
	c.info.User = as
	return nil
}

// certificate is what clients are shown, nil if it is not known beforehand.
func (c *conn) certificate() []byte {
	list := c.srv.cfg.TLS().Certificates
	if len(list) == 0 || len(list[0].Certificate) == 0 {
		return nil
	}
	return list[0].Certificate[0]
}
