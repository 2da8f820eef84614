package imapd

import (
	"slices"

	"github.com/emersion/go-imap/v2"
)

// capXList is of Gmail, from before there was RFC 6154: a LIST that tells what mailboxes are
// for. It is in no RFC, and only servers with a profile have it.
const capXList imap.Cap = "XLIST"

// XLIST: developers.google.com/gmail/imap/imap-extensions, of 2012.
//
//	xlist = "XLIST" SP mailbox SP list-mailbox
type xlistCmd struct{ ref, pattern string }

func parseXList(p *parser) command {
	p.SP()
	ref := p.Reference()
	p.SP()
	return &xlistCmd{ref, p.ListMailbox()}
}

// xlistUses are the special uses of RFC 6154 that XLIST has another name for.
var xlistUses = map[imap.MailboxAttr]imap.MailboxAttr{
	imap.MailboxAttrAll:     "\\AllMail",
	imap.MailboxAttrJunk:    "\\Spam",
	imap.MailboxAttrFlagged: "\\Starred",
}

func (cmd *xlistCmd) run(c *conn, _ *okResponse) error {
	if cmd.pattern == "" {
		c.writeRoot("XLIST")
		return nil
	}
	ns := newNamespace(c.user)
	patterns := []string{cmd.pattern}
	for _, entry := range c.arrange(ns.list(cmd.ref, patterns, listSelection{}, c.interrupted), patterns...) {
		if c.interrupted() {
			break
		}
		uses := c.xlistUses(entry)
		groups := []attrGroup{{"kind", entry.kind()}, {"children", []imap.MailboxAttr{entry.childAttr()}}, {"use", uses}}
		attrs := c.inOrder(entry, groups)
		if p := c.srv.profile; p != nil && !slices.Contains(p.attrs, "use") {
			attrs = append(attrs, uses...) // of which LIST says nothing
		}
		c.writeList("XLIST", entry, attrs, "")
	}
	return nil
}

// xlistUses are what the mailbox is for, as the profile says or by its special use; INBOX is
// for itself.
func (c *conn) xlistUses(entry *listEntry) []imap.MailboxAttr {
	var out []imap.MailboxAttr
	if p := c.srv.profile; p != nil {
		if form := p.form(entry.name); form != nil && form.XList != nil {
			for _, use := range form.XList {
				out = append(out, imap.MailboxAttr(use))
			}
			return out
		}
	}
	if entry.name == "INBOX" {
		out = append(out, "\\Inbox")
	}
	for _, use := range entry.uses {
		if other, has := xlistUses[use]; has {
			use = other
		}
		out = append(out, use)
	}
	return out
}
