package store

import (
	"cmp"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// noteRights are those of an account with the one for shared annotations, which who owns the
// mailbox always has.
func (m *Mailbox) noteRights(u *User) Rights {
	if u == m.user {
		return m.rightsOf(u) | MayAnnotate
	}
	return m.rightsOf(u)
}

// Noted is what has become of a message's annotations.
type Noted struct {
	Entries []string // that have changed, in order
	Alone   bool     // nothing else has
}

// add notes what an entry of the log says.
func (n *Noted) add(entries []string) {
	n.Entries = append(n.Entries, entries...)
	slices.Sort(n.Entries)
	n.Entries = slices.Compact(n.Entries)
}

// HasNotes says whether messages of the mailbox can have annotations: those of an account
// with labels cannot.
func (m *Mailbox) HasNotes() bool { return m.user.box == nil }

// AnnotateMessages changes annotations of messages for an account: of all of them or, with an
// error, of none, unless they changed after unchangedSince.
func (n Numbered) AnnotateMessages(uids []imap.UID, unchangedSince *uint64, changes []Note, limits AnnotationLimits) (StoreResult, error) {
	m := n.mbox
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := n.check(); err != nil {
		return StoreResult{}, err
	}
	if err := m.checkOpen(); err != nil {
		return StoreResult{}, err
	}
	defer m.changedBy(n.by)()
	return m.annotateMessages(m.selectUIDs(UIDSet(uids)), unchangedSince, changes, limits, n.user)
}

// annotateMessages is AnnotateMessages for the messages at some places; m.mu is held.
func (m *Mailbox) annotateMessages(places []int, since *uint64, changes []Note, limits AnnotationLimits, by *User) (StoreResult, error) {
	more := holding{}
	for _, i := range places {
		old := m.messages.at(i)
		if since != nil && old.modseq > *since {
			continue
		}
		if err := limits.checkNotes(old.notes, by, changes); err != nil {
			return StoreResult{}, err
		}
		more.annotations += old.notes.with(by, changes).size() - old.notes.size()
	}
	if err := m.admit(more, nil, holding{}); err != nil {
		return StoreResult{}, err
	}
	var result StoreResult
	for _, i := range places {
		old := m.messages.at(i)
		if since != nil && old.modseq > *since {
			result.Modified = append(result.Modified, old.uid)
			continue
		}
		notes := old.notes.with(by, changes)
		stored := Stored{old.uid, old.modseq, old.modseq}
		if all, own := notes.changed(old.notes, by); len(all)+len(own) > 0 {
			result.ModSeq = m.nextModSeq()
			m.renote(i, notes, result.ModSeq, by, all, own)
			stored.ModSeq = result.ModSeq
			result.Changed = append(result.Changed, old.uid)
		}
		result.Messages = append(result.Messages, stored)
	}
	if result.ModSeq != 0 {
		m.tick()
		m.compactIfLong()
		m.notify()
	}
	return result, nil
}

// logNotes logs which annotations are other than they were, for each account its own; m.mu is
// held.
func (m *Mailbox) logNotes(was *Notes, msg *message) {
	users := m.user.store.users
	for i, u := range append(users[:len(users):len(users)], nil) {
		all, own := msg.notes.changed(was, u)
		if i == 0 && len(all) > 0 {
			m.log.add(change{modseq: msg.modseq, uid: msg.uid, by: m.guard.by, aside: &aside{notes: all}}, false)
		}
		if u != nil && len(own) > 0 {
			m.log.add(change{modseq: msg.modseq, uid: msg.uid, by: m.guard.by, aside: &aside{only: u, notes: own}}, false)
		}
	}
}

// renote gives the message at i other notes; m.mu is held.
func (m *Mailbox) renote(i int, notes *Notes, modseq uint64, by *User, all, own []string) {
	old := m.messages.at(i)
	changed := old.again()
	changed.notes, changed.modseq = notes, modseq
	m.noted += notes.size() - old.notes.size()
	m.messages.set(i, changed)
	m.user.store.noted.Store(true)
	m.tellTurns(FlagsBecame, turn{old, changed})
	if len(all) > 0 {
		m.log.add(change{modseq: modseq, uid: old.uid, by: m.guard.by, aside: &aside{notes: all}}, false)
	}
	if len(own) > 0 {
		m.log.add(change{modseq: modseq, uid: old.uid, by: m.guard.by, aside: &aside{only: cmp.Or(by, m.user), notes: own}}, false)
	}
}
