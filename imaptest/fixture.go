package imaptest

import (
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/memstore"
)

// Fixture is the state of the server as a set of mail files, each mailbox at
// one moment: what a bug needs can be saved and given to [WithMail] again.
//
//	os.WriteFile("testdata/bug17.txtar", srv.Fixture().Txtar(), 0o666)
//	srv := imaptest.Start(t, imaptest.WithoutDefaultMailboxes(),
//		imaptest.WithMail(fixtures.Txtar("testdata/bug17.txtar")))
//
// The form has no place for modseqs, save dates, tokens and an INBOX that is
// not subscribed.
func (s *Server) Fixture() *fixtures.Set {
	set := &fixtures.Set{}
	for _, user := range s.store.Users() {
		set.Accounts = append(set.Accounts, accountFixture(user))
	}
	return set
}

func accountFixture(user *memstore.User) fixtures.Account {
	account := fixtures.Account{Name: user.Name(), Password: user.Password(), Aliases: user.Aliases()}
	for _, mbox := range user.Mailboxes() {
		account.Mailboxes = append(account.Mailboxes, mailboxFixture(mbox))
	}
	slices.SortFunc(account.Mailboxes, func(a, b fixtures.Mailbox) int {
		return slices.Compare(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"))
	})
	for _, name := range user.Subscriptions() {
		if _, found := user.Mailbox(name); !found {
			account.Subscribed = append(account.Subscribed, fixtureName(user, name))
		}
	}
	return account
}

func mailboxFixture(mbox *memstore.Mailbox) fixtures.Mailbox {
	status, messages := mbox.Contents()
	out := fixtures.Mailbox{
		Name:        fixtureName(mbox.Owner(), mbox.Name()),
		UIDValidity: status.UIDValidity,
		UIDNext:     status.UIDNext,
		SpecialUse:  mbox.SpecialUse(),
		Subscribed:  mbox.Owner().Subscribed(mbox.Name()),
		Oddities:    fixtures.Oddities(mbox.Oddities()),
	}
	for _, m := range messages {
		saved := fixtures.Message{UID: m.UID, Flags: m.Flags, Date: m.InternalDate, Raw: m.Raw(), NotFetch: m.NotFetch()}
		if m.Size() != int64(len(m.Raw())) {
			saved.Size = m.Size()
		}
		out.Messages = append(out.Messages, saved)
	}
	return out
}

// fixtureName is the opposite of storeName.
func fixtureName(user *memstore.User, name string) string {
	return strings.ReplaceAll(name, string(user.Delimiter()), "/")
}
