package imaptest

import (
	"fmt"

	"github.com/go-mailtest/mailtest/memstore"
)

// Account is the name of an account, looked up when it is used.
type Account struct {
	srv  *Server
	name string
}

// Mailbox is a name in an account, looked up when it is used, so that a test
// can hold one that the code under test has yet to create.
type Mailbox struct {
	account Account
	name    string
}

// User is the account of that name or alias.
func (s *Server) User(name string) Account { return Account{s, name} }

// Inbox is the INBOX of the first account.
func (s *Server) Inbox() Mailbox { return s.first().Inbox() }

// Mailbox is a mailbox of the first account. Levels are separated by "/", or what
// [WithDelimiter] says.
func (s *Server) Mailbox(name string) Mailbox { return s.first().Mailbox(name) }

func (s *Server) first() Account {
	users := s.Store().Users()
	if len(users) == 0 {
		return Account{s, DefaultUser}
	}
	return Account{s, users[0].Name()}
}

// Name is the account's name as the test gave it.
func (a Account) Name() string { return a.name }

// Inbox is the account's INBOX.
func (a Account) Inbox() Mailbox { return Mailbox{a, "INBOX"} }

// Mailbox is a mailbox of the account. Levels are separated by "/", or what
// [WithDelimiter] says.
func (a Account) Mailbox(name string) Mailbox { return Mailbox{a, name} }

// user finds the account, or stops the test.
func (a Account) user(t TB) *memstore.User {
	t.Helper()
	user, found := a.srv.Store().User(a.name)
	if !found {
		a.srv.fatalf(t, "%s", a.missing())
	}
	return user
}

// missing says that there is no such account, and which there are.
func (a Account) missing() string {
	names := a.srv.accountNames()
	return fmt.Sprintf("no account %q (have %s)%s", a.name, joinNames(names), orNearest(a.name, names))
}

func (s *Server) accountNames() (names []string) {
	for _, user := range s.Store().Users() {
		names = append(names, user.Name())
	}
	return names
}

// Name is the mailbox's name as the test gave it.
func (m Mailbox) Name() string { return m.name }

// lookup finds the mailbox if it can be selected. The zero Mailbox is none.
func (m Mailbox) lookup() (*memstore.Mailbox, bool) {
	if m.account.srv == nil {
		return nil, false
	}
	user, found := m.account.srv.Store().User(m.account.name)
	if !found {
		return nil, false
	}
	mbox, found := user.Mailbox(m.name)
	if !found || mbox.Oddities().NoSelect {
		return nil, false
	}
	return mbox, true
}

// find is lookup that stops the test when there is no such mailbox.
func (m Mailbox) find(t TB) *memstore.Mailbox {
	t.Helper()
	mbox, found := m.lookup()
	if !found {
		m.account.srv.fatal(t, m.missing(), "", m)
	}
	return mbox
}

// check is lookup that fails the test and goes on.
func (m Mailbox) check(t TB) (*memstore.Mailbox, bool) {
	t.Helper()
	if _, found := m.account.srv.Store().User(m.account.name); !found {
		m.account.srv.errorf(t, "%s", m.account.missing())
		return nil, false
	}
	mbox, found := m.lookup()
	if !found {
		m.account.srv.fail(t, m.missing(), "", m)
	}
	return mbox, found
}

// exists says whether there is such a name, selectable or not.
func (m Mailbox) exists() bool {
	user, found := m.account.srv.Store().User(m.account.name)
	if !found {
		return false
	}
	_, found = user.Mailbox(m.name)
	return found
}
