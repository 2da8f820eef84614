package imapd

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// APPEND: RFC 3501, section 6.3.11; several messages: RFC 3502; literal8: RFC
// 3516; APPENDUID: RFC 4315, section 3; UTF8, which RFC 9755 no longer has: RFC 6855,
// section 4; CATENATE: RFC 4469.
//
//	append         = "APPEND" SP mailbox 1*append-message
//	append-message = [SP flag-list] [SP date-time] [SP att-annotate] SP append-data
//	append-data    = literal / literal8 / "UTF8" SP "(" literal8 ")" / "CATENATE" SP …
type appendCmd struct {
	name     string
	messages []appendMessage
}

type appendMessage struct {
	flags []imap.Flag
	date  time.Time
	notes []store.Note // RFC 5257, section 4.7
	parts []catPart    // of CATENATE: raw is put together of them
	raw   []byte
}

func parseAppend(p *parser) command {
	cmd := &appendCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	cmd.messages = []appendMessage{p.appendMessage()}
	for p.OK() && p.has(imap.CapMultiAppend) && !p.AtEnd() {
		cmd.messages = append(cmd.messages, p.appendMessage())
	}
	return cmd
}

// appendMessage reads append-message.
func (p *parser) appendMessage() appendMessage {
	var m appendMessage
	p.SP()
	if p.Peek() == '(' {
		m.flags = p.FlagList()
		p.SP()
	}
	if p.Peek() == '"' {
		m.date = p.DateTime()
		p.SP()
	}
	if p.has(CapAnnotate) && p.TryWord("ANNOTATION") {
		m.notes = p.notes()
		p.SP()
	}
	switch {
	case p.c.enabled.utf8 && p.TryWord("UTF8 ("):
		m.raw = p.utf8Literal()
	case p.has(imap.CapCatenate) && p.TryWord("CATENATE "):
		m.parts = p.catParts()
	default:
		m.raw = p.literalOrLiteral8()
	}
	return m
}

func (p *parser) utf8Literal() []byte {
	if !p.LiteralIs8() {
		p.Fail("UTF8 needs a literal8 (RFC 6855, section 4)")
	}
	raw := p.Literal()
	p.Expect(')')
	return raw
}

func (p *parser) literalOrLiteral8() []byte {
	if p.LiteralIs8() && !p.has(imap.CapBinary) {
		p.Fail("a literal8 needs BINARY")
	}
	return p.Literal()
}

func (m appendMessage) draft() store.Draft {
	return store.Draft{Raw: m.raw, Flags: m.flags, InternalDate: m.date, Notes: m.notes}
}

// checkHeaders refuses 8-bit header fields of a client that has not enabled UTF-8, where
// the server is strict (RFC 9755, section 4).
func (c *conn) checkHeaders(messages ...appendMessage) error {
	if !c.srv.cfg.StrictHeaders || c.speaksUTF8() {
		return nil
	}
	for _, m := range messages {
		if isEightBit(mimetree.HeaderOf(m.raw)) {
			return no("append.headers", imap.ResponseCodeCannot, "8-bit header fields need ENABLE UTF8=ACCEPT (RFC 9755, section 4)")
		}
	}
	return nil
}

func isEightBit(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
}

// run adds all messages or none (RFC 3502, section 6.3.11). An empty message
// among others cancels them; alone it is a message like any other, which some
// test wants to have.
func (cmd *appendCmd) run(c *conn, ok *okResponse) error {
	mbox, err := c.destination(cmd.name)
	if err != nil {
		return err
	}
	if err := c.overSaveLimit(len(cmd.messages)); err != nil {
		return err
	}
	if err := c.catenate(cmd.messages); err != nil {
		return err
	}
	if err := c.checkHeaders(cmd.messages...); err != nil {
		return err
	}
	if err := c.checkNotes(mbox, cmd.messages); err != nil {
		return err
	}
	drafts := make([]store.Draft, len(cmd.messages))
	for i, m := range cmd.messages {
		if len(m.raw) == 0 && len(cmd.messages) > 1 {
			return no("append.empty", "", "an empty message cancels the APPEND")
		}
		m.flags = c.keptFlags(c.canSet(mbox, m.flags))
		drafts[i] = m.draft()
	}
	added, err := mbox.As(c.user).By(c.number).AppendDrafts(drafts)
	if err != nil {
		return storeError(err)
	}
	uids := uidsOf(added.Messages)
	c.putInto(mbox, store.UIDSet(uids))
	if c.isSelected(mbox) {
		c.view.hides = true
	}
	if c.tellsNewUIDs(mbox) {
		ok.code = appendUID(added.UIDValidity, uids)
	}
	return nil
}

// appendUID is the response code of UIDPLUS (RFC 4315, section 3).
func appendUID(uidValidity uint32, uids []imap.UID) string {
	return "APPENDUID " + strconv.FormatUint(uint64(uidValidity), 10) + " " + formatNums(uids)
}

// REPLACE and UID REPLACE: RFC 8508.
//
//	replace = "REPLACE" SP seq-number SP mailbox append-message
type replaceCmd struct {
	uid     bool
	which   imapwire.NumSet
	name    string
	message []appendMessage // one
}

func parseReplace(p *parser) command {
	cmd := &replaceCmd{uid: p.uid}
	p.SP()
	if cmd.which = p.NumSet(); strings.ContainsAny(cmd.which.String(), ",:$") {
		p.Fail("REPLACE takes one message")
	}
	p.SP()
	cmd.name = p.Mailbox()
	cmd.message = []appendMessage{p.appendMessage()}
	return cmd
}

// run tells the new UID before the old message goes (RFC 8508, section 3.3).
func (cmd *replaceCmd) run(c *conn, ok *okResponse) error {
	v := c.view
	if v.readOnly {
		return no("mailbox.readonly", "", "the mailbox is read-only")
	}
	uid, err := cmd.target(v)
	if err != nil {
		return err
	}
	dest, err := c.destination(cmd.name)
	if err != nil {
		return err
	}
	if err := c.catenate(cmd.message); err != nil {
		return err
	}
	if err := c.checkHeaders(cmd.message...); err != nil {
		return err
	}
	if err := c.checkNotes(dest, cmd.message); err != nil {
		return err
	}
	message := cmd.message[0]
	message.flags = c.canSet(dest, message.flags)
	added, err := v.at.Replace(uid, dest, message.draft())
	switch {
	case errors.Is(err, store.ErrNotFound) && !cmd.uid && v.at.Valid() == nil:
		return no("message.expunged", codeExpungeIssued, "the message has been expunged")
	case err != nil:
		return storeError(err)
	}
	uids := uidsOf(added.Messages)
	c.putInto(dest, store.UIDSet(uids))
	if c.tellsNewUIDs(dest) {
		c.note("note.appenduid", "OK", appendUID(added.UIDValidity, uids), "Replacement message ready")
	}
	ok.highest = true
	return nil
}

// target is the message that is replaced.
func (cmd *replaceCmd) target(v *view) (imap.UID, error) {
	uids, err := v.resolve(cmd.which, cmd.uid)
	if err != nil {
		return 0, err
	}
	if len(uids) != 1 {
		return 0, no("message.missing", imap.ResponseCodeNonExistent, "no such message")
	}
	return uids[0], nil
}
