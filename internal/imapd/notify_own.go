package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// ownMessages takes what this client has itself put into a mailbox as known: it is
// not told of it (RFC 5465, section 5).
func (c *conn) ownMessages(mbox *store.Mailbox, uids []imap.UID) {
	messages := mbox.Lookup(uids)
	if n := len(messages); n > 0 && n == len(uids) {
		c.ownChange(mbox, messages[0].CreatedModSeq(), messages[n-1].CreatedModSeq())
	}
}

// ownChange takes as known what this client has itself changed, from one modseq to
// another. If somebody else has changed something just before or since, it stays
// unknown: what is told of that will tell of both. A new UIDVALIDITY is always somebody else's.
func (c *conn) ownChange(mbox *store.Mailbox, from, to uint64) {
	if c.notify == nil {
		return
	}
	known, found := c.notify.known[mbox]
	now := mbox.StatusFor(c.user)
	if found && known.status.UIDValidity == now.UIDValidity && known.status.HighestModSeq+1 == from && now.HighestModSeq == to {
		c.notify.known[mbox] = knownMailbox{known.name, now}
	}
}

// ownExpunge is for what CLOSE takes from the selected mailbox.
func (c *conn) ownExpunge(gone []imap.UID) {
	v := c.view
	if c.notify == nil || len(gone) == 0 || len(v.gone) > 0 {
		return
	}
	if now := v.mbox.StatusFor(c.user); now.HighestModSeq == v.modseq+1 {
		v.status = now
	}
}

// leaveView makes what the client has been told of the selected mailbox what it
// knows of it from now on.
func (c *conn) leaveView() {
	if c.notify == nil {
		return
	}
	v := c.view
	if known, found := c.notify.known[v.mbox]; found {
		v.status.Messages += len(v.gone)
		c.notify.known[v.mbox] = knownMailbox{known.name, v.status}
	}
}
