package imapd

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/go-mailtest/mailtest/internal/store"
)

// noteItem is ANNOTATION in FETCH (section 4.3).
//
//	fetch-att   =/ "ANNOTATION" SP "(" entries SP attribs ")"
//	entries     = entry-match / "(" entry-match *(SP entry-match) ")"
//	attribs     = attrib / "(" attrib *(SP attrib) ")"
//	entry-match = list-mailbox
type noteItem struct {
	c        *conn
	patterns []string
	attribs  []string
}

func parseNoteItem(p *parser, _ string) fetchItem {
	item := &noteItem{c: p.c}
	p.SP()
	p.Expect('(')
	p.oneOrList(func() { item.patterns = append(item.patterns, p.notePattern()) })
	p.SP()
	p.oneOrList(func() {
		name := p.attribute("value", "value.priv", "value.shared", "size", "size.priv", "size.shared")
		if name == "value" || name == "size" {
			item.attribs = append(item.attribs, name+".priv", name+".shared")
		} else {
			item.attribs = append(item.attribs, name)
		}
	})
	p.Expect(')')
	return fetchItem{label: "ANNOTATION", check: item.check, write: item.write}
}

// oneOrList reads one of something, or several in parentheses.
func (p *parser) oneOrList(one func()) {
	if p.Peek() == '(' {
		p.List(one)
	} else {
		one()
	}
}

// notePattern reads entry-match.
func (p *parser) notePattern() string {
	pattern := p.Pattern()
	if p.OK() && !strings.ContainsAny(pattern, "*%") {
		p.checkNoteEntry(pattern)
	}
	if p.OK() && pattern != "*" && pattern != "%" && !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "*") {
		p.Fail("an entry begins with /, got %q (RFC 5257, section 3.2)", pattern)
	}
	return pattern
}

func (item *noteItem) check(m *store.Message) error {
	var named []string
	for _, pattern := range item.patterns {
		if !strings.ContainsAny(pattern, "*%") {
			named = append(named, pattern)
		}
	}
	return item.c.checkParts(m, named)
}

// entries are those that are named, whatever they have, and those that match and have a
// value.
func (item *noteItem) entries(c *conn, m *store.Message) []string {
	var out []string
	for _, pattern := range item.patterns {
		if !strings.ContainsAny(pattern, "*%") {
			out = append(out, pattern)
			continue
		}
		wild := newWildcards(pattern, '/')
		for _, entry := range m.Notes().Entries(c.user) {
			if wild.match(entry) && !slices.Contains(out, entry) {
				out = append(out, entry)
			}
		}
	}
	return out
}

func (item *noteItem) write(c *conn, m *store.Message) {
	e := c.enc.Raw("ANNOTATION (")
	for i, entry := range item.entries(c, m) {
		if i > 0 {
			e.SP()
		}
		c.writeEntry(entry)
		e.Raw(" (")
		for k, attrib := range item.attribs {
			if k > 0 {
				e.SP()
			}
			e.Raw(attrib).SP()
			c.writeAttribute(m, entry, attrib)
		}
		e.Raw(")")
	}
	e.Raw(")")
}

// writeAttribute sends a value, or its size as a string (section 3.2.2).
func (c *conn) writeAttribute(m *store.Message, entry, attrib string) {
	kind, scope, _ := strings.Cut(attrib, ".")
	var value []byte
	if scope == "shared" || !c.annotationLimits().NoPrivate {
		value = m.Notes().Value(c.user, entry, scope == "shared")
	}
	switch {
	case kind == "size":
		c.enc.Quoted(strconv.Itoa(len(value)))
	case value == nil:
		c.enc.Raw("NIL")
	case bytes.IndexByte(value, 0) >= 0:
		c.enc.Literal8(value)
	default:
		c.enc.String(string(value))
	}
}
