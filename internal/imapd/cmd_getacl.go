package imapd

import "github.com/go-mailtest/mailtest/internal/store"

// GETACL: RFC 4314, sections 3.3 and 3.6.
//
//	getacl   = "GETACL" SP mailbox
//	acl-data = "ACL" SP mailbox *(SP identifier SP rights)
type getACLCmd struct{ name string }

func parseGetACL(p *parser) command { p.SP(); return &getACLCmd{p.Mailbox()} }

func (cmd *getACLCmd) run(c *conn, _ *okResponse) error {
	mbox, err := c.named(cmd.name)
	if err != nil {
		return err
	}
	c.enc.Raw("* ACL ").Mailbox(cmd.name)
	for _, grant := range mbox.ACL() {
		c.enc.SP().AString(grant.Identifier).SP()
		if mbox.Always(grant.Identifier) != 0 { // who owns it
			grant.Rights |= store.MayAnnotate
		}
		c.writeRights(grant.Rights)
	}
	c.enc.CRLF()
	return nil
}
