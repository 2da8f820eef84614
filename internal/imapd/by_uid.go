package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// byUID holds something of messages by their UIDs. Who puts it in, and asks for it, in the
// order of the UIDs, as commands do, has each at once.
type byUID[V any] struct {
	uids   []imap.UID // ascending
	values []V        // of each
	next   finder
}

// grow makes room for so many more.
func (b *byUID[V]) grow(n int) {
	b.uids, b.values = slices.Grow(b.uids, n), slices.Grow(b.values, n)
}

// put has a value in the place of the one that there may be.
func (b *byUID[V]) put(uid imap.UID, value V) {
	n := len(b.uids)
	if n == 0 || uid > b.uids[n-1] {
		b.uids, b.values = append(b.uids, uid), append(b.values, value)
		return
	}
	at, found := slices.BinarySearch(b.uids, uid)
	if found {
		b.values[at] = value
		return
	}
	b.uids, b.values = slices.Insert(b.uids, at, uid), slices.Insert(b.values, at, value)
}

// get is what there is of a message, or the zero value.
func (b *byUID[V]) get(uid imap.UID) (value V) {
	if len(b.uids) == 0 {
		return value
	}
	if i := b.next.in(b.uids, uid); i > 0 {
		value = b.values[i-1]
	}
	return value
}

func (b *byUID[V]) clear() { *b = byUID[V]{} }
