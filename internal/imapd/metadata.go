package imapd

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// annotated is what annotations belong to: a mailbox, or the server.
type annotated struct {
	name string         // "" for the server
	mbox *store.Mailbox // nil for the server
}

// serverAnnotations is the server.
var serverAnnotations = annotated{}

// annotated finds what a name stands for. Mailboxes that cannot be selected have
// annotations too (RFC 5464, section 4.1).
func (c *conn) annotated(name string) (annotated, error) {
	if name == "" {
		return serverAnnotations, nil
	}
	mbox, err := c.mailbox(name, store.MayLookup)
	if err != nil {
		return annotated{}, err
	}
	return annotated{name, mbox}, c.mayAny(mbox, annotationRights)
}

// annotationRights are those of which an account needs one, besides l, to read or change
// annotations of a mailbox (RFC 5464, section 3.3).
const annotationRights = store.MayRead | store.MaySeen | store.MayWrite | store.MayInsert | store.MayPost

func (a annotated) annotations(c *conn) *store.Annotations {
	if a.mbox == nil {
		return c.srv.cfg.Store.Annotations()
	}
	return a.mbox.Annotations()
}

// visible are the annotations that this client sees. Those of special uses belong to an
// extension of their own (RFC 6154, section 4).
func (a annotated) visible(c *conn) []store.Annotation {
	notes := a.annotations(c).Of(c.user)
	if c.has(imap.CapSpecialUse) {
		return notes
	}
	return slices.DeleteFunc(notes, func(n store.Annotation) bool { return strings.EqualFold(n.Entry, "/private/specialuse") })
}

// annotate changes annotations as this client.
func (a annotated) annotate(c *conn, changes []store.Annotation) error {
	limits := c.srv.cfg.Annotations
	var err error
	if a.mbox == nil {
		err = c.user.By(c.number).Annotate(changes, limits)
	} else {
		err = a.mbox.As(c.user).By(c.number).Annotate(changes, limits)
	}
	var refused *store.RefusedAnnotation
	if errors.As(err, &refused) {
		code := "METADATA " + refused.Code
		if refused.Octets > 0 {
			code += fmt.Sprintf(" %d", refused.Octets)
		}
		return no("metadata.refused", imap.ResponseCode(code), "%s", trimPackage(err))
	}
	return storeError(err)
}

// entry reads the name of an entry, which may be malformed only in what the check finds.
func (p *parser) entry(check func(string) error) string {
	name := p.AString()
	if p.OK() {
		if err := check(name); err != nil {
			p.Fail("%s (RFC 5464, section 3.2)", trimPackage(err))
		}
	}
	return name
}

// annotatedName reads the mailbox of a command, "" for the server, which is all that a
// server with METADATA-SERVER has annotations of.
func (p *parser) annotatedName() string {
	name := p.Mailbox()
	if p.OK() && name != "" && !p.has(imap.CapMetadata) {
		p.Fail("METADATA-SERVER has annotations of the server alone (RFC 5464, section 1)")
	}
	return name
}

// writeMetadata sends a METADATA response with values; none for no entries.
//
//	metadata-resp = "METADATA" SP mailbox SP "(" entry SP value *(SP entry SP value) ")"
func (c *conn) writeMetadata(mailbox string, notes []store.Annotation) {
	if len(notes) == 0 {
		return
	}
	e := c.enc.Raw("* METADATA ").Mailbox(mailbox).Raw(" (")
	for i, note := range notes {
		if i > 0 {
			e.SP()
		}
		c.writeEntry(note.Entry)
		e.SP()
		switch {
		case note.Value == nil:
			e.Raw("NIL")
		case bytes.IndexByte(note.Value, 0) >= 0:
			e.Literal8(note.Value)
		default:
			e.String(string(note.Value))
		}
	}
	e.Raw(")").CRLF()
}

// writeEntry sends the name of an entry as an atom where it can be one.
func (c *conn) writeEntry(name string) {
	if strings.ContainsFunc(name, func(r rune) bool { return strings.ContainsRune("(){ \"\\", r) || r <= ' ' }) {
		c.enc.String(name)
		return
	}
	c.enc.Raw(name)
}

// writeChangedMetadata sends one without values (RFC 5464, section 4.4.2).
func (c *conn) writeChangedMetadata(mailbox string, entries []string) {
	c.enc.Raw("* METADATA ").Mailbox(mailbox)
	for _, entry := range entries {
		c.enc.SP()
		c.writeEntry(entry)
	}
	c.enc.CRLF()
}
