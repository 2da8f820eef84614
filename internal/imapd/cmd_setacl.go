package imapd

import (
	"github.com/go-mailtest/mailtest/internal/store"
)

// SETACL: RFC 4314, section 3.1.
//
//	setacl = "SETACL" SP mailbox SP identifier SP mod-rights
type setACLCmd struct {
	name, identifier string
	change           store.RightsChange
}

func parseSetACL(p *parser) command {
	cmd := &setACLCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	p.SP()
	cmd.identifier = p.identifier()
	p.SP()
	cmd.change = p.rightsChange()
	return cmd
}

func (cmd *setACLCmd) run(c *conn, ok *okResponse) error {
	mbox, err := c.named(cmd.name)
	if err != nil {
		return err
	}
	if err := mbox.As(c.user).By(c.number).Grant(cmd.identifier, cmd.change); err != nil {
		return storeError(err)
	}
	ok.lockedOut = c.locksOut(mbox)
	return nil
}
