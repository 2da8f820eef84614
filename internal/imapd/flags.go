package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// flagRecent is a session's, not a message's (RFC 3501, section 2.3.2).
const flagRecent imap.Flag = "\\Recent"

// systemFlags are what every mailbox has, in the order of RFC 3501's examples.
var systemFlags = []imap.Flag{
	imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft,
}

// writeFlagLists sends FLAGS and PERMANENTFLAGS, as SELECT does and as a new
// keyword makes it necessary (RFC 9051, section 7.3.5).
func (c *conn) writeFlagLists(keywords []imap.Flag, readOnly bool) {
	if p := c.selectLines(); p != nil {
		c.writePlanned(p.flags, store.Opening{Keywords: keywords})
		return
	}
	c.enc.Raw("* FLAGS ").Flags(c.listedFlags(keywords)).CRLF()
	if readOnly {
		c.enc.Raw("* OK [PERMANENTFLAGS ()] Read-only mailbox").CRLF()
		return
	}
	c.enc.Raw("* OK [PERMANENTFLAGS ").Flags(c.permanentFlags(keywords)).Raw("] Flags permitted").CRLF()
}
