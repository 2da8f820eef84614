package imapd

import (
	"errors"
	"math"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// Limits of what is read before anybody has logged in: a user name, a
// password and a SASL response fit.
const maxLiteralBeforeLogin = 4 << 10

// maxLiteral bounds the literals of every command but APPEND and REPLACE, together.
const maxLiteral = 1 << 20

// appendsAtOnce is how many messages of the largest size a MULTIAPPEND may have; of
// smaller ones there may be more. RFC 7889 limits each message, and what the server
// holds until all are there must be limited too.
const appendsAtOnce = 4

// acceptLiteral answers the announcement of a literal.
func (c *conn) acceptLiteral(cmd *imapwire.Command, lit imapwire.Literal) error {
	h, _ := c.hear(cmd)
	if !h.known {
		return h.unknown()
	}
	name := h.sent
	_, invalid := c.lookup(name)
	if err := c.checkLiteral(name, cmd.LiteralBytes(), lit.Size); invalid == nil && err != nil {
		return err
	}
	if hook := c.srv.cfg.Hooks.Literal; hook != nil {
		c.tag = h.tag
		switch err := hook(c.announced(h), (len(cmd.Segments())+1)/2, invalid, Control{c}); {
		case errors.Is(err, ErrTake):
			invalid = nil
		case err != nil:
			return err
		}
	}
	if invalid != nil {
		return invalid
	}
	if lit.NonSync {
		return c.acceptNonSync(lit)
	}
	c.recordPart(h)
	c.owing = true
	c.running = name
	c.say("continue.literal", "+ Ready for literal data", value{"bytes", lit.Size})
	return nil
}

// announced is a command that is not yet whole. When it is, begin makes it anew in its place.
func (c *conn) announced(h heard) *Command {
	if c.begun == nil {
		c.begun = new(Command)
	}
	*c.begun = Command{Session: c.info, Tag: h.tag, Name: h.sent, Line: h.line, Start: time.Now()}
	return c.begun
}

// checkLiteral holds a literal, and all of its command together, to what may be held in
// memory. The answer is NO [TOOBIG], in place of the continuation or after what the
// client sends all the same has been read and forgotten (RFC 7888, section 4).
func (c *conn) checkLiteral(name string, before, size uint64) error {
	limit := uint64(maxLiteral)
	total := limit
	switch {
	case c.user == nil:
		limit, total = maxLiteralBeforeLogin, maxLiteralBeforeLogin
	case name == "APPEND", name == "REPLACE", name == "UID REPLACE":
		limit = c.srv.cfg.AppendLimit
		total = appendsAtOnce*min(limit, math.MaxUint64/2/appendsAtOnce) + maxLiteral
	}
	switch {
	case size > limit:
		return no("append.toobig", imap.ResponseCodeTooBig, "a literal of %d bytes is over the limit of %d", size, limit).with("limit", limit)
	case size > total-before: // which is never above it
		return no("append.toobig", imap.ResponseCodeTooBig, "%d bytes in the literals of one command are over the limit of %d", before+size, total).with("limit", total)
	}
	return nil
}

// acceptNonSync holds a client to what was advertised (RFC 7888).
func (c *conn) acceptNonSync(lit imapwire.Literal) error {
	switch {
	case c.has(imap.CapLiteralPlus):
		return nil
	case !c.has(imap.CapLiteralMinus):
		return bad("command.literal", "non-synchronizing literals are not supported")
	case lit.Size > 4096:
		err := bad("command.literal", "LITERAL- allows 4096 bytes, not %d (RFC 7888, section 5)", lit.Size)
		err.answer.Code = imap.ResponseCodeTooBig
		return err
	}
	return nil
}
