package memstore

import (
	"slices"
	"sort"

	"github.com/emersion/go-imap/v2"
)

// change is an entry of a mailbox's log: a message was added or changed, or is
// gone. It does not have the message, so that the bytes of one that is gone can be
// freed.
type change struct {
	modseq  uint64
	created uint64 // the modseq with which the message came
	uid     imap.UID
	gone    bool
}

// changeLog is every change of a mailbox in order. Entries that later ones
// have made void are dropped from time to time.
type changeLog struct {
	entries  []change
	resetAt  uint64 // positions before it are void: the UIDVALIDITY changed
	restored uint64 // the modseq of the last change that brought messages back
	compact  int    // the length at which to drop void entries
}

// minCompact is the shortest log that is worth going through.
const minCompact = 4096

func (l *changeLog) add(c change) {
	l.entries = append(l.entries, c)
	if l.compact == 0 {
		l.compact = minCompact
	}
}

// noteChange logs a message that was added or changed; m.mu is held.
func (m *Mailbox) noteChange(msg *message) {
	m.log.add(change{modseq: msg.modseq, created: msg.created, uid: msg.uid})
}

// noteGone logs that a message is gone; m.mu is held.
func (m *Mailbox) noteGone(modseq uint64, msg *message) {
	m.log.add(change{modseq: modseq, created: msg.created, uid: msg.uid, gone: true})
}

// compactIfLong drops entries of messages that have changed again since: who
// reads the log gets the later entry anyway. It doubles the length at which it
// does so again, so that its cost is spread.
func (l *changeLog) compactIfLong() {
	if len(l.entries) < max(l.compact, minCompact) {
		return
	}
	last := make(map[imap.UID]uint64, len(l.entries))
	for _, c := range l.entries {
		last[c.uid] = c.modseq
	}
	if l.restored > 0 {
		l.keepFirstExpunge(last)
	}
	l.entries = slices.DeleteFunc(l.entries, func(c change) bool { return last[c.uid] != c.modseq })
	l.compact = 2*len(l.entries) + minCompact
}

// keepFirstExpunge is for messages that were expunged, came back and were
// expunged again: the entry that stays is for those too who knew the message
// from its first time. last are the modseqs of the entries that stay.
func (l *changeLog) keepFirstExpunge(last map[imap.UID]uint64) {
	created := make(map[imap.UID]uint64)
	for i, c := range l.entries {
		if first, seen := created[c.uid]; !seen || c.created < first {
			created[c.uid] = c.created
		}
		if c.gone && last[c.uid] == c.modseq {
			l.entries[i].created = created[c.uid]
		}
	}
}

func (l *changeLog) reset(modseq uint64) { *l = changeLog{resetAt: modseq} }

// since are the entries after a position.
func (l *changeLog) since(modseq uint64) []change {
	i := sort.Search(len(l.entries), func(i int) bool { return l.entries[i].modseq > modseq })
	return l.entries[i:]
}

// Changes are what happened to a mailbox since a position in its log.
type Changes struct {
	ModSeq   uint64      // the position to go on from
	UIDNext  imap.UID    // at that position
	Messages []Message   // that exist and were added, changed or brought back by a Restore, ascending by UID
	Expunged []imap.UID  // that existed at the old position and are gone, ascending
	Reset    bool        // the UIDVALIDITY changed: start again
	Restored bool        // messages that were expunged are back: they may be below UIDs seen before
	Deleted  bool        // the mailbox is no longer in its account
	Keywords []imap.Flag // all of the mailbox's; must not be modified
}

// ChangesSince reads the log from a position, which is a modseq: that of an
// [Opening], of earlier Changes, or 0 for the beginning. It takes time in
// proportion to what happened since.
func (m *Mailbox) ChangesSince(modseq uint64) Changes {
	m.mu.RLock()
	defer m.mu.RUnlock()
	c := Changes{
		ModSeq: m.modseq, UIDNext: m.uidNext, Deleted: m.deleted, Keywords: m.flags.all(),
		Reset: modseq > 0 && modseq < m.log.resetAt,
	}
	if modseq < m.log.resetAt {
		c.Messages = m.values()
		return c
	}
	entries := m.log.since(modseq)
	if len(entries) == 0 {
		return c
	}
	var changed []imap.UID
	for _, entry := range entries {
		switch {
		case !entry.gone:
			changed = append(changed, entry.uid)
		case entry.created <= modseq:
			c.Expunged = append(c.Expunged, entry.uid)
		}
	}
	slices.Sort(c.Expunged)
	slices.Sort(changed)
	c.Messages = m.lookup(slices.Compact(changed))
	if c.Restored = m.log.restored > modseq; c.Restored {
		c.Expunged = slices.DeleteFunc(c.Expunged, func(uid imap.UID) bool { return m.find(uid) != nil })
		c.Expunged = slices.Compact(c.Expunged)
	}
	return c
}
