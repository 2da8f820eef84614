package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/search"
	"github.com/go-mailtest/mailtest/internal/store"
)

// SEARCH and UID SEARCH: RFC 3501, section 6.4.4; RETURN: RFC 4731;
// SAVE and "$": RFC 5182; MODSEQ: RFC 7162, section 3.1.5.
//
//	search         = "SEARCH" [SP "RETURN" SP "(" [return-opt *(SP return-opt)] ")"]
//	                 [SP "CHARSET" SP astring] 1*(SP search-key)
type searchCmd struct {
	searchHead
	condition search.Condition
	modseq    bool  // a MODSEQ key was used: the result carries the highest modseq
	numbers   bool  // a sequence set was used: no EXPUNGE may be told
	refused   error // NO [BADCHARSET]

	byRelevancy bool // SORT asks for it
}

// searchHead is what SEARCH, SORT and ESEARCH have in common.
type searchHead struct {
	tag  string
	uid  bool
	ret  *searchReturn  // nil: the classic response
	sort []search.Order // nil: in the order of the mailbox
}

func parseSearch(p *parser) command {
	cmd := &searchCmd{searchHead: searchHead{uid: p.uid, tag: p.c.tag}}
	p.SP()
	if p.has(imap.CapESearch) && p.TryWord("RETURN ") {
		cmd.ret = p.searchReturn(CapContextSearch)
		p.SP()
	} else if p.c.enabled.rev2 {
		cmd.ret = &searchReturn{} // RFC 9051, section 6.4.4: always an ESEARCH response
	}
	cmd.parseProgram(p)
	return cmd
}

// parseProgram reads what is searched for:
//
//	search-program = ["CHARSET" SP astring SP] search-key *(SP search-key)
func (cmd *searchCmd) parseProgram(p *parser) {
	sp := newSearchParser(p)
	if p.TryWord("CHARSET ") {
		if p.c.enabled.utf8 {
			p.Fail("no CHARSET after ENABLE UTF8=ACCEPT (RFC 9755, section 3)")
		}
		sp.setCharset(p.AString())
		p.SP()
	}
	cmd.take(sp)
}

// take reads the search keys up to the end of the command.
func (cmd *searchCmd) take(sp *searchParser) {
	cmd.condition = sp.keys()
	cmd.modseq, cmd.numbers, cmd.refused = sp.modseq, sp.numbers, sp.refused
	if (cmd.byRelevancy || cmd.ret != nil && cmd.ret.relevancy) && !sp.fuzzied {
		sp.Fail("RELEVANCY needs a FUZZY key (RFC 6203, section 4)")
	}
}

func (cmd *searchCmd) run(c *conn, ok *okResponse) error {
	ctx, found, err := cmd.find(c, ok)
	if err != nil {
		return cmd.failed(c.view, err)
	}
	if ok.limited && cmd.ret == nil {
		slices.Reverse(found)
	}
	ok.n = len(found)
	cmd.answer(c, "SEARCH", ctx, found)
	return nil
}

// find searches the selected mailbox. The numbers in a UID SEARCH forbid
// EXPUNGE as those of a SEARCH do (RFC 7162, section 3.2.10.2).
func (cmd *searchCmd) find(c *conn, ok *okResponse) (*searchContext, []store.Message, error) {
	ok.holdExpunges = cmd.numbers
	ctx, err := cmd.prepare(c, c.view)
	if err != nil {
		return nil, nil, err
	}
	found, err := ctx.search(ok)
	return ctx, found, err
}

// prepare makes the context of one search.
func (cmd *searchCmd) prepare(c *conn, v *view) (*searchContext, error) {
	if cmd.refused != nil {
		return nil, cmd.refused
	}
	if cmd.modseq {
		if v.mbox.NoModSeq() {
			return nil, noModSeq()
		}
		c.enableCondStore()
	}
	if cmd.ret != nil && cmd.ret.update && v.contextOf(cmd.tag) != nil {
		return nil, bad("search.update", "the tag %q is that of a search with UPDATE (RFC 5267, section 4.3)", cmd.tag)
	}
	return c.newSearchContext(v, cmd.tag, cmd.condition), nil
}

// failed empties the saved result, as a SEARCH that answers NO must (RFC
// 5182, section 2.1).
func (cmd *searchCmd) failed(v *view, err error) error {
	if cmd.ret != nil && cmd.ret.saving {
		v.saved = nil
	}
	return err
}

// answer sends the result of the selected mailbox, and keeps what is asked to
// be kept of it. found is in the order that was asked for.
func (cmd *searchCmd) answer(c *conn, name string, ctx *searchContext, found []store.Message) {
	result := searchResult{searchHead: cmd.searchHead, ctx: ctx, found: found, modseq: cmd.modseq}
	if cmd.ret == nil {
		result.writeClassic(c, name)
		return
	}
	cmd.ret.save(ctx.view, found)
	result.writeESearch(c, "")
	if cmd.ret.update {
		cmd.follow(c, ctx, found)
	}
}
