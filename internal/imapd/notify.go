package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// notifySettings is what a NOTIFY SET asked for, and what the client has been
// told of the account since.
type notifySettings struct {
	selected *eventGroup // SELECTED or SELECTED-DELAYED, or nil
	others   []eventGroup

	known      map[*memstore.Mailbox]knownMailbox
	subscribed []string
}

// knownMailbox is what the client knows of a mailbox that is not selected.
type knownMailbox struct {
	name   string
	status memstore.Status
}

func (n *notifySettings) add(g eventGroup) {
	switch g.filter.kind {
	case "SELECTED", "SELECTED-DELAYED":
		n.selected = &g
	default:
		n.others = append(n.others, g)
	}
}

// begin takes the state from which on changes are told.
func (n *notifySettings) begin(c *conn) {
	n.known = make(map[*memstore.Mailbox]knownMailbox)
	for _, mbox := range c.user.Mailboxes() {
		n.known[mbox] = knownMailbox{mbox.Name(), mbox.Status()}
	}
	n.subscribed = c.user.Subscriptions()
}

// events of a mailbox that is not selected: those of all groups that name it.
func (n *notifySettings) events(user *memstore.User, name string) notifyEvents {
	var all notifyEvents
	for _, g := range n.others {
		if g.filter.matches(user, name) {
			e := g.events
			all.messageNew = all.messageNew || e.messageNew
			all.messageExpunge = all.messageExpunge || e.messageExpunge
			all.flagChange = all.flagChange || e.flagChange
			all.mailboxName = all.mailboxName || e.mailboxName
			all.subscriptionChange = all.subscriptionChange || e.subscriptionChange
		}
	}
	return all
}

// isSelected says whether NOTIFY's SELECTED stands for the mailbox.
func (c *conn) isSelected(mbox *memstore.Mailbox) bool { return c.view != nil && c.view.mbox == mbox }

// tellStatuses sends the STATUS that NOTIFY SET STATUS asks for (RFC 5465,
// section 3.1).
func (n *notifySettings) tellStatuses(c *conn) {
	for _, mbox := range c.user.Mailboxes() {
		if c.interrupted() {
			return
		}
		if mbox.NoSelect() || c.isSelected(mbox) {
			continue
		}
		events := n.events(c.user, mbox.Name())
		if !events.ofMessages() {
			continue
		}
		items := []string{"MESSAGES", "UIDNEXT", "UIDVALIDITY"}
		if events.flagChange && c.has(imap.CapCondStore) {
			items = append(items, "HIGHESTMODSEQ")
		}
		c.writeStatusItems(mbox, items)
	}
}

// tellUnasked tells what the client asked to be told of, and returns the
// channel of the next change. It is called between commands and in IDLE.
func (c *conn) tellUnasked() ([]<-chan struct{}, error) {
	n := c.notify
	changed := []<-chan struct{}{c.user.Activity()}
	n.tellNames(c)
	n.tellSubscriptions(c)
	n.tellMailboxes(c)
	if c.view == nil || n.selected == nil || !n.selected.events.ofMessages() {
		return changed, nil
	}
	how := telling{syncMode: tellAll, noFlags: !n.selected.events.flagChange, fetch: n.selected.events.fetch}
	if n.selected.filter.kind == "SELECTED-DELAYED" && !c.info.Idling {
		how.syncMode = holdExpunges
	}
	return changed, c.syncUnasked(how)
}

// tellNames sends a LIST for every mailbox that was made, deleted or renamed
// (RFC 5465, section 5.4).
func (n *notifySettings) tellNames(c *conn) {
	var names *namespace
	n.followNames(c, func(name, old string) {
		if !n.events(c.user, name).mailboxName && (old == "" || !n.events(c.user, old).mailboxName) {
			return
		}
		if names == nil {
			names = newNamespace(c.user)
		}
		c.writeNamed(names.entry(name), old)
	})
}

// followNames takes the names as they are now and calls changed for each that
// is other than before. What is made or deleted affects its direct parent too;
// what is renamed takes those below it along without a word.
func (n *notifySettings) followNames(c *conn, changed func(name, old string)) {
	delim := string(c.user.Delimiter())
	told := make(map[string]bool)
	affected := func(name, old string) {
		if !told[name] && !c.interrupted() {
			told[name] = true
			changed(name, old)
		}
	}
	withParent := func(name string) {
		affected(name, "")
		if i := strings.LastIndex(name, delim); i > 0 {
			affected(name[:i], "")
		}
	}
	renamed := make(map[string]string) // new names by old ones
	now := make(map[*memstore.Mailbox]bool)
	for _, mbox := range c.user.Mailboxes() {
		now[mbox] = true
		name := mbox.Name()
		before, known := n.known[mbox]
		switch {
		case !known:
			n.known[mbox] = knownMailbox{name, mbox.Status()}
			withParent(name)
		case before.name != name:
			n.known[mbox] = knownMailbox{name, before.status}
			renamed[before.name] = name
			if !movedAlong(renamed, before.name, name, delim) {
				affected(name, before.name)
			}
		}
	}
	for _, mbox := range n.sorted() {
		if now[mbox] {
			continue
		}
		name := n.known[mbox].name
		delete(n.known, mbox)
		if _, again := c.user.Mailbox(name); !again {
			withParent(name)
		}
	}
}

// movedAlong says that a superior name was renamed in the same way.
func movedAlong(renamed map[string]string, old, name, delim string) bool {
	for at := strings.LastIndex(old, delim); at > 0; at = strings.LastIndex(old[:at], delim) {
		if to, was := renamed[old[:at]]; was && name == to+old[at:] {
			return true
		}
	}
	return false
}

// sorted are the known mailboxes in the order of their names.
func (n *notifySettings) sorted() []*memstore.Mailbox {
	out := make([]*memstore.Mailbox, 0, len(n.known))
	for mbox := range n.known {
		out = append(out, mbox)
	}
	slices.SortFunc(out, func(a, b *memstore.Mailbox) int {
		if n.known[a].name < n.known[b].name {
			return -1
		}
		return 1
	})
	return out
}

// tellSubscriptions sends a LIST for every name whose subscription changed
// (RFC 5465, section 5.5).
func (n *notifySettings) tellSubscriptions(c *conn) {
	now := c.user.Subscriptions()
	if slices.Equal(now, n.subscribed) {
		return
	}
	before := n.subscribed
	n.subscribed = now
	names := newNamespace(c.user)
	was, is := namesOf(before), namesOf(now)
	for _, name := range slices.Concat(before, now) {
		if was[name] != is[name] && !c.interrupted() && n.events(c.user, name).subscriptionChange {
			c.writeNamed(names.entry(name), "")
		}
	}
}

func namesOf(list []string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, name := range list {
		set[name] = true
	}
	return set
}

// tellMailboxes sends a STATUS for the other mailboxes that changed (RFC 5465,
// sections 5.1 to 5.3).
func (n *notifySettings) tellMailboxes(c *conn) {
	for _, mbox := range n.sorted() {
		if c.interrupted() {
			return
		}
		known := n.known[mbox]
		now := mbox.Status()
		if now == known.status || mbox.NoSelect() {
			continue
		}
		n.known[mbox] = knownMailbox{known.name, now}
		if c.isSelected(mbox) {
			continue
		}
		if items := c.notifyItems(n.events(c.user, known.name), known.status, now); items != nil {
			c.writeStatusItems(mbox, items)
		}
	}
}

// notifyItems are the STATUS items that tell of a change, nil for none.
func (c *conn) notifyItems(events notifyEvents, before, now memstore.Status) []string {
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
	case !counted && events.flagChange && c.enabled.condstore:
		items = []string{"HIGHESTMODSEQ", "UIDVALIDITY"}
	case !counted && events.flagChange && before.Unseen != now.Unseen:
		items = []string{"UIDVALIDITY"}
	}
	if items != nil && events.flagChange && before.Unseen != now.Unseen {
		items = append(items, "UNSEEN")
	}
	return items
}

// ownChange takes what this client has itself done to mailboxes as known: it
// is not told of it (RFC 5465, section 5).
func (c *conn) ownChange(mboxes ...*memstore.Mailbox) {
	if c.notify == nil {
		return
	}
	for _, mbox := range mboxes {
		c.notify.known[mbox] = knownMailbox{mbox.Name(), mbox.Status()}
	}
}

// ownNames is ownChange for names and subscriptions.
func (c *conn) ownNames() {
	if c.notify != nil {
		c.notify.followNames(c, func(string, string) {})
		c.notify.subscribed = c.user.Subscriptions()
	}
}
