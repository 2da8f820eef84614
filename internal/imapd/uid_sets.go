package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// uidSetOf is a set of the client's as the store takes it, "*" and all.
func (v *view) uidSetOf(set imapwire.NumSet) imap.UIDSet {
	if set.Saved {
		return store.UIDSet(v.saved)
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
