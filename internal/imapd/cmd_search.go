package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// SEARCH and UID SEARCH: RFC 3501, section 6.4.4; RETURN: RFC 4731;
// SAVE and "$": RFC 5182; MODSEQ: RFC 7162, section 3.1.5.
//
//	search         = "SEARCH" [SP "RETURN" SP "(" [return-opt *(SP return-opt)] ")"]
//	                 [SP "CHARSET" SP astring] 1*(SP search-key)
type searchCmd struct {
	tag    string
	uid    bool
	ret    *searchReturn // nil: a SEARCH response
	key    searchKey
	modseq bool // a MODSEQ key was used: the result carries the highest modseq

	refused error // NO [BADCHARSET]
}

func parseSearch(p *parser) command {
	cmd := &searchCmd{uid: p.uid, tag: p.c.tag}
	sp := &searchParser{parser: p}
	p.SP()
	if p.has(imap.CapESearch) && p.TryWord("RETURN ") {
		cmd.ret = &searchReturn{}
		p.ListOrEmpty(func() { cmd.ret.parse(p) })
		p.SP()
	}
	if p.TryWord("CHARSET ") {
		sp.setCharset(p.AString())
		p.SP()
	}
	keys := []searchKey{sp.key()}
	for p.OK() && !p.AtEnd() {
		p.SP()
		keys = append(keys, sp.key())
	}
	cmd.key = allOf(keys)
	cmd.modseq, cmd.refused = sp.modseq, sp.refused
	return cmd
}

func (cmd *searchCmd) run(c *conn, _ *okResponse) error {
	v := c.view
	if cmd.refused != nil {
		return cmd.failed(v, cmd.refused)
	}
	if cmd.modseq {
		c.enableCondStore()
	}
	ctx := newSearchContext(v)
	cmd.key.prepare(ctx)
	found, highest := ctx.search(cmd.key)
	if cmd.ret == nil {
		cmd.writeSearch(c, found, highest)
		return nil
	}
	cmd.ret.save(v, found)
	cmd.writeESearch(c, found, highest)
	return nil
}

// failed empties the saved result, as a SEARCH that answers NO must (RFC
// 5182, section 2.1).
func (cmd *searchCmd) failed(v *view, err error) error {
	if cmd.ret != nil && cmd.ret.saving {
		v.saved = nil
	}
	return err
}

// searchContext is what keys look at while they search.
type searchContext struct {
	view *view
	msgs []memstore.Message
	seq  uint32 // of the message that is looked at
}

func newSearchContext(v *view) *searchContext {
	return &searchContext{view: v, msgs: v.mbox.Lookup(v.uids)}
}

// search walks the messages in order. The highest modseq is that of the
// messages found.
func (ctx *searchContext) search(key searchKey) (found []memstore.Message, highest uint64) {
	at := 0
	for i := range ctx.msgs {
		m := &ctx.msgs[i]
		for ctx.view.uids[at] < m.UID {
			at++
		}
		ctx.seq = uint32(at + 1)
		if key.match(ctx, m) {
			found = append(found, *m)
			highest = max(highest, m.ModSeq)
		}
	}
	return found, highest
}

// writeSearch sends the classic response, also when nothing was found:
//
//	"SEARCH" *(SP nz-number) [SP "(MODSEQ" SP mod-sequence-value ")"]
func (cmd *searchCmd) writeSearch(c *conn, found []memstore.Message, highest uint64) {
	e := c.enc.Raw("* SEARCH")
	for _, n := range c.view.numbers(uidsOf(found), cmd.uid) {
		e.SP().Num(n)
	}
	if cmd.modseq && len(found) > 0 {
		e.Raw(" (MODSEQ ").Num64(highest).Raw(")")
	}
	e.CRLF()
}

// searchReturn holds the options of RETURN: RFC 4731, section 3.1.
type searchReturn struct {
	min, max, all, count, saving bool
}

func (r *searchReturn) parse(p *parser) {
	words := []string{"MIN", "MAX", "ALL", "COUNT"}
	if p.has(imap.CapSearchRes) {
		words = append(words, "SAVE")
	}
	switch p.option("SEARCH return option", words...) {
	case "MIN":
		r.min = true
	case "MAX":
		r.max = true
	case "ALL":
		r.all = true
	case "COUNT":
		r.count = true
	case "SAVE":
		r.saving = true
	}
}

// none says that the options were "()", which means ALL (RFC 4731, section 3.1).
func (r *searchReturn) none() bool { return *r == searchReturn{} }

// save keeps the result for "$". With MIN or MAX and nothing more, only those
// messages are kept (RFC 5182, section 2.4).
func (r *searchReturn) save(v *view, found []memstore.Message) {
	if !r.saving {
		return
	}
	uids := uidsOf(found)
	if (r.min || r.max) && !r.all && !r.count && len(uids) > 0 {
		first, last := uids[0], uids[len(uids)-1]
		uids = nil
		if r.min {
			uids = append(uids, first)
		}
		if r.max {
			uids = append(uids, last)
		}
		uids = slices.Compact(uids)
	}
	v.saved = uids
}

// writeESearch sends the extended response (RFC 4731, section 3.1). SAVE alone
// asks for none (RFC 5182, section 2.1).
func (cmd *searchCmd) writeESearch(c *conn, found []memstore.Message, highest uint64) {
	ret := cmd.ret
	if *ret == (searchReturn{saving: true}) {
		return
	}
	e := c.enc.Raw("* ESEARCH (TAG ").String(cmd.tag).Raw(")")
	if cmd.uid {
		e.Raw(" UID")
	}
	nums := c.view.numbers(uidsOf(found), cmd.uid)
	if n := len(nums); n > 0 {
		if ret.min {
			e.Raw(" MIN ").Num(nums[0])
		}
		if ret.max {
			e.Raw(" MAX ").Num(nums[n-1])
		}
		if ret.all || ret.none() {
			e.Raw(" ALL ").Raw(formatNums(nums))
		}
	}
	if ret.count {
		e.Raw(" COUNT ").Num(uint32(len(nums)))
	}
	if cmd.modseq && len(nums) > 0 {
		e.Raw(" MODSEQ ").Num64(ret.highest(found, highest))
	}
	e.CRLF()
}

// highest is the modseq that goes with the numbers of the response: with MIN
// or MAX alone theirs, else that of all messages found (RFC 7162, section 3.1.10).
func (r *searchReturn) highest(found []memstore.Message, all uint64) uint64 {
	if r.all || r.count || r.none() || (!r.min && !r.max) {
		return all
	}
	var out uint64
	if r.min {
		out = found[0].ModSeq
	}
	if r.max {
		out = max(out, found[len(found)-1].ModSeq)
	}
	return out
}
