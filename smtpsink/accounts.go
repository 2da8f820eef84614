package smtpsink

import "errors"

// Accounts are who can authenticate. Names may be aliases; account is the name
// itself.
type Accounts interface {
	// Password is the account's password, in the clear: CRAM-MD5 and SCRAM need it.
	Password(name string) (account, password string, found bool)
	// Token finds the account that has this OAuth bearer token; the name "" leaves
	// the account to the token.
	Token(name, token string) (account string, found bool)
	// HasTokens says whether any account has a token; else XOAUTH2 and OAUTHBEARER
	// are not offered.
	HasTokens() bool
}

// WithAccounts offers AUTH by PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1 and -256, over TLS
// also SCRAM with channel binding, XOAUTH2 and OAUTHBEARER if there are tokens, and EXTERNAL
// to a client with a certificate of [Sink.ClientCertificate]. An authorization identity must be the account itself, unless a has the method
// MayActAs(account, other string) bool too, and says so.
func WithAccounts(a Accounts) Option {
	return func(c *config) error { c.engine.Accounts = a; return nil }
}

// WithAccount adds an account that can authenticate, as [WithAccounts] does.
func WithAccount(name, password string) Option {
	return func(c *config) error {
		list, err := c.ownAccounts()
		if err == nil {
			list.passwords[name] = password
		}
		return err
	}
}

// WithToken adds an OAuth bearer token of an account, for XOAUTH2 and OAUTHBEARER.
func WithToken(name, token string) Option {
	return func(c *config) error {
		list, err := c.ownAccounts()
		if err == nil {
			list.tokens[name] = token
		}
		return err
	}
}

// ownAccounts are those of WithAccount and WithToken.
func (c *config) ownAccounts() (*accountList, error) {
	if c.engine.Accounts == nil {
		c.engine.Accounts = &accountList{passwords: map[string]string{}, tokens: map[string]string{}}
	}
	list, ok := c.engine.Accounts.(*accountList)
	if !ok {
		return nil, errors.New("WithAccounts excludes WithAccount and WithToken")
	}
	return list, nil
}

// accountList is who was added by WithAccount and WithToken.
type accountList struct{ passwords, tokens map[string]string }

// Password: see [Accounts].
func (a *accountList) Password(name string) (account, password string, found bool) {
	password, found = a.passwords[name]
	return name, password, found
}

// Token: see [Accounts].
func (a *accountList) Token(name, token string) (account string, found bool) {
	for owner, has := range a.tokens {
		if has == token && token != "" && (name == "" || name == owner) {
			return owner, true
		}
	}
	return "", false
}

// HasTokens: see [Accounts].
func (a *accountList) HasTokens() bool { return len(a.tokens) > 0 }
