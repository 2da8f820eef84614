package imapd

import (
	"crypto/tls"
	"runtime/debug"

	"github.com/emersion/go-imap/v2"
)

// CAPABILITY: RFC 3501, section 6.1.1.
type capabilityCmd struct{}

func parseCapability(*parser) command { return capabilityCmd{} }

func (capabilityCmd) run(c *conn, _ *okResponse) error {
	c.enc.Raw("* CAPABILITY ").Raw(c.capabilities()).CRLF()
	return nil
}

// NOOP: RFC 3501, section 6.1.2; CHECK, section 6.4.1, is the same here: the
// store has nothing to write out.
type noopCmd struct{}

func parseNoop(*parser) command { return noopCmd{} }

func (noopCmd) run(*conn, *okResponse) error { return nil }

// LOGOUT: RFC 3501, section 6.1.3.
type logoutCmd struct{}

func parseLogout(*parser) command { return logoutCmd{} }

func (logoutCmd) run(c *conn, _ *okResponse) error {
	c.closeView()
	c.enc.Raw("* BYE logging out").CRLF()
	c.done = true
	return nil
}

// ID: RFC 2971.
//
//	id             = "ID" SP id-params-list
//	id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
type idCmd struct{}

func parseID(p *parser) command {
	p.SP()
	if p.Peek() != '(' {
		if _, isString := p.NString(); isString {
			p.Fail("expected a parameter list or NIL")
		}
		return idCmd{}
	}
	// RFC 2971, section 3.3: at most 30 pairs, each field name at most 30 and
	// each value at most 1024 bytes.
	pairs := 0
	p.ListOrEmpty(func() {
		key := p.String()
		p.SP()
		value, _ := p.NString()
		if pairs++; p.OK() && (pairs > 30 || len(key) > 30 || len(value) > 1024) {
			p.Fail("ID takes 30 pairs of 30 and 1024 bytes at most (RFC 2971, section 3.3)")
		}
	})
	return idCmd{}
}

func (idCmd) run(c *conn, _ *okResponse) error {
	c.enc.Raw(`* ID ("name" "mailtest" "version" `).String(moduleVersion()).Raw(")").CRLF()
	return nil
}

// moduleVersion is this module's version in the program that imports it.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/go-mailtest/mailtest" {
				return dep.Version
			}
		}
	}
	return "devel"
}

// ENABLE: RFC 5161. Extensions that are unknown, or that need no ENABLE, are
// passed over.
//
//	enable = "ENABLE" 1*(SP capability)
type enableCmd struct{ caps []imap.Cap }

func parseEnable(p *parser) command {
	cmd := &enableCmd{}
	p.SP()
	cmd.caps = append(cmd.caps, imap.Cap(p.Keyword()))
	for p.OK() && !p.AtEnd() {
		p.SP()
		cmd.caps = append(cmd.caps, imap.Cap(p.Keyword()))
	}
	return cmd
}

func (cmd *enableCmd) run(c *conn, _ *okResponse) error {
	e := c.enc.Raw("* ENABLED")
	for _, name := range cmd.caps {
		if c.enable(name) {
			e.SP().Raw(string(name))
		}
	}
	e.CRLF()
	return nil
}

// enable turns one extension on and says whether that changed anything:
// ENABLED lists what this command has enabled (RFC 5161, section 3.2).
func (c *conn) enable(name imap.Cap) bool {
	if !c.has(name) {
		return false
	}
	switch name {
	case imap.CapCondStore:
		changed := !c.enabled.condstore
		c.enableCondStore()
		return changed
	}
	return false
}

// enableCondStore is what every CONDSTORE-enabling command does. The first one
// while a mailbox is selected tells the point from which the client may count
// (RFC 7162, section 3.1).
func (c *conn) enableCondStore() {
	if c.enabled.condstore {
		return
	}
	c.enabled.condstore = true
	if c.view != nil {
		c.enc.Raw("* OK [HIGHESTMODSEQ ").Num64(c.view.modseq).Raw("] Highest").CRLF()
	}
}

// NAMESPACE: RFC 2342.
type namespaceCmd struct{}

func parseNamespace(*parser) command { return namespaceCmd{} }

func (namespaceCmd) run(c *conn, _ *okResponse) error {
	c.enc.Raw(`* NAMESPACE (("" `).Quoted(string(c.user.Delimiter())).Raw(")) NIL NIL").CRLF()
	return nil
}

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
	tc := tls.Server(c.nc, c.srv.cfg.TLS())
	if err := tc.Handshake(); err != nil {
		c.done = true
		return
	}
	c.attach(tc)
	c.srv.update(c, func(s *Session) { s.TLS = true })
}
