package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// changeLog is every change of a mailbox in order. Entries that later ones
// have made void are dropped from time to time, but no expunges: who knew the
// message before one of them, and who after a Restore, are told by another. When
// there are too many, the oldest are forgotten.
type changeLog struct {
	entries   changePages
	size      int    // what they take: see change.room
	void      int    // how much of that may be void
	resetAt   uint64 // positions before it are void: the UIDs became others
	restored  uint64 // the modseq of the last change that brought messages back
	forgotten uint64 // expunges up to here are no longer known one by one
}

// defaultExpunges is how many expunges a mailbox remembers.
const defaultExpunges = 100_000

// add adds a change. Those of one stroke are one entry, as far as they ascend. It may make as
// much void as it takes itself, and what tells of a message that is gone may be forgotten, too;
// of a message that has come, nothing has been said before.
func (l *changeLog) add(c change, came bool) {
	room := l.put(c)
	l.size += room
	switch {
	case came:
	case c.gone():
		l.void += 2 * room
	default:
		l.void += room
	}
}

// put adds a change, and says how much room that takes.
func (l *changeLog) put(c change) (room int) {
	last := l.entries.last()
	if last == nil || !last.takes(c) {
		l.entries.add(c)
		return c.room()
	}
	before := last.room()
	if last.aside == nil {
		last.aside = &aside{}
	}
	last.aside.others = c.appendTo(last.aside.others)
	return last.room() - before
}

// logChange logs that a message was added or changed, which concerns an account alone or,
// with nil, all; m.mu is held.
func (m *Mailbox) logChange(msg *message, only *User) {
	entry := change{modseq: msg.modseq, uid: msg.uid, by: m.guard.by}
	if only != nil {
		entry.aside = &aside{only: only}
	}
	m.log.add(entry, msg.created == msg.modseq)
}

// logStroke logs that messages became others at once: one entry for all, unless some concern
// somebody alone. The log keeps uids; m.mu is held.
func (m *Mailbox) logStroke(modseq uint64, uids []imap.UID, turns []turn, by *User) {
	concern := func(t turn) *User { return m.concerns(t.before, t.after, by) }
	for len(uids) > 0 {
		only, n := concern(turns[0]), 1
		for n < len(uids) && concern(turns[n]) == only {
			n++
		}
		entry := change{modseq: modseq, uid: uids[0], by: m.guard.by}
		if n > 1 || only != nil {
			entry.aside = &aside{only: only, others: slices.Clip(uids[1:n])}
		}
		m.log.add(entry, false)
		uids, turns = uids[n:], turns[n:]
	}
}

// logGone logs that a message is gone; m.mu is held.
func (m *Mailbox) logGone(modseq uint64, msg *message) {
	m.log.add(change{modseq: modseq, since: max(msg.created, msg.returned), uid: msg.uid, by: m.guard.by | isGone}, false)
	if m.user.store.expunges == 0 {
		m.log.forgotten = modseq // at once: the log may not be gone through for long
	}
}

// noteChange logs a message that was added, with nil for what it was, or changed, and tells
// who follows; m.mu is held.
func (m *Mailbox) noteChange(was, msg *message, only *User) {
	m.logChange(msg, only)
	switch {
	case was == nil:
		m.tellTurns(MessageCame, turn{after: msg})
	case was.labels != msg.labels && sameSet(was.flags, msg.flags): // it came to mailboxes, or went from them
	default:
		m.tellTurns(FlagsBecame, turn{was, msg})
	}
}

func (l *changeLog) reset(modseq uint64) { *l = changeLog{resetAt: modseq} }

// reaches says that the log has everything that happened after a position.
func (l *changeLog) reaches(modseq uint64) bool {
	return modseq >= l.resetAt && modseq >= l.forgotten
}

// since are the entries after a position.
func (l *changeLog) since(modseq uint64) changesLeft { return l.entries.since(modseq) }

// Changes are what happened to a mailbox since a position in its log.
type Changes struct {
	ModSeq   uint64             // the position to go on from
	UIDNext  imap.UID           // at that position
	Status   Status             // at that position
	Messages []Message          // that exist and were added, changed or brought back by a Restore, ascending by UID
	Expunged []imap.UID         // that existed at the old position and are gone, ascending
	Reset    bool               // the UIDVALIDITY changed, or the UIDs under it: start again
	Restored bool               // messages that were expunged are back: they may be below UIDs seen before
	Deleted  bool               // the mailbox is no longer in its account
	Keywords []imap.Flag        // all of the mailbox's; must not be modified
	Noted    map[imap.UID]Noted // messages whose annotations changed

	// Forgotten says that the log does not reach back to the old position (see
	// [WithExpungesRemembered]): Messages are all that exist, and whatever else
	// was known is gone.
	Forgotten bool
}

// ChangesSince reads the log from a position, which is a modseq: that of an
// [Opening], of earlier Changes, or 0 for the beginning. It takes time in
// proportion to what happened since.
func (m *Mailbox) ChangesSince(modseq uint64) Changes { return Numbered{mbox: m}.ChangesSince(modseq) }

// ChangesSince is [Mailbox.ChangesSince], under whatever numbers.
func (n Numbered) ChangesSince(modseq uint64) Changes {
	c, _ := n.ChangesBut(modseq, nil)
	return c
}

// ChangesBut are the changes since a position, but for messages that are known as they are
// since their last modseq. Of those it gives the UIDs, unless the changes are Forgotten.
func (n Numbered) ChangesBut(modseq uint64, known func(uid imap.UID, modseq uint64) bool) (c Changes, others []imap.UID) {
	m := n.mbox
	m.mu.RLock()
	defer m.mu.RUnlock()
	c, others = m.changesSince(modseq, n.user, known)
	c.Messages = m.seenAs(n.user, c.Messages)
	return c, others
}

// changesSince is ChangesBut for an account; m.mu is held.
func (m *Mailbox) changesSince(modseq uint64, u *User, known func(imap.UID, uint64) bool) (c Changes, others []imap.UID) {
	c = Changes{
		ModSeq: m.highest(), UIDNext: m.uidNext, Status: m.status(u), Deleted: m.deleted, Keywords: m.flags.all(),
		Reset: modseq > 0 && modseq < m.log.resetAt, Restored: m.log.restored > modseq,
	}
	if !m.log.reaches(modseq) {
		c.Messages = m.values()
		c.Forgotten = modseq > 0 && !c.Reset
		return c, nil
	}
	if entries := m.log.since(modseq); entries.any() {
		others = c.read(m, entries, modseq, u, known)
	}
	return c, others
}

// read takes in what the entries after a position say; m.mu is held.
func (c *Changes) read(m *Mailbox, entries changesLeft, modseq uint64, u *User, known func(imap.UID, uint64) bool) (others []imap.UID) {
	var changed []imap.UID
	for left := entries; left.any(); {
		entry := left.next()
		switch {
		case !entry.concerns(u):
		case !entry.gone():
			changed = entry.appendTo(changed)
			c.note(entry)
		case entry.since <= modseq:
			c.Expunged = append(c.Expunged, entry.uid)
		}
	}
	if c.Noted != nil {
		c.noteOthers(entries, u)
	}
	if changed = sorted(changed); known == nil {
		c.Messages = m.lookup(changed)
	} else {
		for _, msg := range m.messages.among(changed) {
			if known(msg.uid, msg.modseq) {
				others = append(others, msg.uid)
				continue
			}
			c.Messages = append(c.Messages, msg.value())
		}
	}
	c.Expunged = sorted(c.Expunged)
	if c.Restored {
		c.Expunged = slices.DeleteFunc(c.Expunged, func(uid imap.UID) bool { return m.find(uid) != nil })
	}
	return others
}

// note takes what an entry of the log says of annotations.
func (c *Changes) note(entry *change) {
	if entry.notes() == nil {
		return
	}
	if c.Noted == nil {
		c.Noted = make(map[imap.UID]Noted)
	}
	noted, found := c.Noted[entry.uid]
	noted.Alone = noted.Alone || !found
	noted.add(entry.notes())
	c.Noted[entry.uid] = noted
}

// noteOthers finds the messages of which more than annotations changed.
func (c *Changes) noteOthers(entries changesLeft, u *User) {
	for entries.any() {
		entry := entries.next()
		if entry.notes() != nil || !entry.concerns(u) {
			continue
		}
		for uid := range entry.all() {
			if noted, found := c.Noted[uid]; found {
				noted.Alone = false
				c.Noted[uid] = noted
			}
		}
	}
}

// sorted is the list in order, and each UID once.
func sorted(uids []imap.UID) []imap.UID {
	slices.Sort(uids)
	return slices.Compact(uids)
}
