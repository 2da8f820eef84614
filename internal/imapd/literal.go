package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// Limits of what is read before anybody has logged in: a user name, a
// password and a SASL response fit.
const maxLiteralBeforeLogin = 4 << 10

// maxLiteral bounds the literals of every command but APPEND.
const maxLiteral = 1 << 20

// acceptLiteral answers the announcement of a literal.
func (c *conn) acceptLiteral(cmd *imapwire.Command, lit imapwire.Literal) error {
	h, _ := c.hear(cmd)
	if !h.known {
		return h.unknown()
	}
	p := cmd.Parser()
	p.Tag()
	p.SP()
	name := commandName(p)
	if _, err := c.lookup(name); err != nil {
		return err
	}
	limit := uint64(maxLiteral)
	switch {
	case c.user == nil:
		limit = maxLiteralBeforeLogin
	case name == "APPEND", name == "REPLACE", name == "UID REPLACE":
		limit = c.srv.cfg.AppendLimit
	}
	if lit.Size > limit {
		return no(imap.ResponseCodeTooBig, "a literal of %d bytes is over the limit of %d", lit.Size, limit)
	}
	if hook := c.srv.cfg.Hooks.Literal; hook != nil {
		begun := &Command{Session: c.info, Name: name, Line: h.line}
		if err := hook(begun, (len(cmd.Segments())+1)/2); err != nil {
			return err
		}
	}
	if lit.NonSync {
		return c.acceptNonSync(lit)
	}
	c.recordPart(h)
	c.owing = true
	c.enc.Raw("+ Ready for literal data").CRLF()
	return nil
}

// acceptNonSync holds a client to what was advertised (RFC 7888).
func (c *conn) acceptNonSync(lit imapwire.Literal) error {
	switch {
	case c.has(imap.CapLiteralPlus):
		return nil
	case !c.has(imap.CapLiteralMinus):
		return bad("non-synchronizing literals are not supported")
	case lit.Size > 4096:
		return bad("LITERAL- allows 4096 bytes, not %d (RFC 7888, section 5)", lit.Size)
	}
	return nil
}
