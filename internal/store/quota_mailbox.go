package store

import (
	"slices"
	"strings"
)

// holding is what the mailbox holds, itself included if it is more than a name; m.mu is
// held. Labels hold nothing: a message is counted once, in its home.
func (m *Mailbox) holding() holding {
	h := holding{messages: int64(m.messages.len()), octets: m.size, annotations: m.noted}
	if box := m.user.box; box != nil && !box.isHome(m) {
		h = holding{}
	}
	if !m.odd.NoSelect {
		h.mailboxes = 1
	}
	return h
}

// join has the mailbox counted by other roots than before; nil are none. What is counted
// must not have changed since. m.mu is held.
func (m *Mailbox) join(roots []*quotaRoot) {
	if len(m.roots)+len(roots) == 0 {
		return
	}
	m.user.store.quotas.Lock()
	defer m.user.store.quotas.Unlock()
	has := m.holding()
	for _, r := range m.roots {
		r.used = r.used.minus(has)
	}
	m.roots = roots
	for _, r := range m.roots {
		r.used = r.used.plus(has)
	}
}

// admit counts what is about to come into the mailbox, or refuses it: this is the one place
// where a quota keeps messages out (RFC 9208, section 4.3.1). What leaves another mailbox,
// or this one, in the same moment makes room; it is counted when it goes. The locks of both
// are held.
func (m *Mailbox) admit(more holding, from *Mailbox, leaving holding) error {
	if len(m.roots) == 0 {
		return nil
	}
	m.user.store.quotas.Lock()
	defer m.user.store.quotas.Unlock()
	for _, r := range m.roots {
		net := more
		if from != nil && slices.Contains(from.roots, r) {
			net = more.minus(leaving)
		}
		if err := r.refuses(net); err != nil {
			return err
		}
	}
	for _, r := range m.roots {
		r.used = r.used.plus(more)
	}
	return nil
}

// dismiss counts what has left the mailbox; m.mu is held.
func (m *Mailbox) dismiss(gone holding) {
	if len(m.roots) == 0 {
		return
	}
	m.user.store.quotas.Lock()
	defer m.user.store.quotas.Unlock()
	for _, r := range m.roots {
		r.used = r.used.minus(gone)
	}
}

// charge counts what has come into the mailbox, whatever the limits; m.mu is held.
func (m *Mailbox) charge(come holding) { m.dismiss(holding{}.minus(come)) }

// leaving is what leaves a mailbox in the moment in which something comes into another.
type leaving struct {
	from *Mailbox // nil: nothing leaves
	holding
}

// admitCopies is admit for messages of another mailbox; the locks of both are held.
func (m *Mailbox) admitCopies(from *Mailbox, places []int, how manner, by *User) error {
	if len(m.roots) == 0 {
		return nil
	}
	more, gone := from.sizeAt(places), from.sizeAt(places)
	more.annotations = 0
	for _, i := range places {
		more.annotations += from.messages.at(i).notes.copied(by, m.noteRights(by)).size()
	}
	if how.move {
		return m.admit(more, from, gone)
	}
	return m.admit(more, nil, holding{})
}

// weigh is what messages will be.
func weigh(drafts []Draft) holding {
	h := holding{messages: int64(len(drafts))}
	for _, d := range drafts {
		h.octets += d.size()
		for _, note := range d.Notes {
			h.annotations += int64(len(note.Value))
		}
	}
	return h
}

// holdingAt is what the messages at some places are; m.mu is held.
func (m *Mailbox) holdingAt(places []int) holding {
	if len(m.roots) == 0 {
		return holding{} // nobody counts
	}
	return m.sizeAt(places)
}

// sizeAt is holdingAt for roots of another mailbox.
func (m *Mailbox) sizeAt(places []int) holding {
	h := holding{messages: int64(len(places))}
	for _, i := range places {
		h.octets += m.messages.at(i).mail.Size()
		h.annotations += m.messages.at(i).notes.size()
	}
	return h
}

// OverSoftQuota says that a soft root of the mailbox has more than its limits.
func (m *Mailbox) OverSoftQuota() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if len(m.roots) == 0 {
		return false
	}
	m.user.store.quotas.Lock()
	defer m.user.store.quotas.Unlock()
	return slices.ContainsFunc(m.roots, func(r *quotaRoot) bool { return r.Soft && r.over(holding{}) != "" })
}

// rerooted are the roots of an account after a renaming: those of a mailbox go with it.
// u.mu is held.
func (u *User) rerooted(from, to string) []Quota {
	list := u.quotaList()
	for i := range list {
		if name := list[i].Mailbox; name == from || strings.HasPrefix(name, from+string(u.store.delim)) {
			list[i].Mailbox = to + strings.TrimPrefix(name, from)
		}
	}
	return list
}

// checkMove refuses a renaming that would bring some mailboxes below a root that has no
// room for them; u.mu and the locks of all mailboxes are held.
func (u *User) checkMove(from, to string, moved []*Mailbox) error {
	after := u.rerooted(from, to)
	for i, r := range u.quotas {
		var more holding
		for _, above := range u.superiors(to) {
			if u.byName[above] == nil && u.governs(after[i], above) {
				more.mailboxes++
			}
		}
		for _, mbox := range moved {
			if !u.governs(r.Quota, mbox.name) && u.governs(after[i], to+strings.TrimPrefix(mbox.name, from)) {
				more = more.plus(mbox.holding())
			}
		}
		u.store.quotas.Lock()
		err := r.refuses(more)
		u.store.quotas.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
