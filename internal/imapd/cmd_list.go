package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// LIST: RFC 3501, section 6.3.8; LIST-EXTENDED: RFC 5258; SPECIAL-USE:
// RFC 6154; LIST-STATUS: RFC 5819; LIST-MYRIGHTS: RFC 8440; LIST-METADATA: RFC 9590.
//
//	list        = "LIST" [SP select-opts] SP mailbox SP mbox-or-pat [SP "RETURN" SP return-opts]
//	select-opts = "(" [select-opt *(SP select-opt)] ")"
//	mbox-or-pat = list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
//	return-opts = "(" [return-opt *(SP return-opt)] ")"
type listCmd struct {
	extended bool // any of the syntax of RFC 5258 was used
	sel      listSelection
	ref      string
	patterns []string
	ret      listReturn
}

// listSelection narrows which mailboxes are listed.
type listSelection struct {
	subscribed, specialUse, remote, recursive bool
}

// listReturn says what is told of each.
type listReturn struct {
	subscribed, children, specialUse, myRights bool
	status                                     []*statusItem
	metadata                                   []string // names of entries
}

func parseList(p *parser) command {
	cmd := &listCmd{}
	p.SP()
	extended := p.has(imap.CapListExtended)
	if extended && p.Peek() == '(' {
		cmd.extended = true
		p.ListOrEmpty(func() { cmd.sel.parse(p) })
		p.SP()
	}
	cmd.ref = p.Reference()
	p.SP()
	if extended && p.Peek() == '(' {
		cmd.extended = true
		p.List(func() { cmd.patterns = append(cmd.patterns, p.ListMailbox()) })
	} else {
		cmd.patterns = []string{p.ListMailbox()}
	}
	if (extended || p.has(imap.CapListStatus)) && p.Try(' ') { // iCloud has LIST-STATUS alone
		cmd.extended = true
		p.option("LIST option", "RETURN")
		p.SP()
		p.ListOrEmpty(func() { cmd.ret.parse(p) })
	}
	if s := cmd.sel; p.OK() && s.recursive && !s.subscribed && !s.specialUse {
		p.Fail("RECURSIVEMATCH needs another selection option (RFC 5258, section 3.1)")
	}
	return cmd
}

func (s *listSelection) parse(p *parser) {
	words := []string{"SUBSCRIBED", "REMOTE", "RECURSIVEMATCH"}
	if p.has(imap.CapSpecialUse) {
		words = append(words, "SPECIAL-USE")
	}
	switch p.option("LIST selection option", words...) {
	case "SUBSCRIBED":
		s.subscribed = true
	case "SPECIAL-USE":
		s.specialUse = true
	case "RECURSIVEMATCH":
		s.recursive = true
	case "REMOTE":
		s.remote = true
	}
}

func (r *listReturn) parse(p *parser) {
	var words []string
	if p.has(imap.CapListExtended) {
		words = append(words, "SUBSCRIBED", "CHILDREN")
	}
	if p.has(imap.CapSpecialUse) {
		words = append(words, "SPECIAL-USE")
	}
	if p.has(imap.CapListStatus) {
		words = append(words, "STATUS")
	}
	if p.has(imap.CapListMyRights) {
		words = append(words, "MYRIGHTS")
	}
	if p.has(imap.CapListMetadata) {
		words = append(words, "METADATA")
	}
	switch p.option("LIST return option", words...) {
	case "SUBSCRIBED":
		r.subscribed = true
	case "CHILDREN":
		r.children = true
	case "SPECIAL-USE":
		r.specialUse = true
	case "MYRIGHTS":
		r.myRights = true
	case "STATUS":
		p.SP()
		r.status = p.statusItems()
	case "METADATA":
		p.SP()
		get := &getMetadataCmd{}
		p.List(func() { get.add(p.entry(store.CheckEntry)) })
		r.metadata = get.entries
	}
}

func (cmd *listCmd) run(c *conn, _ *okResponse) error {
	if !cmd.extended && cmd.patterns[0] == "" {
		c.writeRoot("LIST")
		return nil
	}
	c.asksStatus(cmd.ret.status)
	ns := newNamespace(c.user)
	for _, entry := range c.arrange(ns.list(cmd.ref, cmd.patterns, cmd.sel, c.interrupted), cmd.patterns...) {
		if c.interrupted() {
			break
		}
		c.writeList("LIST", entry, cmd.attributes(c, entry), "")
		cmd.returns(c, entry)
	}
	return nil
}

// returns sends what is asked for besides, of what is a mailbox and was not listed for its
// inferiors alone (RFC 8440, section 3).
func (cmd *listCmd) returns(c *conn, entry *listEntry) {
	if entry.mbox == nil {
		return
	}
	if len(cmd.ret.metadata) > 0 && cmd.sel.meets(entry) && c.rights(entry.mbox)&annotationRights != 0 {
		// RFC 9590, sections 3 and 4: not for what is listed for its inferiors alone, nor
		// where they cannot be looked up.
		c.writeMetadata(entry.name, c.annotationsOf(entry.mbox, cmd.ret.metadata))
	}
	if entry.mbox.NoSelect() {
		return
	}
	if cmd.ret.myRights && cmd.sel.meets(entry) {
		c.writeMyRights(entry.name, entry.mbox)
	}
	if len(cmd.ret.status) > 0 && c.may(entry.mbox, store.MayRead) == nil {
		c.writeStatus(entry.name, entry.mbox, cmd.ret.status)
	}
}

// attributes are what the command tells of a mailbox. A plain LIST tells of
// children and of special uses unasked, as both RFC 3348 and RFC 6154 allow;
// an extended one what it was asked for.
func (cmd *listCmd) attributes(c *conn, entry *listEntry) []imap.MailboxAttr {
	kind := entry.kind()
	if len(cmd.ret.status) > 0 && entry.mbox != nil && !entry.mbox.NoSelect() && c.may(entry.mbox, store.MayRead) != nil {
		kind = append(kind, imap.MailboxAttrNoSelect) // RFC 5819, section 2
	}
	groups := append(make([]attrGroup, 0, 5), attrGroup{"kind", kind}) // with a profile's own
	if entry.subscribed && (cmd.ret.subscribed || cmd.sel.subscribed) {
		groups = append(groups, attrGroup{"subscribed", []imap.MailboxAttr{imap.MailboxAttrSubscribed}})
	}
	if c.has(imap.CapChildren) && (!cmd.extended || cmd.ret.children) {
		groups = append(groups, attrGroup{"children", []imap.MailboxAttr{entry.childAttr()}})
	}
	if c.has(imap.CapSpecialUse) && (!cmd.extended || cmd.ret.specialUse || cmd.sel.specialUse) {
		groups = append(groups, attrGroup{"use", entry.uses})
	}
	return c.inOrder(entry, groups)
}

// LSUB: RFC 3501, section 6.3.9.
//
//	lsub = "LSUB" SP mailbox SP list-mailbox
type lsubCmd struct {
	ref, pattern string
	remote       bool
}

func parseLsub(p *parser) command { return parseLsubAs(p, false) }

func parseLsubAs(p *parser, remote bool) command {
	p.SP()
	ref := p.Reference()
	p.SP()
	return &lsubCmd{ref, p.ListMailbox(), remote}
}

func (cmd *lsubCmd) run(c *conn, _ *okResponse) error {
	if cmd.pattern == "" {
		c.writeRoot("LSUB")
		return nil
	}
	ns := newNamespace(c.user)
	for _, entry := range c.arrange(ns.lsub(cmd.ref, cmd.pattern, cmd.remote, c.interrupted), cmd.pattern) {
		if c.interrupted() {
			break
		}
		var attrs []imap.MailboxAttr
		if !entry.subscribed || entry.mbox != nil && entry.mbox.NoSelect() {
			attrs = append(attrs, imap.MailboxAttrNoSelect)
		}
		c.writeList("LSUB", entry, attrs, "")
	}
	return nil
}

// writeList sends one LIST or LSUB response.
//
//	mailbox-list = "(" [mbx-list-flags] ")" SP quoted-delim SP mailbox [SP mbox-list-extended]
//
// oldName is that of RFC 9051, section 7.3.1, "" for none.
func (c *conn) writeList(word string, entry *listEntry, attrs []imap.MailboxAttr, oldName string) {
	e := c.enc.Raw("* ").Raw(word).Raw(" (")
	for i, attr := range attrs {
		if i > 0 {
			e.SP()
		}
		e.Raw(string(attr))
	}
	e.Raw(") ")
	c.writeDelimiter()
	e.SP().Mailbox(entry.name)
	switch {
	case len(entry.childInfo) > 0:
		e.Raw(` ("CHILDINFO" (`)
		for i, option := range entry.childInfo {
			if i > 0 {
				e.SP()
			}
			e.Quoted(option)
		}
		e.Raw("))")
	case oldName != "":
		e.Raw(` ("OLDNAME" (`).Mailbox(oldName).Raw("))")
	}
	e.CRLF()
}

// writeNamed sends the LIST response by which a client is told of a name
// unasked: NOTIFY, and SELECT in IMAP4rev2.
func (c *conn) writeNamed(entry *listEntry, oldName string) {
	attrs := entry.kind()
	if entry.subscribed {
		attrs = append(attrs, imap.MailboxAttrSubscribed)
	}
	if c.has(imap.CapChildren) && entry.mbox != nil {
		attrs = append(attrs, entry.childAttr())
	}
	c.writeList("LIST", entry, attrs, oldName)
}
