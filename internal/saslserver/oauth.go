package saslserver

import (
	"encoding/json"
	"strings"

	"github.com/emersion/go-sasl"
)

// oauthScope is told to clients whose token is refused.
const oauthScope = "mail"

const wrongToken = "invalid token"

// newOAuthBearer is OAUTHBEARER: RFC 7628. A refused token gets an error as a
// JSON challenge first (section 3.2.2).
func newOAuthBearer(x Exchange) sasl.Server {
	s := &oauthServer{x: x}
	s.Server = sasl.NewOAuthBearerServer(s.check)
	return s
}

// oauthServer makes the refusal its own, which go-sasl words for nobody in
// particular.
type oauthServer struct {
	sasl.Server
	x      Exchange
	failed bool // the error has been told
	login  error
}

func (s *oauthServer) check(opts sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
	account, found := s.x.Accounts.Token(opts.Username, opts.Token)
	if !found {
		return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer", Scope: oauthScope}
	}
	s.login = s.x.Login(account, "")
	return nil
}

// Next is go-sasl's up to the error, which the client answers with anything at
// all.
func (s *oauthServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if s.failed {
		return nil, false, s.x.Refused(wrongToken)
	}
	challenge, done, err = s.Server.Next(response)
	s.failed = len(challenge) > 0
	if err == nil && s.login != nil {
		return nil, true, s.login
	}
	return challenge, done, err
}

// xoauth2Server is XOAUTH2, the form before RFC 7628 that Gmail and Outlook
// speak:
//
//	"user=" name %x01 "auth=Bearer " token %x01 %x01
type xoauth2Server struct {
	x      Exchange
	failed bool
}

// Next checks the token. One that is refused gets a JSON challenge, which the
// client answers with an empty line.
func (s *xoauth2Server) Next(response []byte) (challenge []byte, done bool, err error) {
	if s.failed {
		return nil, false, s.x.Refused(wrongToken)
	}
	if response == nil {
		return []byte{}, false, nil
	}
	name, token := parseXOAuth2(string(response))
	if account, found := s.x.Accounts.Token(name, token); found && name != "" {
		return nil, true, s.x.Login(account, "")
	}
	s.failed = true
	challenge, err = json.Marshal(map[string]string{"status": "401", "schemes": "bearer", "scope": oauthScope})
	return challenge, false, err
}

func parseXOAuth2(response string) (name, token string) {
	for field := range strings.SplitSeq(response, "\x01") {
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
	return name, token
}
