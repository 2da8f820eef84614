package smtpd

import "github.com/emersion/go-smtp"

// DATA: RFC 5321, section 4.1.1.4. It takes no argument.
type dataCmd struct{}

func parseData(p *parser) command {
	p.noArgument()
	return dataCmd{}
}

func (dataCmd) run(c *conn) error {
	switch {
	case len(c.tx.to) == 0 && c.srv.cfg.LMTP:
		return badSequence("no valid recipients") // RFC 2033, section 4.2
	case len(c.tx.to) == 0:
		return refusal(554, smtp.EnhancedCode{5, 5, 1}, "no valid recipients") // RFC 5321, section 3.3
	case c.tx.binary:
		return badSequence("BODY=BINARYMIME wants BDAT") // RFC 3030, section 3
	}
	c.say(354, smtp.NoEnhancedCode, "Go ahead. End your data with <CR><LF>.<CR><LF>")
	if err := c.finish(); err != nil {
		return err
	}
	var size int64
	var err error
	c.room, size, err = c.rd.ReadMessage(c.room[:0], c.srv.cfg.MaxSize)
	if err != nil {
		return errGone
	}
	return c.endOfMessage(size)
}
