package smtpd

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-smtp"
)

// BDAT: RFC 3030, section 2; with LMTP RFC 2033, section 4.3.
//
//	bdat-cmd = "BDAT" SP chunk-size [SP end-marker] CR LF
type bdatCmd struct {
	size int64
	last bool
}

func parseBDAT(p *parser) command {
	cmd := &bdatCmd{}
	words := strings.Fields(p.text)
	if len(words) == 2 && oneOf(words[1], "LAST") {
		cmd.last, words = true, words[:1]
	}
	err := strconv.ErrSyntax
	if len(words) == 1 {
		cmd.size, err = strconv.ParseInt(words[0], 10, 64)
	}
	if err != nil || cmd.size < 0 {
		p.fail(badSyntax("want BDAT size [LAST]"))
	}
	return cmd
}

func (cmd *bdatCmd) run(c *conn) error {
	switch tx := c.tx; {
	case tx == nil || len(tx.to) == 0:
		return cmd.nobody(c)
	case !tx.chunks:
		tx.chunks, c.room = true, c.room[:0]
	}
	size := int64(len(c.room))
	if cmd.size > c.srv.cfg.MaxSize-size {
		return cmd.tooMuch(c)
	}
	if err := c.readChunk(cmd.size); err != nil {
		return err
	}
	if cmd.last {
		return c.endOfMessage(size + cmd.size)
	}
	c.say(250, smtp.EnhancedCode{2, 0, 0}, strconv.FormatInt(cmd.size, 10)+" octets received")
	return nil
}

// nobody is a chunk without a recipient. The last one is answered for each, and so
// with LMTP not at all.
func (cmd *bdatCmd) nobody(c *conn) error {
	if err := c.discard(cmd.size); err != nil {
		return err
	}
	if c.tx != nil && c.srv.cfg.LMTP && cmd.last {
		c.tx = nil
		return nil
	}
	return badSequence("no transaction with a recipient")
}

// tooMuch is a chunk that makes the message too big.
func (cmd *bdatCmd) tooMuch(c *conn) error {
	if err := c.discard(cmd.size); err != nil {
		return err
	}
	if cmd.last {
		return c.endOfMessage(int64(len(c.room)) + cmd.size)
	}
	c.tx = nil
	return tooBig()
}

// readChunk appends to c.room as bytes arrive. A connection that ends within a
// chunk has sent nothing.
func (c *conn) readChunk(size int64) error {
	for size > 0 {
		at, n := len(c.room), int(min(size, 32<<10))
		c.room = slices.Grow(c.room, n)[:at+n]
		got, err := c.br.Read(c.room[at:])
		c.room = c.room[:at+got]
		size -= int64(got)
		if err != nil {
			return errGone
		}
	}
	return nil
}

// discard reads a chunk that is not wanted.
func (c *conn) discard(size int64) error {
	if _, err := io.CopyN(io.Discard, c.br, size); err != nil {
		return errGone
	}
	return nil
}

// instead reads what follows a BDAT that was refused. The transaction is over.
func (cmd *bdatCmd) instead(c *conn, by error) error {
	if !c.offers("CHUNKING") {
		return by
	}
	if err := c.discard(cmd.size); err != nil {
		return err
	}
	c.tx = nil
	return by
}
