package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// uidSetOf is a set of the client's as the store takes it, "*" and all.
func (v *view) uidSetOf(set imapwire.NumSet) imap.UIDSet {
	if set.Saved {
		return uidSet(v.saved)
	}
	return uidsIn(set)
}

// uidsIn is a set that is not "$".
func uidsIn(set imapwire.NumSet) imap.UIDSet {
	out := make(imap.UIDSet, len(set.Ranges))
	for i, r := range set.Ranges {
		out[i] = imap.UIDRange{Start: imap.UID(r.First), Stop: imap.UID(r.Last)}
	}
	return out
}

// uidSet makes a set of ascending UIDs, in time linear in their number.
func uidSet(uids []imap.UID) imap.UIDSet {
	set := make(imap.UIDSet, 0, runs(uids))
	for _, uid := range uids {
		if last := len(set) - 1; last >= 0 && set[last].Stop+1 == uid {
			set[last].Stop = uid
			continue
		}
		set = append(set, imap.UIDRange{Start: uid, Stop: uid})
	}
	return set
}

// runs is how many runs of numbers without a gap there are.
func runs(uids []imap.UID) (n int) {
	for i, uid := range uids {
		if i == 0 || uid != uids[i-1]+1 {
			n++
		}
	}
	return n
}

// without is what is left of ascending ranges without ascending UIDs.
func without(set imap.UIDSet, uids []imap.UID) imap.UIDSet {
	var out imap.UIDSet
	for _, r := range set {
		at, _ := slices.BinarySearch(uids, r.Start)
		for ; at < len(uids) && uids[at] <= r.Stop; at++ {
			if r.Start < uids[at] {
				out = append(out, imap.UIDRange{Start: r.Start, Stop: uids[at] - 1})
			}
			r.Start = uids[at] + 1
		}
		if r.Start <= r.Stop {
			out = append(out, r)
		}
	}
	return out
}

// above is what is left of ascending ranges above a UID.
func above(set imap.UIDSet, uid imap.UID) imap.UIDSet {
	var out imap.UIDSet
	for _, r := range set {
		if r.Start = max(r.Start, uid+1); r.Start <= r.Stop {
			out = append(out, r)
		}
	}
	return out
}
