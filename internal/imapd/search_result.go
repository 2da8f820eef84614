package imapd

import (
	"github.com/go-mailtest/mailtest/internal/store"
)

// searchResult is what SEARCH, SORT or ESEARCH found in one mailbox.
type searchResult struct {
	searchHead
	ctx    *searchContext
	found  []store.Message // in the order that was asked for
	modseq bool
}

// writeClassic sends the response without RETURN, also when nothing was found:
//
//	"SEARCH" *(SP nz-number) [SP "(MODSEQ" SP mod-sequence-value ")"]
func (r *searchResult) writeClassic(c *conn, name string) {
	e := c.enc.Raw("* ").Raw(name)
	for _, n := range r.ctx.view.numbers(uidsOf(r.found), r.uid) {
		e.SP().Num(n)
	}
	if r.modseq && len(r.found) > 0 {
		highest := highestModSeq(r.found)
		e.Raw(" (MODSEQ ").Num64(highest).Raw(")")
		r.ctx.view.told.found = max(r.ctx.view.told.found, highest)
	}
	e.CRLF()
}

// writeESearch sends the extended response (RFC 4731, section 3.1), without data if the
// options ask for none, as UPDATE and CONTEXT do (RFC 4466, section 2.6.2). SAVE alone
// brings no response (RFC 5182, section 2.1). more is what follows the tag among the
// correlators.
func (r *searchResult) writeESearch(c *conn, more string) {
	ret := r.ret
	if ret.onlySaves() {
		return
	}
	e := c.enc.Raw("* ESEARCH (TAG ").String(r.tag).Raw(more).Raw(")")
	if r.uid {
		e.Raw(" UID")
	}
	nums := r.ctx.view.numbers(uidsOf(r.found), r.uid)
	if n := len(nums); n > 0 {
		if ret.min {
			e.Raw(" MIN ").Num(nums[0])
		}
		if ret.max {
			e.Raw(" MAX ").Num(nums[n-1])
		}
		if ret.all || ret.plain() {
			e.Raw(" ALL ").Raw(formatNums(nums))
		}
	}
	if ret.partial != nil {
		r.writePartial(c, nums)
	}
	if ret.count {
		e.Raw(" COUNT ").Num(uint32(len(nums)))
	}
	if ret.relevancy && len(nums) > 0 {
		r.writeRelevancy(c)
	}
	if r.modseq && len(nums) > 0 {
		highest := ret.highest(r.found)
		e.Raw(" MODSEQ ").Num64(highest)
		r.ctx.view.told.found = max(r.ctx.view.told.found, highest)
	}
	e.CRLF()
}

// writePartial sends
//
//	"PARTIAL" SP "(" partial-range SP (sequence-set / "NIL") ")"
func (r *searchResult) writePartial(c *conn, nums []uint32) {
	from, to := r.ret.partial.cut(len(nums))
	c.enc.Raw(" PARTIAL (").Raw(r.ret.partial.String()).SP()
	if from == to {
		c.enc.Raw("NIL)")
		return
	}
	c.enc.Raw(formatNums(nums[from:to])).Raw(")")
}

// writeRelevancy sends a score of 1 to 100 for each result, in their order
// (RFC 6203, section 4).
func (r *searchResult) writeRelevancy(c *conn) {
	c.enc.Raw(" RELEVANCY (")
	for i := range r.found {
		if c.interrupted() {
			break // nobody will see it
		}
		if i > 0 {
			c.enc.SP()
		}
		c.enc.Num(uint32(r.ctx.query.Score(r.ctx.candidate(&r.found[i]))))
	}
	c.enc.Raw(")")
}

// highest is the modseq that goes with the numbers of the response: with MIN
// or MAX alone theirs, else that of all messages found (RFC 7162, section 3.1.10).
func (ret *searchReturn) highest(found []store.Message) uint64 {
	if ret.all || ret.count || ret.partial != nil || (!ret.min && !ret.max) {
		return highestModSeq(found)
	}
	var out uint64
	if ret.min {
		out = found[0].ModSeq
	}
	if ret.max {
		out = max(out, found[len(found)-1].ModSeq)
	}
	return out
}
