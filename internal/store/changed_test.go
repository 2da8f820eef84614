package store

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/emersion/go-imap/v2"
)

func TestChanged(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	first, again := mbox.Changed(), mbox.Changed()
	equal(t, "one channel for all who wait", first, again)
	check(t, mbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
	equal(t, "closed", isClosed(first), true)
	equal(t, "the next change is another", isClosed(mbox.Changed()), false)
}

// A waiter in a bubble is durably blocked and is woken by a change in it,
// although the store was made outside.
func TestChangedInBubble(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	synctest.Test(t, func(t *testing.T) {
		from := mbox.HighestModSeq()
		var got []Message
		go func() {
			<-mbox.Changed()
			got = mbox.ChangesSince(from).Messages
		}()
		synctest.Wait()
		equal(t, "still waiting", len(got), 0)
		fill(t, mbox, 1)
		synctest.Wait()
		equalList(t, "woken with", uidsOf(got), 2)
	})
}

// Whoever takes the channel first and reads then misses nothing: every reader
// ends, having seen the last message.
func TestNoLostWakeUp(t *testing.T) {
	const readers, messages = 8, 2000
	mbox := newUser(t).Inbox()
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			var modseq uint64
			for seen := imap.UID(0); seen < messages; {
				changed := mbox.Changed()
				c := mbox.ChangesSince(modseq)
				if c.ModSeq == modseq {
					<-changed
					continue
				}
				modseq = c.ModSeq
				seen = c.UIDNext - 1
			}
		})
	}
	raw := letter("x")
	for range messages {
		_, err := mbox.Append(raw)
		check(t, err)
	}
	wg.Wait()
}
