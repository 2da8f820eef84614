package store

import (
	"cmp"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// ExpungedLabel is what becomes of a message that is expunged from the last mailbox in which
// a client sees it.
type ExpungedLabel int

// What may become of it.
const (
	ExpungedArchive ExpungedLabel = iota // it stays, without labels
	ExpungedTrash                        // it goes to Trash
	ExpungedDelete                       // it is gone
)

// LabelRules are the settings of an account with labels. They can be changed while clients
// are on, but for the names.
type LabelRules struct {
	// Each message is in one of these.
	All, Spam, Trash string
	// Starred has what is \Flagged; "" for no such mailbox.
	Starred string

	AutoExpunge bool          // \Deleted expunges at once
	Expunged    ExpungedLabel // what that, and EXPUNGE, do in the last visible mailbox
	MailboxMax  int           // the mailbox of a label shows no more than the newest so many; 0: all
	Dedupe      bool          // an APPEND of bytes that are there adds a label
}

// WithLabels makes an account in which a message is once, with one set of flags, however
// many mailboxes show it: each mailbox but those that the rules name is a label. Those that
// the rules name are made with the account.
func WithLabels(rules LabelRules) UserOption {
	return func(u *User) {
		WithAccountModSeq()(u)
		u.box = newLabelBox(u, rules)
	}
}

// HasLabels says that the account was made by [WithLabels].
func (u *User) HasLabels() bool { return u.box != nil }

// HasLabels says whether an account has labels.
func (s *Store) HasLabels() bool {
	for _, u := range *s.everyone.Load() {
		if u.box != nil {
			return true
		}
	}
	return false
}

// LabelRules are the account's settings, if it has labels.
func (u *User) LabelRules() (rules LabelRules, has bool) {
	if u.box == nil {
		return LabelRules{}, false
	}
	u.guard.mu.RLock()
	defer u.guard.mu.RUnlock()
	return u.box.rules, true
}

// SetLabelRules changes the settings of an account with labels. Names that are left out
// stay; others than before are ErrInvalidName. With another MailboxMax messages go from
// mailboxes that show too many, or come back to those that show too few.
func (u *User) SetLabelRules(rules LabelRules) error {
	if u.box == nil {
		return errorf(ErrNotFound, "account %q has no labels", u.name)
	}
	if err := rules.check(); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.guard.mu.Lock()
	defer u.guard.mu.Unlock()
	had := u.box.rules
	for _, name := range []struct{ now, had *string }{
		{&rules.All, &had.All}, {&rules.Spam, &had.Spam}, {&rules.Trash, &had.Trash}, {&rules.Starred, &had.Starred},
	} {
		if *name.now = cmp.Or(*name.now, *name.had); *name.now != *name.had {
			return errorf(ErrInvalidName, "mailbox %q of account %q cannot become %q", *name.had, u.name, *name.now)
		}
	}
	u.box.rules = rules
	if rules.MailboxMax != had.MailboxMax {
		u.box.fit()
	}
	return nil
}

func (r LabelRules) check() error {
	if r.MailboxMax < 0 || r.Expunged < ExpungedArchive || r.Expunged > ExpungedDelete {
		return errorf(ErrInvalidSize, "label rules: at most %d messages, what is expunged: %d", r.MailboxMax, r.Expunged)
	}
	return nil
}

// make makes the mailboxes that the rules name, in an account that nobody knows yet.
func (b *labelBox) make() error {
	if err := b.rules.check(); err != nil {
		return err
	}
	for _, row := range []struct {
		name string
		use  imap.MailboxAttr
		mbox **Mailbox
	}{
		{b.rules.All, imap.MailboxAttrAll, &b.all},
		{b.rules.Spam, imap.MailboxAttrJunk, &b.spam},
		{b.rules.Trash, imap.MailboxAttrTrash, &b.trash},
		{b.rules.Starred, imap.MailboxAttrFlagged, &b.starred},
	} {
		if row.name == "" && row.mbox == &b.starred {
			continue
		}
		for _, above := range b.user.superiors(row.name) {
			if _, exists := b.user.Mailbox(above); !exists {
				if _, err := b.user.Create(above, NoSelect()); err != nil {
					return err
				}
			}
		}
		mbox, err := b.user.Create(row.name, WithSpecialUse(row.use))
		if err != nil {
			return err
		}
		*row.mbox = mbox
	}
	return nil
}

// checkLabel refuses a mailbox whose name a client would take for a label like \Inbox.
func (u *User) checkLabel(name string) error {
	if u.box != nil && strings.HasPrefix(name, `\`) {
		return errorf(ErrInvalidName, "mailbox %q: as a label it would be one of the server's own", name)
	}
	return nil
}

// fixed says that a mailbox is one that the rules name.
func (b *labelBox) fixed(m *Mailbox) bool { return b.isHome(m) || m == b.starred }

// checkStays refuses to delete or rename mailboxes that the rules name.
func (b *labelBox) checkStays(mailboxes ...*Mailbox) error {
	if b == nil {
		return nil
	}
	for _, m := range mailboxes {
		if b.fixed(m) {
			return errorf(ErrInvalidName, "mailbox %q of account %q stays: it is where messages are", m.Name(), b.user.name)
		}
	}
	return nil
}

// checkOddities refuses what mailboxes that share their messages cannot be.
func (b *labelBox) checkOddities(name string, mbox *Mailbox, o Oddities) error {
	switch {
	case b == nil:
		return nil
	case o.SeenPerUser:
		return errorf(ErrInvalidName, `mailbox %q cannot have a \Seen for each user: with labels a message has one set of flags`, name)
	case mbox != nil && b.fixed(mbox) && (o.NoSelect || o.isRemote()):
		return errorf(ErrInvalidName, "mailbox %q is where messages are", name)
	}
	return nil
}
