package store

import (
	"maps"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Snapshot is the state of a store at one moment. It shares the messages with
// the store, and costs the more the more changes afterwards.
type Snapshot struct {
	store *Store
	users []userState
	notes *Annotations
}

// userState is an account in a snapshot.
type userState struct {
	user       *User
	password   string
	token      token
	door       door
	subscribed map[string]bool // shared with the account as long as it has the same
	quotas     []Quota
	clock      uint64         // of all mailboxes, if they have one
	rules      LabelRules     // of labels, if it has some
	mailboxes  []mailboxState // in no order
}

// mailboxState is a mailbox in a snapshot.
type mailboxState struct {
	mbox        *Mailbox
	name        string
	specialUse  []imap.MailboxAttr
	odd         Oddities
	access      *accessList
	uidValidity uint32
	uidNext     imap.UID
	modseq      uint64
	messages    list // shared with the mailbox
	recentFrom  imap.UID
	unseen      int
	seenOf      map[*User]int
	toDelete    int
	toFree      int64
	size        int64
	noted       int64
	notes       *Annotations
}

// Snapshot takes all accounts, mailboxes and messages as they are at one
// moment, in time proportional to the number of mailboxes.
func (s *Store) Snapshot() *Snapshot {
	locks := s.lockAll(nil)
	defer locks.unlock()
	snap := &Snapshot{store: s, users: make([]userState, len(locks.users)), notes: s.notes}
	for i, u := range locks.users {
		snap.users[i].take(u)
	}
	return snap
}

// take takes in an account as it is; u.mu and the locks of its mailboxes are held.
func (s *userState) take(u *User) {
	s.user, s.password, s.token, s.door = u, u.password, u.token, u.door
	s.subscribed, s.quotas, s.clock, s.rules = u.lendSubscriptions(), u.quotaList(), u.clock(), u.rules()
	s.mailboxes = make([]mailboxState, len(u.byName))
	i := 0
	for _, mbox := range u.byName {
		s.mailboxes[i].take(mbox)
		i++
	}
}

// state is the mailbox as it is; m.mu is held.
func (m *Mailbox) state() (s mailboxState) {
	s.take(m)
	return s
}

// take makes s, which is empty, the mailbox as it is, field by field: there are many, and few
// that are not empty; m.mu is held.
func (s *mailboxState) take(m *Mailbox) {
	s.mbox, s.name, s.specialUse, s.odd, s.access = m, m.name, m.specialUse, m.odd, m.access.Load()
	s.uidValidity, s.uidNext, s.modseq, s.recentFrom = m.uidValidity, m.uidNext, m.modseq, m.recentFrom
	s.messages, s.notes = m.messages.share(), m.notes
	s.unseen, s.seenOf, s.toDelete, s.toFree, s.size, s.noted = m.unseen, maps.Clone(m.seenOf), m.toDelete, m.toFree, m.size, m.noted
}

// Restore makes the store's state that of the snapshot again: accounts,
// passwords, mailboxes, names, subscriptions, messages with their UIDs, flags
// and dates. It takes time and memory in proportion to what has changed since, and to
// the number of mailboxes. A snapshot can be restored any number of times, and is no
// other store's.
//
// What must ascend does: a UID or modseq that was given out since is not given
// out again, and a restored message has a new modseq. Clients are told of what
// is undone as of any other change. One that has heard of an expunge that is
// undone is disconnected, for IMAP has no words for it. A mailbox's list of
// keywords does not shrink.
func (s *Store) Restore(snap *Snapshot) { s.RestoreBy(snap, 0) }

// RestoreBy is Restore by somebody who has a number.
func (s *Store) RestoreBy(snap *Snapshot, by uint32) {
	if snap.store != s {
		panic("memstore: Restore of a snapshot of another store")
	}
	locks := s.lockAll(snap)
	defer locks.unlock()
	kept := make(map[*User]bool)
	for i := range snap.users {
		u := snap.users[i].user
		kept[u] = true
		if !u.shared && s.find(u.name) != u {
			u.tellSettings(by, func(d *differ) { d.add(Difference{Kind: AccountAdded}) })
		}
		snap.users[i].restore(by)
	}
	for _, u := range s.users {
		if !kept[u] {
			defer Acting{u, by}.begin()()
			u.discard(nil)
			u.tellSettings(by, func(d *differ) { d.add(Difference{Kind: AccountRemoved}) })
		}
	}
	s.tellNotes(s.notes, snap.notes, by)
	var users []*User
	for _, state := range snap.users {
		if !state.user.shared {
			users = append(users, state.user)
		}
	}
	s.byName = nil
	s.setUsers(users, users...)
	s.notes = snap.notes
	s.annotated.Add(1)
	for _, u := range users {
		u.activity.notify()
	}
}

// locked is a store of which nothing can change.
type locked struct {
	store  *Store
	users  []*User // with that of what is nobody's, at the end of those that there are
	guards guards
}

// lockAll locks the store, its accounts and their mailboxes, and those of the
// snapshot.
func (s *Store) lockAll(snap *Snapshot) locked {
	s.mu.Lock()
	l := locked{store: s, users: make([]*User, 0, len(s.users)+1)}
	l.users = append(append(l.users, s.users...), s.shared)
	mailboxes := 0
	if snap != nil {
		mailboxes = l.add(snap)
	}
	for _, u := range l.users {
		u.mu.Lock()
		mailboxes += len(u.byName)
	}
	l.guards = make(guards, 0, mailboxes)
	for _, u := range l.users {
		for _, mbox := range u.byName {
			l.guards = append(l.guards, mbox.guard)
		}
	}
	if snap != nil {
		for _, state := range snap.users {
			for _, was := range state.mailboxes {
				l.guards = append(l.guards, was.mbox.guard)
			}
		}
	}
	l.guards.lock()
	return l
}

// add adds the accounts of a snapshot that are not there, and counts its mailboxes.
func (l *locked) add(snap *Snapshot) (mailboxes int) {
	present := make(map[*User]bool, len(l.users))
	for _, u := range l.users {
		present[u] = true
	}
	for _, state := range snap.users {
		if !present[state.user] {
			l.users = append(l.users, state.user)
		}
		mailboxes += len(state.mailboxes)
	}
	return mailboxes
}

func (l *locked) unlock() {
	l.guards.unlock()
	for _, u := range l.users {
		u.mu.Unlock()
	}
	l.store.mu.Unlock()
}

// restore puts the account back; all locks are held.
func (state *userState) restore(by uint32) {
	u := state.user
	defer Acting{u, by}.begin()()
	passwords := u.password != state.password || u.token != state.token
	u.password, u.token, u.door = state.password, state.token, state.door
	if passwords {
		Acting{u, by}.tellPassword()
	}
	u.tellSettings(by, func(d *differ) {
		d.subscriptions(&userState{subscribed: u.subscribed}, state)
		d.quotas(u.quotaList(), state.quotas)
	})
	changed := !maps.Equal(u.subscribed, state.subscribed)
	u.restoreSubscriptions(state.subscribed)
	byName := make(map[string]*Mailbox, len(state.mailboxes))
	kept := make(map[*Mailbox]bool, len(state.mailboxes))
	for i := range state.mailboxes {
		was := &state.mailboxes[i]
		byName[was.name], kept[was.mbox] = was.mbox, true
	}
	changed = u.discard(kept) || changed // first, so that the names are free
	for i := range state.mailboxes {
		changed = state.mailboxes[i].restore() || changed
	}
	u.byName = byName
	u.box.restore(state.rules)
	u.setQuotas(state.quotas)
	if changed {
		u.notify()
	}
}

// discard deletes the mailboxes that are not kept; all locks are held.
func (u *User) discard(kept map[*Mailbox]bool) (changed bool) {
	for _, mbox := range u.byName {
		if !kept[mbox] {
			mbox.dropped()
			mbox.join(nil)
			mbox.notify()
			changed = true
		}
	}
	return changed
}

// restore puts the mailbox back and says whether its name or attributes
// changed; all locks are held.
func (was *mailboxState) restore() (renamed bool) {
	m := was.mbox
	defer m.changedBy(m.user.by)()
	m.join(nil)
	renamed = m.deleted || m.name != was.name || m.odd != was.odd || m.notes != was.notes || !slices.Equal(m.specialUse, was.specialUse)
	shared := m.access.Load() != was.access
	if shared && m.access.Load() != nil {
		m.notify() // those who see it no longer
	}
	before := m.settings()
	m.access.Store(was.access)
	touched := m.deleted || shared || m.modseq != was.modseq
	was.tellName()
	m.deleted, m.name, m.odd, m.specialUse, m.notes = false, was.name, was.odd, was.specialUse, was.notes
	before.name = m.name // which has been told
	m.tellSettings(before, m.user.by)
	switch {
	case m.uidValidity != was.uidValidity || m.log.resetAt > was.modseq:
		was.restoreAll()
	case m.modseq != was.modseq:
		was.restoreChanged()
	}
	m.unseen, m.toDelete, m.toFree, m.size = was.unseen, was.toDelete, was.toFree, was.size
	m.seenOf, m.noted = was.seenOf, was.noted // *was gets another below
	m.recentFrom = was.recentFrom
	if touched || renamed {
		m.notify()
	}
	*was = m.state() // the next Restore undoes what comes after this one
	return renamed
}

// tellName tells of a mailbox that is back, or has its old name again.
func (was *mailboxState) tellName() {
	m := was.mbox
	switch {
	case m.deleted:
		name := m.name
		m.name = was.name
		m.made()
		var came []turn
		for _, msg := range m.messages.all() {
			came = append(came, turn{after: msg})
		}
		m.tellTurns(MessageCame, came...)
		m.name = name
	case m.name != was.name:
		m.report(MailboxNamed, MailboxNews{To: was.name, UIDValidity: m.uidValidity})
	}
}

// restoreAll is for a mailbox whose UIDs have become void since.
func (was *mailboxState) restoreAll() {
	m := was.mbox
	numbers := m.numbers()
	m.tick()
	m.leaveUIDValidity(was.uidValidity)
	m.uidNext = max(was.uidNext, m.spent[was.uidValidity])
	m.messages = list{}
	for _, old := range was.messages.all() {
		msg := old.again()
		msg.modseq, msg.created = m.modseq, m.modseq
		m.messages.append(msg)
	}
	m.renumbered(numbers)
}

// restoreChanged puts the messages back that the log names since.
func (was *mailboxState) restoreChanged() {
	m := was.mbox
	u := &undo{mailboxState: was, next: m.nextModSeq(), list: was.messages.share()}
	for _, uid := range was.touched() {
		u.message(uid)
	}
	m.messages = u.list
	if u.logged {
		m.tick()
		m.compactIfLong()
	}
}

// touched are the UIDs that may be other than they were: those that the log
// names, or all, if it does not reach back so far.
func (was *mailboxState) touched() []imap.UID {
	m := was.mbox
	var uids []imap.UID
	if m.log.reaches(was.modseq) {
		for left := m.log.since(was.modseq); left.any(); {
			entry := left.next()
			uids = entry.appendTo(uids)
		}
		return sorted(uids)
	}
	for _, l := range []list{m.messages, was.messages} {
		for _, msg := range l.all() {
			uids = append(uids, msg.uid)
		}
	}
	return sorted(uids)
}

// undo is the way back to a mailbox's state.
type undo struct {
	*mailboxState
	next   uint64 // the modseq of what is put back
	list   list
	logged bool
}

// message puts back what the snapshot has of a UID.
func (u *undo) message(uid imap.UID) {
	m := u.mbox
	is := m.find(uid)
	at, was := u.messages.find(uid)
	switch {
	case was == nil && is == nil:
		return // came and went
	case was == nil:
		m.logGone(u.next, is)
		m.tellTurns(MessageWent, turn{before: is})
		u.logged = true
		return
	}
	if is == was {
		return
	}
	if is != nil && slices.Equal(is.flags, was.flags) && slices.Equal(is.seenBy.list(), was.seenBy.list()) && is.notes == was.notes && (is.labels == was.labels || !m.user.box.isHome(m)) {
		u.list.set(at, is) // changed and changed back, which is a change to clients
		return
	}
	back := was.again()
	back.modseq = u.next
	if is == nil {
		back.returned, m.log.restored = u.next, u.next
	} else {
		back.returned = is.returned
	}
	m.noteChange(is, back, nil)
	if is != nil && is.notes != was.notes {
		m.logNotes(is.notes, back)
	}
	u.logged = true
	u.list.set(at, back)
}
