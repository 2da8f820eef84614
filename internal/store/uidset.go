package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// everyUID is the set 1:*.
func everyUID() imap.UIDSet { return imap.UIDSet{{Start: 1, Stop: 0}} }

// selectUIDs are the places in m.messages of the messages in a set, ascending.
// "*" is the last message. m.mu is held.
func (m *Mailbox) selectUIDs(set imap.UIDSet) []int {
	if m.messages.len() == 0 {
		return nil
	}
	ranges := normalize(set, m.messages.last().uid)
	var out []int
	at := 0
	for _, r := range ranges {
		at = m.messages.past(at, r.Start-1)
		end := m.messages.past(at, r.Stop)
		out = slices.Grow(out, end-at)
		for ; at < end; at++ {
			out = append(out, at)
		}
	}
	return out
}

// normalize puts last for "*" and returns ascending ranges that do not overlap.
func normalize(set imap.UIDSet, last imap.UID) []imap.UIDRange {
	out := make([]imap.UIDRange, 0, len(set))
	for _, r := range set {
		if r.Start == 0 {
			r.Start = last
		}
		if r.Stop == 0 {
			r.Stop = last
		}
		out = append(out, imap.UIDRange{Start: min(r.Start, r.Stop), Stop: max(r.Start, r.Stop)})
	}
	slices.SortFunc(out, func(a, b imap.UIDRange) int { return int(int64(a.Start) - int64(b.Start)) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged); n > 0 && r.Start <= merged[n-1].Stop {
			merged[n-1].Stop = max(merged[n-1].Stop, r.Stop)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// uidSet makes a set of ascending UIDs.
func uidSet(uids []imap.UID) imap.UIDSet {
	var set imap.UIDSet
	for _, uid := range uids {
		if n := len(set); n > 0 && set[n-1].Stop+1 == uid {
			set[n-1].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}
