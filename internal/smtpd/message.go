package smtpd

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// endOfMessage is where DATA and BDAT meet: a message of that size is there, and in
// c.room if it is not too big. It ends the transaction with an answer for all
// recipients or, with LMTP, one for each, in their order (RFC 2033, section 4.2).
func (c *conn) endOfMessage(size int64) error {
	tx := c.tx
	c.tx = nil
	c.record("(" + strconv.FormatInt(size, 10) + " bytes)")
	answers := make([]error, 1)
	if c.srv.cfg.LMTP {
		answers = make([]error, len(tx.to))
	}
	raw, err := c.takeMessage(tx, size)
	if err != nil {
		c.begin(&Command{Stage: StageEOD, From: tx.from, To: tx.to})
		answers = slices.Repeat([]error{err}, len(answers))
	} else if err := c.offer(tx, raw, answers); err != nil {
		return err
	}
	for i, answer := range answers {
		c.sayTaken(answer, tx.to[i])
	}
	return nil
}

// takeMessage is the message, if it may be one.
func (c *conn) takeMessage(tx *transaction, size int64) (raw []byte, err error) {
	switch cfg := &c.srv.cfg; {
	case size > cfg.MaxSize:
		err = tooBig()
	case cfg.RefuseBareLF && !tx.binary && smtpwire.HasBareLineEnd(c.room):
		err = refusal(550, smtp.EnhancedCode{5, 5, 2}, "bare CR or bare LF in the message")
	default:
		raw = bytes.Clone(c.room)
	}
	if cap(c.room) > 1<<20 {
		c.room = nil
	}
	return raw, err
}

// offer asks the hook, with LMTP for every recipient, and then gives the backend what
// has not been refused.
func (c *conn) offer(tx *transaction, raw []byte, answers []error) error {
	cmd := &Command{Stage: StageEOD, From: tx.from, To: tx.to, Data: raw}
	c.begin(cmd)
	for i := range answers {
		if c.srv.cfg.LMTP {
			cmd = &Command{Stage: StageEOD, Arg: tx.to[i], From: tx.from, To: tx.to[i : i+1 : i+1], Data: raw}
		}
		if answers[i] = c.hook(cmd); isEnd(answers[i]) {
			return answers[i]
		}
	}
	if slices.Contains(answers, nil) {
		c.offered = tx
		tx.Data(raw, answers, c.Closed())
	}
	return nil
}

// sayTaken is the answer for all recipients or, with LMTP, for one.
func (c *conn) sayTaken(err error, rcpt string) {
	reply := refusal(250, smtp.EnhancedCode{2, 0, 0}, "OK: queued")
	if err != nil {
		reply = asReply(err)
	}
	text := reply.Message
	if c.srv.cfg.LMTP {
		text = "<" + rcpt + "> " + text
	}
	c.say(reply.Code, reply.EnhancedCode, text)
}
