// Package saslserver is the server side of the SASL mechanisms that mail clients
// use. IMAP and SMTP share it: what differs is how a refusal is said.
package saslserver

import (
	"crypto/tls"
	"errors"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// Accounts are who can log in. Names may be aliases; account is the name
// itself.
type Accounts interface {
	// Password is the account's password, in the clear.
	Password(name string) (account, password string, found bool)
	// Token finds the account that has this OAuth bearer token; the name "" leaves
	// the account to the token.
	Token(name, token string) (account string, found bool)
}

// Exchange is what a mechanism needs to know of the connection that it runs on.
type Exchange struct {
	Accounts Accounts
	// Check takes the place of Accounts in mechanisms that send the password, if it
	// is not nil.
	Check func(identity, name, password string) error
	// Login is called when the client has proved to be the account. identity is
	// whom it wants to act as, "" for itself (RFC 4422, section 3.4.1).
	Login func(account, identity string) error
	// Refused is the answer to a wrong name, password or token.
	Refused func(reason string) error
	// Nonce is a text that is not repeated, for the challenge of CRAM-MD5.
	Nonce func() string
	// TLS and Certificate, which is the server's own, are what SCRAM-…-PLUS binds to. The
	// client's is that of TLS.
	TLS         *tls.Conn
	Certificate func() []byte
	// OffersBinding says that SCRAM-…-PLUS is offered.
	OffersBinding bool
}

// Mechanism is a row of the table.
type Mechanism struct {
	Name   string
	Sends  bool // sends the password
	Tokens bool // needs accounts that have tokens
	TLS    bool // needs TLS, for its channel binding
	Guests bool // is for nobody in particular
	// Certificate says that it needs one of the client's: CertificateNames.
	Certificate bool

	New func(x Exchange) sasl.Server
}

// Mechanisms are all of them.
var Mechanisms = []Mechanism{
	{Name: sasl.Plain, Sends: true, New: newPlain},
	{Name: sasl.Login, Sends: true, New: newLogin},
	{Name: "CRAM-MD5", New: func(x Exchange) sasl.Server { return &cramServer{x: x} }},
	{Name: "SCRAM-SHA-1", New: newSCRAM(scram.SHA1, false)},
	{Name: "SCRAM-SHA-256", New: newSCRAM(scram.SHA256, false)},
	{Name: "SCRAM-SHA-1-PLUS", TLS: true, New: newSCRAM(scram.SHA1, true)},
	{Name: "SCRAM-SHA-256-PLUS", TLS: true, New: newSCRAM(scram.SHA256, true)},
	{Name: "XOAUTH2", Tokens: true, New: func(x Exchange) sasl.Server { return &xoauth2Server{x: x} }},
	{Name: sasl.OAuthBearer, Tokens: true, New: newOAuthBearer},
	{Name: sasl.Anonymous, Guests: true, New: newAnonymous},
	{Name: sasl.External, Certificate: true, New: newExternal},
}

// ErrInitialResponse is the mistake of a client that answers what was not asked: a
// mechanism in which the server speaks first has no initial response.
var ErrInitialResponse = errors.New("the mechanism has no initial response")

const wrongPassword = "invalid user name or password"

// checkPassword ends PLAIN and LOGIN.
func (x Exchange) checkPassword(identity, name, password string) error {
	if x.Check != nil {
		return x.Check(identity, name, password)
	}
	account, want, found := x.Accounts.Password(name)
	if !found || want != password {
		return x.Refused(wrongPassword)
	}
	return x.Login(account, identity)
}

// newPlain is PLAIN: RFC 4616.
func newPlain(x Exchange) sasl.Server {
	return sasl.NewPlainServer(x.checkPassword)
}

// newLogin is the mechanism LOGIN, which no RFC describes and clients use all
// the same. The server asks for "Username:" and then "Password:"; an initial response
// is the user name.
func newLogin(x Exchange) sasl.Server {
	return &loginServer{login: func(user, password string) error { return x.checkPassword("", user, password) }}
}

type loginServer struct {
	user  *string
	login func(user, password string) error
	asked bool
}

// Next gives the next challenge; a nil response is none yet.
func (s *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case s.asked && response == nil:
		return nil, false, errors.New("no response to the challenge")
	case s.user == nil && response == nil:
		s.asked = true
		return []byte("Username:"), false, nil
	case s.user == nil:
		user := string(response)
		s.user, s.asked = &user, true
		return []byte("Password:"), false, nil
	}
	return nil, true, s.login(*s.user, string(response))
}

// errBinding says which channel bindings there are. It does not repeat the kind that the
// client wants, which is any text of its first message.
var errBinding = errors.New("the kind of channel binding is not supported (have tls-exporter, tls-server-end-point)")

// Names are those of all mechanisms.
func Names() (names []string) {
	for _, m := range Mechanisms {
		names = append(names, m.Name)
	}
	return names
}
