package store

import (
	"fmt"
	"maps"
	"strings"

	"github.com/go-mailtest/mailtest/fixtures"
)

// Load adds the accounts, mailboxes and messages of a fixture, all or none: what
// cannot be added leaves the store as it was. Errors name the account, mailbox
// or file.
//
// The account with the name "", whose mail lies in no account's folder, is the
// store's first one. Another that has no password may be there already, and gets
// more mail; a mailbox that is there does too. Messages whose UID the fixture does
// not name are numbered after those that are there.
func (s *Store) Load(set *fixtures.Set) error {
	if len(s.Users()) == 0 {
		err := s.load(set)
		if err != nil {
			s.Restore(s.nothing())
		}
		return err
	}
	if err := s.outline().load(set); err != nil {
		return err
	}
	return s.load(set)
}

// nothing is the state of a store without accounts and mailboxes.
func (s *Store) nothing() *Snapshot {
	return &Snapshot{store: s, users: []userState{{user: s.shared, subscribed: map[string]bool{}}}}
}

// outline is a store of the same accounts and mailboxes, to try things on. It
// shares the messages.
func (s *Store) outline() *Store {
	locks := s.lockAll(nil)
	defer locks.unlock()
	out := New(WithDelimiter(s.delim))
	for _, u := range append(s.users[:len(s.users):len(s.users)], s.shared) {
		trial := &User{store: out, name: u.name, aliases: u.aliases, shared: u.shared, subscribed: maps.Clone(u.subscribed)}
		if u.box != nil {
			trial.guard, trial.box = out.newGuard(), newLabelBox(trial, u.box.rules)
		}
		for name, mbox := range u.byName {
			other := trial.newMailbox(name)
			state := mbox.state()
			other.number, other.specialUse = mbox.number, state.specialUse
			other.odd, other.uidNext, other.messages, other.size = state.odd, state.uidNext, state.messages, state.size
			trial.enter(name, other)
		}
		if u.box != nil {
			u.box.in(trial)
		}
		trial.setQuotas(u.quotaList())
		if u.shared {
			out.shared = trial
		} else {
			out.setUsers(append(out.users, trial), trial)
		}
	}
	return out
}

func (s *Store) load(set *fixtures.Set) error {
	users := make([]*User, len(set.Accounts)) // first, as mailboxes may name any of them
	for i := range set.Accounts {
		var err error
		if users[i], err = s.accountFor(&set.Accounts[i]); err != nil {
			return err
		}
	}
	for i, u := range users {
		if err := u.load(&set.Accounts[i]); err != nil {
			return err
		}
	}
	return nil
}

// load gives an account its mail.
func (u *User) load(account *fixtures.Account) error {
	load := u.loadMailboxes
	if u.box != nil {
		load = u.box.load
	}
	if err := load(account.Mailboxes); err != nil {
		return err
	}
	for _, name := range account.Subscribed {
		name, err := u.fromFixture(name)
		if err == nil {
			err = u.Subscribe(name)
		}
		if err != nil {
			return fmt.Errorf("subscription of account %s: %w", u.name, err)
		}
	}
	return u.loadLimits(account)
}

func (u *User) loadMailboxes(list []fixtures.Mailbox) error {
	for i := range list {
		if err := u.loadMailbox(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// loadLimits gives an account its quotas, and the server the annotations that the account
// brings.
func (u *User) loadLimits(account *fixtures.Account) error {
	for _, q := range account.Quotas {
		name, err := u.fromFixture(q.Mailbox)
		if q.Mailbox = name; err == nil {
			err = u.SetQuota(q)
		}
		if err != nil {
			return fmt.Errorf("quota of account %s: %w", u.name, err)
		}
	}
	if len(account.Annotations) == 0 {
		return nil
	}
	return u.store.Annotate(u, account.Annotations, AnnotationLimits{})
}

// accountFor finds the account that a fixture speaks of, or makes it.
func (s *Store) accountFor(account *fixtures.Account) (*User, error) {
	if account.Name == "" {
		users := s.Users()
		if len(users) == 0 {
			return nil, errorf(ErrNotFound, "the mail names no account, and the store has none")
		}
		return users[0], nil
	}
	if account.Shared {
		return s.shared, nil
	}
	u, found := s.User(account.Name)
	if found && strings.EqualFold(u.name, account.Name) && account.Password == "" {
		if account.Labels != nil && u.box == nil {
			return nil, errorf(ErrExists, "account %q is there already, without labels", u.name)
		}
		return u, nil
	}
	var opts []UserOption
	if len(account.Aliases) > 0 {
		opts = append(opts, WithAlias(account.Aliases...))
	}
	if account.Labels != nil {
		rules, err := s.loadRules(account)
		if err != nil {
			return nil, err
		}
		opts = append(opts, WithLabels(rules))
	}
	return s.AddUser(account.Name, account.Password, opts...)
}

// loadMailbox fills a mailbox. What the fixture says of it is set before the
// first message, so that the UIDs come out as written.
func (u *User) loadMailbox(from *fixtures.Mailbox) error {
	_, err := u.fill(from, false)
	return err
}

// fill is loadMailbox, and gives what the messages have become. once makes bytes that are in
// the account already no second message.
func (u *User) fill(from *fixtures.Mailbox, once bool) (mails []*Mail, err error) {
	name, err := u.fromFixture(from.Name)
	if err != nil {
		return nil, err
	}
	mbox, err := u.mailboxFor(name, from)
	if err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", from.Name, err)
	}
	if err := mbox.loadGrants(from.ACL); err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", from.Name, err)
	}
	if len(from.Messages) > 0 {
		drafts, err := mbox.drafts(from.Messages)
		if err == nil {
			mails, err = mbox.load(drafts, once)
		}
		if err != nil {
			return nil, fmt.Errorf("mailbox %s: %w", from.Name, err)
		}
	}
	if err := mbox.loadAnnotations(from.Annotations); err != nil {
		return nil, fmt.Errorf("mailbox %s: %w", from.Name, err)
	}
	if from.UIDNext == 0 {
		return mails, nil
	}
	return mails, mbox.Configure(WithUIDNext(from.UIDNext))
}

// load appends the messages of a fixture.
func (m *Mailbox) load(drafts []Draft, once bool) (mails []*Mail, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if box := m.user.box; box != nil {
		defer func(was bool) { box.rules.Dedupe = was }(box.rules.Dedupe)
		box.rules.Dedupe = once
	}
	added, err := m.appendAll(drafts, m.user.store.now(), nil, leaving{})
	for _, msg := range added {
		mails = append(mails, msg.Mail)
	}
	return mails, err
}

// loadGrants makes what the fixture says the mailbox's access control list.
func (m *Mailbox) loadGrants(grants []fixtures.Grant) error {
	if len(grants) == 0 {
		m.access.Store(nil) // not that of the mailbox above it
		return nil
	}
	m.access.Store(newAccessList(m.user.grants(nil)))
	for _, g := range grants {
		rights, err := ParseRights(g.Rights)
		if err == nil {
			err = m.Grant(g.Identifier, RightsChange{Rights: rights})
		}
		if err != nil {
			return fmt.Errorf("acl %s: %w", g.Identifier, err)
		}
	}
	return nil
}

// loadAnnotations gives each annotation to the account whose it is.
func (m *Mailbox) loadAnnotations(notes []Annotation) error {
	for _, note := range notes {
		of := m.user
		if note.Of != "" {
			var found bool
			if of, found = m.user.store.User(note.Of); !found {
				return errorf(ErrNotFound, "%s: of=%s is no account", note.Entry, note.Of)
			}
		}
		note.Of = ""
		if err := m.Annotate(of, []Annotation{note}, AnnotationLimits{}); err != nil {
			return err
		}
	}
	return nil
}

// mailboxFor makes the mailbox, or takes the one that is there.
func (u *User) mailboxFor(name string, from *fixtures.Mailbox) (*Mailbox, error) {
	opts := []MailboxOption{WithOddities(Oddities(from.Oddities))}
	if from.UIDValidity != 0 {
		opts = append(opts, WithUIDValidity(from.UIDValidity))
	}
	if len(from.SpecialUse) > 0 {
		opts = append(opts, WithSpecialUse(from.SpecialUse...))
	}
	if from.Subscribed {
		opts = append(opts, Subscribed())
	}
	if mbox, found := u.Mailbox(name); found {
		return mbox, mbox.Configure(opts...)
	}
	return u.Create(name, opts...)
}

// drafts are the messages of a fixture; an error names the file of a UID that is
// no longer free.
func (m *Mailbox) drafts(messages []fixtures.Message) ([]Draft, error) {
	next := m.UIDNext()
	drafts := make([]Draft, len(messages))
	for i, from := range messages {
		if len(from.Labels) > 0 && m.user.box == nil {
			return nil, errorf(ErrNotFound, "%s: it has labels, and account %q has none", from.File, m.user.name)
		}
		d := Draft{Raw: from.Raw, Flags: from.Flags, InternalDate: from.Date, Size: from.Size, NotFetch: from.NotFetch}
		if !from.UIDAssigned {
			d.UID = from.UID
		}
		for _, name := range from.SeenBy {
			u, found := m.user.store.User(name)
			if !found {
				return nil, errorf(ErrNotFound, "%s: seen-by=%s is no account", from.File, name)
			}
			d.seenBy = d.seenBy.with(u, true)
		}
		if d.UID != 0 && d.UID < next {
			return nil, errorf(ErrInvalidUID, "%s: UID %d is below UIDNEXT %d", from.File, d.UID, next)
		}
		next = max(next, d.UID) + 1
		drafts[i] = d
	}
	return drafts, nil
}

// fromFixture gives a name of a fixture, whose levels are separated by "/", the
// delimiter of the store.
func (u *User) fromFixture(name string) (string, error) {
	delim := string(u.store.delim)
	if delim != "/" && strings.Contains(name, delim) {
		return "", errorf(ErrInvalidName, "mailbox %q cannot have the delimiter %q in a level of its name", name, delim)
	}
	return strings.ReplaceAll(name, "/", delim), nil
}
