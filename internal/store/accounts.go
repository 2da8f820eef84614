package store

// Accounts are a store's as SASL mechanisms ask for them.
type Accounts struct{ *Store }

// Password is the password with which an account logs in, in the clear; the name may be an alias.
func (a Accounts) Password(name string) (account, password string, found bool) {
	user, found := a.User(name)
	if !found {
		return "", "", false
	}
	return user.Name(), user.loginPassword(), true
}

// Token finds the account that has a token; see [Store.AuthenticateToken].
func (a Accounts) Token(name, token string) (account string, found bool) {
	user, found := a.AuthenticateToken(name, token)
	if !found {
		return "", false
	}
	return user.Name(), true
}
