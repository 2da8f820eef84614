package imapd

import (
	"crypto/tls"
	"net"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// STARTTLS: RFC 3501, section 6.2.1.
type startTLSCmd struct{}

func parseStartTLS(*parser) command { return startTLSCmd{} }

func (startTLSCmd) run(c *conn, ok *okResponse) error {
	if !c.canStartTLS() {
		return bad("command.unavailable", "TLS is not available or already active")
	}
	if c.rd.Buffered() > 0 {
		// What was sent in the clear behind STARTTLS must not be taken for what
		// came through TLS (RFC 9051, section 11.1).
		return bye("bye.tls", "", "nothing may follow STARTTLS before the TLS handshake")
	}
	c.afterReply = c.startTLS
	ok.text = "begin TLS negotiation now"
	return nil
}

// startTLS runs after the tagged OK has been sent.
func (c *conn) startTLS() {
	cfg, err := c.tlsConfig()
	if err != nil {
		c.done = true
		return
	}
	tc := tls.Server(c.Stream(), cfg)
	if err := tc.Handshake(); err != nil {
		c.Blame(noTLS)
		c.Out.Note(serve.NoTLS(err))
		c.done = true
		return
	}
	c.Attach(tc)
	c.through(c.Stream(), flushingReader{c})
	c.tls = tc
	c.srv.update(c, func(s *Session) { s.TLS = true })
}

// tlsConfig asks the hook, if there is one.
func (c *conn) tlsConfig() (*tls.Config, error) {
	hook := c.srv.cfg.Hooks.TLS
	if hook == nil {
		return c.srv.cfg.TLS(), nil
	}
	c.handshaking = true
	defer func() { c.handshaking = false }()
	return hook(c.info.Conn, Control{c})
}

// GoTLS is Go for a client that begins with a handshake. The hook is asked when it has
// begun, by the goroutine that serves it, so that one that waits keeps nobody else.
func (s *Server) GoTLS(nc net.Conn) {
	var c *conn
	secure := tls.Server(nc, &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			cfg, err := c.tlsConfig()
			if err != nil {
				return nil, err
			}
			if ask := cfg.GetConfigForClient; ask != nil {
				return ask(hello)
			}
			return cfg, nil
		},
	})
	c = newConn(s, secure)
	if s.begin(c) != nil {
		go s.serve(c)
	}
}
