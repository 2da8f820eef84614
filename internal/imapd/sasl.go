package imapd

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// mechanism is a row of the table of SASL mechanisms. server makes the state
// machine of one exchange, which logs the connection in.
type mechanism struct {
	name   string
	usable func(c *conn) bool // nil: always
	server func(c *conn, ok *okResponse) sasl.Server
}

var mechanisms = []mechanism{
	{"PLAIN", nil, func(c *conn, ok *okResponse) sasl.Server {
		return sasl.NewPlainServer(func(identity, user, password string) error {
			return c.login(identity, user, password, ok)
		})
	}},
	{"LOGIN", nil, func(c *conn, ok *okResponse) sasl.Server {
		return &loginServer{login: func(user, password string) error { return c.login("", user, password, ok) }}
	}},
	{"CRAM-MD5", nil, func(c *conn, ok *okResponse) sasl.Server { return &cramServer{c: c, ok: ok} }},
	{"SCRAM-SHA-1", nil, newSCRAMServer("SCRAM-SHA-1")},
	{"SCRAM-SHA-256", nil, newSCRAMServer("SCRAM-SHA-256")},
	{"SCRAM-SHA-1-PLUS", overTLS, newSCRAMServer("SCRAM-SHA-1-PLUS")},
	{"SCRAM-SHA-256-PLUS", overTLS, newSCRAMServer("SCRAM-SHA-256-PLUS")},
	{"XOAUTH2", withTokens, func(c *conn, ok *okResponse) sasl.Server { return &xoauth2Server{c: c, ok: ok} }},
	{sasl.OAuthBearer, withTokens, newOAuthBearerServer},
	{sasl.External, withCertificate, func(c *conn, ok *okResponse) sasl.Server {
		return sasl.NewExternalServer(func(identity string) error { return c.loginByCertificate(identity, ok) })
	}},
}

func overTLS(c *conn) bool { return c.tls != nil }

// withTokens: OAuth mechanisms are offered when an account has a token.
func withTokens(c *conn) bool { return c.srv.cfg.Store.HasTokens() }

// withCertificate: EXTERNAL is offered to clients that have shown one.
func withCertificate(c *conn) bool { return len(c.certificateNames()) > 0 }

// certificateNames are whom the client's certificate is for.
func (c *conn) certificateNames() []string {
	if c.tls == nil || len(c.tls.ConnectionState().VerifiedChains) == 0 {
		return nil
	}
	cert := c.tls.ConnectionState().PeerCertificates[0]
	return append([]string{cert.Subject.CommonName}, cert.EmailAddresses...)
}

// loginByCertificate: RFC 4422, appendix A.
func (c *conn) loginByCertificate(identity string, ok *okResponse) error {
	for _, name := range c.certificateNames() {
		if user, found := c.srv.cfg.Store.User(name); found {
			return c.loginAs(user, identity, ok)
		}
	}
	return no(imap.ResponseCodeAuthenticationFailed, "no account has the certificate's name")
}

// cramServer is CRAM-MD5: RFC 2195.
type cramServer struct {
	c         *conn
	ok        *okResponse
	challenge string
}

// Next sends a challenge that is not repeated, and then checks the digest.
func (s *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if s.challenge == "" {
		if response != nil {
			return nil, false, errors.New("CRAM-MD5 has no initial response")
		}
		s.challenge = fmt.Sprintf("<%d.%d@mailtest>", s.c.info.Conn, s.c.srv.cfg.Store.Now().UnixNano())
		return []byte(s.challenge), false, nil
	}
	name, digest, _ := cutLast(string(response), " ")
	user, found := s.c.srv.cfg.Store.User(name)
	if !found {
		return nil, false, loginFailed()
	}
	mac := hmac.New(md5.New, []byte(user.Password()))
	mac.Write([]byte(s.challenge))
	if !strings.EqualFold(hex.EncodeToString(mac.Sum(nil)), digest) {
		return nil, false, loginFailed()
	}
	return nil, true, s.c.loginAs(user, "", s.ok)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// oauthScope is told to clients whose token is refused.
const oauthScope = "mail"

// newOAuthBearerServer is OAUTHBEARER: RFC 7628. A refused token gets an error
// as a JSON challenge first (section 3.2.2).
func newOAuthBearerServer(c *conn, ok *okResponse) sasl.Server {
	return sasl.NewOAuthBearerServer(func(opts sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
		user, found := c.srv.cfg.Store.AuthenticateToken(opts.Username, opts.Token)
		if !found {
			return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer", Scope: oauthScope}
		}
		c.setUser(user, ok)
		return nil
	})
}

// xoauth2Server is XOAUTH2, the form before RFC 7628 that Gmail and Outlook
// speak:
//
//	"user=" name %x01 "auth=Bearer " token %x01 %x01
type xoauth2Server struct {
	c      *conn
	ok     *okResponse
	failed bool
}

// Next checks the token. One that is refused gets a JSON challenge, which the
// client answers with an empty line.
func (s *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	if s.failed {
		return nil, false, no(imap.ResponseCodeAuthenticationFailed, "invalid token")
	}
	if response == nil {
		return []byte{}, false, nil
	}
	var name, token string
	for _, field := range strings.Split(string(response), "\x01") {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "user":
			name = value
		case "auth":
			if scheme, rest, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "Bearer") {
				token = rest
			}
		}
	}
	if user, found := s.c.srv.cfg.Store.AuthenticateToken(name, token); found && name != "" {
		s.c.setUser(user, s.ok)
		return nil, true, nil
	}
	s.failed = true
	challenge, err = json.Marshal(map[string]string{"status": "401", "schemes": "bearer", "scope": oauthScope})
	return challenge, false, err
}
