package imapd

import (
	"errors"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// newRights are those that RFC 4314 has added to RFC 2086. A server that does not
// advertise RIGHTS= has them as c and d alone.
const newRights = "kxte"

// newRights are those that the server advertises: with n, that of RFC 5257, section 3.4.
func (c *conn) newRights() string {
	if c.has(CapAnnotate) {
		return newRights + "n"
	}
	return newRights
}

// obsolete are c and d, and the rights for which each stands (RFC 4314, section 2.1.1).
var obsolete = []struct {
	letter  string
	members store.Rights
}{{"c", store.MayCreate | store.MayDelete}, {"d", store.MayMark | store.MayExpunge}}

// writeRights writes a set of rights. c and d MUST be in it with any of their members
// (RFC 4314, section 2.1.1).
//
//	rights = astring
func (c *conn) writeRights(set store.Rights) {
	text, admin := strings.CutSuffix((set &^ store.MayAnnotate).String(), "a")
	if !c.has(CapRights) {
		text = strings.TrimRight(text, newRights)
	}
	for _, row := range obsolete {
		if set&row.members != 0 {
			text += row.letter
		}
	}
	if c.has(CapAnnotate) && set.Has(store.MayAnnotate) {
		text += "n"
	}
	if admin {
		text += "a"
	}
	c.enc.AString(text)
}

// rightsChange reads mod-rights. What is no right MUST be BAD (RFC 4314, section 3.1).
//
//	mod-rights = astring
func (p *parser) rightsChange() store.RightsChange {
	text := p.AString()
	change, err := store.ParseRightsChange(text)
	if err == nil && !p.has(CapRights) && strings.ContainsAny(text, newRights) {
		err = errors.New("the rights k, x, t and e need RIGHTS= (RFC 4314, section 5.1.1)")
	}
	if err == nil && !p.has(CapAnnotate) && change.Rights.Has(store.MayAnnotate) {
		err = errors.New("the right n needs ANNOTATE-EXPERIMENT-1 (RFC 5257, section 3.4)")
	}
	if p.OK() && err != nil {
		p.Fail("%s", trimPackage(err))
	}
	return change
}

// identifier reads whose rights are meant. What cannot be prepared MUST be BAD (RFC 4314,
// section 3).
//
//	identifier = astring
func (p *parser) identifier() string {
	text := p.AString()
	if _, err := p.c.srv.cfg.Store.Identifier(text); p.OK() && err != nil {
		p.Fail("%s", trimPackage(err))
	}
	return text
}
