package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// The sets of SEARCH as ranges of UIDs: ascending, and with a gap between each two.

// ranges is what a set of SEARCH stands for. There a set is a condition like any
// other: no message has a number beyond the last.
func (ctx *searchContext) ranges(set imapwire.NumSet, isUID bool) []imap.UIDRange {
	v := ctx.view
	switch {
	case set.Saved:
		if !ctx.hasSaved {
			ctx.hasSaved = true
			ctx.saved = rangesOf(intersect(slices.Clone(v.saved), v.uids))
		}
		return ctx.saved
	case isUID:
		var out []imap.UIDRange
		for _, r := range set.Normalize(uint32(v.lastUID())) {
			out = append(out, imap.UIDRange{Start: imap.UID(r.First), Stop: imap.UID(r.Last)})
		}
		return out
	}
	var out []imap.UIDRange
	for _, r := range set.Normalize(v.exists()) {
		if r.First <= v.exists() {
			out = append(out, imap.UIDRange{Start: v.uids[r.First-1], Stop: v.uids[min(r.Last, v.exists())-1]})
		}
	}
	return out
}

// rangesOf makes ranges of ascending UIDs.
func rangesOf(uids []imap.UID) []imap.UIDRange { return uidSet(uids) }

// inRanges finds a UID in time that grows with the logarithm of their number.
func inRanges(ranges []imap.UIDRange, uid imap.UID) bool {
	_, found := slices.BinarySearchFunc(ranges, uid, func(r imap.UIDRange, uid imap.UID) int {
		switch {
		case r.Stop < uid:
			return -1
		case r.Start > uid:
			return 1
		}
		return 0
	})
	return found
}

// within are those of ascending UIDs that are in one of the ranges.
func within(uids []imap.UID, ranges []imap.UIDRange) []imap.UID {
	var out []imap.UID
	for _, r := range ranges {
		from, _ := slices.BinarySearch(uids, r.Start)
		to, found := slices.BinarySearch(uids, r.Stop)
		if found {
			to++
		}
		out = append(out, uids[from:to]...)
		uids = uids[to:]
	}
	return out
}

// intersectRanges is what two lists of ranges have in common. A list in one piece
// that holds the other changes nothing of it, which spares thousands of keys like 1:*
// a walk over a long list.
func intersectRanges(a, b []imap.UIDRange) []imap.UIDRange {
	switch {
	case len(a) == 0 || len(b) == 0:
		return nil
	case len(b) == 1 && b[0].Start <= a[0].Start && a[len(a)-1].Stop <= b[0].Stop:
		return a
	}
	var out []imap.UIDRange
	for len(a) > 0 && len(b) > 0 {
		r := imap.UIDRange{Start: max(a[0].Start, b[0].Start), Stop: min(a[0].Stop, b[0].Stop)}
		if r.Start <= r.Stop {
			out = append(out, r)
		}
		if a[0].Stop < b[0].Stop {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}
