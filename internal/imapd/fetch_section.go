package imapd

import (
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// sectionItem is BODY[…]<…>: RFC 3501, section 6.4.5.
//
//	section         = "[" [section-spec] "]"
//	section-spec    = section-msgtext / (section-part ["." section-text])
//	section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
//	section-part    = nz-number *("." nz-number)
//	section-text    = section-msgtext / "MIME"
type sectionItem struct {
	name    string // as the response names it, partial aside
	section mimetree.Section
	partial *partial
}

// partial is <offset.count>, in octets.
type partial struct{ offset, count uint64 }

// parseRFC822 reads the items that RFC 3501 defines by sections.
func parseRFC822(_ *parser, name string) fetchItem {
	item := &sectionItem{name: name}
	switch name {
	case "RFC822.HEADER":
		item.section.Spec = mimetree.Header
	case "RFC822.TEXT":
		item.section.Spec = mimetree.Text
	}
	return fetchItem{label: name, setsSeen: name != "RFC822.HEADER", write: item.write}
}

func parseBody(p *parser, name string) fetchItem {
	if !p.Try('[') {
		if name == "BODY.PEEK" {
			p.Fail("BODY.PEEK needs a section")
		}
		return bodyItem()
	}
	item := &sectionItem{}
	item.parseSection(p)
	p.Expect(']')
	item.name = "BODY[" + item.name + "]"
	label := item.name
	if p.Try('<') {
		item.partial = p.partial()
		label += item.partial.String()
	}
	return fetchItem{label: label, setsSeen: name == "BODY", write: item.write}
}

// parseSection reads section-spec and builds the name that is echoed.
func (item *sectionItem) parseSection(p *parser) {
	var path []byte
	for '0' <= p.Peek() && p.Peek() <= '9' {
		n := p.NZNumber()
		item.section.Path = append(item.section.Path, int(n))
		path = strconv.AppendUint(path, uint64(n), 10)
		if !p.Try('.') {
			item.name = string(path)
			return
		}
		path = append(path, '.')
	}
	item.name = string(path)
	if p.Peek() == ']' && len(item.section.Path) == 0 {
		return
	}
	item.parseText(p, p.ItemName())
}

func (item *sectionItem) parseText(p *parser, word string) {
	item.name += word
	switch word {
	case "HEADER":
		item.section.Spec = mimetree.Header
	case "TEXT":
		item.section.Spec = mimetree.Text
	case "HEADER.FIELDS":
		item.section.Spec = mimetree.HeaderFields
		item.parseFields(p)
	case "HEADER.FIELDS.NOT":
		item.section.Spec = mimetree.HeaderFieldsNot
		item.parseFields(p)
	case "MIME":
		item.section.Spec = mimetree.MIME
		if len(item.section.Path) == 0 {
			p.Fail("MIME needs a part number")
		}
	default:
		p.Fail("unknown section %q", word)
	}
}

// parseFields reads header-list. The names are echoed as they were sent.
func (item *sectionItem) parseFields(p *parser) {
	p.SP()
	names := imapwire.NewEncoder(func(line []byte) { item.name += strings.TrimSuffix(string(line), "\r\n") })
	names.Raw(" (")
	p.List(func() {
		field := p.AString()
		if len(item.section.Fields) > 0 {
			names.SP()
		}
		item.section.Fields = append(item.section.Fields, field)
		encodeFieldName(names, field)
	})
	names.Raw(")").CRLF()
}

// encodeFieldName writes a field name as an atom where it is one.
func encodeFieldName(e *imapwire.Encoder, field string) {
	if imapwire.IsAtom(field) {
		e.Raw(field)
		return
	}
	e.String(field)
}

// partial reads what follows its "<":
//
//	partial = "<" number64 "." nz-number64 ">"
func (p *parser) partial() *partial {
	part := &partial{offset: p.octets()}
	p.Expect('.')
	if part.count = p.octets(); p.OK() && part.count == 0 {
		p.Fail("a partial of no octets")
	}
	p.Expect('>')
	return part
}

func (part *partial) String() string {
	return "<" + strconv.FormatUint(part.offset, 10) + ">"
}

// cut takes the octets that were asked for; beyond the end there are none
// (RFC 3501, section 6.4.5).
func (part *partial) cut(data []byte) []byte {
	from := min(part.offset, uint64(len(data)))
	to := min(from+part.count, uint64(len(data)))
	return data[from:to]
}

func (item *sectionItem) write(c *conn, m *store.Message) {
	data, found := item.find(c, m)
	data = item.sectionAs(c, m, data)
	c.enc.Raw(item.name)
	if item.partial != nil && !c.tells("partial-whole") {
		c.enc.Raw(item.partial.String())
		data = item.partial.cut(data)
	}
	if !found {
		c.enc.Raw(" NIL")
		return
	}
	c.enc.SP().Literal(data)
}

// find does without parsing where the whole message is wanted.
func (item *sectionItem) find(c *conn, m *store.Message) ([]byte, bool) {
	path, spec := item.section.Path, item.section.Spec
	if len(path) == 0 && spec == mimetree.None {
		return c.raw(m), true
	}
	return item.in(c.glance(m), c.speaksUTF8())
}

// in is find in a message that is parsed.
func (item *sectionItem) in(tree *mimetree.Message, utf8 bool) ([]byte, bool) {
	path, spec := item.section.Path, item.section.Spec
	switch {
	case entersOpaque(tree, path, utf8):
		return nil, false
	case spec != mimetree.None && spec != mimetree.MIME && len(path) > 0 && isOpaqueAt(tree, path, utf8):
		return nil, false
	}
	return tree.Section(item.section)
}

// entersOpaque says that a path leads into a part that is opaque.
func entersOpaque(tree *mimetree.Message, path []int, utf8 bool) bool {
	for n := 1; n < len(path) && !utf8; n++ {
		if isOpaqueAt(tree, path[:n], utf8) {
			return true
		}
	}
	return false
}

func isOpaqueAt(tree *mimetree.Message, path []int, utf8 bool) bool {
	part := tree.Part(path)
	return part != nil && isOpaque(part, utf8)
}
