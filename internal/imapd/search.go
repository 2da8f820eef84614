package imapd

import (
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// searchContext is what keys look at while they search.
type searchContext struct {
	c    *conn
	view *view
	now  time.Time
	tag  string // for INPROGRESS
	// saved is what "$" stands for, once a key has asked.
	saved    []imap.UIDRange
	hasSaved bool
}

// interrupted is asked by every key that asks others: what matches then is of no
// interest to anybody.
func (ctx *searchContext) interrupted() bool { return ctx.c.interrupted() }

// search finds the messages that match, in the order of the mailbox. ok is
// told if the limit of RFC 9738 left out some, or if some are gone (RFC 2180, section
// 4.3).
func (ctx *searchContext) search(key searchKey, ok *okResponse) ([]store.Message, error) {
	uids := ctx.view.uids
	if key.within != nil {
		uids = within(uids, key.within())
	}
	uids = ctx.c.limitTo(uids, ok)
	messages, err := ctx.view.at.Lookup(uids)
	if err != nil {
		return nil, storeError(err)
	}
	ok.lost = ok.lost || len(messages) < len(uids)
	progress := ctx.c.newProgress(ctx.tag, len(messages))
	var found []store.Message
	for i := range messages {
		if key.match(ctx, &messages[i]) {
			found = append(found, messages[i])
		}
		if err := progress.step(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// limitTo keeps the messages with the highest UIDs, as many as a command may
// work on, and tells ok of the lowest that is left (RFC 9738, section 3.1). What is told
// of them goes from the highest to the lowest.
func (c *conn) limitTo(uids []imap.UID, ok *okResponse) []imap.UID {
	limit := int(c.srv.cfg.MessageLimit)
	if limit == 0 || len(uids) <= limit {
		return uids
	}
	uids = uids[len(uids)-limit:]
	ok.limited, ok.lowest = true, uids[0]
	return uids
}

// overLimit refuses what cannot be done in parts (RFC 9738, section 3.1).
func (c *conn) overLimit(n int) error {
	if limit := int(c.srv.cfg.MessageLimit); limit > 0 && n > limit {
		return no(imap.ResponseCode("MESSAGELIMIT "+formatNum(limit)), "%d messages are over the limit of %d", n, limit)
	}
	return nil
}

// highestModSeq of some messages, 0 for none.
func highestModSeq(messages []store.Message) uint64 {
	var highest uint64
	for _, m := range messages {
		highest = max(highest, m.ModSeq)
	}
	return highest
}

// noModSeq refuses what needs modseqs in a mailbox without them (RFC 7162,
// section 3.1.2.2).
func noModSeq() error { return bad("the mailbox has no modseqs (NOMODSEQ)") }
