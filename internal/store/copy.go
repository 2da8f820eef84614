package store

import (
	"maps"
	"time"
)

// Copy makes a store of its own with the state of the snapshot: accounts, mailboxes,
// messages with their UIDs and modseqs. It shares the mail, and costs as much as the
// number of mailboxes. Of the log it has what the mailboxes' own still has; where that
// has gone on since, a client that was told of an earlier position is told of all UIDs, as
// with many real servers. now is the copy's clock; nil is that of the store.
func (snap *Snapshot) Copy(now func() time.Time) *Store {
	from := snap.store
	s := New(WithDelimiter(from.delim), WithExpungesRemembered(from.expunges))
	s.now, s.ownClock = from.now, from.ownClock
	if now != nil {
		s.now, s.ownClock = now, true
	}
	s.lastUV.Store(from.lastUV.Load())
	s.lastNumber.Store(from.lastNumber.Load())
	s.lastMail.Store(from.lastMail.Load())
	s.tokens.Store(from.tokens.Load())
	s.lenient.Store(from.lenient.Load())
	s.sharing.Store(from.sharing.Load())
	s.noted.Store(from.noted.Load())
	s.referred.Store(from.referred.Load())
	s.unsticky.Store(from.unsticky.Load())
	from.mu.Lock() // a Restore changes what a snapshot shares
	defer from.mu.Unlock()
	c := &copier{to: s, users: make(map[*User]*User, len(snap.users)), shares: from.sharing.Load() || from.noted.Load()}
	var users []*User
	for i := range snap.users {
		if u := c.user(&snap.users[i]); !u.shared {
			users = append(users, u)
		}
	}
	for i := range snap.users {
		c.mailboxes(&snap.users[i])
	}
	s.notes = c.notes(snap.notes)
	s.setUsers(users, users...)
	return s
}

// copier copies accounts into another store.
type copier struct {
	to     *Store
	users  map[*User]*User // the accounts there
	shares bool            // messages and changes may be one account's alone
}

// user makes the account, without mailboxes.
func (c *copier) user(state *userState) *User {
	from := state.user
	u := c.to.shared
	if !from.shared {
		u = &User{store: c.to, name: from.name, aliases: from.aliases, folded: from.folded, byName: make(map[string]*Mailbox, len(state.mailboxes))}
	}
	u.password, u.token, u.door, u.subscribed = state.password, state.token, state.door, maps.Clone(state.subscribed)
	if from.guard != nil {
		u.guard = c.to.newGuard()
		u.guard.modseq = state.clock
	}
	if from.box != nil {
		u.box = newLabelBox(u, state.rules)
	}
	c.users[from] = u
	return u
}

// mailboxes makes those of an account.
func (c *copier) mailboxes(state *userState) {
	u := c.users[state.user]
	for i := range state.mailboxes {
		was := &state.mailboxes[i]
		u.enter(was.name, c.mailbox(was, u))
	}
	if from := state.user.box; from != nil {
		from.in(u)
		u.box.threads.copy(&from.threads)
	}
	u.setQuotas(state.quotas)
}

// mailbox is the mailbox in another account.
func (c *copier) mailbox(was *mailboxState, u *User) *Mailbox {
	from := was.mbox
	from.mu.RLock()
	defer from.mu.RUnlock()
	m := u.guarded(&Mailbox{
		user: u, number: from.number, name: was.name, specialUse: was.specialUse, odd: was.odd, opened: from.opened,
		uidValidity: was.uidValidity, numbering: 1, uidNext: was.uidNext, spent: maps.Clone(from.spent), modseq: was.modseq,
		messages: was.messages.share(), recentFrom: was.recentFrom, unseen: was.unseen, toDelete: was.toDelete, toFree: was.toFree,
		size: was.size, noted: was.noted, notes: c.notes(was.notes), flags: from.flags.copy(),
	})
	m.guard.modseq = max(m.guard.modseq, was.modseq)
	m.access.Store(was.access)
	for u, n := range was.seenOf {
		if m.seenOf == nil {
			m.seenOf = make(map[*User]int)
		}
		m.seenOf[c.users[u]] += n
	}
	if c.shares {
		m.messages = c.messages(m.messages)
	}
	if from.modseq == was.modseq {
		m.log = from.log
		m.log.entries = from.log.entries.clone()
		m.log.entries.rewrite(func(e change) (change, bool) {
			e.by &= isGone // those with a number are of the other's
			if only := e.only(); only != nil {
				e.aside = &aside{c.users[only], e.notes(), e.others()}
			}
			return e, true
		})
	} else {
		m.log = changeLog{forgotten: was.modseq}
	}
	return m
}

// messages are a list's, with the accounts there.
func (c *copier) messages(from list) list {
	out := from
	for i, msg := range from.all() {
		if len(msg.seenBy.list()) == 0 && msg.notes == nil {
			continue
		}
		other := msg.again()
		other.notes = msg.notes.in(c.users)
		other.seenBy = nil
		for _, u := range msg.seenBy.list() {
			other.seenBy = other.seenBy.with(c.users[u], true)
		}
		out.set(i, other)
	}
	return out
}

// copy is a table that learns on its own.
func (t *flagTable) copy() flagTable {
	return flagTable{keywords: t.all(), places: maps.Clone(t.places), sets: maps.Clone(t.sets)}
}

// notes are annotations, with the accounts there.
func (c *copier) notes(from *Annotations) *Annotations {
	if from == nil {
		return nil
	}
	out := &Annotations{byKey: make(map[annotationKey]Annotation, len(from.byKey))}
	for key, note := range from.byKey {
		out.byKey[annotationKey{c.users[key.user], key.name}] = note
	}
	return out
}
