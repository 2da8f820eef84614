package imapd

import (
	"slices"

	"github.com/emersion/go-sasl"
)

// GETJMAPACCESS: RFC 9698, section 4.
//
//	command-auth    =/ "GETJMAPACCESS"
//	resp-jmapaccess = "JMAPACCESS" SP quoted
type getJMAPAccessCmd struct{}

func parseGetJMAPAccess(*parser) command { return getJMAPAccessCmd{} }

// run is BAD where no JMAP server is known, as the section has it.
func (getJMAPAccessCmd) run(c *conn, _ *okResponse) error {
	if c.srv.cfg.JMAP == "" {
		return bad("command.unavailable", "no JMAP server is known")
	}
	c.enc.Raw("* JMAPACCESS ").Quoted(c.srv.cfg.JMAP).CRLF()
	return nil
}

// knowsJMAP says that the client has shown credentials that are good for JMAP too: only
// then is the capability advertised (RFC 9698, section 3).
func (c *conn) knowsJMAP() bool {
	by := c.srv.cfg.JMAPBy
	proved := c.user != nil && c.provedBy != "" && c.provedBy != sasl.Anonymous
	return c.srv.cfg.JMAP != "" && proved && (len(by) == 0 || slices.Contains(by, c.provedBy))
}
