package store

import (
	"runtime"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestExpunge(t *testing.T) {
	mbox := newMailboxWith(t, 6) // modseqs to 7
	changed := mbox.Changed()
	gone, err := mbox.Expunge(imap.UIDSet{{Start: 4, Stop: 5}, {Start: 1, Stop: 1}, {Start: 77, Stop: 99}})
	check(t, err)
	equalList(t, "gone", gone, 1, 4, 5)
	equalList(t, "left", uidsOf(mbox.Messages()), 2, 3, 6)
	equal(t, "one modseq", mbox.HighestModSeq(), 8)
	equal(t, "UIDNEXT", mbox.UIDNext(), 7)
	equal(t, "woken", isClosed(changed), true)

	changed = mbox.Changed()
	gone, err = mbox.Expunge(set(1, 4))
	check(t, err)
	equalList(t, "twice", gone)
	equal(t, "no modseq", mbox.HighestModSeq(), 8)
	equal(t, "woken", isClosed(changed), false)
}

// EXPUNGE and UID EXPUNGE (RFC 9051, sections 6.4.3 and 6.4.9).
func TestExpungeDeleted(t *testing.T) {
	mbox := newMailboxWith(t, 5)
	gone, err := mbox.ExpungeDeleted(nil)
	check(t, err)
	equalList(t, "none is \\Deleted", gone)
	check(t, mbox.Store(set(1, 3, 5), imap.StoreFlagsAdd, imap.FlagDeleted))
	gone, err = mbox.ExpungeDeleted(imap.UIDSet{})
	check(t, err)
	equalList(t, "of the empty set", gone)
	gone, err = mbox.ExpungeDeleted(set(2, 3, 4))
	check(t, err)
	equalList(t, "of a set", gone, 3)
	gone, err = mbox.ExpungeDeleted(nil)
	check(t, err)
	equalList(t, "of all", gone, 1, 5)
	equalList(t, "left", uidsOf(mbox.Messages()), 2, 4)
}

// What is handed out stays as it was.
func TestExpungeLeavesValues(t *testing.T) {
	mbox := newMailboxWith(t, 3)
	before := mbox.Messages()
	_, err := mbox.Expunge(set(1, 2))
	check(t, err)
	equalList(t, "UIDs", uidsOf(before), 1, 2, 3)
	equal(t, "subject", before[0].Subject(), "message 1")
}

// The log keeps what was expunged, but not its bytes.
func TestExpungeFreesBytes(t *testing.T) {
	mbox := newUser(t).Inbox()
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for range 300 { // 30 MB
		msg, err := mbox.Append(make([]byte, 100_000))
		check(t, err)
		check(t, mbox.Store(set(msg.UID), imap.StoreFlagsAdd, imap.FlagDeleted))
		_, err = mbox.ExpungeDeleted(nil)
		check(t, err)
	}
	if grown := heap() - before; grown > 3<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	equal(t, "messages", len(mbox.Messages()), 0)
}
