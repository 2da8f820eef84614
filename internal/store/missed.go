package store

import (
	"sort"

	"github.com/emersion/go-imap/v2"
)

// Missed is what somebody must be told who knew the mailbox at a position in
// its log, comes back, and may know any UIDs (RFC 7162, section 3.2.5). No
// other follower is like that: who stays knows which messages it has been told
// of, and asks [Mailbox.ChangesSince].
type Missed struct {
	Messages []Message // that were added, changed or brought back after the position, ascending by UID
	// Gone are UIDs of which messages went after the position, whether or not
	// they had come by then; all of those asked for that are not there, if the log
	// does not reach back so far.
	Gone imap.UIDSet
	// Restored says that messages came back since, below UIDs that were given out
	// already: a message that still has its number says nothing of those before it.
	Restored bool
	// Renumbered says that any UID may be that of another message now.
	Renumbered bool
}

// MissedSince says what was missed since a position, of the UIDs of a set. "*"
// is the highest UID that was ever given out, so that a range with it reaches
// the messages that are gone. It takes time in proportion to what happened
// since, or to the mailbox where the log does not reach back so far.
func (m *Mailbox) MissedSince(modseq uint64, among imap.UIDSet) Missed {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.missedSince(modseq, among, nil)
}

// missedSince is MissedSince for an account; m.mu is held.
func (m *Mailbox) missedSince(modseq uint64, among imap.UIDSet, u *User) Missed {
	missed := Missed{Restored: m.log.restored > modseq, Renumbered: m.log.resetAt > modseq}
	ranges := normalize(among, m.lastGivenOut())
	if !m.log.reaches(modseq) {
		for _, msg := range m.messages.all() {
			if msg.modseq > modseq {
				missed.Messages = append(missed.Messages, msg.value())
			}
		}
		missed.Gone = m.absent(ranges)
		return missed
	}
	var changed, gone []imap.UID
	for left := m.log.since(modseq); left.any(); {
		entry := left.next()
		switch {
		case !entry.concerns(u):
		case !entry.gone():
			changed = entry.appendTo(changed)
		case isIn(ranges, entry.uid) && m.find(entry.uid) == nil:
			gone = append(gone, entry.uid)
		}
	}
	missed.Messages = m.lookup(sorted(changed))
	missed.Gone = UIDSet(sorted(gone))
	return missed
}

// lastGivenOut is the highest UID that a message has had under this
// UIDVALIDITY, or that was skipped; m.mu is held.
func (m *Mailbox) lastGivenOut() imap.UID { return max(m.uidNext, m.spent[m.uidValidity]) - 1 }

// absent are the UIDs of ascending ranges that were given out, and have no
// message; m.mu is held.
func (m *Mailbox) absent(ranges []imap.UIDRange) imap.UIDSet {
	var out imap.UIDSet
	add := func(from, to imap.UID) {
		if from <= to {
			out = append(out, imap.UIDRange{Start: from, Stop: to})
		}
	}
	last := m.lastGivenOut()
	for _, r := range ranges {
		next, stop := max(r.Start, 1), min(r.Stop, last)
		for _, msg := range m.messages.from(m.messages.index(next)) {
			if msg.uid > stop {
				break
			}
			add(next, msg.uid-1)
			next = msg.uid + 1
		}
		add(next, stop)
	}
	return out
}

// isIn says whether a UID is in ascending ranges.
func isIn(ranges []imap.UIDRange, uid imap.UID) bool {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i].Stop >= uid })
	return i < len(ranges) && ranges[i].Start <= uid
}
