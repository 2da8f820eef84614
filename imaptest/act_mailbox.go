package imaptest

import (
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
)

// Create makes the mailbox, as another session would. Levels above it are made too.
func (m Mailbox) Create(t TB, opts ...memstore.MailboxOption) {
	t.Helper()
	user := m.account.user(t)
	if user == nil {
		return // t.Fatalf of a fake TB returned
	}
	d := m.account.srv.deed(m.name)
	defer d.done()
	if _, err := d.of(user).Create(m.name, mailboxOptions(opts)...); err != nil {
		m.account.srv.fatalf(t, "create %s: %v", m.name, err)
	}
}

// mailboxOptions are those of the store.
func mailboxOptions(opts []memstore.MailboxOption) []store.MailboxOption {
	out := make([]store.MailboxOption, len(opts))
	for i, opt := range opts {
		out[i] = store.MailboxOption(opt)
	}
	return out
}

// Delete deletes the mailbox with its messages, as another session would.
func (m Mailbox) Delete(t TB) {
	t.Helper()
	if m.find(t) == nil {
		return // t.Fatalf of a fake TB returned
	}
	d := m.account.srv.deed(m.name)
	defer d.done()
	if err := d.of(m.account.user(t)).DeleteIf(m.name, nil); err != nil {
		m.account.srv.fatalf(t, "delete %s: %v", m.name, err)
	}
}

// Move moves messages to another mailbox of the account, as another session would. A UID
// that is not there stops the test and nothing is moved.
func (m Mailbox) Move(t TB, to string, uids ...imap.UID) {
	t.Helper()
	for _, uid := range uids {
		m.message(t, uid)
	}
	dest := m.account.Mailbox(to)
	if !dest.exists() {
		m.account.srv.fatal(t, dest.missing()+"; Create makes one", "", m)
		return // t.Fatalf of a fake TB returned
	}
	from, into := m.find(t), dest.find(t)
	d := m.account.srv.deed(m.name, uidArgs(uids...), to)
	defer d.done()
	if _, err := d.in(from).Move(imap.UIDSetNum(uids...), (*store.Mailbox)(into)); err != nil {
		m.account.srv.fatalf(t, "move from %s to %s: %v", m.name, to, err)
	}
}

// Rename gives the mailbox, and those below it, another name, as another session would. It
// returns the mailbox by that name.
func (m Mailbox) Rename(t TB, to string) Mailbox {
	t.Helper()
	if m.find(t) == nil {
		return m // t.Fatalf of a fake TB returned
	}
	d := m.account.srv.deed(m.name, to)
	defer d.done()
	if err := d.of(m.account.user(t)).RenameIf(m.name, to, nil); err != nil {
		m.account.srv.fatalf(t, "rename %s: %v", m.name, err)
	}
	return m.account.Mailbox(to)
}

// AddUser adds an account with the mailboxes that accounts have. It is there for clients at
// once.
func (s *Server) AddUser(t TB, name, password string, opts ...memstore.UserOption) Account {
	t.Helper()
	d := s.deed(name)
	defer d.done()
	opts = append(slices.Clone(opts), memstore.UserOption(store.MadeBy(d.by())))
	if rules, has := s.cfg.labelRules(); has {
		opts = append([]memstore.UserOption{memstore.UserOption(store.WithLabels(rules))}, opts...)
	}
	_, err := s.Store().AddUser(name, password, opts...)
	if user, found := s.core().User(name); err == nil && found && !s.cfg.bare {
		err = s.cfg.addMailboxes(user, d.by())
	}
	if err != nil {
		s.fatalf(t, "add account %s: %s", name, strings.TrimPrefix(err.Error(), "memstore: "))
	}
	return s.User(name)
}

// SetPassword gives the account another password; who is logged in stays so.
func (a Account) SetPassword(t TB, password string) {
	t.Helper()
	if user := a.user(t); user != nil {
		d := a.srv.deed(a.name)
		defer d.done()
		d.of(user).SetPassword(password)
	}
}

// SetToken gives the account an OAuth bearer token in place of the one that it had, for
// XOAUTH2 and OAUTHBEARER. The zero time never expires.
func (a Account) SetToken(t TB, token string, expires time.Time) {
	t.Helper()
	if user := a.user(t); user != nil {
		d := a.srv.deed(a.name)
		defer d.done()
		d.of(user).SetToken(token, expires)
	}
}

// Token is the account's OAuth bearer token, "" for none, and when it expires: the zero time is
// never.
func (a Account) Token(t TB) (token string, expires time.Time) {
	t.Helper()
	if a.user(t) == nil {
		return "", time.Time{}
	}
	user, _ := a.srv.core().User(a.name)
	return user.Token()
}
