package imapd

import (
	"encoding/base64"
	"errors"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/internal/saslserver"
	"github.com/go-mailtest/mailtest/internal/store"
)

// LOGIN: RFC 3501, section 6.2.3.
//
//	login = "LOGIN" SP userid SP password   ; both astring
type loginCmd struct{ user, password string }

func parseLogin(p *parser) command {
	p.SP()
	user := p.AString()
	p.SP()
	return &loginCmd{user, p.AString()}
}

func (cmd *loginCmd) run(c *conn, ok *okResponse) error {
	if c.loginDisabled() {
		return no("auth.logindisabled", imap.ResponseCodePrivacyRequired, "LOGIN is disabled before TLS (LOGINDISABLED)")
	}
	c.provedBy = sasl.Login
	return c.login("", cmd.user, cmd.password, ok)
}

// AUTHENTICATE: RFC 3501, section 6.2.2; SASL-IR: RFC 4959.
//
//	authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp] *(CRLF base64)
//	initial-resp = base64 / "="
type authenticateCmd struct {
	mech       string
	initial    string
	hasInitial bool
}

func parseAuthenticate(p *parser) command {
	cmd := &authenticateCmd{}
	p.SP()
	cmd.mech = p.Keyword()
	if p.has(imap.CapSASLIR) && p.Try(' ') {
		cmd.initial, cmd.hasInitial = p.AString(), true
	}
	return cmd
}

func (cmd *authenticateCmd) run(c *conn, ok *okResponse) error {
	mech := c.mechanism(cmd.mech)
	if mech == nil {
		if !saslserver.Registered(cmd.mech) {
			return no("auth.mechanism", imap.ResponseCodeCannot, "no such SASL mechanism")
		}
		return no("auth.mechanism", imap.ResponseCodeCannot, "no SASL mechanism %q", cmd.mech)
	}
	if c.needsTLS() {
		return no("auth.logindisabled", imap.ResponseCodePrivacyRequired, "AUTHENTICATE is disabled before TLS (LOGINDISABLED)")
	}
	c.provedBy = mech.name
	server := mech.server(c, ok)
	var response []byte
	if cmd.hasInitial {
		var err error
		if response, err = decodeResponse(cmd.initial); err != nil {
			return err
		}
	}
	return c.saslExchange(c.newExchange(mech), server, response)
}

func (c *conn) mechanism(name string) *mechanism {
	for i := range mechanisms {
		if m := &mechanisms[i]; m.name == name && c.has(imap.AuthCap(name)) && m.usableNow(c) {
			return &mechanisms[i]
		}
	}
	return nil
}

// saslExchange runs a mechanism's challenges to its end. A nil response is
// one that the client has not sent yet.
func (c *conn) saslExchange(x *exchange, server sasl.Server, response []byte) error {
	for {
		challenge, done, err := server.Next(response)
		if err != nil {
			return saslError(err)
		}
		if done {
			return nil
		}
		if x.refusesAtOnce(challenge) {
			response = []byte{}
			continue
		}
		c.verbatim = true
		c.say("continue.sasl", x.request(challenge))
		c.verbatim = false
		line, err := c.readContinuation()
		if line == nil && err != nil {
			return err
		}
		if err == nil && string(line) == "*" {
			c.recordLine("*")
			return bad("auth.cancelled", "AUTHENTICATE was cancelled")
		}
		c.recordLine(masked)
		if err != nil {
			return err
		}
		if response, err = decodeResponse(string(line)); err != nil {
			return err
		}
	}
}

// saslError keeps an IMAP answer and makes NO of a mechanism's complaint.
func saslError(err error) error {
	answer, isAnswer := refusalOf(err)
	switch {
	case isAnswer:
		return answer
	case errors.Is(err, saslserver.ErrInitialResponse):
		return bad("auth.initial", "%v", err) // RFC 9051, section 6.2.2
	}
	return no("auth.failed", imap.ResponseCodeAuthenticationFailed, "%v", err)
}

// decodeResponse decodes a response; "=" is an empty one: the initial one is written so
// (RFC 4959, section 3), and go-imap's client writes each so, that to the last challenge
// of SCRAM or to the refusal of a token for one. The result is not nil, which means no
// response to go-sasl.
func decodeResponse(s string) ([]byte, error) {
	if s == "=" {
		return []byte{}, nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, bad("auth.base64", "the SASL response is not base64: %v", err)
	}
	return append([]byte{}, b...), nil
}

// login checks a password and takes the account for the session.
func (c *conn) login(identity, name, password string, ok *okResponse) error {
	c.attempt = name
	authenticate := c.srv.cfg.Hooks.Password
	if authenticate == nil {
		authenticate = c.srv.cfg.Store.Authenticate
	}
	user, found := authenticate(name, password)
	switch {
	case found:
		return c.loginAs(user, identity, ok)
	case c.srv.cfg.Store.WantsAppPassword(name, password):
		return needsAppPassword()
	}
	return loginFailed()
}

func needsAppPassword() error {
	return no("auth.app", imap.ResponseCodeAlert, "an application-specific password is required")
}

// refused is why an account is not let in that has proved to be it.
func refused(why store.Refusal) error {
	switch why {
	case store.NeedsWebLogin:
		return no("auth.web", imap.ResponseCodeAlert, "log in via a web browser first")
	case store.NeedsAppPassword:
		return needsAppPassword()
	case store.AccountDisabled:
		return no("auth.disabled", imap.ResponseCodeAlert, "IMAP is disabled for this account")
	case store.TooManyConnections:
		return no("auth.conns", imap.ResponseCodeLimit, "too many connections of this account")
	}
	return nil
}

func loginFailed() error {
	return no("auth.password", imap.ResponseCodeAuthenticationFailed, "invalid user name or password")
}

// loginAs takes an account whose owner has proved to be it. identity is whom
// it wants to act as, "" for itself (RFC 4422, section 3.4.1).
func (c *conn) loginAs(user *store.User, identity string, ok *okResponse) error {
	name, allowed := saslserver.Authorize(c.srv.accounts(), user.Name(), identity)
	as, found := c.srv.cfg.Store.User(name)
	if !allowed || !found {
		return no("auth.identity", imap.ResponseCodeAuthorizationFailed, "%s may not act as %s", user.Name(), identity)
	}
	if err := refused(as.Refuses()); err != nil {
		return err
	}
	return c.admitHere(as, ok)
}

// admit asks the hook whether an account that has just logged in may come in,
// and logs it out again if not.
func (c *conn) admit(ok *okResponse) error {
	hook := c.srv.cfg.Hooks.Login
	if hook == nil {
		return nil
	}
	err := hook(c.info.Conn, c.user.Name())
	if err != nil {
		c.user, c.provedBy = nil, ""
		c.srv.update(c, func(s *Session) { s.User = "" })
		*ok = okResponse{}
	}
	return err
}

// setUser ends the not authenticated state. The OK carries the capabilities
// that hold from here on, which saves the client from asking.
func (c *conn) setUser(user *store.User, ok *okResponse) {
	c.user = user
	c.loggedIn(c.provedBy == sasl.OAuthBearer || c.provedBy == "XOAUTH2")
	c.srv.update(c, func(s *Session) { s.User = user.Name() })
	ok.code = c.capabilityData()
	ok.text = "logged in"
}
