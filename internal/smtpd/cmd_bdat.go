package smtpd

import (
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
	if len(words) == 2 && strings.EqualFold(words[1], "LAST") {
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
	var err error
	if c.room, err = c.rd.ReadChunk(c.room, cmd.size); err != nil {
		return errGone
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

// discard reads a chunk that is not wanted.
func (c *conn) discard(size int64) error {
	if c.rd.Discard(size) != nil {
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
