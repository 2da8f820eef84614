package imaptest

import "github.com/go-mailtest/mailtest/internal/store"

// Refusal is why an account is not let in although its password or token is right.
type Refusal store.Refusal

// The reasons. Each has its own answer: NO [ALERT], and of TooManyConnections NO [LIMIT]; a
// profile has them in its provider's words.
const (
	NeedsWebLogin      = Refusal(store.NeedsWebLogin)      // "log in via a web browser first"
	NeedsAppPassword   = Refusal(store.NeedsAppPassword)   // "an application-specific password is required"
	AccountDisabled    = Refusal(store.AccountDisabled)    // "IMAP is disabled for this account"
	TooManyConnections = Refusal(store.TooManyConnections) // "too many connections of this account"
)

// Refuse has the account be let in no more from now on, for a reason that its owner or the
// provider has to see to; [Account.Admit] ends that. Sessions go on, and SMTP lets it in.
// It is not for a wrong password, which is [Server.On] with FailOnce, or another password.
func (a Account) Refuse(t TB, why Refusal) {
	t.Helper()
	if user := a.user(t); user != nil {
		(*store.User)(user).Refuse(store.Refusal(why))
	}
}

// Admit lets the account in again.
func (a Account) Admit(t TB) {
	t.Helper()
	a.Refuse(t, 0)
}

// SetAppPassword has clients log in, by IMAP and SMTP, with a password of their own in place
// of the account's, as accounts with a second factor have it: with that one they are told
// that an application-specific password is required. "" ends that.
func (a Account) SetAppPassword(t TB, password string) {
	t.Helper()
	if user := a.user(t); user != nil {
		(*store.User)(user).SetAppPassword(password)
	}
}
