package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/internal/store"
)

// searchContext is a search in one mailbox.
type searchContext struct {
	c     *conn
	view  *view
	tag   string // for INPROGRESS
	query *search.Query
	at    store.Candidate // the message that is looked at
}

// newSearchContext settles what the condition means in the mailbox now. It looks at the
// connection all the while: what matches for nobody is of no interest.
func (c *conn) newSearchContext(v *view, tag string, condition search.Condition) *searchContext {
	ctx := &searchContext{c: c, view: v, tag: tag, at: store.Candidate{For: c.user, IsRecent: v.isRecent, Stop: c.stop}}
	ctx.query = condition.Bind(search.Scope{UIDs: v.uids, Saved: v.saved, Collation: c.collation, Now: c.srv.cfg.Store.Now(), Stop: c.stop})
	return ctx
}

// candidate is a message as conditions look at it, until the next one is.
func (ctx *searchContext) candidate(m *store.Message) search.Message {
	ctx.at.Message = m
	return &ctx.at
}

func (ctx *searchContext) matches(m *store.Message) bool { return ctx.query.Match(ctx.candidate(m)) }

// search finds the messages that match, in the order of the mailbox. ok is
// told if the limit of RFC 9738 left out some, or if some are gone (RFC 2180, section
// 4.3).
func (ctx *searchContext) search(ok *okResponse) ([]store.Message, error) {
	uids := ctx.c.limitTo(ctx.query.Among(ctx.view.uids), ok)
	messages, err := ctx.view.at.Select(uids)
	if err != nil {
		return nil, storeError(err)
	}
	if ctx.query.Reads() {
		messages = messages.Reading()
	}
	ok.lost = ok.lost || messages.Len() < len(uids)
	progress := ctx.c.newProgress(ctx.tag, messages.Len())
	var found []store.Message
	for m := range messages.All() {
		if ctx.matches(m) {
			found = append(found, *m)
		}
		if err := progress.step(); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// sort sorts messages that are in the order of the mailbox. The error is that of a
// client that is gone.
func (ctx *searchContext) sort(messages []store.Message, orders []search.Order) error {
	if len(orders) == 0 {
		return nil
	}
	before := slices.Clone(messages)
	at := func(place int) search.Message { return ctx.candidate(&before[place]) }
	places, ok := ctx.query.Sort(len(before), at, orders)
	if !ok {
		return errGone
	}
	for i, place := range places {
		messages[i] = before[place]
	}
	return nil
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
func (c *conn) overLimit(n int) error { return overLimitOf(c.srv.cfg.MessageLimit, n) }

// overSaveLimit refuses to add so many messages to a mailbox (RFC 9738, section 3).
func (c *conn) overSaveLimit(n int) error {
	return overLimitOf(max(c.srv.cfg.MessageLimit, c.srv.cfg.SaveLimit), n)
}

func overLimitOf(most uint32, n int) error {
	if limit := int(most); limit > 0 && n > limit {
		return no("limit.messages", imap.ResponseCode("MESSAGELIMIT "+formatNum(limit)), "%d messages are over the limit of %d", n, limit).with("limit", uint64(limit))
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
func noModSeq() error { return bad("search.modseq", "the mailbox has no modseqs (NOMODSEQ)") }
