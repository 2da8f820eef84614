package memstore

import (
	"time"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/internal/store"
)

// Store is a set of accounts.
type Store store.Store

// Option fixes something about a store.
type Option store.Option

// WithClock is where internal dates and save dates come from. The default is
// time.Now.
func WithClock(now func() time.Time) Option { return Option(store.WithClock(now)) }

// WithDelimiter is what separates the levels of mailbox names. The default is
// "/".
func WithDelimiter(delim rune) Option { return Option(store.WithDelimiter(delim)) }

// WithExpungesRemembered is how many expunged messages a mailbox remembers, at
// least: 100,000 are the default. Of what is forgotten nobody learns one by one.
// Who was last told before it learns of all UIDs that are not there (RFC 7162,
// sections 3.2.6 and 5.3), as with many real servers: with 0, at almost every
// time.
func WithExpungesRemembered(n int) Option { return Option(store.WithExpungesRemembered(n)) }

// New makes a store without accounts.
func New(opts ...Option) *Store { return (*Store)(store.New(options[store.Option](opts)...)) }

// options are options as the core has them.
func options[To, From ~func(T), T any](opts []From) []To {
	out := make([]To, len(opts))
	for i, opt := range opts {
		out[i] = To(opt)
	}
	return out
}

func (s *Store) core() *store.Store { return (*store.Store)(s) }

// UserOption fixes something about an account.
type UserOption store.UserOption

// WithAlias gives an account more names, addresses as a rule, under which it
// logs in and gets mail.
func WithAlias(aliases ...string) UserOption { return UserOption(store.WithAlias(aliases...)) }

// AddUser makes an account with an INBOX that is subscribed. Names and aliases
// are compared without case. A name that is taken is ErrExists.
func (s *Store) AddUser(name, password string, opts ...UserOption) (*User, error) {
	user, err := s.core().AddUser(name, password, options[store.UserOption](opts)...)
	return (*User)(user), err
}

// User finds an account by name or alias, without case.
func (s *Store) User(name string) (*User, bool) {
	user, found := s.core().User(name)
	return (*User)(user), found
}

// Users are the accounts in the order in which they were added.
func (s *Store) Users() []*User {
	var out []*User
	for _, user := range s.core().Users() {
		out = append(out, (*User)(user))
	}
	return out
}

// Load adds the accounts, mailboxes and messages of a fixture, all or none: what
// cannot be added leaves the store as it was. Errors name the account, mailbox
// or file.
//
// The account with the name "", whose mail lies in no account's folder, is the
// store's first one. Another that has no password may be there already, and gets
// more mail; a mailbox that is there does too. Messages whose UID the fixture
// does not name are numbered after those that are there.
func (s *Store) Load(set *fixtures.Set) error { return s.core().Load(set) }

// Fixture is the state of the store at one moment, as a set of mail files that
// [Store.Load] makes a store of again. The form has no place for modseqs, save
// dates, tokens, private annotations of a mailbox that are not its owner's, an INBOX that
// is not subscribed, and, with another delimiter, a "/" within a level of a name.
func (s *Store) Fixture() *fixtures.Set { return s.core().Fixture() }

// Snapshot is the state of a store at one moment. It shares the messages with
// the store, and costs the more the more changes afterwards.
type Snapshot store.Snapshot

// Snapshot takes all accounts, mailboxes and messages as they are at one moment,
// in time proportional to the number of mailboxes. What has changed since is
// told by the Snapshot of package imaptest.
func (s *Store) Snapshot() *Snapshot { return (*Snapshot)(s.core().Snapshot()) }

// Restore makes the store's state that of the snapshot again: accounts,
// passwords, mailboxes, names, subscriptions, messages with their UIDs, flags
// and dates. It takes time and memory in proportion to what has changed since,
// and to the number of mailboxes. A snapshot can be restored any number of
// times, and is no other store's.
//
// What must ascend does: a UID or modseq that was given out since is not given
// out again, and a restored message has a new modseq. Clients are told of what is
// undone as of any other change. One that has heard of an expunge that is undone
// is disconnected, for IMAP has no words for it. A mailbox's list of keywords
// does not shrink.
func (s *Store) Restore(snap *Snapshot) { s.core().Restore((*store.Snapshot)(snap)) }
