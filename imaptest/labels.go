package imaptest

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
)

// WithLabels makes the mailboxes of the first account labels, as at Gmail: a message is
// there once, with one set of flags, and any number of mailboxes show it. It is in "All
// Mail", or in "Spam" or "Trash", where no other mailbox shows it; what is \Flagged is in
// "Starred" too. Mail with a mailbox of that special use (\All, \Junk, \Trash, \Flagged)
// gives it another name. Such an account has X-GM-EXT-1. Other accounts have labels by the
// word labels in accounts.txt of package fixtures.
//
// COPY adds a label, and to Trash or Spam moves; EXPUNGE takes the label away, and deletes
// in Trash or Spam alone. settings are those of the account's web page; [Account.SetLabels]
// changes them.
func WithLabels(settings fixtures.Labels) Option {
	return optionFunc(func(c *config) error {
		c.labels = &settings
		return nil
	})
}

// SetLabels changes the settings of an account with labels, while clients are on.
func (a Account) SetLabels(t TB, settings fixtures.Labels) {
	t.Helper()
	user := a.user(t)
	if user == nil {
		return
	}
	rules, err := store.RulesOf(settings)
	if err == nil {
		err = (*store.User)(user).SetLabelRules(rules)
	}
	if err != nil {
		a.srv.fatalf(t, "%v", err)
	}
}

// Labels are the labels of a message in an account with labels, as X-GM-LABELS has them,
// that of this mailbox too: `\Inbox`, `\Starred`, and then names.
func (m Mailbox) Labels(t TB, uid imap.UID) []string {
	t.Helper()
	m.message(t, uid)
	if mbox := m.find(t); mbox != nil {
		msg, _ := (*store.Mailbox)(mbox).Message(uid)
		return msg.Labels()
	}
	return nil
}

// AddLabels gives a message labels, as another session would with X-GM-LABELS: names of
// mailboxes, which are made if they are not there, or `\Inbox` and the like. `\Trash` and
// `\Junk` move it.
func (m Mailbox) AddLabels(t TB, uid imap.UID, labels ...string) {
	t.Helper()
	m.storeLabels(t, uid, imap.StoreFlagsAdd, labels)
}

// RemoveLabels takes labels away as another session would: that of the mailbox takes the
// message from it.
func (m Mailbox) RemoveLabels(t TB, uid imap.UID, labels ...string) {
	t.Helper()
	m.storeLabels(t, uid, imap.StoreFlagsDel, labels)
}

func (m Mailbox) storeLabels(t TB, uid imap.UID, op imap.StoreFlagsOp, labels []string) {
	t.Helper()
	m.message(t, uid)
	if _, err := (*store.Mailbox)(m.find(t)).StoreLabels(imap.UIDSetNum(uid), op, labels...); err != nil {
		m.account.srv.fatalf(t, "%s, UID %d: %v", m.name, uid, err)
	}
}
