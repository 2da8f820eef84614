package imapd

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// SETMETADATA: RFC 5464, section 4.3.
//
//	setmetadata = "SETMETADATA" SP mailbox SP "(" entry SP value *(SP entry SP value) ")"
//	value       = nstring / literal8
type setMetadataCmd struct {
	name    string
	changes []store.Annotation
}

func parseSetMetadata(p *parser) command {
	cmd := &setMetadataCmd{}
	p.SP()
	cmd.name = p.annotatedName()
	p.SP()
	p.List(func() {
		note := store.Annotation{Entry: p.entry(store.CheckEntry)}
		if cmd.name == "" {
			checkFilterEntry(p, note.Entry)
		}
		p.SP()
		note.Value = p.annotationValue()
		cmd.changes = append(cmd.changes, note)
	})
	return cmd
}

// annotationValue reads a value; nil is NIL.
func (p *parser) annotationValue() []byte {
	if p.LiteralIs8() {
		return append([]byte{}, p.Literal()...)
	}
	text, ok := p.NString()
	if !ok {
		return nil
	}
	return []byte(text)
}

// run changes all or nothing, and sends no METADATA response (RFC 5464, section 4.3).
func (cmd *setMetadataCmd) run(c *conn, _ *okResponse) error {
	of, err := c.annotated(cmd.name)
	if err != nil {
		return err
	}
	if of.mbox != nil && of.mbox.Oddities().ReadOnly {
		return no("metadata.readonly", imap.ResponseCodeNoPerm, "the mailbox is read-only")
	}
	for _, note := range cmd.changes {
		if err := cmd.check(c, note); err != nil {
			return err
		}
	}
	if err := of.annotate(c, cmd.changes); err != nil {
		return err
	}
	c.ownAnnotations(of, cmd.changes)
	return nil
}

// check refuses what only the server sets (RFC 5464, section 3.2.1.1), filters that are no
// search (RFC 5466, section 3.2), and those of nobody in particular (section 5 there).
func (cmd *setMetadataCmd) check(c *conn, note store.Annotation) error {
	switch {
	case cmd.name == "" && strings.EqualFold(note.Entry, "/shared/admin"):
		return no("metadata.readonly", imap.ResponseCodeCannot, "%s is read-only", note.Entry)
	case cmd.name != "" && strings.EqualFold(note.Entry, "/private/specialuse") && !c.has(imap.CapSpecialUse):
		return no("metadata.readonly", imap.ResponseCodeCannot, "there are no special uses")
	case cmd.name == "" && c.has(CapFilters):
		name, isFilter := filterOf(note.Entry)
		switch {
		case isFilter && c.isAnonymous():
			return noPerm("filters are not for anonymous users")
		case isFilter && note.Value != nil:
			return c.checkFilter(name, string(note.Value))
		}
	}
	return nil
}
