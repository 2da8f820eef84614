package smtpd

import (
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/serve"
	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// transaction is one that is under way (RFC 5321, section 3.3).
type transaction struct {
	Transaction // of the backend
	from        string
	utf8        bool // SMTPUTF8 was said
	binary      bool // the message is announced as BINARYMIME
	to          []string
	chunks      bool // the message is coming by BDAT
}

// Sending: see [serve.Answer].
func (tx *transaction) Sending() {}

// Settled tells the backend that the client has been told, or is gone.
func (tx *transaction) Settled(serve.Tally, bool) { tx.Answered() }

// MAIL: RFC 5321, section 4.1.1.2.
//
//	mail         = "MAIL FROM:" Reverse-path [SP Mail-parameters]
//	Reverse-path = Path / "<>"
type mailCmd struct {
	from string
	opts MailOptions
}

func parseMail(p *parser) command {
	const prefix = "FROM:"
	cmd := &mailCmd{}
	from := p.readPath(prefix)
	if cmd.from = from.String(); cmd.from != "" && from.Domain == "" {
		p.badPath(prefix)
	}
	if p.err == nil {
		p.readMailParams(&cmd.opts)
	}
	return cmd
}

func (cmd *mailCmd) run(c *conn) error {
	cfg := &c.srv.cfg
	switch {
	case cmd.opts.Size > cfg.MaxSize:
		return tooBig() // RFC 1870, section 6.1
	case !cmd.opts.UTF8 && !smtpwire.IsASCII(cmd.from):
		return needsUTF8(cmd.from)
	}
	tx, err := cfg.Backend.Mail(c.info, cmd.from, &cmd.opts)
	if err != nil {
		return err
	}
	c.tx = &transaction{Transaction: tx, from: cmd.from, utf8: cmd.opts.UTF8, binary: cmd.opts.Body == smtp.BodyBinaryMIME}
	c.say(250, smtp.EnhancedCode{2, 0, 0}, "Roger, accepting mail from <"+cmd.from+">")
	return nil
}

func tooBig() error { return refusal(552, smtp.EnhancedCode{5, 3, 4}, "message too big") }

// needsUTF8: RFC 6531, section 3.5.
func needsUTF8(addr string) error {
	return refusal(553, smtp.EnhancedCode{5, 6, 7}, "<"+addr+">: a UTF-8 address needs SMTPUTF8")
}
