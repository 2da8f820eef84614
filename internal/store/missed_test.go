package store

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestMissedSince(t *testing.T) {
	mbox := newMailboxWith(t, 5) // modseqs 2 to 6
	_, err := mbox.Expunge(set(2))
	check(t, err)
	fill(t, mbox, 2) // 6 and 7
	_, err = mbox.Expunge(set(4, 7))
	check(t, err)
	check(t, mbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
	for _, test := range []struct {
		since    uint64
		among    imap.UIDSet
		messages []imap.UID
		gone     string
	}{
		{6, everyUID(), []imap.UID{1, 6}, "2,4,7"},
		{6, set(1, 2, 3), []imap.UID{1, 6}, "2"},
		{7, everyUID(), []imap.UID{1, 6}, "4,7"},
		{10, everyUID(), []imap.UID{1}, ""},
		{6, imap.UIDSet{{Start: 0, Stop: 3}}, []imap.UID{1, 6}, "4,7"},
		{6, imap.UIDSet{{Start: 7, Stop: 0}}, []imap.UID{1, 6}, "7"},
		{0, everyUID(), []imap.UID{1, 3, 5, 6}, "2,4,7"},
		{99, everyUID(), nil, ""},
	} {
		missed := mbox.MissedSince(test.since, test.among)
		what := fmt.Sprintf("since %d among %s", test.since, test.among)
		equalList(t, what+": changed", uidsOf(missed.Messages), test.messages...)
		equal(t, what+": gone", missed.Gone.String(), test.gone)
		equal(t, what+": restored", missed.Restored || missed.Renumbered, false)
	}
}

// What is forgotten is told as all that is not there (RFC 7162, section 3.2.6).
func TestExpungesRemembered(t *testing.T) {
	u, err := New(WithExpungesRemembered(10)).AddUser("alice", "secret")
	check(t, err)
	mbox := u.Inbox()
	fill(t, mbox, 1000)
	old := mbox.HighestModSeq()
	snap := u.store.Snapshot()
	var before uint64
	for uid := imap.UID(2); uid <= 1000; uid += 2 {
		before = mbox.HighestModSeq()
		_, err := mbox.Expunge(set(uid))
		check(t, err)
	}
	if n := mbox.log.entries.len(); n > 2*(500+10)+11 {
		t.Errorf("%d entries for 500 messages and 10 expunges", n)
	}
	equal(t, "of all", len(mbox.MissedSince(old, everyUID()).Gone), 500)
	equal(t, "of some", mbox.MissedSince(old, imap.UIDSet{{Start: 3, Stop: 8}}).Gone.String(), "4,6,8")
	equal(t, "the last is remembered", mbox.MissedSince(before, everyUID()).Gone.String(), "1000")
	c := mbox.ChangesSince(old)
	equal(t, "forgotten", c.Forgotten, true)
	equal(t, "no reset", c.Reset, false)
	equal(t, "all that are there", len(c.Messages), 500)
	equal(t, "from the beginning nothing is forgotten", mbox.ChangesSince(0).Forgotten, false)

	u.store.Restore(snap)
	equal(t, "restored without the log", len(mbox.Messages()), 1000)
}
