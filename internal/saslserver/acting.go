package saslserver

// Delegates is what [Accounts] may be besides: accounts that may act as others.
type Delegates interface {
	// MayActAs says whether an account, which has proved to be itself, may act as another.
	MayActAs(account, other string) bool
}

// Authorize is the account that a session is for: account has proved to be itself, and
// identity is whom it wants to act as, "" for itself (RFC 4422, section 3.4.1).
func Authorize(a Accounts, account, identity string) (as string, ok bool) {
	if identity == "" {
		return account, true
	}
	as, _, found := a.Password(identity)
	if !found || as == account {
		return as, found
	}
	delegates, some := a.(Delegates)
	return as, some && delegates.MayActAs(account, as)
}
