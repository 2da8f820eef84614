package imapd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// LISTRIGHTS: RFC 4314, sections 3.4 and 3.7. No rights are tied to others, so that c and
// d are by themselves (section 2.1.1).
//
//	listrights      = "LISTRIGHTS" SP mailbox SP identifier
//	listrights-data = "LISTRIGHTS" SP mailbox SP identifier SP rights *(SP rights)
type listRightsCmd struct{ name, identifier string }

func parseListRights(p *parser) command {
	cmd := &listRightsCmd{}
	p.SP()
	cmd.name = p.Mailbox()
	p.SP()
	cmd.identifier = p.identifier()
	return cmd
}

// run gives back the identifier as the client has written it, as it MUST (section 3.4).
func (cmd *listRightsCmd) run(c *conn, _ *okResponse) error {
	mbox, err := c.named(cmd.name)
	if err != nil {
		return err
	}
	always, all := mbox.Always(cmd.identifier), store.AllRights
	if c.has(CapAnnotate) {
		all |= store.MayAnnotate
		if always != 0 {
			always |= store.MayAnnotate
		}
	}
	c.enc.Raw("* LISTRIGHTS ").Mailbox(cmd.name).SP().AString(cmd.identifier).SP().AString(always.String())
	for _, letter := range (all &^ always).String() {
		if c.has(CapRights) || !strings.ContainsRune(newRights, letter) {
			c.enc.SP().Raw(string(letter))
		}
	}
	c.enc.Raw(" c d").CRLF()
	return nil
}
