package store

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-imap/v2"
)

// User is an account.
type User struct {
	store   *Store
	name    string
	aliases []string
	folded  []string  // name and aliases, as they are compared
	shared  bool      // no account: the mailboxes that belong to none
	guard   *guard    // of all mailboxes; nil: each has its own
	box     *labelBox // nil: no labels

	activity signal
	keys     accessKeys

	mu         sync.RWMutex // guards what follows; taken before a mailbox's
	by         uint32       // who changes its mailboxes at the moment
	password   string
	token      token
	door       door
	byName     map[string]*Mailbox
	subscribed map[string]bool
	lent       bool // a snapshot has the same subscribed: a change makes another
	quotas     []*quotaRoot
	changed    notifier
}

// Store is the account's store.
func (u *User) Store() *Store { return u.store }

// Name is the account's name as it was given.
func (u *User) Name() string { return u.name }

// Aliases are the account's other names.
func (u *User) Aliases() []string { return slices.Clone(u.aliases) }

// Delimiter separates the levels of mailbox names.
func (u *User) Delimiter() rune { return u.store.delim }

// Password is what the account logs in with.
func (u *User) Password() string {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.password
}

// SetPassword changes the password; who is logged in stays so.
func (u *User) SetPassword(password string) {
	u.By(0).SetPassword(password)
}

// SetPassword is [User.SetPassword] by somebody who has a number.
func (a Acting) SetPassword(password string) {
	a.user.mu.Lock()
	defer a.user.mu.Unlock()
	if a.user.password != password {
		a.user.password = password
		a.tellPassword()
	}
}

// tellPassword tells who follows that the account logs in with something else; u.mu is held.
func (a Acting) tellPassword() {
	a.user.tellSettings(a.by, func(d *differ) { d.add(Difference{Kind: PasswordChanged}) })
}

// Inbox is the mailbox INBOX, which every account has.
func (u *User) Inbox() *Mailbox {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.byName[inbox]
}

// Mailbox finds a mailbox, \Noselect ones too.
func (u *User) Mailbox(name string) (*Mailbox, bool) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	mbox, ok := u.byName[u.canonical(name)]
	return mbox, ok
}

// Mailboxes are all mailboxes: INBOX first, then by name, each before those
// below it.
func (u *User) Mailboxes() []*Mailbox {
	u.mu.RLock()
	defer u.mu.RUnlock()
	out := make([]*Mailbox, 0, len(u.byName))
	for _, name := range u.names() {
		out = append(out, u.byName[name])
	}
	return out
}

// SpecialUses are those of all mailboxes, in no order.
func (u *User) SpecialUses() (uses []imap.MailboxAttr) {
	u.mu.RLock()
	defer u.mu.RUnlock()
	for _, mbox := range u.byName {
		uses = append(uses, mbox.SpecialUse()...)
	}
	return uses
}

// names are the names of all mailboxes in order; u.mu is held.
func (u *User) names() []string {
	out := make([]string, 0, len(u.byName))
	for name := range u.byName {
		out = append(out, name)
	}
	u.sortNames(out)
	return out
}

// Changed is closed at the next change of a mailbox's name or attributes, or
// of a subscription.
func (u *User) Changed() <-chan struct{} {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.changed.channel()
}

// Create makes a mailbox and the superior names that it lacks (RFC 9051,
// section 6.3.4). A delimiter at the end is passed over. A name that exists is
// ErrExists, unless it is \Noselect: that one becomes a mailbox again.
func (u *User) Create(name string, opts ...MailboxOption) (*Mailbox, error) {
	return u.By(0).Create(name, opts...)
}

// Create is [User.Create].
func (a Acting) Create(name string, opts ...MailboxOption) (*Mailbox, error) {
	u := a.user
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.begin()()
	mbox := &Mailbox{}
	if err := u.create(mbox, NewMailbox{name, opts}, &settings{}); err != nil {
		return nil, err
	}
	u.notify()
	return mbox, nil
}

// NewMailbox is one that is to be made.
type NewMailbox struct {
	Name string
	Opts []MailboxOption
}

// CreateAll is [Acting.Create] of several mailboxes, of which those that are there stay as they
// are. Most accounts begin with the same ones.
func (a Acting) CreateAll(list []NewMailbox) error {
	u := a.user
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.begin()()
	side := make([]Mailbox, len(list))
	all := &settings{}
	for i, one := range list {
		if u.byName[u.created(one.Name)] != nil {
			continue
		}
		*all = settings{}
		if err := u.create(&side[i], one, all); err != nil {
			return err
		}
	}
	u.notify()
	return nil
}

// created is the name of a mailbox that is made under this one.
func (u *User) created(name string) string {
	return u.canonical(strings.TrimSuffix(name, string(u.store.delim)))
}

// create makes mbox a new mailbox, for which the settings are still empty; u.mu is held.
func (u *User) create(mbox *Mailbox, as NewMailbox, settings *settings) error {
	name := u.created(as.Name)
	if err := u.checkName(name); err != nil {
		return err
	}
	old, exists := u.byName[name]
	if exists && !old.NoSelect() {
		return errorf(ErrExists, "mailbox %q exists already", name)
	}
	if err := settings.take(as.Opts); err != nil {
		return err
	}
	if err := errors.Join(u.checkLabel(name), u.checkSuperiors(name), u.checkOddities(name, nil, settings.odd(Oddities{})), u.checkCount(name)); err != nil {
		return err
	}
	u.createSuperiors(name)
	u.begin(mbox, name)
	u.inherit(mbox)
	if exists {
		mbox.notes = old.ownNotes() // the name has never been gone
		old.markDeleted()
	}
	mbox.odd.NoSelect = settings.odd(Oddities{}).NoSelect
	u.put(mbox)
	u.apply(mbox, settings)
	return nil
}

// createSuperiors makes the names above name; u.mu is held.
func (u *User) createSuperiors(name string) {
	for _, above := range u.superiors(name) {
		if u.byName[above] == nil {
			mbox := u.newMailbox(above)
			u.inherit(mbox)
			u.put(mbox)
		}
	}
}

// put takes a new mailbox, which nobody else knows yet, into the account; u.mu is held.
func (u *User) put(mbox *Mailbox) {
	u.enter(mbox.name, mbox)
	mbox.join(u.rootsOf(mbox.name))
	mbox.made()
}

// enter gives a mailbox a name; u.mu is held.
func (u *User) enter(name string, mbox *Mailbox) {
	if u.byName == nil {
		u.byName = make(map[string]*Mailbox)
	}
	u.byName[name] = mbox
}

// inherit gives a new mailbox the access control list of the one above it (RFC 4314,
// section 4); u.mu is held.
func (u *User) inherit(mbox *Mailbox) {
	above := u.superiors(mbox.name)
	if u.shared {
		u.store.sharing.Store(true)
	}
	if len(above) == 0 {
		return
	}
	if parent := u.byName[above[len(above)-1]]; parent != nil {
		mbox.access.Store(parent.access.Load())
	}
}

// notFound says that there is no such mailbox, and which there are; u.mu is
// held.
func (u *User) notFound(name string) error {
	return errorf(ErrNotFound, "no mailbox %q (have %s)", name, joinNames(u.names()))
}

// errNoSuchMailbox names no others: it is for whoever may not know of them.
var errNoSuchMailbox = errorf(ErrNotFound, "no such mailbox")

// Delete removes a mailbox and its messages. One with inferiors keeps its
// name, as \Noselect; one that is that already and still has inferiors is
// ErrHasChildren (RFC 9051, section 6.3.5). INBOX cannot be deleted.
func (u *User) Delete(name string) error { return u.By(0).DeleteIf(name, nil) }

// DeleteIf is [User.Delete] of a name that is still that of the mailbox on which somebody's rights
// were looked up: another that has taken it since is ErrNotFound. nil is any.
func (a Acting) DeleteIf(name string, still *Mailbox) error {
	u := a.user
	name = u.canonical(name)
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.begin()()
	mbox, exists := u.byName[name]
	switch {
	case still != nil && mbox != still:
		return errNoSuchMailbox
	case !exists:
		return u.notFound(name)
	case name == inbox:
		return errorf(ErrInvalidName, "INBOX cannot be deleted")
	}
	if err := u.box.checkStays(mbox); err != nil {
		return err
	}
	hasInferiors := len(u.inferiors(name)) > 0
	if hasInferiors && mbox.NoSelect() {
		return errorf(ErrHasChildren, "mailbox %q has inferior names", name)
	}
	u.box.drop(mbox)
	mbox.markDeleted()
	delete(u.byName, name)
	if hasInferiors {
		placeholder := u.newMailbox(name)
		placeholder.odd.NoSelect, placeholder.did.made = true, a.by
		u.enter(name, placeholder) // of which nobody is told: the name has never been gone
		placeholder.join(u.rootsOf(name))
	}
	u.notify()
	return nil
}

// Rename gives a mailbox and those below it another name. Who has it open
// goes on with it. Of INBOX the messages are moved to a new mailbox, and
// INBOX and what is below it stay (RFC 9051, section 6.3.6). Subscriptions
// are names and stay as they are.
func (u *User) Rename(from, to string) error { return u.By(0).RenameIf(from, to, nil) }

// RenameIf is to [User.Rename] as DeleteIf is to Delete.
func (a Acting) RenameIf(from, to string, still *Mailbox) error {
	u := a.user
	from, to = u.canonical(from), u.canonical(strings.TrimSuffix(to, string(u.store.delim)))
	if err := u.checkName(to); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	defer a.begin()()
	mbox, exists := u.byName[from]
	switch {
	case still != nil && mbox != still:
		return errNoSuchMailbox
	case !exists:
		return u.notFound(from)
	case u.byName[to] != nil:
		return errorf(ErrExists, "mailbox %q exists already", to)
	case strings.HasPrefix(to, from+string(u.store.delim)) && from != inbox:
		return errorf(ErrInvalidName, "mailbox %q cannot be renamed to %q, which is below it", from, to)
	}
	if err := errors.Join(u.checkLabel(to), u.checkSuperiors(to)); err != nil {
		return err
	}
	if from == inbox {
		return u.renameInbox(mbox, to)
	}
	moved := append(u.inferiors(from), mbox)
	if err := u.box.checkStays(moved...); err != nil {
		return err
	}
	defer u.notify()
	defer u.lockMailboxes()() // or a quota could fill up between the check and the renaming
	if err := u.checkMove(from, to, moved); err != nil {
		return err
	}
	u.createSuperiors(to)
	for i, q := range u.rerooted(from, to) {
		u.quotas[i].Mailbox = q.Mailbox
	}
	for _, mbox := range moved {
		u.move(mbox, to+strings.TrimPrefix(mbox.name, from))
	}
	return nil
}

// renameInbox moves the messages of INBOX to a new mailbox, and copies its annotations
// (RFC 5464, section 4.1); u.mu is held.
func (u *User) renameInbox(mbox *Mailbox, to string) error {
	if err := u.checkCount(to); err != nil {
		return err
	}
	target := u.newMailbox(to)
	target.notes = mbox.ownNotes()
	target.join(u.rootsOf(to)) // nobody knows it yet
	target.made()
	if _, err := (Numbered{mbox: mbox, by: u.by}).transfer(everyUID(), target, manner{move: true}, u.store.now()); err != nil {
		target.join(nil)
		target.dropped()
		return err
	}
	u.createSuperiors(to)
	u.inherit(target)
	u.enter(to, target)
	u.notify()
	return nil
}

// move changes a mailbox's name; u.mu and the mailbox's lock are held.
func (u *User) move(mbox *Mailbox, to string) {
	delete(u.byName, mbox.name)
	mbox.did.named = u.by
	mbox.report(MailboxNamed, MailboxNews{To: to, UIDValidity: mbox.uidValidity})
	mbox.setName(to)
	u.enter(to, mbox)
}
