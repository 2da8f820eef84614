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

// WithLoginReferral sends an account to another server: once it has proved to be itself its
// login is NO [REFERRAL url] (RFC 2221). The URL is that of a server,
// "imap://user;AUTH=*@127.0.0.1:1143/". Mailboxes that are elsewhere have a Referral among
// their [github.com/go-mailtest/mailtest/fixtures.Oddities]; a server that lets nobody in
// says so with OnConnect().Bye("[REFERRAL url] text").
func WithLoginReferral(account, url string) Option {
	return refer("WithLoginReferral", account, url, false)
}

// WithHomeReferral is WithLoginReferral that lets the account in all the same, OK [REFERRAL
// url], to what is here for everybody.
func WithHomeReferral(account, url string) Option {
	return refer("WithHomeReferral", account, url, true)
}

// loginReferral is where an account is.
type loginReferral struct {
	option, account, url string
	stays                bool
}

func refer(option, account, url string, stays bool) Option {
	return optionFunc(func(c *config) error {
		if account == "" {
			return fmt.Errorf("%s: the account needs a name", option)
		}
		if store.CheckReferral(url) != nil {
			return fmt.Errorf("%s: %q is not an IMAP URL like imap://user;AUTH=*@127.0.0.1:1143/", option, url)
		}
		c.referrals = append(c.referrals, loginReferral{option, account, url, stays})
		c.want(option, imap.CapLoginReferrals)
		return nil
	})
}

// loginReferral is what the engine asks, nil if nobody is elsewhere.
func (c *config) loginReferral() func(account string) (url string, stays bool) {
	if len(c.referrals) == 0 {
		return nil
	}
	return func(account string) (url string, stays bool) {
		for _, r := range c.referrals {
			if r.account == account {
				return r.url, r.stays
			}
		}
		return "", false
	}
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
	for i := range c.referrals {
		resolve(c.referrals[i].option, &c.referrals[i].account)
	}
	for i := range c.acting {
		resolve("MayActAs", &c.acting[i].account)
		for k := range c.acting[i].others {
			resolve("MayActAs", &c.acting[i].others[k])
		}
	}
	return errors.Join(errs...)
}
