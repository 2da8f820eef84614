package imapd

import (
	"maps"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// knownAnnotations are those of which the client knows, or has been told that there are
// others: by ENABLE METADATA (RFC 5464, section 4.4) or by NOTIFY (RFC 5465, sections 5.6
// and 5.7).
type knownAnnotations struct {
	changes   uint64 // that the store had counted
	server    *store.Annotations
	mailboxes map[*store.Mailbox]*store.Annotations
}

// followAnnotations begins with what is there now.
func (c *conn) followAnnotations() {
	if c.annotations == nil {
		c.annotations = &knownAnnotations{mailboxes: make(map[*store.Mailbox]*store.Annotations)}
		c.eachAnnotated(func(of annotated, now *store.Annotations) { c.annotations.know(of, now) })
	}
}

// eachAnnotated goes through all that there can be annotations of.
func (c *conn) eachAnnotated(visit func(of annotated, now *store.Annotations)) {
	c.annotations.changes = c.srv.cfg.Store.Annotated() // first: what happens meanwhile is told next time
	visit(serverAnnotations, serverAnnotations.annotations(c))
	for _, named := range c.user.Visible() {
		of := annotated{named.Name, named.Mailbox}
		visit(of, of.annotations(c))
	}
}

func (k *knownAnnotations) of(a annotated) *store.Annotations {
	if a.mbox == nil {
		return k.server
	}
	return k.mailboxes[a.mbox]
}

func (k *knownAnnotations) know(a annotated, now *store.Annotations) {
	if a.mbox == nil {
		k.server = now
		return
	}
	k.mailboxes[a.mbox] = now
}

// tellAnnotations names the entries that somebody else has changed since the client was
// last told.
func (c *conn) tellAnnotations() {
	if c.annotations == nil || c.annotations.changes == c.srv.cfg.Store.Annotated() {
		return
	}
	c.eachAnnotated(func(of annotated, now *store.Annotations) {
		entries := now.Changed(c.annotations.of(of), c.user)
		c.annotations.know(of, now)
		if len(entries) > 0 && c.hearsAnnotations(of) {
			c.writeChangedMetadata(of.name, entries)
		}
	})
	maps.DeleteFunc(c.annotations.mailboxes, func(mbox *store.Mailbox, _ *store.Annotations) bool { return mbox.Deleted() })
}

// hearsAnnotations says whether the client has asked to be told.
func (c *conn) hearsAnnotations(of annotated) bool {
	switch {
	case of.mbox != nil && c.rights(of.mbox)&annotationRights == 0:
		return false
	case c.enabled.metadata && (of.mbox == nil || c.has(imap.CapMetadata)):
		return true
	case c.notify == nil:
		return false
	case of.mbox == nil:
		return c.notify.serverMetadata()
	}
	return c.notify.events(c.user, of.name).mailboxMetadata
}

// ownMailbox takes the annotations of a mailbox as known that this client has made, by
// CREATE or by renaming INBOX.
func (c *conn) ownMailbox(mbox *store.Mailbox) {
	if c.annotations == nil {
		return
	}
	if _, known := c.annotations.mailboxes[mbox]; !known {
		c.annotations.mailboxes[mbox] = mbox.Annotations()
	}
}

// ownAnnotations takes what this client itself has changed as known: it is not told of it.
func (c *conn) ownAnnotations(of annotated, changes []store.Annotation) {
	if c.annotations == nil {
		return
	}
	known := c.annotations.of(of)
	for _, note := range changes {
		if note.Value != nil && of.mbox != nil {
			note.Value = of.mbox.Annotations().Get(c.user, note.Entry) // special uses have a spelling
		}
		known = known.With(c.user, note)
	}
	c.annotations.know(of, known)
}
