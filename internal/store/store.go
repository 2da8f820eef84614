package store

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"
)

// Store is a set of accounts.
type Store struct {
	now        func() time.Time
	created    time.Time
	ownClock   bool // now was given
	delim      rune
	expunges   int           // that a mailbox remembers
	lastUV     atomic.Uint32 // the last UIDVALIDITY given out
	lastNumber atomic.Uint64 // the last mailbox's, for its ID
	lastGuard  atomic.Uint64 // the last guard's place in the order of locking
	lastMail   atomic.Uint64 // the last message's number, for its EmailID
	tokens     atomic.Bool   // some account was given a token
	lenient    atomic.Bool   // names of mailboxes may have control characters
	noted      atomic.Bool   // some message was annotated
	sharing    atomic.Bool   // some mailbox was given an access control list, or to nobody
	shared     *User         // has the mailboxes that belong to no account

	everyone  atomic.Pointer[[]*User]  // the accounts, to be woken under any lock
	followers atomic.Pointer[observer] // nil: none
	referred  atomic.Bool              // some mailbox was elsewhere
	unsticky  atomic.Bool              // some mailbox had UIDs for one session only

	quotas    sync.Mutex    // guards what is counted for quota roots; taken last, and for no longer than that
	annotated atomic.Uint64 // how many times annotations have changed

	mu     sync.RWMutex // guards what follows
	users  []*User
	byName map[string]*User // by their names and aliases, folded
	notes  *Annotations     // of the server
}

// Option fixes something about a store.
type Option func(*Store)

// WithClock is where internal dates and save dates come from. The default is
// time.Now.
func WithClock(now func() time.Time) Option {
	return func(s *Store) { s.now, s.ownClock = now, true }
}

// WithDelimiter is what separates the levels of mailbox names. The default
// is "/".
func WithDelimiter(delim rune) Option { return func(s *Store) { s.delim = delim } }

// WithExpungesRemembered is how many expunged messages a mailbox remembers, at
// least: 100,000 are the default. Of what is forgotten nobody learns one by one.
// Who was last told before it learns of all UIDs that are not there (RFC 7162,
// sections 3.2.6 and 5.3), as with many real servers: with 0, at almost every
// time.
func WithExpungesRemembered(n int) Option { return func(s *Store) { s.expunges = max(n, 0) } }

// New makes a store without accounts.
func New(opts ...Option) *Store {
	s := &Store{now: time.Now, created: time.Now(), delim: '/', expunges: defaultExpunges}
	for _, opt := range opts {
		opt(s)
	}
	s.shared = &User{store: s, name: Shared, shared: true}
	s.everyone.Store(&nobody)
	return s
}

// nobody are the accounts of a new store.
var nobody []*User

// Now is the store's time.
func (s *Store) Now() time.Time { return s.now() }

// Created is when the store was made, by the clock of the machine.
func (s *Store) Created() time.Time { return s.created }

// HasClock says that the time is that of [WithClock].
func (s *Store) HasClock() bool { return s.ownClock }

// UserOption fixes something about an account.
type UserOption func(*User)

// WithAlias gives an account more names, addresses as a rule, under which it
// logs in and gets mail.
func WithAlias(aliases ...string) UserOption {
	return func(u *User) { u.aliases = append(u.aliases, aliases...) }
}

// MadeBy has the account be made by somebody who has a number.
func MadeBy(number uint32) UserOption { return func(u *User) { u.by = number } }

// AddUser makes an account with an INBOX that is subscribed. Names and
// aliases are compared without case. A name that is taken is ErrExists.
func (s *Store) AddUser(name, password string, opts ...UserOption) (*User, error) {
	if name == "" {
		return nil, errorf(ErrInvalidName, "an account needs a name")
	}
	u := &User{store: s, name: name, password: password, subscribed: map[string]bool{inbox: true}}
	for _, opt := range opts {
		opt(u)
	}
	u.foldNames()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, taken := range u.folded {
		if taken == "" {
			return nil, errorf(ErrInvalidName, "account %q has an empty alias", name)
		}
		if other := s.byName[taken]; other != nil {
			return nil, errorf(ErrExists, "account %q: the name %q is that of account %q", name, u.allNames()[i], other.name)
		}
	}
	u.tellSettings(u.by, func(d *differ) { d.add(Difference{Kind: AccountAdded}) })
	u.byName = map[string]*Mailbox{inbox: u.newMailbox(inbox)}
	u.byName[inbox].made()
	if u.box != nil {
		if err := u.box.make(); err != nil {
			return nil, fmt.Errorf("account %q with labels: %w", name, err)
		}
	}
	u.by = 0
	s.setUsers(append(s.users, u), u)
	return u, nil
}

// setUsers makes these the accounts, of which some are added; s.mu is held.
func (s *Store) setUsers(users []*User, added ...*User) {
	s.users = users
	s.everyone.Store(&users)
	if s.byName == nil {
		s.byName = make(map[string]*User)
	}
	for _, u := range added {
		if u.folded == nil {
			u.foldNames()
		}
		for _, name := range u.folded {
			s.byName[name] = u
		}
	}
}

// find looks an account up by name or alias; s.mu is held.
func (s *Store) find(name string) *User { return s.byName[foldName(name)] }

// foldName is the same for names that are equal but for their case.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case r < utf8.RuneSelf:
			return r
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, name)
}

// User finds an account by name or alias, without case.
func (s *Store) User(name string) (*User, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	u := s.find(name)
	return u, u != nil
}

// Users are the accounts in the order in which they were added.
func (s *Store) Users() []*User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]*User(nil), s.users...)
}

// Authenticate finds the account that has this name or alias and password.
func (s *Store) Authenticate(name, password string) (*User, bool) {
	u, ok := s.User(name)
	if !ok || u.loginPassword() != password {
		return nil, false
	}
	return u, true
}

// newUIDValidity is above every one before it, so that a mailbox that is
// deleted and made again differs from the old one (RFC 9051, section 2.3.1.1).
// It is a counter and not the time, so that two runs of a test agree. Above
// the last value there is none; it begins again with 1, as 0 is not allowed.
func (s *Store) newUIDValidity() uint32 {
	for {
		if v := s.lastUV.Add(1); v != 0 {
			return v
		}
	}
}

// noteUIDValidity keeps the counter above a value that a test has chosen.
func (s *Store) noteUIDValidity(v uint32) {
	for {
		last := s.lastUV.Load()
		if last >= v || s.lastUV.CompareAndSwap(last, v) {
			return
		}
	}
}
