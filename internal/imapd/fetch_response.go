package imapd

import (
	"slices"

	"github.com/go-mailtest/mailtest/internal/store"
)

// fetchResponse is what FETCH responses have of each message: its items, and what follows
// from them for all messages alike.
type fetchResponse struct {
	items    []fetchItem
	refuses  bool // an item may refuse a message
	hasFlags bool // the client knows the flags then
}

func (c *conn) fetchResponse(items []fetchItem) fetchResponse {
	return fetchResponse{
		items:    items,
		refuses:  slices.ContainsFunc(items, func(item fetchItem) bool { return item.check != nil }),
		hasFlags: labelled(items, "FLAGS") && (labelled(items, "MODSEQ") || !c.tellsModSeq()),
	}
}

func labelled(items []fetchItem, label string) bool {
	return slices.ContainsFunc(items, func(item fetchItem) bool { return item.label == label })
}

// check asks the items that can refuse a message, before anything of it is
// sent.
func (r *fetchResponse) check(c *conn, m *store.Message) error {
	if !r.refuses {
		return nil
	}
	for _, item := range r.items {
		if item.check == nil {
			continue
		}
		if c.interrupted() {
			return errGone
		}
		if err := item.check(m); err != nil {
			return err
		}
	}
	return nil
}

func (r *fetchResponse) write(c *conn, seq uint32, m *store.Message) {
	c.beginFetch(seq, m.UID)
	for i := range r.items {
		if c.interrupted() {
			break // nobody will see it
		}
		if i > 0 {
			c.enc.SP()
		}
		r.items[i].write(c, m)
	}
	c.enc.Raw(")").CRLF()
	if r.hasFlags {
		c.view.knows(m.UID, m.ModSeq)
	}
}
