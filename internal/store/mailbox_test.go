package store

import (
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestStatus(t *testing.T) {
	mbox := newUser(t).Inbox()
	equal(t, "a new one", mbox.Status(), Status{UIDNext: 1, UIDValidity: 1, HighestModSeq: 1})
	fill(t, mbox, 5)
	size := int64(len(letter("message 1")))
	check(t, mbox.Store(set(1, 2), imap.StoreFlagsAdd, imap.FlagSeen))
	check(t, mbox.Store(set(2, 3), imap.StoreFlagsAdd, imap.FlagDeleted))
	equal(t, "after STORE", mbox.Status(), Status{
		Messages: 5, Recent: 5, Unseen: 3, Deleted: 2, DeletedSize: 2 * size, Size: 5 * size, UIDNext: 6, UIDValidity: 1, HighestModSeq: 8,
	})
	mbox.Open(true)
	_, err := mbox.ExpungeDeleted(nil)
	check(t, err)
	check(t, mbox.Store(set(1), imap.StoreFlagsDel, imap.FlagSeen))
	_, err = mbox.Append(letter("message 6"), WithFlags(imap.FlagSeen))
	check(t, err)
	equal(t, "in the end", mbox.Status(), Status{
		Messages: 4, Recent: 1, Unseen: 3, Deleted: 0, Size: 4 * size, UIDNext: 7, UIDValidity: 1, HighestModSeq: 11,
	})
}

func TestOpen(t *testing.T) {
	mbox := newMailboxWith(t, 4)
	check(t, mbox.Store(set(1, 2), imap.StoreFlagsAdd, imap.FlagSeen, "$A"))
	_, err := mbox.Expunge(set(3))
	check(t, err)
	o := mbox.Open(false)
	equalList(t, "UIDs", o.UIDs, 1, 2, 4)
	equal(t, "UIDVALIDITY", o.UIDValidity, 1)
	equal(t, "UIDNEXT", o.UIDNext, 5)
	equal(t, "modseq", o.ModSeq, 7)
	equal(t, "first unseen", o.FirstUnseen, 4)
	equalList(t, "keywords", o.Keywords, "$A")
	check(t, mbox.Store(set(4), imap.StoreFlagsAdd, imap.FlagSeen))
	equal(t, "none unseen", mbox.Open(false).FirstUnseen, 0)
}

// \Recent belongs to the first session that is told (RFC 3501, section 2.3.2);
// EXAMINE does not take it.
func TestRecent(t *testing.T) {
	mbox := newMailboxWith(t, 2)
	equalList(t, "EXAMINE sees it", mbox.Open(false).Recent, 1, 2)
	equalList(t, "and SELECT takes it", mbox.Open(true).Recent, 1, 2)
	equalList(t, "from the next one", mbox.Open(true).Recent)
	equal(t, "from here on", mbox.RecentFrom(), 3)
	fill(t, mbox, 2)
	equal(t, "STATUS", mbox.Status().Recent, 2)
	equal(t, "a session that is told", mbox.ClaimRecent(), 3)
	equal(t, "has them", mbox.Status().Recent, 0)
	equal(t, "from here on", mbox.RecentFrom(), 5)
}

// However many are told at once, a message is \Recent for one of them (RFC 3501, section
// 2.3.2: "subsequent sessions will not see \Recent set for this message").
func TestRecentForOne(t *testing.T) {
	const sessions, mails = 8, 50
	mbox := newUser(t).Inbox()
	var claimed [sessions]int // messages
	for range mails {
		fill(t, mbox, 1)
		uidNext := mbox.UIDNext()
		var telling sync.WaitGroup
		for i := range claimed {
			telling.Go(func() { claimed[i] += int(uidNext - mbox.ClaimRecent()) })
		}
		telling.Wait()
	}
	sum := 0
	for _, n := range claimed {
		sum += n
	}
	equal(t, "messages that were recent for somebody", sum, mails)
}

// Who waits for a change learns of it, whether the first or another one who waits.
func TestChangedForAll(t *testing.T) {
	mbox := newUser(t).Inbox()
	for range 20 {
		var waiting, told sync.WaitGroup
		for range 4 {
			waiting.Add(1)
			told.Go(func() {
				changed := mbox.Changed()
				waiting.Done()
				<-changed
			})
		}
		waiting.Wait()
		fill(t, mbox, 1)
		told.Wait()
	}
}
