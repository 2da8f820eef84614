package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// notifySettings is what a NOTIFY SET asked for, and what the client has been
// told of the account since.
type notifySettings struct {
	selected *eventGroup // SELECTED or SELECTED-DELAYED, or nil
	others   []eventGroup

	known      map[*store.Mailbox]knownMailbox
	lost       map[*store.Mailbox]bool // were told as \NoAccess
	subscribed []string
}

// knownMailbox is what the client knows of a mailbox that is not selected.
type knownMailbox struct {
	name   string
	status store.Status
}

// newStatus is that of a mailbox that the client hears of for the first time: what
// is in it already is news.
func (c *conn) newStatus(mbox *store.Mailbox) store.Status {
	now := mbox.StatusFor(c.user)
	if now.Messages == 0 {
		return now
	}
	return store.Status{UIDNext: 1, UIDValidity: now.UIDValidity, HighestModSeq: 1}
}

func (n *notifySettings) add(g eventGroup) {
	switch g.filter.kind {
	case "SELECTED", "SELECTED-DELAYED":
		n.selected = &g
	default:
		n.others = append(n.others, g)
	}
}

// begin takes the state from which on changes are told: that which the client
// was told of by the settings before these, if there were any.
func (n *notifySettings) begin(c *conn, before *notifySettings) {
	if before != nil {
		n.known, n.lost, n.subscribed = before.known, before.lost, before.subscribed
		return
	}
	n.known, n.lost = make(map[*store.Mailbox]knownMailbox), make(map[*store.Mailbox]bool)
	for _, named := range c.user.Visible() {
		n.known[named.Mailbox] = knownMailbox{named.Name, named.Mailbox.StatusFor(c.user)}
	}
	n.subscribed = c.user.Subscriptions()
}

// tellNoAccess names the mailboxes that are watched, and may not be read (RFC 5465,
// section 3.1).
func (n *notifySettings) tellNoAccess(c *conn) {
	for _, mbox := range n.sorted() {
		known := n.known[mbox]
		if c.may(mbox, store.MayLookup) == nil && c.may(mbox, store.MayRead) != nil && n.events(c.user, known.name).ofMessages() {
			c.writeNoAccess(known.name)
		}
	}
}

// writeNoAccess says that a mailbox that is watched may not be (RFC 5465, sections 3.1
// and 5.9).
func (c *conn) writeNoAccess(name string) {
	c.writeList("LIST", &listEntry{name: name}, []imap.MailboxAttr{attrNoAccess}, "")
}

// attrNoAccess is of RFC 5465, section 8.
const attrNoAccess imap.MailboxAttr = `\NoAccess`

// events of a mailbox that is not selected: those of all groups that name it.
func (n *notifySettings) events(user *store.User, name string) notifyEvents {
	var all notifyEvents
	for _, g := range n.others {
		if g.filter.matches(user, name) {
			e := g.events
			all.messageNew = all.messageNew || e.messageNew
			all.messageExpunge = all.messageExpunge || e.messageExpunge
			all.flagChange = all.flagChange || e.flagChange
			all.annotationChange = all.annotationChange || e.annotationChange
			all.mailboxName = all.mailboxName || e.mailboxName
			all.subscriptionChange = all.subscriptionChange || e.subscriptionChange
			all.mailboxMetadata = all.mailboxMetadata || e.mailboxMetadata
		}
	}
	return all
}

// serverMetadata says whether the client wants to hear of annotations of the server, for
// which it is the same with which mailboxes it asks.
func (n *notifySettings) serverMetadata() bool {
	return slices.ContainsFunc(n.others, func(g eventGroup) bool { return g.events.serverMetadata })
}

// metadata says whether it wants to hear of any annotations.
func (n *notifySettings) metadata() bool {
	return n.serverMetadata() || slices.ContainsFunc(n.others, func(g eventGroup) bool { return g.events.mailboxMetadata })
}

// isSelected says whether NOTIFY's SELECTED stands for the mailbox.
func (c *conn) isSelected(mbox *store.Mailbox) bool { return c.view != nil && c.view.mbox == mbox }

// tellStatuses sends the STATUS that NOTIFY SET STATUS asks for (RFC 5465,
// section 3.1).
func (n *notifySettings) tellStatuses(c *conn) {
	for _, named := range c.user.Visible() {
		if c.interrupted() {
			return
		}
		mbox := named.Mailbox
		known, found := n.known[mbox]
		if !found || mbox.NoSelect() || c.isSelected(mbox) || c.may(mbox, store.MayRead) != nil {
			continue
		}
		events := n.events(c.user, known.name)
		if !events.ofMessages() {
			continue
		}
		items := []string{"MESSAGES", "UIDNEXT", "UIDVALIDITY"}
		if events.flagChange && c.has(imap.CapCondStore) {
			items = append(items, "HIGHESTMODSEQ")
		}
		c.writeStatusItems(known.name, mbox, items)
	}
}

// tellUnasked tells what the client asked to be told of, and returns the
// channel of the next change. It is called between commands and in IDLE.
func (c *conn) tellUnasked() (<-chan struct{}, error) {
	n := c.notify
	changed := c.user.Activity()
	n.tellNames(c)
	n.tellSubscriptions(c)
	n.tellMailboxes(c)
	c.tellAnnotations()
	if c.view == nil || n.selected == nil || !n.selected.events.ofMessages() {
		return changed, nil
	}
	how := telling{syncMode: tellAll, noFlags: !n.selected.events.flagChange && !n.selected.events.annotationChange, fetch: n.selected.events.fetch}
	if n.selected.filter.kind == "SELECTED-DELAYED" && !c.info.Idling {
		how.syncMode = holdExpunges
	}
	return changed, c.syncUnasked(how)
}

// sorted are the known mailboxes in the order of their names.
func (n *notifySettings) sorted() []*store.Mailbox {
	out := make([]*store.Mailbox, 0, len(n.known))
	for mbox := range n.known {
		out = append(out, mbox)
	}
	slices.SortFunc(out, func(a, b *store.Mailbox) int {
		if n.known[a].name < n.known[b].name {
			return -1
		}
		return 1
	})
	return out
}

// tellMailboxes sends a STATUS for the other mailboxes that changed (RFC 5465,
// sections 5.1 to 5.3).
func (n *notifySettings) tellMailboxes(c *conn) {
	for _, mbox := range n.sorted() {
		if c.interrupted() {
			return
		}
		known := n.known[mbox]
		if c.may(mbox, readable) != nil {
			continue // it goes on from here when that is granted (RFC 5465, section 5.9)
		}
		now := mbox.StatusFor(c.user)
		if now == known.status || mbox.NoSelect() {
			continue
		}
		n.known[mbox] = knownMailbox{known.name, now}
		if c.isSelected(mbox) {
			continue
		}
		if items := c.notifyItems(n.events(c.user, known.name), known.status, now); items != nil {
			c.writeStatusItems(known.name, mbox, items)
		}
	}
}

// notifyItems are the STATUS items that tell of a change, nil for none.
func (c *conn) notifyItems(events notifyEvents, before, now store.Status) []string {
	var items []string
	counted := before.UIDNext != now.UIDNext || before.Messages != now.Messages
	switch {
	case events.flagChange && before.UIDValidity != now.UIDValidity:
		return []string{"UIDVALIDITY", "UIDNEXT", "MESSAGES"}
	case counted && (events.messageNew || events.messageExpunge):
		items = []string{"UIDNEXT", "MESSAGES"}
		if c.enabled.condstore {
			items = append(items, "HIGHESTMODSEQ")
		}
	case !counted && (events.flagChange || events.annotationChange) && c.enabled.condstore:
		items = []string{"HIGHESTMODSEQ", "UIDVALIDITY"}
	case !counted && events.flagChange && before.Unseen != now.Unseen:
		items = []string{"UIDVALIDITY"}
	}
	if items != nil && events.flagChange && before.Unseen != now.Unseen {
		items = append(items, "UNSEEN")
	}
	return items
}
