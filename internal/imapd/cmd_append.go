package imapd

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// APPEND: RFC 3501, section 6.3.11; APPENDUID: RFC 4315, section 3.
//
//	append = "APPEND" SP mailbox [SP flag-list] [SP date-time] SP literal
type appendCmd struct {
	name  string
	flags []imap.Flag
	date  time.Time
	raw   []byte
}

func parseAppend(p *parser) command {
	cmd := &appendCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	p.SP()
	if p.Peek() == '(' {
		cmd.flags = p.FlagList()
		p.SP()
	}
	if p.Peek() == '"' {
		cmd.date = p.DateTime()
		p.SP()
	}
	if p.LiteralIs8() {
		p.Fail("literal8 needs BINARY")
	}
	cmd.raw = p.Literal()
	return cmd
}

func (cmd *appendCmd) run(c *conn, ok *okResponse) error {
	mbox, err := c.destination(cmd.name)
	if err != nil {
		return err
	}
	opts := []memstore.AppendOption{memstore.WithFlags(cmd.flags...)}
	if !cmd.date.IsZero() {
		opts = append(opts, memstore.WithInternalDate(cmd.date))
	}
	m, err := mbox.Append(cmd.raw, opts...)
	if err != nil {
		return storeError(err)
	}
	if c.has(imap.CapUIDPlus) {
		ok.code = fmt.Sprintf("APPENDUID %d %d", mbox.UIDValidity(), m.UID)
	}
	return nil
}
