package imaptest

import (
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
)

// defaultMailboxes are what an account has besides INBOX where the profile does not say,
// with the special use of RFC 6154.
var defaultMailboxes = []SpecMailbox{
	{Name: "Drafts", Use: imap.MailboxAttrDrafts},
	{Name: "Sent", Use: imap.MailboxAttrSent},
	{Name: "Junk", Use: imap.MailboxAttrJunk},
	{Name: "Trash", Use: imap.MailboxAttrTrash},
	{Name: "Archive", Use: imap.MailboxAttrArchive},
}

// seedMailbox is a mailbox of a new account, and what makes it.
type seedMailbox struct {
	use  imap.MailboxAttr
	made store.NewMailbox
}

// usualMailboxes are the default ones, for every server whose profile says nothing of them.
var usualMailboxes = seedMailboxes("", defaultMailboxes)

func seedMailboxes(prefix string, rows []SpecMailbox) []seedMailbox {
	out := make([]seedMailbox, len(rows))
	for i, row := range rows {
		opts := []store.MailboxOption{store.Subscribed()}
		if row.Use != "" {
			opts = append(opts, store.WithSpecialUse(row.Use))
		}
		if row.NoSelect {
			opts = append(opts, store.NoSelect())
		}
		out[i] = seedMailbox{row.Use, store.NewMailbox{Name: prefix + row.Name, Opts: opts}}
	}
	return out
}

// mailboxes are those of a new account.
func (c *config) mailboxes() []seedMailbox {
	switch {
	case len(c.spec.Mailboxes) > 0:
		return seedMailboxes("", c.spec.Mailboxes)
	case c.spec.Names.Prefix != "":
		return seedMailboxes(c.spec.Names.Prefix, defaultMailboxes)
	}
	return usualMailboxes
}

// addMailboxes adds those whose name and special use are still free.
func (c *config) addMailboxes(user *store.User, by uint32) error {
	taken := user.SpecialUses()
	isDefault := len(c.spec.Mailboxes) == 0
	rows := c.mailboxes()
	missing := make([]store.NewMailbox, 0, len(rows))
	for _, row := range rows {
		if slices.Contains(taken, row.use) || strings.EqualFold(row.made.Name, "INBOX") {
			continue
		}
		if isDefault && user.HasLabels() && row.use == imap.MailboxAttrArchive {
			continue // with labels All Mail is the archive
		}
		mbox, found := user.Mailbox(row.made.Name)
		if !found {
			missing = append(missing, row.made)
			continue
		}
		if err := takeUse(user, mbox, row.use); err != nil {
			return err
		}
	}
	return errors.Join(user.By(by).CreateAll(missing), c.numberMailboxes(user))
}

// prefix puts the mail of fixtures where the server has mailboxes: Archive is INBOX.Archive
// at Courier.
func (c *config) prefix(account *fixtures.Account) {
	prefix := strings.ReplaceAll(c.spec.Names.Prefix, string(c.spec.delimiter()), "/")
	if prefix == "" || account.Shared {
		return
	}
	below := func(name string) string {
		if strings.EqualFold(name, "INBOX") || strings.HasPrefix(name, prefix) {
			return name
		}
		return prefix + name
	}
	account.Mailboxes, account.Subscribed = slices.Clone(account.Mailboxes), slices.Clone(account.Subscribed)
	for i := range account.Mailboxes {
		account.Mailboxes[i].Name = below(account.Mailboxes[i].Name)
	}
	for i, name := range account.Subscribed {
		account.Subscribed[i] = below(name)
	}
}

// takeUse gives a mailbox that the test has made a special use; one without is the test's own.
func takeUse(user *store.User, mbox *store.Mailbox, use imap.MailboxAttr) error {
	if use == "" {
		return nil
	}
	return errors.Join(mbox.Configure(store.WithSpecialUse(use)), user.Subscribe(mbox.Name()))
}

// numberMailboxes gives the mailboxes of a new account the UIDVALIDITY of the profile,
// INBOX first, and the UID that the first message of an empty one gets.
func (c *config) numberMailboxes(user *store.User) error {
	next, first := c.spec.Numbers.UIDValidity, c.spec.Numbers.UIDNext
	if next == 0 && first == 0 {
		return nil
	}
	var errs []error
	for _, mbox := range user.Mailboxes() {
		if next != 0 {
			errs = append(errs, mbox.Configure(store.WithUIDValidity(next)))
			next++
		}
		if first != 0 && mbox.UIDNext() == 1 {
			errs = append(errs, mbox.Configure(store.WithUIDNext(imap.UID(first))))
		}
	}
	return errors.Join(errs...)
}

// startUIDs has the UIDs of messages for which the test asks for none begin where those of the
// profile do.
func (c *config) startUIDs(account *fixtures.Account) {
	first := imap.UID(c.spec.Numbers.UIDNext)
	if first == 0 {
		return
	}
	account.Mailboxes = slices.Clone(account.Mailboxes)
	for i := range account.Mailboxes {
		mbox := &account.Mailboxes[i]
		if mbox.UIDNext != 0 || slices.ContainsFunc(mbox.Messages, func(m fixtures.Message) bool { return !m.UIDAssigned }) {
			continue
		}
		mbox.Messages = slices.Clone(mbox.Messages)
		for j := range mbox.Messages {
			mbox.Messages[j].UID += first - 1
		}
		mbox.UIDNext = first + imap.UID(len(mbox.Messages))
	}
}

// labelUses are the mailboxes of an account with labels that are more than labels.
var labelUses = []imap.MailboxAttr{imap.MailboxAttrAll, imap.MailboxAttrJunk, imap.MailboxAttrTrash, imap.MailboxAttrFlagged}

// label makes an account one with labels, where the profile is of a server with labels.
func (c *config) label(account *fixtures.Account) {
	if c.spec.Labels == nil || account.Shared || account.Labels != nil {
		return
	}
	account.Labels = c.spec.Labels
	for _, row := range c.spec.Mailboxes {
		if !slices.Contains(labelUses, row.Use) || slices.ContainsFunc(account.Mailboxes, func(m fixtures.Mailbox) bool {
			return slices.Contains(m.SpecialUse, row.Use)
		}) {
			continue
		}
		name := strings.ReplaceAll(row.Name, string(c.spec.delimiter()), "/")
		i := slices.IndexFunc(account.Mailboxes, func(m fixtures.Mailbox) bool { return m.Name == name })
		if i < 0 {
			account.Mailboxes = append(slices.Clip(account.Mailboxes), fixtures.Mailbox{Name: name, Subscribed: true})
			i = len(account.Mailboxes) - 1
		}
		account.Mailboxes[i].SpecialUse = append(slices.Clip(account.Mailboxes[i].SpecialUse), row.Use)
	}
}

// labelRules are those of an account that is made later, if the profile is of a server with
// labels.
func (c *config) labelRules() (rules store.LabelRules, has bool) {
	if c.spec.Labels == nil {
		return rules, false
	}
	rules, err := store.RulesOf(*c.spec.Labels)
	names := map[imap.MailboxAttr]*string{
		imap.MailboxAttrAll: &rules.All, imap.MailboxAttrJunk: &rules.Spam,
		imap.MailboxAttrTrash: &rules.Trash, imap.MailboxAttrFlagged: &rules.Starred,
	}
	for _, row := range c.spec.Mailboxes {
		if name := names[row.Use]; name != nil {
			*name = row.Name
		}
	}
	return rules, err == nil
}
