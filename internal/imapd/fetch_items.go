package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// fetchItem is one thing that a FETCH asks for.
type fetchItem struct {
	label    string // what the response calls it
	setsSeen bool
	check    func(m *store.Message) error // nil: never refused
	write    func(c *conn, m *store.Message)
}

// fetchRow is a row of the table of FETCH items. Those that take a section
// are read by parse; the others only written.
type fetchRow struct {
	name  string
	cap   imap.Cap
	write func(c *conn, m *store.Message)
	parse func(p *parser, name string) fetchItem
}

var fetchTable = []fetchRow{
	{name: "FLAGS", write: func(c *conn, m *store.Message) { c.encodeFlags(m) }},
	{name: "UID", write: func(c *conn, m *store.Message) { c.enc.Num(uint32(m.UID)) }},
	{name: "INTERNALDATE", write: func(c *conn, m *store.Message) { c.writeDate(m.InternalDate) }},
	{name: "RFC822.SIZE", write: func(c *conn, m *store.Message) { c.writeSize(c.size(m)) }},
	{name: "ENVELOPE", write: func(c *conn, m *store.Message) {
		if !c.envelopeInstead(m) {
			e := c.structure(c.glance(m))
			e.envelope(e.tree.Envelope())
		}
	}},
	{name: "BODYSTRUCTURE", write: func(c *conn, m *store.Message) {
		e := c.structure(c.glance(m))
		e.body(e.tree.Root(), true)
	}},
	{name: "MODSEQ", cap: imap.CapCondStore, write: func(c *conn, m *store.Message) {
		c.writeModSeq(m.ModSeq)
		c.view.told.fetch = max(c.view.told.fetch, m.ModSeq)
	}},
	{name: "EMAILID", cap: imap.CapObjectID, write: func(c *conn, m *store.Message) {
		c.enc.Raw("(").Raw(m.EmailID()).Raw(")")
	}},
	{name: "THREADID", cap: imap.CapObjectID, write: func(c *conn, m *store.Message) {
		c.enc.Raw("(").Raw(m.ThreadIDUntil(c.stop)).Raw(")")
	}},
	{name: "X-GM-MSGID", cap: CapXGMExt1, write: func(c *conn, m *store.Message) { c.enc.Num64(m.Number()) }},
	{name: "X-GM-THRID", cap: CapXGMExt1, write: func(c *conn, m *store.Message) { c.enc.Num64(m.ThreadNumber(c.stop)) }},
	{name: "X-GM-LABELS", cap: CapXGMExt1, write: func(c *conn, m *store.Message) { c.writeLabels(m) }},
	{name: "SAVEDATE", cap: imap.CapSaveDate, write: func(c *conn, m *store.Message) { c.enc.DateTime(m.SaveDate) }},
	{name: "ANNOTATION", cap: CapAnnotate, parse: parseNoteItem},
	{name: "PREVIEW", cap: imap.CapPreview, parse: parsePreview},
	{name: "BINARY", cap: imap.CapBinary, parse: parseBinary},
	{name: "BINARY.PEEK", cap: imap.CapBinary, parse: parseBinary},
	{name: "BINARY.SIZE", cap: imap.CapBinary, parse: parseBinary},
	{name: "RFC822", parse: parseRFC822},
	{name: "RFC822.HEADER", parse: parseRFC822},
	{name: "RFC822.TEXT", parse: parseRFC822},
	{name: "BODY", parse: parseBody},
	{name: "BODY.PEEK", parse: parseBody},
}

// parseFetchItem reads what follows an item's name.
func parseFetchItem(p *parser, name string) fetchItem {
	i := slices.IndexFunc(fetchTable, func(row fetchRow) bool { return row.name == name && p.has(row.cap) })
	switch {
	case !p.OK():
		return fetchItem{}
	case i < 0:
		p.Fail("unknown FETCH item %q", name)
		return fetchItem{}
	case fetchTable[i].parse != nil:
		return fetchTable[i].parse(p, name)
	}
	return simpleItem(name)
}

// simpleItem is an item without arguments: its name and its value.
func simpleItem(name string) fetchItem {
	for _, row := range fetchTable {
		if row.name != name {
			continue
		}
		if row.parse != nil {
			return bodyItem()
		}
		begin, write := name+" ", row.write
		return fetchItem{label: name, write: func(c *conn, m *store.Message) {
			c.enc.Raw(begin)
			write(c, m)
		}}
	}
	panic("imapd: no FETCH item " + name)
}

// bodyItem is BODY without a section: the body structure without extension data.
func bodyItem() fetchItem {
	return fetchItem{label: "BODY", write: func(c *conn, m *store.Message) {
		c.enc.Raw("BODY ")
		e := c.structure(c.glance(m))
		e.body(e.tree.Root(), false)
	}}
}
