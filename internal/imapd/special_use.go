package imapd

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// specialUses are the attributes of RFC 6154, section 2, and RFC 8457.
var specialUses = []imap.MailboxAttr{
	imap.MailboxAttrAll, imap.MailboxAttrArchive, imap.MailboxAttrDrafts, imap.MailboxAttrFlagged,
	imap.MailboxAttrImportant, imap.MailboxAttrJunk, imap.MailboxAttrSent, imap.MailboxAttrTrash,
}

// specialUse gives an attribute its standard spelling.
func specialUse(attr imap.MailboxAttr) (imap.MailboxAttr, bool) {
	for _, known := range specialUses {
		if strings.EqualFold(string(known), string(attr)) {
			return known, true
		}
	}
	return attr, false
}
