package mimetree

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold is how text is compared: without case, and composed characters like
// their parts. It stands in for i;unicode-casemap (RFC 5051).
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return strings.Map(unicode.ToLower, strings.Map(unicode.ToUpper, norm.NFKD.String(s)))
		}
	}
	return strings.ToLower(s)
}

// searchText is the folded text of a message.
type searchText struct{ header, body string }

// folded is made by the first search of the text and kept for the next.
func (m *Message) folded() *searchText {
	m.searchOnce.Do(func() {
		var header, body strings.Builder
		for _, f := range m.root.fields {
			header.WriteString(f.Name + ": " + f.Decoded() + "\n")
		}
		m.root.searchBody(&body)
		m.search = searchText{Fold(header.String()), Fold(body.String())}
	})
	return &m.search
}

// searchBody collects the text parts, and of messages inside their headers
// too: they are part of the body.
func (p *Part) searchBody(sb *strings.Builder) {
	for _, child := range p.Children {
		child.searchBody(sb)
	}
	switch {
	case p.Message != nil:
		for _, f := range p.Message.root.fields {
			sb.WriteString(f.Name + ": " + f.Decoded() + "\n")
		}
		p.Message.root.searchBody(sb)
	case p.Type == "text":
		sb.WriteString(p.DecodedText() + "\n")
	}
}

// HeaderContains says whether some field of that name holds a folded needle;
// an empty one asks for the field alone (RFC 9051, section 6.4.4).
func (m *Message) HeaderContains(name, folded string) bool {
	for _, f := range m.root.fields {
		if strings.EqualFold(f.Name, name) && strings.Contains(Fold(f.Decoded()), folded) {
			return true
		}
	}
	return false
}

// BodyContains looks for a folded needle in the text of the body.
func (m *Message) BodyContains(folded string) bool { return strings.Contains(m.folded().body, folded) }

// TextContains looks for a folded needle in the header and the body.
func (m *Message) TextContains(folded string) bool {
	text := m.folded()
	return strings.Contains(text.header, folded) || strings.Contains(text.body, folded)
}
