package imaptest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// emptyStore is the store that the test brought along, or a new one.
func (c *config) emptyStore() *memstore.Store {
	if c.snapshot != nil {
		return c.copied()
	}
	if c.store != nil {
		return c.store
	}
	return memstore.New(c.storeOptions()...)
}

func (c *config) storeOptions() []memstore.Option {
	var opts []memstore.Option
	if c.Clock != nil {
		opts = append(opts, memstore.WithClock(c.Clock))
	}
	if c.delim != 0 {
		opts = append(opts, memstore.WithDelimiter(c.delim))
	}
	return opts
}

// seed adds the accounts and their mail, all or nothing, and gives new accounts the
// mailboxes that every account has.
func (c *config) seed(mail *store.Store, accounts []fixtures.Account) error {
	if c.snapshot != nil {
		return nil
	}
	before := mail.Users()
	quotas := &fixtures.Set{} // are set when all else is there
	for i := range accounts {
		if list := accounts[i].Quotas; len(list) > 0 {
			quotas.Accounts = append(quotas.Accounts, fixtures.Account{Name: accounts[i].Name, Quotas: list})
			accounts[i].Quotas = nil
		}
	}
	if err := mail.Load(&fixtures.Set{Accounts: accounts}); err != nil {
		return err
	}
	for _, user := range mail.Users()[len(before):] {
		if c.bare {
			break
		}
		if err := c.addMailboxes(user, 0); err != nil {
			return err
		}
	}
	if len(c.quotas) > 0 {
		quotas.Accounts = append(quotas.Accounts, fixtures.Account{Name: mail.Users()[0].Name(), Quotas: c.quotas})
	}
	if len(quotas.Accounts) == 0 {
		return nil
	}
	return mail.Load(quotas)
}

// mailOption is the option that has brought mail along, "" for none.
func (c *config) mailOption() string {
	switch {
	case len(c.mail) > 0:
		return "WithMail"
	case slices.ContainsFunc(c.users, func(u userSpec) bool { return len(u.mail) > 0 }):
		return "WithUser"
	}
	return ""
}

// accounts are those of the options and of accounts.txt, with their mail. The error names
// all mail that cannot be read.
func (c *config) accounts() ([]fixtures.Account, error) {
	if c.snapshot != nil {
		return nil, nil
	}
	var out []fixtures.Account
	var errs []error
	for _, user := range c.users {
		account := fixtures.Account{Name: user.name, Password: user.password}
		for _, mail := range user.mail {
			set, err := loadMail(mail, user.name)
			errs = append(errs, err)
			account.Mailboxes = append(account.Mailboxes, set.Mailboxes...)
			account.Subscribed = append(account.Subscribed, set.Subscribed...)
			account.Quotas = append(account.Quotas, set.Quotas...)
			account.Annotations = append(account.Annotations, set.Annotations...)
		}
		out = append(out, account)
	}
	var unnamed fixtures.Account // mail for the first account
	for _, mail := range c.mail {
		set, err := fixtures.Load(mail)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, account := range set.Accounts {
			if account.Name == "" {
				unnamed.Mailboxes = append(unnamed.Mailboxes, account.Mailboxes...)
				unnamed.Subscribed = append(unnamed.Subscribed, account.Subscribed...)
				unnamed.Quotas = append(unnamed.Quotas, account.Quotas...)
				unnamed.Annotations = append(unnamed.Annotations, account.Annotations...)
				continue
			}
			out = append(out, account)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c.withDefault(out, unnamed), nil
}

// withDefault adds the default account where there is no other, and gives the
// first account the mail that names none.
func (c *config) withDefault(accounts []fixtures.Account, unnamed fixtures.Account) []fixtures.Account {
	isAccount := func(a fixtures.Account) bool { return !a.Shared }
	switch {
	case len(accounts) == 0 && c.store != nil && len(c.store.Users()) > 0:
		if len(unnamed.Mailboxes)+len(unnamed.Subscribed)+len(unnamed.Quotas)+len(unnamed.Annotations) == 0 && c.labels == nil {
			return nil
		}
		accounts = []fixtures.Account{{Name: c.store.Users()[0].Name()}}
	case !slices.ContainsFunc(accounts, isAccount):
		accounts = append([]fixtures.Account{{Name: DefaultUser, Password: DefaultPassword}}, accounts...)
	}
	first := &accounts[slices.IndexFunc(accounts, isAccount)]
	first.Mailboxes = append(slices.Clip(first.Mailboxes), unnamed.Mailboxes...)
	first.Subscribed = append(slices.Clip(first.Subscribed), unnamed.Subscribed...)
	first.Quotas = append(slices.Clip(first.Quotas), unnamed.Quotas...)
	first.Annotations = append(slices.Clip(first.Annotations), unnamed.Annotations...)
	if c.labels != nil {
		first.Labels = c.labels
	}
	for i := range accounts {
		c.prefix(&accounts[i])
		c.label(&accounts[i])
		c.startUIDs(&accounts[i])
	}
	return accounts
}

// loadMail reads the mail of one account.
func loadMail(mail fs.FS, name string) (fixtures.Account, error) {
	set, err := fixtures.Load(mail)
	if err != nil {
		return fixtures.Account{}, err
	}
	if len(set.Accounts) != 1 || set.Accounts[0].Name != "" {
		return fixtures.Account{}, fmt.Errorf("the mail for account %s has an accounts.txt: use WithMail", name)
	}
	return set.Accounts[0], nil
}
