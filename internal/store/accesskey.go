package store

import (
	"crypto/rand"
	"sync"
)

// AccessKey is a mailbox access key: with it the tokens of URLs are made by which
// others may read a message (RFC 4467, section 2.2).
type AccessKey [32]byte

// accessKeys are the mailbox access keys of an account, by the mailboxes' numbers: two
// accounts have different keys of the same mailbox, and a mailbox keeps its own when it is
// renamed. They are in no snapshot.
type accessKeys struct {
	mu     sync.Mutex // guards what follows; nothing else is locked under it
	of     map[uint64]AccessKey
	resets map[uint64]uint64 // how often
}

// NewAccessKey is a key that nobody can guess.
func NewAccessKey() (key AccessKey) {
	rand.Read(key[:])
	return key
}

// AccessKey is the account's key of a mailbox, which is made when it is first asked for.
func (u *User) AccessKey(m *Mailbox) AccessKey {
	k := &u.keys
	k.mu.Lock()
	defer k.mu.Unlock()
	key, found := k.of[m.number]
	if !found {
		key = NewAccessKey()
		if k.of == nil {
			k.of = make(map[uint64]AccessKey)
		}
		k.of[m.number] = key
	}
	return key
}

// ResetAccessKey throws away the account's key of a mailbox, and with it what was made of
// it, and wakes who waits for a change of the mailbox.
func (u *User) ResetAccessKey(m *Mailbox) {
	u.keys.mu.Lock()
	u.keys.throwAway(m.number)
	u.keys.mu.Unlock()
	m.wake()
}

// ResetAccessKeys is ResetAccessKey of every mailbox of which the account has a key.
func (u *User) ResetAccessKeys() {
	k := &u.keys
	had := make(map[uint64]bool)
	k.mu.Lock()
	for number := range k.of {
		had[number] = true
		k.throwAway(number)
	}
	k.mu.Unlock()
	for _, owner := range append(u.store.Users(), u.store.shared) {
		for _, m := range owner.Mailboxes() {
			if had[m.number] {
				m.wake()
			}
		}
	}
}

// throwAway forgets a key; k.mu is held.
func (k *accessKeys) throwAway(mailbox uint64) {
	delete(k.of, mailbox)
	if k.resets == nil {
		k.resets = make(map[uint64]uint64)
	}
	k.resets[mailbox]++
}

// AccessKeyResets is how often the account's key of a mailbox has been reset.
func (u *User) AccessKeyResets(m *Mailbox) uint64 {
	u.keys.mu.Lock()
	defer u.keys.mu.Unlock()
	return u.keys.resets[m.number]
}

// wake wakes who waits for a change of the mailbox.
func (m *Mailbox) wake() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.notify()
}
