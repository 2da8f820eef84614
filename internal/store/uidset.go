package store

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// everyUID is the set 1:*.
func everyUID() imap.UIDSet { return imap.UIDSet{{Start: 1, Stop: 0}} }

// selectUIDs are the places in m.messages of the messages in a set, ascending.
// "*" is the last message. m.mu is held.
func (m *Mailbox) selectUIDs(set imap.UIDSet) []int { return m.messages.within(m.ranges(set)) }

// ranges are those of a set, ascending, in which "*" is the last message; m.mu is held.
func (m *Mailbox) ranges(set imap.UIDSet) []imap.UIDRange {
	var last imap.UID
	if m.messages.len() > 0 {
		last = m.messages.last().uid
	}
	return normalize(set, last)
}

// normalize puts last for "*" and returns ascending ranges that do not overlap: the set
// itself if it is that.
func normalize(set imap.UIDSet, last imap.UID) []imap.UIDRange {
	if isNormal(set) {
		return set
	}
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

// isNormal says that a set has no "*", and its ranges ascend and do not overlap.
func isNormal(set imap.UIDSet) bool {
	var before imap.UID
	for _, r := range set {
		if r.Start <= before || r.Stop < r.Start {
			return false
		}
		before = r.Stop
	}
	return true
}

// countUIDs is how many UIDs there are in ranges.
func countUIDs(ranges []imap.UIDRange) (n uint64) {
	for _, r := range ranges {
		n += uint64(r.Stop-r.Start) + 1
	}
	return n
}

// UIDSet makes a set of ascending UIDs, in time linear in their number.
func UIDSet(uids []imap.UID) imap.UIDSet {
	runs := 0
	for i, uid := range uids {
		if i == 0 || uid != uids[i-1]+1 {
			runs++
		}
	}
	set := make(imap.UIDSet, 0, runs)
	for _, uid := range uids {
		if n := len(set); n > 0 && set[n-1].Stop+1 == uid {
			set[n-1].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}
