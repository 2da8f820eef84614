package imaptest

import (
	"errors"
	"slices"
)

// WithSubmitters names the accounts that submission servers log in with: they alone can
// have a URL with the access identifier "submit+" (RFC 4467, section 3). Without the option
// it is the account "submit", if there is one. The SMTP server of [WithSMTP], which takes
// such URLs with BURL (RFC 4468), needs no account.
func WithSubmitters(accounts ...string) Option {
	return optionFunc(func(c *config) error {
		if slices.Contains(accounts, "") {
			return errors.New("WithSubmitters: an account needs a name")
		}
		c.submitters = append(c.submitters, accounts...)
		return nil
	})
}
