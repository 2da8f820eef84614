package smtpd

import (
	"strings"

	"github.com/emersion/go-smtp"
)

// HELO and EHLO: RFC 5321, section 4.1.1.1; LHLO: RFC 2033, section 4.1.
//
//	helo = "HELO" SP Domain
//	ehlo = "EHLO" SP ( Domain / address-literal )
//
// What stands behind the first word is not looked at.
type helloCmd struct {
	verb, name string
}

func parseHello(p *parser) command {
	cmd := &helloCmd{verb: p.verb}
	cmd.name, _, _ = strings.Cut(p.text, " ")
	switch lmtp := p.c.srv.cfg.LMTP; {
	case lmtp && p.verb != "LHLO":
		p.fail(refusal(500, smtp.EnhancedCode{5, 5, 1}, "This is a LMTP server, use LHLO"))
	case !lmtp && p.verb == "LHLO":
		p.fail(refusal(500, smtp.EnhancedCode{5, 5, 1}, "This is not a LMTP server"))
	case cmd.name == "":
		p.fail(refusal(501, smtp.EnhancedCode{5, 5, 2}, "Domain/address argument required for HELO"))
	}
	return cmd
}

func (cmd *helloCmd) run(c *conn) error {
	c.introduce(cmd)
	lines := []string{c.srv.cfg.Hostname + " greets " + cmd.name}
	if c.info.Extended {
		lines = append(lines, c.keywords()...)
	}
	c.sayAll(250, lines)
	return nil
}

// introduce begins the session anew (RFC 5321, section 4.1.4).
func (c *conn) introduce(cmd *helloCmd) {
	c.tx = nil
	c.info.Helo, c.info.Extended = cmd.name, cmd.verb != "HELO"
}

// instead: whose greeting a hook has answered with success has introduced itself,
// whatever it was told.
func (cmd *helloCmd) instead(c *conn, by error) error {
	if asReply(by).Code < 300 {
		c.introduce(cmd)
	}
	return by
}

func (c *conn) extendedHello() string {
	if c.srv.cfg.LMTP {
		return "LHLO"
	}
	return "EHLO"
}
