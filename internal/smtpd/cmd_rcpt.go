package smtpd

import (
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// RCPT: RFC 5321, section 4.1.1.3.
//
//	rcpt         = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters]
//	Forward-path = Path
//
// Any local part may stand without a domain, within brackets.
type rcptCmd struct {
	to   string
	opts smtp.RcptOptions
}

func parseRcpt(p *parser) command {
	const prefix = "TO:"
	cmd := &rcptCmd{}
	to := p.readPath(prefix)
	if cmd.to = to.String(); cmd.to == "" || to.Domain == "" && !to.Bracketed {
		p.badPath(prefix)
	}
	if p.err == nil {
		p.readRcptParams(&cmd.opts)
	}
	return cmd
}

func (cmd *rcptCmd) run(c *conn) error {
	switch limit := c.srv.cfg.MaxRecipients; {
	case !c.tx.utf8 && !smtpwire.IsASCII(cmd.to):
		return needsUTF8(cmd.to)
	case limit > 0 && len(c.tx.to) >= limit:
		return refusal(452, smtp.EnhancedCode{4, 5, 3}, "too many recipients") // RFC 5321, section 4.5.3.1.10
	}
	if err := c.tx.Rcpt(cmd.to, &cmd.opts); err != nil {
		return err
	}
	c.tx.to = append(c.tx.to, cmd.to)
	c.say(250, smtp.EnhancedCode{2, 0, 0}, "I'll make sure <"+cmd.to+"> gets this")
	return nil
}
