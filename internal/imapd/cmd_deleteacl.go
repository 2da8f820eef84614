package imapd

// DELETEACL: RFC 4314, section 3.2. It takes one entry: that of fred, and not that of
// -fred.
//
//	deleteacl = "DELETEACL" SP mailbox SP identifier
type deleteACLCmd struct{ name, identifier string }

func parseDeleteACL(p *parser) command {
	cmd := &deleteACLCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	p.SP()
	cmd.identifier = p.identifier()
	return cmd
}

func (cmd *deleteACLCmd) run(c *conn, ok *okResponse) error {
	mbox, err := c.named(cmd.name)
	if err != nil {
		return err
	}
	if err := mbox.As(c.user).By(c.number).Revoke(cmd.identifier); err != nil {
		return storeError(err)
	}
	ok.lockedOut = c.locksOut(mbox)
	return nil
}
