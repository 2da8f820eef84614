package imapd

import (
	"slices"
	"strconv"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// ESEARCH: RFC 7377. It searches several mailboxes and always answers in UIDs.
//
//	esearch = "ESEARCH" [SP "IN" SP "(" source-mbox [SP "(" scope-options ")"] ")"]
//	          [SP search-return-opts] SP search-program
type esearchCmd struct {
	searchCmd
	filters []mailboxFilter // none: the selected mailbox
}

func parseESearch(p *parser) command {
	cmd := &esearchCmd{}
	cmd.tag, cmd.uid, cmd.ret = p.c.tag, true, &searchReturn{}
	p.SP()
	if p.TryWord("IN ") {
		cmd.parseSources(p)
		p.SP()
	}
	if p.TryWord("RETURN ") {
		cmd.ret = p.searchReturn(CapContextSearch)
		p.SP()
	}
	if p.OK() {
		cmd.checkReturn(p)
	}
	cmd.parseProgram(p)
	return cmd
}

func (cmd *esearchCmd) parseSources(p *parser) {
	p.List(func() {
		if p.Peek() == '(' {
			// scope-options: none are defined.
			p.Fail("unknown scope option")
			return
		}
		cmd.filters = append(cmd.filters, p.mailboxFilter("SELECTED", "PERSONAL", "INBOXES", "SUBSCRIBED", "SUBTREE", "SUBTREE-ONE", "MAILBOXES"))
	})
}

// checkReturn refuses what works on the selected mailbox alone (RFC 7377,
// section 2.2).
func (cmd *esearchCmd) checkReturn(p *parser) {
	switch {
	case p.c.view == nil && cmd.selected():
		p.Fail("no mailbox is selected")
	case cmd.ret.saving && !cmd.onlySelected():
		p.Fail("SAVE is for the selected mailbox alone")
	case cmd.ret.update && (!cmd.onlySelected() || p.c.view == nil):
		p.Fail("UPDATE is for the selected mailbox alone")
	}
}

func (cmd *esearchCmd) selected() bool {
	return cmd.filters == nil || slices.ContainsFunc(cmd.filters, func(f mailboxFilter) bool { return f.kind == "SELECTED" })
}

func (cmd *esearchCmd) onlySelected() bool {
	return !slices.ContainsFunc(cmd.filters, func(f mailboxFilter) bool { return f.kind != "SELECTED" })
}

func (cmd *esearchCmd) run(c *conn, ok *okResponse) error {
	ok.holdExpunges = cmd.numbers // as in UID SEARCH
	views := cmd.views(c)
	for _, v := range views {
		ctx, err := cmd.prepare(c, v)
		if err != nil {
			return err
		}
		found, err := ctx.search(ok)
		if err != nil && v != c.view && v.at.Valid() != nil {
			continue // deleted or renumbered meanwhile: nothing was found in that one
		}
		if err != nil {
			return err
		}
		cmd.ret.save(v, found)
		if len(found) > 0 {
			result := searchResult{searchHead: cmd.searchHead, ctx: ctx, found: found, modseq: cmd.modseq}
			result.writeESearch(c, c.correlators(v))
		}
		if cmd.ret.update {
			cmd.follow(c, ctx, found)
		}
	}
	if len(views) > 1 {
		ok.lowest = 0
	}
	return nil
}

// views are the mailboxes to search, each once. Those that are not selected
// are looked at as they are now, if they may be: others MUST be passed over without a word
// (RFC 7377, section 2.2).
func (cmd *esearchCmd) views(c *conn) []*view {
	var out []*view
	if cmd.selected() {
		out = append(out, c.view)
	}
	for _, named := range c.user.Visible() {
		mbox := named.Mailbox
		if c.may(mbox, store.MayRead) != nil || mbox.NoSelect() || c.view != nil && cmd.selected() && c.view.mbox == mbox {
			continue
		}
		if slices.ContainsFunc(cmd.filters, func(f mailboxFilter) bool { return f.matches(c.user, named.Name) }) {
			o := mbox.OpenAs(c.user, false)
			out = append(out, &view{mbox: mbox, at: o.Numbered, uidValidity: o.UIDValidity, readOnly: true, uids: o.UIDs, modseq: o.ModSeq, recent: o.Recent})
		}
	}
	return out
}

// correlators say which mailbox a response is about (RFC 7377, section 2.1).
func (c *conn) correlators(v *view) string {
	var text string
	e := imapwire.NewEncoder(func(line []byte) { text = string(line[:len(line)-len("\r\n")]) })
	e.UTF8 = c.speaksUTF8()
	e.Raw(" MAILBOX ").Mailbox(c.user.NameOf(v.mbox)).Raw(" UIDVALIDITY ").Raw(strconv.FormatUint(uint64(v.uidValidity), 10)).CRLF()
	return text
}
