package imapd

import (
	"runtime/debug"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// CAPABILITY: RFC 3501, section 6.1.1.
type capabilityCmd struct{}

func parseCapability(*parser) command { return capabilityCmd{} }

func (capabilityCmd) run(c *conn, _ *okResponse) error {
	c.enc.Raw("* ")
	c.writeCapabilityData()
	c.enc.CRLF()
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
	c.Blame("LOGOUT")
	c.say("bye.logout", "* BYE logging out")
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
	c.identified = true
	if p := c.srv.profile; p != nil && p.id != nil {
		text, _ := p.id.fill(func(name string) (string, bool) { return c.textValue(name, said{}) })
		c.enc.Raw("* ID ").Raw(text).CRLF()
		return nil
	}
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

// UNAUTHENTICATE: RFC 8437. It takes back everything but TLS.
type unauthenticateCmd struct{}

func parseUnauthenticate(*parser) command { return unauthenticateCmd{} }

func (unauthenticateCmd) run(c *conn, ok *okResponse) error {
	c.closeView()
	c.user, c.provedBy, c.notify, c.annotations, c.enabled = nil, "", nil, nil, c.initiallyEnabled()
	c.collation = mimetree.UnicodeCasemap
	c.language, c.inUTF8 = c.ownLanguage(), false // RFC 8437, section 3
	c.enc.UTF8 = c.speaksUTF8()
	c.srv.update(c, func(s *Session) { s.User = "" })
	ok.code = c.capabilityData()
	if c.compressed {
		c.compressed = false
		c.afterReply = c.uncompress
	}
	return nil
}
