package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// FETCH and UID FETCH: RFC 3501, section 6.4.5; CHANGEDSINCE and VANISHED:
// RFC 7162, sections 3.1.4 and 3.2.6; PARTIAL: RFC 9394, section 3.3.
//
//	fetch           = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" /
//	                  fetch-att / "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers]
//	fetch-modifiers = SP "(" fetch-modifier *(SP fetch-modifier) ")"
//	fetch-modifier  = "CHANGEDSINCE" SP mod-sequence-value / "VANISHED" / "PARTIAL" SP partial-range
type fetchCmd struct {
	tag          string
	uid          bool
	set          imapwire.NumSet
	items        []fetchItem
	places       map[string]int // of the items, by their labels
	changedSince uint64         // 0: not asked for
	vanished     bool
	partial      *resultRange
}

// fetchMacros stand alone, not in a list.
var fetchMacros = map[string][]string{
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"},
	"FULL": {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"},
}

func parseFetch(p *parser) command {
	cmd := &fetchCmd{tag: p.c.tag, uid: p.uid}
	p.SP()
	cmd.set = p.NumSet()
	p.SP()
	if cmd.uid && !p.c.enabled.uidOnly {
		// RFC 3501, section 6.4.8: UID FETCH always answers with the UID.
		cmd.add(simpleItem("UID"))
	}
	if p.Peek() == '(' {
		p.List(func() { cmd.add(parseFetchItem(p, p.ItemName())) })
	} else {
		name := p.ItemName()
		for _, item := range fetchMacros[name] {
			cmd.add(simpleItem(item))
		}
		if fetchMacros[name] == nil {
			cmd.add(parseFetchItem(p, name))
		}
	}
	if (p.has(imap.CapCondStore) || p.has(CapPartial)) && p.Try(' ') {
		cmd.parseModifiers(p)
	}
	cmd.items = p.c.itemsAs(cmd.items)
	return cmd
}

// fetchModifiers are the words, with the capability that each needs.
var fetchModifiers = []struct {
	name string
	cap  imap.Cap
}{{"CHANGEDSINCE", imap.CapCondStore}, {"VANISHED", imap.CapQResync}, {"PARTIAL", CapPartial}}

func (cmd *fetchCmd) parseModifiers(p *parser) {
	var words []string
	for _, row := range fetchModifiers {
		if p.has(row.cap) {
			words = append(words, row.name)
		}
	}
	p.List(func() {
		switch p.option("FETCH modifier", words...) {
		case "CHANGEDSINCE":
			p.SP()
			if cmd.changedSince = p.Number64(); p.OK() && cmd.changedSince == 0 {
				p.Fail("CHANGEDSINCE must be 1 or more")
			}
			cmd.add(simpleItem("MODSEQ"))
		case "VANISHED":
			cmd.vanished = true
		case "PARTIAL":
			p.SP()
			if cmd.partial != nil {
				p.Fail("PARTIAL twice (RFC 9394, section 3.1)")
			}
			cmd.partial = p.resultRange()
		}
	})
	switch {
	case !p.OK():
	case cmd.vanished && (!cmd.uid || cmd.changedSince == 0 || !p.c.enabled.qresync):
		p.Fail("VANISHED needs UID FETCH, CHANGEDSINCE and ENABLE QRESYNC (RFC 7162, section 3.2.6)")
	case cmd.partial != nil && !cmd.uid:
		p.Fail("PARTIAL needs UID FETCH (RFC 9394, section 3.3)")
	}
}

// add takes an item once, however often it is asked for.
func (cmd *fetchCmd) add(item fetchItem) {
	if i, have := cmd.places[item.label]; have {
		cmd.items[i].setsSeen = cmd.items[i].setsSeen || item.setsSeen
		return
	}
	if cmd.places == nil {
		cmd.places = make(map[string]int)
	}
	cmd.places[item.label] = len(cmd.items)
	cmd.items = append(cmd.items, item)
}

func (cmd *fetchCmd) run(c *conn, ok *okResponse) error {
	uids, err := c.view.resolve(cmd.set, cmd.uid)
	if err != nil {
		return err
	}
	if cmd.has("MODSEQ") {
		if c.view.mbox.NoModSeq() {
			return noModSeq()
		}
		c.enableCondStore()
	}
	if cmd.partial != nil {
		if err := c.overLimit(int(cmd.partial.b - cmd.partial.a + 1)); err != nil {
			return err
		}
		from, to := cmd.partial.cut(len(uids))
		uids = uids[from:to]
	}
	uids = c.limitTo(uids, ok)
	if cmd.vanished {
		gone, err := cmd.expunged(c.view)
		if err != nil {
			return storeError(err)
		}
		c.writeVanishedEarlier(c.expungedBefore(gone))
	}
	seen, err := cmd.markSeen(c, uids)
	if err != nil {
		return storeError(err)
	}
	messages, err := c.view.at.Select(uids)
	if err != nil {
		return storeError(err)
	}
	if ok.limited || messages.Len() > 1 && c.tells("fetch-descending") {
		messages.Reverse()
	}
	if err := cmd.write(c, messages, seen); err != nil {
		return err
	}
	c.view.tellAnother(c, uids, holdExpunges)
	ok.n = messages.Len()
	ok.lost = ok.n < len(uids) && !cmd.uid
	if ok.lost && ok.n == 0 {
		return no("message.expunged", codeExpungeIssued, "the messages have been expunged") // RFC 2180, section 4.1.3
	}
	return nil
}

// expunged are the UIDs of the set that are gone since CHANGEDSINCE. "*" is the
// highest that there ever was, so that 1:* reaches what is gone above the last
// message, as with Dovecot. Messages that the client has yet to be told of are
// told at the command's end.
func (cmd *fetchCmd) expunged(v *view) (imap.UIDSet, error) {
	missed, err := v.at.MissedSince(cmd.changedSince, v.uidSetOf(cmd.set))
	return without(missed.Gone, v.uids), err
}

func (cmd *fetchCmd) has(label string) bool { return labelled(cmd.items, label) }

// markSeen sets \Seen on the messages whose text is fetched without PEEK, and
// returns those that had it not. Their FETCH response shows the new flags
// (RFC 3501, section 6.4.5). A mailbox that was EXAMINEd stays as it is.
func (cmd *fetchCmd) markSeen(c *conn, uids []imap.UID) (map[imap.UID]bool, error) {
	sets := slices.ContainsFunc(cmd.items, func(item fetchItem) bool { return item.setsSeen })
	if !sets || c.view.readOnly || c.may(c.view.mbox, store.MaySeen) != nil {
		return nil, nil // without s it is no error (RFC 4314, section 4)
	}
	messages, err := c.view.at.Lookup(uids)
	if err != nil {
		return nil, err
	}
	uids = uidsOf(slices.DeleteFunc(messages, func(m store.Message) bool {
		return m.ModSeq <= cmd.changedSince || m.NotFetch()
	}))
	result, err := c.view.at.StoreIf(uids, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen})
	if err != nil {
		return nil, err
	}
	seen := make(map[imap.UID]bool)
	for _, uid := range result.Changed {
		seen[uid] = true
	}
	return seen, nil
}

func uidsOf(messages []store.Message) []imap.UID {
	out := make([]imap.UID, len(messages))
	for i, m := range messages {
		out[i] = m.UID
	}
	return out
}

// write sends the responses.
func (cmd *fetchCmd) write(c *conn, messages store.Selection, seen map[imap.UID]bool) error {
	progress := c.newProgress(cmd.tag, messages.Len())
	response, withSeen := c.fetchResponse(cmd.items), fetchResponse{}
	if len(seen) > 0 {
		withSeen = c.fetchResponse(c.arrangeItems(mergeItems(cmd.items, c.seenItems())))
	}
	for m := range messages.All() {
		if err := progress.step(); err != nil {
			return err
		}
		if m.ModSeq <= cmd.changedSince || m.NotFetch() {
			continue
		}
		if len(cmd.items) == 0 && c.srv.profile.omitsAll() {
			continue
		}
		r := &response
		if seen[m.UID] {
			r = &withSeen
		}
		if err := r.check(c, m); err != nil {
			return err
		}
		r.write(c, c.view.seq(m.UID), m)
		if c.strikeWithin(); c.done || c.gaveUp {
			return errGone
		}
	}
	return nil
}

// seenItems are what a FETCH that has set \Seen tells besides: the flags, and
// what every change of flags carries (RFC 7162, section 3.2.4).
func (c *conn) seenItems() []fetchItem {
	items := []fetchItem{simpleItem("FLAGS")}
	if c.tellsUID() {
		items = append(items, simpleItem("UID"))
	}
	if c.tellsModSeq() {
		items = append(items, simpleItem("MODSEQ"))
	}
	return items
}
