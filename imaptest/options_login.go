package imaptest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/internal/store"
)

// acting is who may act as whom.
type acting struct {
	account string
	others  []string // none: all
}

// MayActAs lets an account act as others, or as every other one if none is named: its own
// name and password, and theirs as the authorization identity (RFC 4422, section 3.4.1) of
// PLAIN, SCRAM and EXTERNAL, of SMTP too. Without it an identity other than one's own is
// NO [AUTHORIZATIONFAILED].
func MayActAs(account string, others ...string) Option {
	return optionFunc(func(c *config) error {
		if account == "" || slices.Contains(others, "") {
			return errors.New("MayActAs: an account needs a name")
		}
		c.acting = append(c.acting, acting{account, slices.Clone(others)})
		return nil
	})
}

// WithAnonymous lets clients in by AUTH=ANONYMOUS (RFC 4505), of SMTP too: they are this
// account, whose mailboxes may well be [github.com/go-mailtest/mailtest/memstore.ReadOnly].
func WithAnonymous(account string) Option {
	return optionFunc(func(c *config) error {
		if account == "" {
			return errors.New("WithAnonymous: the account needs a name")
		}
		c.guest = account
		c.want("WithAnonymous", imap.AuthCap(sasl.Anonymous))
		return nil
	})
}

// mayActAs is asked with the names of accounts.
func (c *config) mayActAs(account, other string) bool {
	return slices.ContainsFunc(c.acting, func(a acting) bool {
		return a.account == account && (len(a.others) == 0 || slices.Contains(a.others, other))
	})
}

// checkAccounts refuses names of accounts that nobody has, and takes those that have
// aliases by their names.
func (c *config) checkAccounts(mail *store.Store) error {
	var errs []error
	resolve := func(option string, name *string) {
		if *name == "" {
			return
		}
		user, found := mail.User(*name)
		if !found {
			errs = append(errs, fmt.Errorf("%s: there is no account %q", option, *name))
			return
		}
		*name = user.Name()
	}
	resolve("WithAnonymous", &c.guest)
	for i := range c.acting {
		resolve("MayActAs", &c.acting[i].account)
		for k := range c.acting[i].others {
			resolve("MayActAs", &c.acting[i].others[k])
		}
	}
	return errors.Join(errs...)
}
