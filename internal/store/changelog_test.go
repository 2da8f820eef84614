package store

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestChangesSince(t *testing.T) {
	mbox := newMailboxWith(t, 5)
	from := mbox.Open(true)
	equal(t, "position", from.ModSeq, 6)
	quiet := mbox.ChangesSince(from.ModSeq)
	equal(t, "nothing happened", len(quiet.Messages)+len(quiet.Expunged), 0)
	equal(t, "position", quiet.ModSeq, 6)

	check(t, mbox.Store(set(4, 2), imap.StoreFlagsAdd, imap.FlagSeen, "$Work"))
	check(t, mbox.Store(set(2), imap.StoreFlagsAdd, imap.FlagFlagged))
	_, err := mbox.Expunge(set(5))
	check(t, err)
	_, err = mbox.Expunge(set(1))
	check(t, err)
	fill(t, mbox, 2) // 6 and 7
	_, err = mbox.Expunge(set(6))
	check(t, err)

	c := mbox.ChangesSince(from.ModSeq)
	equalList(t, "changed or added", uidsOf(c.Messages), 2, 4, 7)
	equalList(t, "flags are those of now", c.Messages[0].Flags, imap.FlagFlagged, imap.FlagSeen, "$Work")
	equal(t, "4 was there", c.Messages[1].CreatedModSeq() <= from.ModSeq, true)
	equal(t, "7 was added", c.Messages[2].CreatedModSeq() > from.ModSeq, true)
	equalList(t, "expunged, but not 6, which came and went", c.Expunged, 1, 5)
	equalList(t, "keywords", c.Keywords, "$Work")
	equal(t, "UIDNEXT", c.UIDNext, 8)
	equal(t, "position", c.ModSeq, mbox.HighestModSeq())
	equal(t, "reset", c.Reset || c.Deleted, false)

	all := mbox.ChangesSince(0)
	equalList(t, "from the beginning", uidsOf(all.Messages), 2, 3, 4, 7)
	equalList(t, "from the beginning", all.Expunged)
}

// A log that has been compacted tells the same from every position.
func TestCompaction(t *testing.T) {
	mbox := newMailboxWith(t, 10)
	_, err := mbox.Expunge(set(3))
	check(t, err)
	for i := range 3 * minCompact {
		op := imap.StoreFlagsAdd
		if i/4%2 == 1 {
			op = imap.StoreFlagsDel
		}
		check(t, mbox.Store(set(imap.UID(4+i%4)), op, imap.FlagSeen))
	}
	if n := mbox.log.entries.len(); n > 2*minCompact {
		t.Fatalf("%d entries for 10 messages", n)
	}
	c := mbox.ChangesSince(11)
	equalList(t, "expunged", c.Expunged, 3)
	equalList(t, "changed", uidsOf(c.Messages), 4, 5, 6, 7)
	equal(t, "all", len(mbox.ChangesSince(0).Messages), 9)
	equalList(t, "added since 5", uidsOf(mbox.ChangesSince(5).Messages), 4, 5, 6, 7, 8, 9, 10)
}

// A store that is to remember no expunge remembers none, however many messages there are: who was
// last told before one learns of all that exist, who was told of it goes on from there.
func TestNoExpungesRemembered(t *testing.T) {
	for _, n := range []int{1, 3, 20, 1000} {
		u := must(New(WithExpungesRemembered(0)).AddUser("alice", "secret"))
		mbox := u.Inbox()
		fill(t, mbox, n)
		before := mbox.HighestModSeq()
		must(mbox.Expunge(set(1)))
		after := mbox.HighestModSeq()
		check(t, mbox.Store(set(2), imap.StoreFlagsAdd, imap.FlagSeen))
		told := mbox.ChangesSince(before)
		equal(t, "forgotten", told.Forgotten, true)
		equal(t, "messages", len(told.Messages), n-1)
		told = mbox.ChangesSince(after)
		equal(t, "forgotten behind it", told.Forgotten, false)
		equal(t, "messages behind it", len(told.Messages), min(n-1, 1))
	}
}

// A STORE of many messages is one entry of the log, and one happening: who reads the log or
// follows the store knows all the same what became of each. Of an entry goes what has changed
// again since; what two strokes change is never one.
func TestStoreIsOneEntry(t *testing.T) {
	mbox := newMailboxWith(t, 6) // modseqs 2 to 7
	var told []int
	mbox.user.store.Follow(func(h Happening) { told = append(told, h.Size()) })
	check(t, mbox.Store(imap.UIDSet{{Start: 2, Stop: 5}}, imap.StoreFlagsAdd, imap.FlagSeen))    // 8
	check(t, mbox.Store(imap.UIDSet{{Start: 1, Stop: 6}}, imap.StoreFlagsAdd, imap.FlagFlagged)) // 9
	check(t, mbox.Store(set(3), imap.StoreFlagsAdd, imap.FlagAnswered))                          // 10
	equalList(t, "told", told, 4, 6, 1)
	equal(t, "entries", mbox.log.entries.len(), 6+3)
	equal(t, "what they take", mbox.log.size, 6+3)
	equalList(t, "changed by the last two", uidsOf(mbox.ChangesSince(8).Messages), 1, 2, 3, 4, 5, 6)
	equalList(t, "changed by the last", uidsOf(mbox.ChangesSince(9).Messages), 3)

	mbox.log.void = mbox.log.size
	mbox.user.store.expunges = 0 // no log is too short
	mbox.compactIfLong()
	equal(t, "entries that are left", mbox.log.entries.len(), 2)
	equalList(t, "of the first", mbox.log.entries.pages[0][0].appendTo(nil), 1, 2, 4, 5, 6)
	equalList(t, "of the second", mbox.log.entries.pages[0][1].appendTo(nil), 3)
	equal(t, "what those take", mbox.log.size, 2)
	equalList(t, "changed since 8", uidsOf(mbox.ChangesSince(8).Messages), 1, 2, 3, 4, 5, 6)
}

// What strokes of many messages take is bounded too, and nobody misses one of them.
func TestCompactionOfStrokes(t *testing.T) {
	const n = 100
	mbox := newMailboxWith(t, n)
	var last uint64
	for i := range 1000 {
		last = mbox.HighestModSeq()
		check(t, mbox.Store(everyUID(), []imap.StoreFlagsOp{imap.StoreFlagsAdd, imap.StoreFlagsDel}[i%2], imap.FlagSeen))
		if size, most := mbox.log.size, 2*n+minCompact+n; size > most {
			t.Fatalf("after %d STOREs the log takes %d, want at most %d", i, size, most)
		}
	}
	equal(t, "changed by the last", len(mbox.ChangesSince(last).Messages), n)
	equal(t, "changed by all", len(mbox.ChangesSince(n+1).Messages), n)
	equal(t, "from the beginning", len(mbox.ChangesSince(0).Messages), n)
}

// Where \Seen is per user a STORE may concern all with some messages, and one account with
// others: nobody else is told of those (RFC 7162, example 14).
func TestStoreIsAnEntryForEachConcern(t *testing.T) {
	s := New()
	alice, bob := must(s.AddUser("alice", "a")), must(s.AddUser("bob", "b"))
	mbox := must(alice.Create("A", SeenPerUser()))
	grant(t, mbox, "bob", "lrsw")
	for range 4 {
		must(mbox.Append([]byte("x")))
	}
	check(t, mbox.Store(imap.UIDSet{{Start: 2, Stop: 3}}, imap.StoreFlagsAdd, imap.FlagFlagged))
	before := mbox.HighestModSeq()
	_, err := mbox.As(bob).StoreIf([]imap.UID{1, 2, 3, 4}, nil, imap.StoreFlagsSet, []imap.Flag{imap.FlagFlagged, imap.FlagSeen})
	check(t, err)
	check(t, mbox.Store(imap.UIDSet{{Start: 1, Stop: 4}}, imap.StoreFlagsAdd, imap.FlagSeen)) // alice's alone
	equalList(t, "alice", uidsOf(mbox.As(alice).ChangesSince(before).Messages), 1, 2, 3, 4)
	equalList(t, "bob", uidsOf(mbox.As(bob).ChangesSince(before).Messages), 1, 2, 3, 4)
	equalList(t, "eve", uidsOf(mbox.As(must(s.AddUser("eve", "e"))).ChangesSince(before).Messages), 1, 4)
}

// After a new UIDVALIDITY an older position is void (RFC 9051, section
// 2.3.1.1).
func TestReset(t *testing.T) {
	mbox := newMailboxWith(t, 3)
	_, err := mbox.Expunge(set(1))
	check(t, err)
	old := mbox.HighestModSeq()
	changed := mbox.Changed()
	equal(t, "UIDVALIDITY", mbox.BumpUIDValidity(), mbox.UIDValidity())
	equal(t, "woken", isClosed(changed), true)
	equalList(t, "UIDs from 1", uidsOf(mbox.Messages()), 1, 2)
	equal(t, "UIDNEXT", mbox.UIDNext(), 3)
	equal(t, "recent", mbox.Status().Recent, 0)
	equal(t, "subject", mbox.Messages()[0].Subject(), "message 2")

	c := mbox.ChangesSince(old)
	equal(t, "reset", c.Reset, true)
	equal(t, "HIGHESTMODSEQ went up", c.ModSeq, old+1)
	equal(t, "reset is told once", mbox.ChangesSince(c.ModSeq).Reset, false)
	fromStart := mbox.ChangesSince(0)
	equal(t, "who knows nothing needs no reset", fromStart.Reset, false)
	equalList(t, "all", uidsOf(fromStart.Messages), 1, 2)

	fill(t, mbox, 1)
	equalList(t, "goes on", uidsOf(mbox.ChangesSince(c.ModSeq).Messages), 3)
	equal(t, "still void", mbox.ChangesSince(old).Reset, true)
}

func TestConfiguredUIDValidityResets(t *testing.T) {
	mbox := newUser(t).Inbox()
	check(t, mbox.Configure(WithUIDValidity(70)))
	equal(t, "HIGHESTMODSEQ of a mailbox in which nothing happened", mbox.HighestModSeq(), 1)
	fill(t, mbox, 2)
	old, changed := mbox.HighestModSeq(), mbox.Changed()
	check(t, mbox.Configure(WithUIDValidity(70)))
	equal(t, "the same value is no change", mbox.HighestModSeq(), old)
	check(t, mbox.Configure(WithUIDValidity(80)))
	equal(t, "reset", mbox.ChangesSince(old).Reset, true)
	equal(t, "woken", isClosed(changed), true)
	equalList(t, "UIDs stay", uidsOf(mbox.Messages()), 1, 2)
	_, err := mbox.Expunge(set(2))
	check(t, err)
	equalList(t, "goes on", mbox.ChangesSince(old+1).Expunged, 2)
}

// Who has selected an empty mailbox is told too.
func TestConfiguredUIDValidityOfEmptyMailbox(t *testing.T) {
	mbox := newUser(t).Inbox()
	opening := mbox.Open(true)
	changed := mbox.Changed()
	check(t, mbox.Configure(WithUIDValidity(opening.UIDValidity+9)))
	equal(t, "reset", mbox.ChangesSince(opening.ModSeq).Reset, true)
	equal(t, "woken", isClosed(changed), true)
}

func TestDeletedIsTold(t *testing.T) {
	u := newUser(t)
	mbox := create(t, u, "A")
	changed := mbox.Changed()
	check(t, u.Delete("A"))
	equal(t, "woken", isClosed(changed), true)
	equal(t, "deleted", mbox.ChangesSince(1).Deleted, true)
}
