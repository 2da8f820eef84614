package smtpd

import "github.com/emersion/go-smtp"

// RSET: RFC 5321, section 4.1.1.5. It takes no argument.
type rsetCmd struct{}

func parseRset(p *parser) command {
	p.noArgument()
	return rsetCmd{}
}

func (rsetCmd) run(c *conn) error {
	c.tx = nil
	c.say(250, smtp.EnhancedCode{2, 0, 0}, "Session reset")
	return nil
}

// NOOP: RFC 5321, section 4.1.1.9. Its argument means nothing.
type noopCmd struct{}

func parseNoop(*parser) command { return noopCmd{} }

func (noopCmd) run(c *conn) error {
	c.say(250, smtp.EnhancedCode{2, 0, 0}, "I have successfully done nothing")
	return nil
}

// QUIT: RFC 5321, section 4.1.1.10.
type quitCmd struct{}

func parseQuit(*parser) command { return quitCmd{} }

func (quitCmd) run(c *conn) error {
	c.Blame("QUIT")
	c.done = true
	c.say(221, smtp.EnhancedCode{2, 0, 0}, "Bye")
	return nil
}

// VRFY: RFC 5321, sections 3.5.3 and 4.1.1.6. Nobody is told who there is.
//
//	vrfy = "VRFY" SP String
type vrfyCmd struct{}

func parseVrfy(p *parser) command {
	if p.text == "" {
		p.fail(badSyntax("VRFY wants a user"))
	}
	return vrfyCmd{}
}

func (vrfyCmd) run(c *conn) error {
	c.say(252, smtp.EnhancedCode{2, 5, 0}, "Cannot VRFY user, but will accept message")
	return nil
}

// EXPN and HELP are known and not implemented: RFC 5321, section 4.2.4.
type unimplementedCmd struct{ verb string }

func parseUnimplemented(p *parser) command { return unimplementedCmd{p.verb} }

func (cmd unimplementedCmd) run(*conn) error {
	return refusal(502, smtp.EnhancedCode{5, 5, 1}, cmd.verb+" command not implemented")
}
