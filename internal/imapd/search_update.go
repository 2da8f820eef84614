package imapd

import (
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// maxContexts is how many searches a client may have updated at a time.
const maxContexts = 32

// searchUpdate is a search whose result the client is kept informed of: RFC
// 5267, section 4.3. Its query was made when the search ran, so the message numbers in
// it mean what they meant then.
type searchUpdate struct {
	searchHead
	ctx    *searchContext
	result []imap.UID // what the client has been told, in order
	added  []imap.UID // new messages that match, not yet told
}

// follow keeps the result up to date from here on.
func (cmd *searchCmd) follow(c *conn, ctx *searchContext, found []store.Message) {
	if len(ctx.view.contexts) >= maxContexts {
		c.note("note.noupdate", "NO", noUpdate(cmd.tag), "Too many contexts")
		return
	}
	ctx.view.contexts = append(ctx.view.contexts, &searchUpdate{
		searchHead: cmd.searchHead, ctx: ctx, result: uidsOf(found),
	})
}

func (v *view) contextOf(tag string) *searchUpdate {
	for _, u := range v.contexts {
		if u.tag == tag {
			return u
		}
	}
	return nil
}

// noUpdate is the response code of RFC 5267, section 4.3.
func noUpdate(tag string) string { return `NOUPDATE "` + tag + `"` }

// dropNumbers ends the updates that would be told in message numbers, which UIDONLY
// forbids (RFC 9586, section 3).
func (v *view) dropNumbers(c *conn) {
	v.contexts = slices.DeleteFunc(v.contexts, func(u *searchUpdate) bool {
		if !u.uid {
			c.note("note.noupdate", "NO", noUpdate(u.tag), "Its results were message numbers")
		}
		return !u.uid
	})
}

// updateContexts tells what the change of some messages, and of those that the client knows,
// does to the results.
func (v *view) updateContexts(c *conn, changed []store.Message, known []imap.UID) {
	if len(v.contexts) == 0 || len(changed)+len(known) == 0 {
		return
	}
	uids := append(uidsOf(changed), known...)
	slices.Sort(uids)
	messages := v.lookup(intersect(uids, v.uids))
	for _, u := range v.contexts {
		var in, out []imap.UID
		results := setOf(u.result)
		for i := range messages {
			if c.interrupted() {
				return
			}
			m := &messages[i]
			switch was, is := results[m.UID], u.ctx.matches(m); {
			case was && !is:
				out = append(out, m.UID)
			case is && !was:
				in = append(in, m.UID)
			}
		}
		u.remove(c, v, out)
		u.insert(c, v, in)
	}
}

// shrinkContexts tells of results that are gone, while their numbers hold (RFC
// 5267, section 4.3.4).
func (v *view) shrinkContexts(c *conn) {
	for _, u := range v.contexts {
		u.remove(c, v, v.gone)
	}
}

// growContexts looks which searches new messages match, and returns what the
// UPDATE options want fetched of them. flushContexts tells it.
func (v *view) growContexts(c *conn, added []imap.UID) map[imap.UID][]fetchItem {
	if len(v.contexts) == 0 {
		return nil
	}
	fetch := make(map[imap.UID][]fetchItem)
	messages := v.lookup(added)
	for _, u := range v.contexts {
		for i := range messages {
			if m := &messages[i]; !c.interrupted() && u.ctx.matches(m) {
				u.added = append(u.added, m.UID)
				fetch[m.UID] = mergeItems(fetch[m.UID], u.ret.fetch)
			}
		}
	}
	return fetch
}

func (v *view) flushContexts(c *conn) {
	for _, u := range v.contexts {
		u.insert(c, v, u.added)
		u.added = nil
	}
}

// remove tells of results that are no longer. In the order of the mailbox no
// places are given; else from the last to the first, so that each place is
// the one that the client has.
func (u *searchUpdate) remove(c *conn, v *view, uids []imap.UID) {
	if len(uids) == 0 {
		return
	}
	var gone []imap.UID
	var pairs []string
	leaves := setOf(uids)
	for i := len(u.result) - 1; i >= 0; i-- {
		if uid := u.result[i]; leaves[uid] {
			gone = append(gone, uid)
			pairs = append(pairs, u.pair(v, i+1, uid))
		}
	}
	u.result = slices.DeleteFunc(u.result, func(uid imap.UID) bool { return leaves[uid] })
	u.tell(c, v, "REMOVEFROM", gone, pairs)
}

// insert tells of new results.
func (u *searchUpdate) insert(c *conn, v *view, uids []imap.UID) {
	if len(uids) == 0 {
		return
	}
	all := append(slices.Clone(u.result), uids...)
	slices.Sort(all)
	messages := v.lookup(all)
	if err := u.ctx.sort(messages, u.sort); err != nil {
		return // nobody will see it
	}
	u.result = uidsOf(messages)
	var in []imap.UID
	var pairs []string
	isNew := setOf(uids)
	for i, uid := range u.result {
		if isNew[uid] {
			in = append(in, uid)
			pairs = append(pairs, u.pair(v, i+1, uid))
		}
	}
	u.tell(c, v, "ADDTO", in, pairs)
}

func setOf(uids []imap.UID) map[imap.UID]bool {
	set := make(map[imap.UID]bool, len(uids))
	for _, uid := range uids {
		set[uid] = true
	}
	return set
}

func (u *searchUpdate) pair(v *view, place int, uid imap.UID) string {
	return strconv.Itoa(place) + " " + formatNums(v.numbers([]imap.UID{uid}, u.uid))
}

// tell sends
//
//	("ADDTO" / "REMOVEFROM") SP "(" context-position SP sequence-set … ")"
func (u *searchUpdate) tell(c *conn, v *view, what string, uids []imap.UID, pairs []string) {
	if len(uids) == 0 {
		return
	}
	text := strings.Join(pairs, " ")
	if u.sort == nil {
		slices.Sort(uids)
		text = "0 " + formatNums(v.numbers(uids, u.uid))
	}
	e := c.enc.Raw("* ESEARCH (TAG ").String(u.tag).Raw(")")
	if u.uid {
		e.Raw(" UID")
	}
	e.SP().Raw(what).Raw(" (").Raw(text).Raw(")").CRLF()
}

// CANCELUPDATE: RFC 5267, section 4.3.5.
//
//	cancelupdate = "CANCELUPDATE" 1*(SP quoted)
type cancelUpdateCmd struct{ tags []string }

func parseCancelUpdate(p *parser) command {
	cmd := &cancelUpdateCmd{}
	p.SP()
	cmd.tags = append(cmd.tags, p.String())
	for p.OK() && !p.AtEnd() {
		p.SP()
		cmd.tags = append(cmd.tags, p.String())
	}
	return cmd
}

func (cmd *cancelUpdateCmd) run(c *conn, ok *okResponse) error {
	for _, tag := range cmd.tags {
		if c.view.contextOf(tag) == nil {
			return bad("search.update", "no search with the tag %q is being updated", tag)
		}
	}
	c.view.contexts = slices.DeleteFunc(c.view.contexts, func(u *searchUpdate) bool { return slices.Contains(cmd.tags, u.tag) })
	ok.text = "no further updates"
	return nil
}
