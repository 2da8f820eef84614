package store

import "sync"

// notifier wakes who waits for a change. Its owner's lock guards it. The
// channel is made when it is asked for: in a testing/synctest bubble it must
// belong to the bubble of the one who waits.
type notifier struct{ ch chan struct{} }

func (n *notifier) channel() <-chan struct{} {
	if n.ch == nil {
		n.ch = make(chan struct{})
	}
	return n.ch
}

func (n *notifier) notify() {
	if n.ch != nil {
		close(n.ch)
		n.ch = nil
	}
}

// signal is a notifier with a lock of its own, which is held for no longer
// than that: it may be used under any other lock.
type signal struct {
	mu sync.Mutex
	n  notifier
}

func (s *signal) channel() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n.channel()
}

func (s *signal) notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n.notify()
}

// notify wakes who waits for the mailbox, and for anything in its account;
// m.mu is held.
func (m *Mailbox) notify() {
	m.changed.notify()
	m.user.activity.notify()
	if m.access.Load() != nil {
		m.user.store.wakeAll()
	}
}

// wakeAll wakes who waits for anything in any account: what is shared has changed.
func (s *Store) wakeAll() {
	for _, u := range *s.everyone.Load() {
		u.activity.notify()
	}
}

// notify wakes who waits for the account's names, and for anything in it; u.mu
// is held.
func (u *User) notify() {
	u.changed.notify()
	u.activity.notify()
	if u.store.sharing.Load() {
		u.store.wakeAll()
	}
}

// Activity is closed at the next change of anything in the account: of a
// mailbox, of its messages, of a subscription.
func (u *User) Activity() <-chan struct{} { return u.activity.channel() }
