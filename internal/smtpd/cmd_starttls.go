package smtpd

import (
	"crypto/tls"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// STARTTLS: RFC 3207. It takes no argument.
type startTLSCmd struct{}

func parseStartTLS(p *parser) command {
	p.noArgument()
	return startTLSCmd{}
}

// run forgets what the client has told before TLS (section 4.2). What stands in the
// clear behind the command may be somebody else's: there is no TLS then.
func (startTLSCmd) run(c *conn) error {
	switch {
	case c.info.TLS != nil:
		return badSequence("TLS is active already")
	case c.rd.Buffered() > 0:
		return badSequence("STARTTLS must be the last command of a group")
	}
	c.say(220, smtp.EnhancedCode{2, 0, 0}, "begin the TLS handshake")
	if err := c.finish(); err != nil {
		return err
	}
	if err := c.Out.Flush(); err != nil {
		return errGone
	}
	c.info.Helo, c.info.Extended, c.info.User = "", false, ""
	return c.secure()
}

// secure makes all that is read and written from now on go through TLS. Nothing waits
// to be sent: a hook that hangs up in the middle of the handshake has nothing to write.
func (c *conn) secure() error {
	c.begin(&Command{Stage: StageTLS})
	tc := tls.Server(c.Stream(), &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: c.chooseTLS})
	c.handshaking, c.tlsConfig = true, nil
	if err := tc.Handshake(); err != nil {
		c.Out.Note(serve.NoTLS(err))
		c.Blame("the TLS handshake failed")
		c.Conn.Drop(false)
		return errGone
	}
	state := tc.ConnectionState()
	c.handshaking, c.tls, c.info.TLS = false, tc, &state
	c.Attach(tc)
	c.rd.Reset(flushingReader{c})
	return c.finish()
}

// chooseTLS asks the hook, when the client has said that it wants TLS.
func (c *conn) chooseTLS(*tls.ClientHelloInfo) (*tls.Config, error) {
	if err := c.hook(c.step); err != nil {
		return nil, err
	}
	if c.tlsConfig != nil {
		return c.tlsConfig, nil
	}
	return c.srv.cfg.TLS(), nil
}
