package search

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// UIDs is met by the messages of a set of UIDs, in which 0 is "*", the last message.
func UIDs(set imap.UIDSet) Condition {
	return setOf("UID", set, func(b *binder) []imap.UIDRange {
		var last imap.UID
		if n := len(b.scope.UIDs); n > 0 {
			last = b.scope.UIDs[n-1]
		}
		return normalize(set, last)
	})
}

// Numbers is met by the messages of a set of message numbers, in which 0 is "*". A set
// is a condition like any other: no message has a number beyond the last.
func Numbers(set imap.SeqSet) Condition {
	return setOf("", set, func(b *binder) []imap.UIDRange { return b.numbered(set) })
}

// SavedResult is met by the messages of "$", the result that was saved (RFC 5182).
func SavedResult() Condition {
	return setOf("$", nil, func(b *binder) []imap.UIDRange { return b.saved() })
}

func setOf(name string, set any, resolve func(b *binder) []imap.UIDRange) Condition {
	return resolved(name, set, func(b *binder) Condition { return rangesOnly(resolve(b)) })
}

// rangesOnly is met by messages with such UIDs.
func rangesOnly(ranges []imap.UIDRange) Condition {
	switch {
	case len(ranges) == 0:
		return None()
	case len(ranges) == 1 && ranges[0] == everyUID:
		return All()
	}
	return Condition{kind: kindSet, ranges: ranges}
}

// numbered are the UIDs of message numbers. There may be others between them, of
// messages that the client has not been told of: nobody looks at those.
func (b *binder) numbered(set imap.SeqSet) []imap.UIDRange {
	uids := b.scope.UIDs
	last := imap.UID(len(uids))
	places := make(imap.UIDSet, len(set))
	for i, r := range set {
		places[i] = imap.UIDRange{Start: imap.UID(r.Start), Stop: imap.UID(r.Stop)}
	}
	var out []imap.UIDRange
	for _, r := range normalize(places, last) {
		if r.Start <= last {
			out = append(out, imap.UIDRange{Start: uids[r.Start-1], Stop: uids[min(r.Stop, last)-1]})
		}
	}
	return merge(out)
}

// saved is resolved once for all.
func (b *binder) saved() []imap.UIDRange {
	if !b.hasDollar {
		b.hasDollar = true
		b.dollar = rangesOf(slices.DeleteFunc(slices.Clone(b.scope.Saved), func(uid imap.UID) bool {
			_, found := slices.BinarySearch(b.scope.UIDs, uid)
			return !found
		}))
	}
	return b.dollar
}
