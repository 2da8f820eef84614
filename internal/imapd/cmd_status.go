package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// statusItem is a row of the table of STATUS items.
type statusItem struct {
	name   string
	cap    imap.Cap
	encode func(c *conn, mbox *store.Mailbox, s store.Status)
}

var statusItems = []statusItem{
	{"MESSAGES", "", count(func(s store.Status) uint64 { return uint64(s.Messages) })},
	{"RECENT", "", func(c *conn, mbox *store.Mailbox, s store.Status) {
		if c.isSelected(mbox) && (c.srv.profile == nil || c.srv.profile.Numbers.Recent == "") {
			s.Recent += len(c.view.recent) // those that are \Recent in this session
		}
		c.enc.Num(uint32(s.Recent))
	}},
	{"UIDNEXT", "", count(func(s store.Status) uint64 { return uint64(s.UIDNext) })},
	{"UIDVALIDITY", "", count(func(s store.Status) uint64 { return uint64(s.UIDValidity) })},
	{"UNSEEN", "", count(func(s store.Status) uint64 { return uint64(s.Unseen) })},
	{"DELETED", capStatusDeleted, count(func(s store.Status) uint64 { return uint64(s.Deleted) })},
	{"DELETED-STORAGE", CapQuotaStorage, count(func(s store.Status) uint64 { return uint64(s.DeletedSize) })},
	{"SIZE", imap.CapStatusSize, count(func(s store.Status) uint64 { return uint64(s.Size) })},
	{"HIGHESTMODSEQ", imap.CapCondStore, func(c *conn, mbox *store.Mailbox, s store.Status) {
		if mbox.NoModSeq() {
			s.HighestModSeq = 0 // RFC 7162, section 3.1.2.2
		}
		if c.isSelected(mbox) {
			c.view.told.found = max(c.view.told.found, s.HighestModSeq)
		}
		c.enc.Num64(s.HighestModSeq)
	}},
	{"APPENDLIMIT", imap.CapAppendLimit, func(c *conn, _ *store.Mailbox, _ store.Status) {
		c.enc.Num64(c.srv.cfg.AppendLimit)
	}},
	{"MAILBOXID", imap.CapObjectID, func(c *conn, mbox *store.Mailbox, _ store.Status) {
		c.enc.Raw("(").Raw(mbox.ID()).Raw(")")
	}},
}

// count is an item that is a number.
func count(of func(s store.Status) uint64) func(*conn, *store.Mailbox, store.Status) {
	return func(c *conn, _ *store.Mailbox, s store.Status) { c.enc.Num64(of(s)) }
}

// STATUS: RFC 3501, section 6.3.10; DELETED: RFC 9051, section 6.3.11, and, with
// DELETED-STORAGE, RFC 9208, section 4.1.4; SIZE: RFC 8438; HIGHESTMODSEQ: RFC 7162, section 3.1.7; APPENDLIMIT: RFC 7889;
// MAILBOXID: RFC 8474.
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
		case !slices.Contains(out, &statusItems[i]):
			out = append(out, &statusItems[i])
		}
	})
	return out
}

func (cmd *statusCmd) run(c *conn, _ *okResponse) error {
	mbox, err := c.openable(cmd.name, c.needs.named)
	if err != nil {
		return err
	}
	c.asksStatus(cmd.items)
	c.writeStatus(cmd.name, mbox, cmd.items)
	return nil
}

// asksStatus: asking for HIGHESTMODSEQ enables CONDSTORE (RFC 7162, section
// 3.1).
func (c *conn) asksStatus(items []*statusItem) {
	for _, item := range items {
		if item.cap == imap.CapCondStore {
			c.enableCondStore()
		}
	}
}

// writeStatus sends one STATUS response.
func (c *conn) writeStatus(name string, mbox *store.Mailbox, items []*statusItem) {
	status := c.windowed(mbox.StatusFor(c.user))
	items = c.statusOrder(items)
	e := c.enc.Raw("* STATUS ").Mailbox(name).Raw(" (")
	for i, item := range items {
		if i > 0 {
			e.SP()
		}
		e.Raw(item.name).SP()
		item.encode(c, mbox, status)
	}
	e.Raw(")").CRLF()
}

// writeStatusItems sends the STATUS of a mailbox with these items, under the name by
// which the client knows it.
func (c *conn) writeStatusItems(name string, mbox *store.Mailbox, names []string) {
	var items []*statusItem
	for _, name := range names {
		for i := range statusItems {
			if statusItems[i].name == name {
				items = append(items, &statusItems[i])
			}
		}
	}
	c.writeStatus(name, mbox, items)
}
