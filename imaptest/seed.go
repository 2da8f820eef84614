package imaptest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/memstore"
)

// defaultMailboxes are what an account has besides INBOX, with the special
// use of RFC 6154.
var defaultMailboxes = []struct {
	name string
	use  imap.MailboxAttr
}{
	{"Drafts", imap.MailboxAttrDrafts},
	{"Sent", imap.MailboxAttrSent},
	{"Junk", imap.MailboxAttrJunk},
	{"Trash", imap.MailboxAttrTrash},
	{"Archive", imap.MailboxAttrArchive},
}

// newStore makes the accounts and their mail. All fixtures are read before
// the first account is made, and a store that the test brought along is left
// as it was when something cannot be added.
func (c *config) newStore() (*memstore.Store, error) {
	accounts, err := c.accounts()
	if err != nil {
		return nil, err
	}
	if c.store == nil {
		store := memstore.New(c.storeOptions()...)
		return store, c.addAccounts(store, accounts)
	}
	before := c.store.Snapshot()
	if err := c.addAccounts(c.store, accounts); err != nil {
		c.store.Restore(before)
		return nil, err
	}
	return c.store, nil
}

func (c *config) storeOptions() []memstore.Option {
	var opts []memstore.Option
	if c.clock != nil {
		opts = append(opts, memstore.WithClock(c.clock))
	}
	if c.delim != 0 {
		opts = append(opts, memstore.WithDelimiter(c.delim))
	}
	return opts
}

func (c *config) addAccounts(store *memstore.Store, accounts []fixtures.Account) error {
	for _, account := range accounts {
		if err := c.addAccount(store, account); err != nil {
			return err
		}
	}
	return nil
}

// accounts are those of the options and of accounts.txt, with their mail.
func (c *config) accounts() ([]fixtures.Account, error) {
	var out []fixtures.Account
	for _, user := range c.users {
		account := fixtures.Account{Name: user.name, Password: user.password}
		for _, mail := range user.mail {
			set, err := loadMail(mail, user.name)
			if err != nil {
				return nil, err
			}
			account.Mailboxes = append(account.Mailboxes, set.Mailboxes...)
			account.Subscribed = append(account.Subscribed, set.Subscribed...)
		}
		out = append(out, account)
	}
	var unnamed fixtures.Account // mail for the first account
	for _, mail := range c.mail {
		set, err := fixtures.Load(mail)
		if err != nil {
			return nil, err
		}
		for _, account := range set.Accounts {
			if account.Name == "" {
				unnamed.Mailboxes = append(unnamed.Mailboxes, account.Mailboxes...)
				unnamed.Subscribed = append(unnamed.Subscribed, account.Subscribed...)
				continue
			}
			out = append(out, account)
		}
	}
	return c.withDefault(out, unnamed), nil
}

// withDefault adds the default account where there is no other, and gives the
// first account the mail that names none.
func (c *config) withDefault(accounts []fixtures.Account, unnamed fixtures.Account) []fixtures.Account {
	switch {
	case len(accounts) == 0 && c.store != nil && len(c.store.Users()) > 0:
		if len(unnamed.Mailboxes) == 0 && len(unnamed.Subscribed) == 0 {
			return nil
		}
		accounts = []fixtures.Account{{Name: c.store.Users()[0].Name()}}
	case len(accounts) == 0:
		accounts = []fixtures.Account{{Name: DefaultUser, Password: DefaultPassword}}
	}
	first := &accounts[0]
	first.Mailboxes = append(slices.Clip(first.Mailboxes), unnamed.Mailboxes...)
	first.Subscribed = append(slices.Clip(first.Subscribed), unnamed.Subscribed...)
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

// addAccount makes one account and its mailboxes. Only an account of a store
// that the test brought along may be there already, and gets more mail.
func (c *config) addAccount(store *memstore.Store, account fixtures.Account) error {
	user, found := store.User(account.Name)
	if !found || account.Password != "" {
		var err error
		user, err = store.AddUser(account.Name, account.Password, memstore.WithAlias(account.Aliases...))
		if err != nil {
			return err
		}
		found = false
	}
	for _, mbox := range account.Mailboxes {
		var err error
		if mbox.Name, err = storeName(user, mbox.Name); err != nil {
			return err
		}
		if err := addMailbox(user, mbox); err != nil {
			return err
		}
	}
	for _, name := range account.Subscribed {
		name, err := storeName(user, name)
		if err != nil {
			return err
		}
		if err := user.Subscribe(name); err != nil {
			return err
		}
	}
	if c.bare || found {
		return nil
	}
	return addDefaultMailboxes(user)
}

// addMailbox fills a mailbox. What the fixture says of it is set before the
// first message, so that the UIDs come out as written.
func addMailbox(user *memstore.User, mbox fixtures.Mailbox) error {
	target, err := seedMailbox(user, mbox)
	if err != nil {
		return err
	}
	if len(mbox.Messages) == 0 {
		return skipTo(target, mbox.UIDNext)
	}
	drafts := make([]memstore.Draft, len(mbox.Messages))
	for i, m := range mbox.Messages {
		drafts[i] = memstore.Draft{
			Raw: m.Raw, Flags: m.Flags, InternalDate: m.Date, UID: m.UID, Size: m.Size, NotFetch: m.NotFetch,
		}
	}
	if _, err := target.AppendAll(drafts); err != nil {
		return fmt.Errorf("mailbox %s: %w", mbox.Name, err)
	}
	return skipTo(target, mbox.UIDNext)
}

// skipTo leaves a gap before the next message, if one was asked for.
func skipTo(mbox *memstore.Mailbox, next imap.UID) error {
	if next == 0 {
		return nil
	}
	return mbox.Configure(memstore.WithUIDNext(next))
}

// seedMailbox makes the mailbox, or takes the one that is there: INBOX, or
// one that an earlier mail folder has made.
func seedMailbox(user *memstore.User, mbox fixtures.Mailbox) (*memstore.Mailbox, error) {
	opts := []memstore.MailboxOption{memstore.WithOddities(memstore.Oddities(mbox.Oddities))}
	if mbox.UIDValidity != 0 {
		opts = append(opts, memstore.WithUIDValidity(mbox.UIDValidity))
	}
	if len(mbox.SpecialUse) > 0 {
		opts = append(opts, memstore.WithSpecialUse(mbox.SpecialUse...))
	}
	if mbox.Subscribed {
		opts = append(opts, memstore.Subscribed())
	}
	if target, found := user.Mailbox(mbox.Name); found {
		return target, target.Configure(opts...)
	}
	return user.Create(mbox.Name, opts...)
}

// storeName gives a name of a fixture, whose levels are separated by "/", the
// delimiter of the store.
func storeName(user *memstore.User, name string) (string, error) {
	delim := string(user.Delimiter())
	if delim != "/" && strings.Contains(name, delim) {
		return "", fmt.Errorf("mailbox %q cannot have the delimiter %q in a level of its name", name, delim)
	}
	return strings.ReplaceAll(name, "/", delim), nil
}

// addDefaultMailboxes adds those whose name and special use are still free.
func addDefaultMailboxes(user *memstore.User) error {
	var taken []imap.MailboxAttr
	for _, mbox := range user.Mailboxes() {
		taken = append(taken, mbox.SpecialUse()...)
	}
	for _, row := range defaultMailboxes {
		if slices.Contains(taken, row.use) {
			continue
		}
		mbox, found := user.Mailbox(row.name)
		if !found {
			if _, err := user.Create(row.name, memstore.WithSpecialUse(row.use), memstore.Subscribed()); err != nil {
				return err
			}
			continue
		}
		err := errors.Join(mbox.Configure(memstore.WithSpecialUse(row.use)), user.Subscribe(row.name))
		if err != nil {
			return err
		}
	}
	return nil
}
