package imapd

import (
	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// NAMESPACE: RFC 2342. Other users' namespace is there with other accounts, and the shared
// one with mailboxes in it. A server that shares nothing does not have them.
//
//	namespace-response = "*" SP "NAMESPACE" SP namespace SP namespace SP namespace
//	namespace          = nil / "(" 1*("(" string SP (<"> QUOTED_CHAR <"> / nil) [namespace-trans] ")") ")"
//	namespace-trans    = SP DQUOTE "TRANSLATION" DQUOTE SP "(" string ")"   ; RFC 5255, section 3.5
type namespaceCmd struct{}

func parseNamespace(*parser) command { return namespaceCmd{} }

func (namespaceCmd) run(c *conn, _ *okResponse) error {
	var own Names
	if p := c.srv.profile; p != nil {
		own = p.Names
	}
	c.enc.Raw("* NAMESPACE ")
	c.writeSpace("", true, own.Personal)
	c.writeSpace(store.OtherUsers, c.sharesUsers(), own.Other)
	c.writeSpace(store.Shared, c.srv.cfg.Store.SharesMailboxes(), own.Shared)
	c.enc.CRLF()
	return nil
}

// writeSpace writes the namespace whose names begin with a level, or NIL, or what a profile
// has in its place.
func (c *conn) writeSpace(level string, exists bool, own string) {
	delim := string(c.user.Delimiter())
	if level != "" {
		c.enc.SP()
		level += delim
	}
	if own != "" {
		c.enc.Raw(own)
		return
	}
	if !exists {
		c.enc.Raw("NIL")
		return
	}
	e := c.enc.Raw("((").Quoted(level).SP().Quoted(delim)
	if level != "" && c.language.say != nil {
		e.Raw(` "TRANSLATION" (`).Quoted(imapwire.EncodeUTF7(c.language.say(level))).Raw(")")
	}
	e.Raw("))")
}

// translated says that there are names of namespaces to be translated.
func (c *conn) translated() bool {
	return c.user != nil && c.language.say != nil && (c.sharesUsers() || c.srv.cfg.Store.SharesMailboxes())
}

func (c *conn) sharesUsers() bool { return c.has(imap.CapACL) && c.srv.cfg.Store.SharesUsers() }
