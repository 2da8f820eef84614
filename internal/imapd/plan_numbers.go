package imapd

import (
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// window is what of a mailbox there is for a client: no more than so many messages at its
// end, where the profile has it so and the client has not asked for UIDONLY.
func (c *conn) window(o store.Opening) store.Opening {
	p := c.srv.profile
	if p == nil {
		return o
	}
	if n := p.Numbers.Window; n > 0 && len(o.UIDs) > n && !c.enabled.uidOnly {
		o.UIDs = slices.Clone(o.UIDs[len(o.UIDs)-n:])
		o.FirstUnseen = max(o.FirstUnseen, o.UIDs[0])
	}
	o.Recent = p.recent(o.Recent, o.UIDs)
	return o
}

// openings are what a server remembers of its mailboxes, by their IDs, where EXAMINE is told
// a UIDVALIDITY that is kept nowhere.
type openings struct {
	mu       sync.Mutex
	selected map[string]bool
	examined map[string]uint32 // how often
}

// notKept is an opening with a UIDVALIDITY that another EXAMINE is not told again, until a
// client has selected the mailbox.
func (c *conn) notKept(mbox *store.Mailbox, o store.Opening, examine bool) store.Opening {
	p := c.srv.profile
	if !p.has("uidvalidity-not-kept") {
		return o
	}
	p.opened.mu.Lock()
	defer p.opened.mu.Unlock()
	switch id := mbox.ID(); {
	case !examine:
		p.opened.selected[id] = true
	case !p.opened.selected[id]:
		p.opened.examined[id]++
		o.UIDValidity += p.opened.examined[id]
		c.tells("uidvalidity-not-kept")
	}
	return o
}

// recent are the messages that are \Recent: by the store, none or all.
func (p *plan) recent(usual, all []imap.UID) []imap.UID {
	switch p.Numbers.Recent {
	case "never":
		return nil
	case "always":
		return slices.Clone(all)
	}
	return intersect(usual, all)
}

// windowed is the status of a mailbox as a client sees it.
func (c *conn) windowed(s store.Status) store.Status {
	p := c.srv.profile
	if p == nil {
		return s
	}
	if n := p.Numbers.Window; n > 0 && !c.enabled.uidOnly {
		s.Messages, s.Unseen = min(s.Messages, n), min(s.Unseen, n)
	}
	switch p.Numbers.Recent {
	case "never":
		s.Recent = 0
	case "always":
		s.Recent = s.Messages
	}
	return s
}

// arrangeItems puts the items of FETCH into the profile's order.
func (c *conn) arrangeItems(items []fetchItem) []fetchItem {
	i := slices.IndexFunc(items, func(item fetchItem) bool { return item.label == "UID" })
	if !c.uidLast() || i < 0 {
		return items
	}
	return append(slices.Delete(slices.Clone(items), i, i+1), items[i])
}

// uidLast says that the UID is behind the other items.
func (c *conn) uidLast() bool { return c.srv.profile != nil && c.srv.profile.Fetch.UID == "last" }
