package mimetree

import "strings"

// Fold is the form in which text is compared: i;unicode-casemap, with which
// "É" is found by "é" in either of its forms, and not by "e".
func Fold(s string) string { return fold(nil, s) }

func fold(w *work, s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return casemap(w, s)
		}
	}
	if w == nil {
		return strings.ToUpper(s)
	}
	var sb strings.Builder
	for piece := range w.pieces(s) {
		sb.WriteString(strings.ToUpper(piece))
	}
	return sb.String()
}

// searchText is the folded text of a message.
type searchText struct{ header, body string }

// folded is made by the first search of the text and kept for the next.
func (m *Message) folded() *searchText {
	if found := m.search.Load(); found != nil {
		return found
	}
	return keep(&m.search, m.work, func() *searchText { return m.newSearchText(UnicodeCasemap) })
}

func (m *Message) newSearchText(c Collation) *searchText {
	var header, body strings.Builder
	m.Root().searchHeaders(m.work, &header)
	m.Root().searchBody(m.work, &body)
	return &searchText{c.key(m.work, header.String()), c.key(m.work, body.String())}
}

// searchHeaders collects the header of the message, and in the body the MIME
// header of each part and the header of each message.
func (p *Part) searchHeaders(w *work, sb *strings.Builder) {
	for _, f := range p.fields {
		if w.step(1) {
			return
		}
		sb.WriteString(f.Name)
		sb.WriteString(": ")
		sb.WriteString(f.decoded(w))
		sb.WriteByte('\n')
	}
	for _, child := range p.Children {
		child.searchHeaders(w, sb)
	}
	if p.Message != nil {
		p.Message.Root().searchHeaders(w, sb)
	}
}

// searchBody collects the text parts, those of messages inside too, and the
// bodies of multiparts in which no part was found.
func (p *Part) searchBody(w *work, sb *strings.Builder) {
	for _, child := range p.Children {
		child.searchBody(w, sb)
	}
	switch {
	case p.Message != nil:
		p.Message.Root().searchBody(w, sb)
	case p.standsFor != nil:
		sb.WriteString(p.standsFor.decodedText(w) + "\n")
	case p.Type == "text":
		sb.WriteString(p.decodedText(w) + "\n")
	}
}

// HeaderContains says whether some field of that name, decoded, holds a folded
// needle; an empty one asks for the field alone (RFC 9051, section 6.4.4).
func (m *Message) HeaderContains(name, folded string) bool {
	return m.In(UnicodeCasemap).HeaderContains(name, folded)
}

// HeaderContains says whether some field of that name, decoded, holds the text of a key; an
// empty one asks for the field alone (RFC 9051, section 6.4.4).
func (c Collated) HeaderContains(name, key string) bool {
	for _, f := range c.m.fields {
		if c.m.work.step(1) {
			return false
		}
		if strings.EqualFold(f.Name, name) && (key == "" || strings.Contains(c.Key(f.decoded(c.m.work)), key)) {
			return true
		}
	}
	return false
}

// BodyContains looks for the text of a key in the text of the body: its text
// parts, decoded, and those of messages inside it. It looks at no header field,
// of parts or of messages inside either: RFC 9051, section 6.4.4, has it of
// BODY that "this doesn't match any header fields".
func (c Collated) BodyContains(key string) bool { return strings.Contains(c.text().body, key) }

// TextContains looks for the text of a key in all header fields, decoded,
// "including MIME header fields", and in what BodyContains looks at.
func (c Collated) TextContains(key string) bool {
	text := c.text()
	return strings.Contains(text.header, key) || strings.Contains(text.body, key)
}

// BodyContains looks for a folded needle, under the usual collation.
func (m *Message) BodyContains(folded string) bool { return m.In(UnicodeCasemap).BodyContains(folded) }

// TextContains looks for a folded needle, under the usual collation.
func (m *Message) TextContains(folded string) bool { return m.In(UnicodeCasemap).TextContains(folded) }
