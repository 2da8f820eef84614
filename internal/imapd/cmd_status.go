package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/memstore"
)

// statusItem is a row of the table of STATUS items.
type statusItem struct {
	name   string
	cap    imap.Cap
	encode func(e *imapwire.Encoder, s memstore.Status)
}

var statusItems = []statusItem{
	{"MESSAGES", "", func(e *imapwire.Encoder, s memstore.Status) { e.Num(uint32(s.Messages)) }},
	{"RECENT", "", func(e *imapwire.Encoder, s memstore.Status) { e.Num(uint32(s.Recent)) }},
	{"UIDNEXT", "", func(e *imapwire.Encoder, s memstore.Status) { e.Num(uint32(s.UIDNext)) }},
	{"UIDVALIDITY", "", func(e *imapwire.Encoder, s memstore.Status) { e.Num(s.UIDValidity) }},
	{"UNSEEN", "", func(e *imapwire.Encoder, s memstore.Status) { e.Num(uint32(s.Unseen)) }},
	{"SIZE", imap.CapStatusSize, func(e *imapwire.Encoder, s memstore.Status) { e.Num64(uint64(s.Size)) }},
	{"HIGHESTMODSEQ", imap.CapCondStore, func(e *imapwire.Encoder, s memstore.Status) { e.Num64(s.HighestModSeq) }},
}

// STATUS: RFC 3501, section 6.3.10; SIZE: RFC 8438; HIGHESTMODSEQ: RFC 7162,
// section 3.1.7.
//
//	status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"
type statusCmd struct {
	name  string
	items []*statusItem
}

func parseStatus(p *parser) command {
	p.SP()
	name := p.Mailbox()
	p.SP()
	return &statusCmd{name, p.statusItems()}
}

// statusItems reads the list in parentheses; LIST RETURN (STATUS …) has it too.
func (p *parser) statusItems() []*statusItem {
	var out []*statusItem
	p.List(func() {
		name := p.Keyword()
		i := slices.IndexFunc(statusItems, func(row statusItem) bool {
			return row.name == name && p.has(row.cap)
		})
		switch {
		case !p.OK():
		case i < 0:
			p.Fail("unknown STATUS item %q", name)
		default:
			out = append(out, &statusItems[i])
		}
	})
	return out
}

func (cmd *statusCmd) run(c *conn, _ *okResponse) error {
	mbox, err := c.openable(cmd.name)
	if err != nil {
		return err
	}
	c.writeStatus(cmd.name, mbox, cmd.items)
	return nil
}

// writeStatus sends one STATUS response. Asking for HIGHESTMODSEQ enables
// CONDSTORE (RFC 7162, section 3.1).
func (c *conn) writeStatus(name string, mbox *memstore.Mailbox, items []*statusItem) {
	for _, item := range items {
		if item.cap == imap.CapCondStore {
			c.enableCondStore()
		}
	}
	status := mbox.Status()
	e := c.enc.Raw("* STATUS ").Mailbox(name).Raw(" (")
	for i, item := range items {
		if i > 0 {
			e.SP()
		}
		item.encode(e.Raw(item.name).SP(), status)
	}
	e.Raw(")").CRLF()
}
