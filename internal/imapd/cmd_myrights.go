package imapd

import (
	"github.com/go-mailtest/mailtest/internal/store"
)

// MYRIGHTS: RFC 4314, sections 3.5 and 3.8. Any right that a mailbox must have to be there
// is enough.
//
//	myrights      = "MYRIGHTS" SP mailbox
//	myrights-data = "MYRIGHTS" SP mailbox SP rights
type myRightsCmd struct{ name string }

func parseMyRights(p *parser) command { p.SP(); return &myRightsCmd{p.Mailbox()} }

func (cmd *myRightsCmd) run(c *conn, _ *okResponse) error {
	mbox, err := c.named(cmd.name)
	if err != nil {
		return err
	}
	c.writeMyRights(cmd.name, mbox)
	return nil
}

// writeMyRights sends the MYRIGHTS response, which LIST RETURN (MYRIGHTS) sends too.
func (c *conn) writeMyRights(name string, mbox *store.Mailbox) {
	c.enc.Raw("* MYRIGHTS ").Mailbox(name).SP()
	c.writeRights(c.rights(mbox))
	c.enc.CRLF()
}
