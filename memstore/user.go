package memstore

import (
	"time"

	"github.com/go-mailtest/mailtest/internal/store"
)

// User is an account.
type User store.User

func (u *User) core() *store.User { return (*store.User)(u) }

// Name is the account's name as it was given.
func (u *User) Name() string { return u.core().Name() }

// Password is what the account logs in with.
func (u *User) Password() string { return u.core().Password() }

// SetPassword changes the password; who is logged in stays so.
func (u *User) SetPassword(password string) { u.core().SetPassword(password) }

// SetToken gives the account an OAuth bearer token in place of the one that it
// has; "" takes it away. After expires it is refused; the zero time is never.
func (u *User) SetToken(text string, expires time.Time) { u.core().SetToken(text, expires) }

// Inbox is the mailbox INBOX, which every account has.
func (u *User) Inbox() *Mailbox { return (*Mailbox)(u.core().Inbox()) }

// Mailbox finds a mailbox, \Noselect ones too, and those of others by the names that they
// have for the account, whether or not it may use them: "Other Users/bob/INBOX",
// "Shared/Team".
func (u *User) Mailbox(name string) (*Mailbox, bool) {
	mbox, found := u.core().Find(name)
	return (*Mailbox)(mbox), found
}

// Mailboxes are all mailboxes: INBOX first, then by name, each before those
// below it.
func (u *User) Mailboxes() []*Mailbox {
	var out []*Mailbox
	for _, mbox := range u.core().Mailboxes() {
		out = append(out, (*Mailbox)(mbox))
	}
	return out
}

// Create makes a mailbox and the superior names that it lacks (RFC 9051, section
// 6.3.4). A delimiter at the end is passed over. A name that exists is
// ErrExists, unless it is \Noselect: that one becomes a mailbox again.
func (u *User) Create(name string, opts ...MailboxOption) (*Mailbox, error) {
	mbox, err := u.core().Create(name, mailboxOptions(opts)...)
	return (*Mailbox)(mbox), err
}

// Delete removes a mailbox and its messages. One with inferiors keeps its name,
// as \Noselect; one that is that already and still has inferiors is
// ErrHasChildren (RFC 9051, section 6.3.5). INBOX cannot be deleted.
func (u *User) Delete(name string) error { return u.core().Delete(name) }

// Rename gives a mailbox and those below it another name. Who has it open goes
// on with it. Of INBOX the messages are moved to a new mailbox, and INBOX and
// what is below it stay (RFC 9051, section 6.3.6). Subscriptions are names and
// stay as they are.
func (u *User) Rename(from, to string) error { return u.core().Rename(from, to) }

// Subscribe adds a name to the subscriptions; there need not be such a mailbox.
func (u *User) Subscribe(name string) error { return u.core().Subscribe(name) }

// Unsubscribe takes a name from the subscriptions; one that is not among them is
// no error.
func (u *User) Unsubscribe(name string) error { return u.core().Unsubscribe(name) }

// Subscribed says whether a name is subscribed.
func (u *User) Subscribed(name string) bool { return u.core().Subscribed(name) }

// Subscriptions are the subscribed names in order.
func (u *User) Subscriptions() []string { return u.core().Subscriptions() }

// Changed is closed at the next change of a mailbox's name or attributes, or of
// a subscription.
func (u *User) Changed() <-chan struct{} { return u.core().Changed() }
