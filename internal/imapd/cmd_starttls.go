package imapd

import "crypto/tls"

// STARTTLS: RFC 3501, section 6.2.1.
type startTLSCmd struct{}

func parseStartTLS(*parser) command { return startTLSCmd{} }

func (startTLSCmd) run(c *conn, ok *okResponse) error {
	if !c.canStartTLS() {
		return bad("TLS is not available or already active")
	}
	if c.rd.Buffered() > 0 {
		// What was sent in the clear behind STARTTLS must not be taken for what
		// came through TLS (RFC 9051, section 11.1).
		return bye("", "nothing may follow STARTTLS before the TLS handshake")
	}
	c.afterReply = c.startTLS
	ok.text = "begin TLS negotiation now"
	return nil
}

// startTLS runs after the tagged OK has been sent.
func (c *conn) startTLS() {
	tc := tls.Server(c.Stream(), c.srv.cfg.TLS())
	if err := tc.Handshake(); err != nil {
		c.done = true
		return
	}
	c.Attach(tc)
	c.through(c.Stream(), flushingReader{c})
	c.tls = tc
	c.srv.update(c, func(s *Session) { s.TLS = true })
}
