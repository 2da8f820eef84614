package store

import "time"

// token is what an account logs in with instead of a password: XOAUTH2,
// OAUTHBEARER (RFC 7628).
type token struct {
	text    string // "" for none
	expires time.Time
}

// SetToken gives the account an OAuth bearer token in place of the one that it
// has; "" takes it away. After expires it is refused; the zero time is never.
func (u *User) SetToken(text string, expires time.Time) {
	u.By(0).SetToken(text, expires)
}

// SetToken is [User.SetToken] by somebody who has a number.
func (a Acting) SetToken(text string, expires time.Time) {
	u := a.user
	u.mu.Lock()
	defer u.mu.Unlock()
	u.store.tokens.Store(true)
	if next := (token{text, expires}); u.token != next {
		u.token = next
		a.tellPassword()
	}
}

// Token is the account's bearer token, "" for none, and when it expires.
func (u *User) Token() (text string, expires time.Time) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.token.text, u.token.expires
}

// HasTokens says whether any account was ever given a token.
func (s *Store) HasTokens() bool { return s.tokens.Load() }

// AuthenticateToken finds the account that has this token. The name, or an
// alias, must be the account's; "" leaves the account to the token.
func (s *Store) AuthenticateToken(name, text string) (*User, bool) {
	for _, u := range s.Users() {
		if text != "" && u.hasToken(text) {
			named, ok := s.User(name)
			return u, name == "" || ok && named == u
		}
	}
	return nil, false
}

func (u *User) hasToken(text string) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.token.text == text && (u.token.expires.IsZero() || u.store.now().Before(u.token.expires))
}
