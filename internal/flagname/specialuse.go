package flagname

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// The attributes of RFC 9979, section 8. The registry has them without a backslash
// (section 9.2); on the wire they have one, as every attribute of LIST (RFC 9051, section
// 9, mbx-list-oflag).
const (
	attrMemos     imap.MailboxAttr = `\Memos`
	attrScheduled imap.MailboxAttr = `\Scheduled`
	attrSnoozed   imap.MailboxAttr = `\Snoozed`
)

// SpecialUses are the attributes that say what a mailbox is for: RFC 6154, section 2, RFC
// 8457 and RFC 9979.
var SpecialUses = []imap.MailboxAttr{
	imap.MailboxAttrAll, imap.MailboxAttrArchive, imap.MailboxAttrDrafts, imap.MailboxAttrFlagged,
	imap.MailboxAttrImportant, imap.MailboxAttrJunk, attrMemos, attrScheduled, imap.MailboxAttrSent,
	attrSnoozed, imap.MailboxAttrTrash,
}

// SpecialUse gives an attribute, in any case, its standard spelling.
func SpecialUse(attr imap.MailboxAttr) (known imap.MailboxAttr, found bool) {
	for _, known := range SpecialUses {
		if strings.EqualFold(string(known), string(attr)) {
			return known, true
		}
	}
	return attr, false
}
