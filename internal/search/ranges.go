package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Ranges are kept ascending and with a gap between each two.

// everyUID is the range of all UIDs.
var everyUID = imap.UIDRange{Start: 1, Stop: math.MaxUint32}

// normalize makes ranges of a set in which 0 stands for the last, and may be anywhere.
// Where there is no last, nothing is what "*" could stand for.
func normalize(set imap.UIDSet, last imap.UID) []imap.UIDRange {
	out := make([]imap.UIDRange, 0, len(set))
	for _, r := range set {
		r = imap.UIDRange{Start: cmp.Or(r.Start, last), Stop: cmp.Or(r.Stop, last)}
		if r.Start != 0 && r.Stop != 0 {
			out = append(out, imap.UIDRange{Start: min(r.Start, r.Stop), Stop: max(r.Start, r.Stop)})
		}
	}
	slices.SortFunc(out, func(a, b imap.UIDRange) int { return cmp.Compare(a.Start, b.Start) })
	return merge(out)
}

// merge joins ranges that are sorted by their first UIDs where they touch, in place.
func merge(ranges []imap.UIDRange) []imap.UIDRange {
	merged := ranges[:0]
	for _, r := range ranges {
		if n := len(merged); n > 0 && uint64(r.Start) <= uint64(merged[n-1].Stop)+1 {
			merged[n-1].Stop = max(merged[n-1].Stop, r.Stop)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// rangesOf makes ranges of ascending UIDs.
func rangesOf(uids []imap.UID) []imap.UIDRange {
	var out []imap.UIDRange
	for _, uid := range uids {
		if n := len(out); n > 0 && out[n-1].Stop+1 == uid {
			out[n-1].Stop = uid
			continue
		}
		out = append(out, imap.UIDRange{Start: uid, Stop: uid})
	}
	return out
}

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

// complement are all other UIDs.
func complement(ranges []imap.UIDRange) []imap.UIDRange {
	out := make([]imap.UIDRange, 0, len(ranges)+1)
	next := everyUID.Start
	for _, r := range ranges {
		if r.Start > next {
			out = append(out, imap.UIDRange{Start: next, Stop: r.Start - 1})
		}
		if r.Stop == everyUID.Stop {
			return out
		}
		next = r.Stop + 1
	}
	return append(out, imap.UIDRange{Start: next, Stop: everyUID.Stop})
}

// union is what is in any of the lists.
func union(lists [][]imap.UIDRange) []imap.UIDRange {
	if len(lists) == 1 {
		return lists[0]
	}
	out := slices.Concat(lists...)
	slices.SortFunc(out, func(a, b imap.UIDRange) int { return cmp.Compare(a.Start, b.Start) })
	return merge(out)
}

// intersection is what is in all of the lists, of which there is one at least. They are
// taken by halves, so that a long list is not walked for each of the others, and a list
// that comes many times, as "$" does, counts once.
func intersection(lists [][]imap.UIDRange) []imap.UIDRange {
	lists = slices.CompactFunc(lists, same)
	if len(lists) == 1 {
		return lists[0]
	}
	half := len(lists) / 2
	return intersect(intersection(lists[:half]), intersection(lists[half:]))
}

// same says that two lists are one in memory.
func same(a, b []imap.UIDRange) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// intersect is what two lists have in common. A list in one piece that holds the other
// changes nothing of it.
func intersect(a, b []imap.UIDRange) []imap.UIDRange {
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
