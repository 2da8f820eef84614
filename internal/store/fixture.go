package store

import (
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/natural"
)

// Fixture is the state of the store at one moment, as a set of mail files that
// [Store.Load] makes a store of again. The form has no place for modseqs, save
// dates, tokens, an INBOX that is not subscribed, UIDs in Starred, \Deleted in the mailboxes
// of labels and which messages these are too full to show, and, with another delimiter, a
// "/" within a level of a name.
func (s *Store) Fixture() *fixtures.Set {
	locks := s.lockAll(nil)
	defer locks.unlock()
	set := &fixtures.Set{}
	for _, u := range s.users {
		account := u.fixture()
		for _, note := range s.notes.Of(u) {
			if len(set.Accounts) == 0 || !isShared(note.Entry) {
				account.Annotations = append(account.Annotations, note)
			}
		}
		set.Accounts = append(set.Accounts, account)
	}
	if len(s.shared.byName) > 0 {
		set.Accounts = append(set.Accounts, s.shared.fixture())
	}
	return set
}

// fixture is the account; all locks are held.
func (u *User) fixture() fixtures.Account {
	account := fixtures.Account{Labels: u.box.fixture(), Name: u.name, Password: u.password, Aliases: slices.Clone(u.aliases), Shared: u.shared}
	for _, mbox := range u.byName {
		account.Mailboxes = append(account.Mailboxes, mbox.fixture())
	}
	slices.SortFunc(account.Mailboxes, func(a, b fixtures.Mailbox) int {
		return slices.CompareFunc(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"), natural.Compare)
	})
	for _, q := range u.quotaList() {
		q.Mailbox = u.toFixture(q.Mailbox)
		account.Quotas = append(account.Quotas, q)
	}
	for _, name := range u.subscriptions() {
		if u.byName[name] == nil {
			account.Subscribed = append(account.Subscribed, u.toFixture(name))
		}
	}
	return account
}

// fixture is the mailbox; m.mu is held.
func (m *Mailbox) fixture() fixtures.Mailbox {
	out := fixtures.Mailbox{
		Name:        m.user.toFixture(m.name),
		UIDValidity: m.uidValidity,
		UIDNext:     m.uidNext,
		SpecialUse:  slices.Clone(m.specialUse),
		Subscribed:  m.user.subscribed[m.name],
		ACL:         m.fixtureGrants(),
		Oddities:    fixtures.Oddities(m.odd),
		Annotations: append(m.notes.Of(m.user), m.notes.others(m.user)...),
	}
	if box := m.user.box; box != nil && !box.isHome(m) {
		return out // what it shows lies in a home
	}
	for _, msg := range m.messages.all() {
		out.Messages = append(out.Messages, fixtures.Message{
			UID: msg.uid, Flags: msg.flags, Date: msg.internalDate, Raw: msg.mail.raw, Size: msg.mail.lie(), NotFetch: msg.mail.NotFetch(),
			SeenBy: m.seers(msg.seenBy), Labels: msg.fixtureLabels(),
		})
	}
	return out
}

// fixtureGrants are those of [Mailbox.Granted] as a fixture has them.
func (m *Mailbox) fixtureGrants() []fixtures.Grant {
	var out []fixtures.Grant
	for _, g := range m.Granted() {
		out = append(out, fixtures.Grant{Identifier: g.Identifier, Rights: g.Rights.String()})
	}
	return out
}

// toFixture is the opposite of fromFixture.
func (u *User) toFixture(name string) string {
	return strings.ReplaceAll(name, string(u.store.delim), "/")
}
