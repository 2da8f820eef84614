package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/memstore"
)

// FETCH and UID FETCH: RFC 3501, section 6.4.5; CHANGEDSINCE: RFC 7162,
// section 3.1.4.
//
//	fetch           = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" /
//	                  fetch-att / "(" fetch-att *(SP fetch-att) ")") [fetch-modifiers]
//	fetch-modifiers = SP "(" "CHANGEDSINCE" SP mod-sequence-value ")"
type fetchCmd struct {
	uid          bool
	set          imapwire.NumSet
	items        []fetchItem
	changedSince uint64 // 0: not asked for
}

// fetchMacros stand alone, not in a list.
var fetchMacros = map[string][]string{
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"},
	"FULL": {"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"},
}

func parseFetch(p *parser) command {
	cmd := &fetchCmd{uid: p.uid}
	p.SP()
	cmd.set = p.NumSet()
	p.SP()
	if cmd.uid {
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
	if p.has(imap.CapCondStore) && p.Try(' ') {
		cmd.parseModifiers(p)
	}
	return cmd
}

func (cmd *fetchCmd) parseModifiers(p *parser) {
	p.List(func() {
		p.option("FETCH modifier", "CHANGEDSINCE")
		p.SP()
		if cmd.changedSince = p.Number64(); p.OK() && cmd.changedSince == 0 {
			p.Fail("CHANGEDSINCE must be 1 or more")
		}
		cmd.add(simpleItem("MODSEQ"))
	})
}

// add takes an item once, however often it is asked for.
func (cmd *fetchCmd) add(item fetchItem) {
	for i := range cmd.items {
		if cmd.items[i].label == item.label {
			cmd.items[i].setsSeen = cmd.items[i].setsSeen || item.setsSeen
			return
		}
	}
	cmd.items = append(cmd.items, item)
}

func (cmd *fetchCmd) run(c *conn, _ *okResponse) error {
	uids, err := c.view.resolve(cmd.set, cmd.uid)
	if err != nil {
		return err
	}
	if cmd.has("MODSEQ") {
		c.enableCondStore()
	}
	seen, err := cmd.markSeen(c, uids)
	if err != nil {
		return err
	}
	messages := c.view.mbox.Lookup(uids)
	cmd.write(c, messages, seen)
	if missing := len(uids) - len(messages); missing > 0 && !cmd.uid {
		return no(codeExpungeIssued, "%d of the messages have been expunged", missing)
	}
	return nil
}

func (cmd *fetchCmd) has(label string) bool {
	return slices.ContainsFunc(cmd.items, func(item fetchItem) bool { return item.label == label })
}

// markSeen sets \Seen on the messages whose text is fetched without PEEK, and
// returns those that had it not. Their FETCH response shows the new flags
// (RFC 3501, section 6.4.5). A mailbox that was EXAMINEd stays as it is.
func (cmd *fetchCmd) markSeen(c *conn, uids []imap.UID) (map[imap.UID]bool, error) {
	sets := slices.ContainsFunc(cmd.items, func(item fetchItem) bool { return item.setsSeen })
	if !sets || c.view.readOnly {
		return nil, nil
	}
	if cmd.changedSince > 0 {
		uids = uidsOf(changedAfter(c.view.mbox.Lookup(uids), cmd.changedSince))
	}
	result, err := c.view.mbox.StoreIf(uids, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen})
	if err != nil {
		return nil, storeError(err)
	}
	seen := make(map[imap.UID]bool)
	for _, uid := range result.Changed {
		seen[uid] = true
	}
	return seen, nil
}

func changedAfter(messages []memstore.Message, modseq uint64) []memstore.Message {
	return slices.DeleteFunc(messages, func(m memstore.Message) bool { return m.ModSeq <= modseq })
}

func uidsOf(messages []memstore.Message) []imap.UID {
	out := make([]imap.UID, len(messages))
	for i, m := range messages {
		out[i] = m.UID
	}
	return out
}

// write sends the responses. The messages ascend as the view does, so one
// walk finds the sequence numbers.
func (cmd *fetchCmd) write(c *conn, messages []memstore.Message, seen map[imap.UID]bool) {
	v, at := c.view, 0
	for _, m := range messages {
		if m.ModSeq <= cmd.changedSince {
			continue
		}
		for at < len(v.uids) && v.uids[at] < m.UID {
			at++
		}
		items := cmd.items
		if seen[m.UID] && !cmd.has("FLAGS") {
			items = append(items[:len(items):len(items)], simpleItem("FLAGS"))
		}
		c.writeFetch(uint32(at+1), m, items)
	}
}

func (c *conn) writeFetch(seq uint32, m memstore.Message, items []fetchItem) {
	c.enc.Raw("* ").Num(seq).Raw(" FETCH (")
	for i, item := range items {
		if i > 0 {
			c.enc.SP()
		}
		item.write(c, m)
	}
	c.enc.Raw(")").CRLF()
}
