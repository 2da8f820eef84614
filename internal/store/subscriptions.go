package store

import (
	"maps"
	"slices"
)

// Subscribe adds a name to the subscriptions; there need not be such a
// mailbox.
func (u *User) Subscribe(name string) error { return u.By(0).Subscribe(name) }

// Subscribe is [User.Subscribe].
func (a Acting) Subscribe(name string) error {
	name = a.user.canonical(name)
	if err := a.user.checkName(name); err != nil {
		return err
	}
	a.subscribe(name, true)
	return nil
}

// enterSubscription puts a name on the list, or takes it off; u.mu is held.
func (u *User) enterSubscription(name string, subscribed bool) {
	switch {
	case u.subscribed == nil:
		u.subscribed = make(map[string]bool)
	case u.lent:
		u.subscribed = maps.Clone(u.subscribed)
	}
	u.lent = false
	if subscribed {
		u.subscribed[name] = true
	} else {
		delete(u.subscribed, name)
	}
}

// lendSubscriptions is the list as it is, for a snapshot; u.mu is held.
func (u *User) lendSubscriptions() map[string]bool {
	u.lent = true
	return u.subscribed
}

// restoreSubscriptions makes the list that of a snapshot; u.mu is held.
func (u *User) restoreSubscriptions(was map[string]bool) { u.subscribed, u.lent = was, true }

// Unsubscribe takes a name from the subscriptions; one that is not among them
// is no error.
func (u *User) Unsubscribe(name string) error { return u.By(0).Unsubscribe(name) }

// Unsubscribe is [User.Unsubscribe].
func (a Acting) Unsubscribe(name string) error {
	a.subscribe(a.user.canonical(name), false)
	return nil
}

func (a Acting) subscribe(name string, subscribed bool) {
	a.user.mu.Lock()
	defer a.user.mu.Unlock()
	a.user.setSubscribed(name, subscribed, a.by)
	a.user.notify()
}

// setSubscribed puts a name on the list of subscriptions, or takes it off; u.mu is held.
func (u *User) setSubscribed(name string, subscribed bool, by uint32) {
	if u.subscribed[name] == subscribed {
		return
	}
	one := Difference{Kind: NameSubscribed, Mailbox: name}
	u.enterSubscription(name, subscribed)
	if !subscribed {
		one.Kind = NameUnsubscribed
	}
	u.tellSettings(by, func(d *differ) { d.add(one) })
}

// Subscribed says whether a name is subscribed.
func (u *User) Subscribed(name string) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.subscribed[u.canonical(name)]
}

// Subscriptions are the subscribed names in order.
func (u *User) Subscriptions() []string {
	u.mu.RLock()
	defer u.mu.RUnlock()
	return u.subscriptions()
}

// subscriptions is Subscriptions; u.mu is held.
func (u *User) subscriptions() []string {
	out := slices.Collect(maps.Keys(u.subscribed))
	u.sortNames(out)
	return out
}
