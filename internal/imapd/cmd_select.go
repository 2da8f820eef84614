package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// SELECT and EXAMINE: RFC 3501, sections 6.3.1 and 6.3.2; CONDSTORE: RFC 7162,
// section 3.1.8; QRESYNC: section 3.2.5.
//
//	select        = "SELECT" SP mailbox [SP select-params]
//	select-params = "(" select-param *(SP select-param) ")"
//	select-param  = "CONDSTORE" / "QRESYNC" SP "(" … ")" / "ANNOTATE"
type selectCmd struct {
	name      string
	readOnly  bool
	condstore bool
	qresync   *qresyncParam
	annotate  bool
}

// selectParams are what SELECT and EXAMINE may be given.
var selectParams = []struct {
	name string
	cap  imap.Cap
}{{"CONDSTORE", imap.CapCondStore}, {"QRESYNC", imap.CapQResync}, {"ANNOTATE", CapAnnotate}}

func parseSelect(p *parser) command  { return parseSelectAs(p, false) }
func parseExamine(p *parser) command { return parseSelectAs(p, true) }

func parseSelectAs(p *parser, readOnly bool) command {
	cmd := &selectCmd{readOnly: readOnly}
	p.SP()
	cmd.name = p.Mailbox()
	if p.Peek() != ' ' {
		return cmd
	}
	var words []string
	for _, param := range selectParams {
		if p.has(param.cap) {
			words = append(words, param.name)
		}
	}
	if len(words) == 0 || !p.Try(' ') {
		return cmd
	}
	p.List(func() {
		switch p.option("SELECT parameter", words...) {
		case "CONDSTORE":
			cmd.condstore = true
		case "QRESYNC":
			cmd.qresync = p.qresync()
		case "ANNOTATE":
			cmd.annotate = true
		}
	})
	return cmd
}

// run leaves the old mailbox whatever comes of the new one: a SELECT that
// fails leaves none selected (RFC 9051, section 6.3.2).
func (cmd *selectCmd) run(c *conn, ok *okResponse) error {
	now := c.nowNamed(cmd.name)
	c.leaveMailbox()
	mbox, err := c.openable(cmd.name, c.needs.named)
	if err != nil {
		return addText(err, now)
	}
	if cmd.condstore {
		c.enableCondStore()
	}
	odd := mbox.Oddities()
	readOnly := cmd.readOnly || odd.ReadOnly
	changeable := !readOnly && c.changeable(mbox)
	opening := c.notKept(mbox, c.window(mbox.OpenAs(c.user, changeable)), cmd.readOnly)
	c.openView(mbox, opening, readOnly)
	c.srv.update(c, func(s *Session) { s.Mailbox, s.ReadOnly = cmd.name, !changeable })
	c.view.annotate = cmd.annotate
	c.writeSelected(opening)
	if odd.UIDNotSticky && !c.enabled.uidOnly {
		c.note("note.uidnotsticky", "NO", "UIDNOTSTICKY", "The UIDs are good for this session")
	}
	if cmd.qresync != nil {
		if err := cmd.qresync.resync(c); err != nil {
			return err
		}
	}
	ok.code = "READ-WRITE"
	if !changeable {
		ok.code = "READ-ONLY"
	}
	return nil
}

// leaveMailbox is what a SELECT begins with.
func (c *conn) leaveMailbox() {
	wasSelected := c.view != nil
	c.closeView()
	if wasSelected && (c.has(imap.CapCondStore) || c.enabled.rev2) {
		// RFC 7162, section 3.2.11, RFC 9051, section 7.1: the client can tell
		// old data from new.
		c.note("note.closed", "OK", "CLOSED", "Previous mailbox closed")
	}
}

// openable is a mailbox that can be selected, if the account has these rights.
func (c *conn) openable(name string, need store.Rights) (*store.Mailbox, error) {
	mbox, err := c.mailbox(name, need)
	switch {
	case err != nil:
		return nil, err
	case mbox.NoSelect():
		return nil, no("mailbox.noselect", imap.ResponseCodeCannot, "the mailbox is \\Noselect")
	}
	return mbox, nil
}

// noticeReadOnly tells the client when its mailbox has become one that can only be
// read (RFC 9051, section 7.1, READ-ONLY).
func (v *view) noticeReadOnly(c *conn) {
	if v.readOnly || !v.mbox.Oddities().ReadOnly {
		return
	}
	v.readOnly = true
	c.note("note.readonly", "OK", "READ-ONLY", "The mailbox can only be read now")
	c.srv.update(c, func(s *Session) { s.ReadOnly = true })
}

func (c *conn) openView(mbox *store.Mailbox, o store.Opening, readOnly bool) {
	c.view = &view{
		mbox:        mbox,
		at:          o.Numbered,
		uidValidity: o.UIDValidity,
		readOnly:    readOnly,
		rights:      c.rights(mbox),
		uids:        o.UIDs,
		uidNext:     o.UIDNext,
		modseq:      o.ModSeq,
		status:      o.Status,
		complete:    o.ModSeq,
		keeps:       o.ModSeq,
		recent:      o.Recent,
		keywords:    len(o.Keywords),
		keyResets:   c.user.AccessKeyResets(mbox),
	}
}

// closeView leaves the selected mailbox, if there is one.
func (c *conn) closeView() {
	if c.view == nil {
		return
	}
	c.leaveView()
	c.view = nil
	c.srv.update(c, func(s *Session) { s.Mailbox, s.ReadOnly = "", false })
}

// writeSelected sends the untagged data of SELECT: RFC 3501, section 6.3.1, or
// in IMAP4rev2 RFC 9051, section 6.3.2.
func (c *conn) writeSelected(o store.Opening) {
	v, e := c.view, c.enc
	if p := c.selectLines(); p != nil {
		c.writePlanned(p.all, o)
		if c.enabled.rev2 {
			c.writeNamed(newNamespace(c.user).entry(c.user.NameOf(v.mbox)), "")
		}
		return
	}
	c.writeFlagLists(o.Keywords, v.readOnly)
	e.Raw("* ").Num(v.exists()).Raw(" EXISTS").CRLF()
	if c.enabled.rev2 {
		c.writeNamed(newNamespace(c.user).entry(c.user.NameOf(v.mbox)), "")
	} else {
		e.Raw("* ").Num(c.recentCount()).Raw(" RECENT").CRLF()
		if first := v.seq(o.FirstUnseen); first > 0 && !c.enabled.uidOnly {
			e.Raw("* OK [UNSEEN ").Num(first).Raw("] First unseen message").CRLF()
		}
	}
	e.Raw("* OK [UIDVALIDITY ").Num(o.UIDValidity).Raw("] UIDs valid").CRLF()
	e.Raw("* OK [UIDNEXT ").Num(uint32(o.UIDNext)).Raw("] Predicted next UID").CRLF()
	if c.has(imap.CapCondStore) {
		c.writeHighestModSeq(v.mbox, o.ModSeq)
		v.told.highest = o.ModSeq
	}
	if c.has(imap.CapObjectID) {
		e.Raw("* OK [MAILBOXID (").Raw(v.mbox.ID()).Raw(")] Mailbox ID").CRLF()
	}
	if c.has(imap.CapURLAuth) {
		e.Raw("* OK [" + urlMech + "] URL mechanisms").CRLF()
	}
	if c.has(CapAnnotate) {
		e.Raw("* OK [" + c.annotationsCode(v) + "] Annotations").CRLF()
	}
}

// CLOSE: RFC 3501, section 6.4.2. It expunges without telling, and without
// HIGHESTMODSEQ too (RFC 7162, section 3.2.8), and nothing without the right to (RFC
// 4314, section 4).
type closeCmd struct{}

func parseClose(*parser) command { return closeCmd{} }

func (closeCmd) run(c *conn, _ *okResponse) error {
	v := c.view
	if !v.readOnly && c.may(v.mbox, store.MayExpunge) == nil {
		gone, err := v.at.ExpungeDeleted(nil)
		if err != nil {
			return storeError(err)
		}
		c.ownExpunge(gone)
	}
	c.closeView()
	return nil
}

// UNSELECT: RFC 3691. It expunges nothing.
type unselectCmd struct{}

func parseUnselect(*parser) command { return unselectCmd{} }

func (unselectCmd) run(c *conn, _ *okResponse) error {
	c.closeView()
	return nil
}
