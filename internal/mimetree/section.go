package mimetree

import (
	"strings"
)

// Spec is what of a part a section asks for.
type Spec int

// The forms of RFC 9051, section 6.4.5.1.
const (
	None Spec = iota // the part's content
	Header
	HeaderFields
	HeaderFieldsNot
	Text
	MIME
)

// Section names a piece of a message: BODY[1.2.HEADER.FIELDS (Subject)].
type Section struct {
	Path   []int // part numbers from 1; empty for the message
	Spec   Spec
	Fields []string // of HeaderFields and HeaderFieldsNot
}

// Section finds a piece of the message. It is false where there is none.
func (m *Message) Section(s Section) ([]byte, bool) {
	if len(s.Path) == 0 {
		return m.text(s, m.raw)
	}
	part := m.root.find(s.Path)
	switch {
	case part == nil:
		return nil, false
	case s.Spec == None:
		return part.body, true
	case s.Spec == MIME:
		return part.header, true
	case part.Message == nil:
		// RFC 9051, section 6.4.5.1: HEADER and TEXT are of messages.
		return nil, false
	}
	return part.Message.text(s, part.body)
}

// text is a piece of the message itself.
func (m *Message) text(s Section, whole []byte) ([]byte, bool) {
	switch s.Spec {
	case None:
		return whole, true
	case Header:
		return m.root.header, true
	case Text:
		return m.root.body, true
	case HeaderFields:
		return m.selectFields(s.Fields, true), true
	case HeaderFieldsNot:
		return m.selectFields(s.Fields, false), true
	}
	return nil, false
}

// find follows part numbers. What is not multipart has one part, 1, which is
// itself; a message/rfc822 part has the parts of its message.
func (p *Part) find(path []int) *Part {
	var child *Part
	switch n := path[0]; {
	case n <= len(p.Children):
		child = p.Children[n-1]
	case n == 1:
		child = p
	default:
		return nil
	}
	switch {
	case len(path) == 1:
		return child
	case child.Message != nil:
		return child.Message.root.find(path[1:])
	case len(child.Children) > 0:
		return child.find(path[1:])
	}
	return nil
}

// selectFields are the fields of these names, or all others, as they stand
// and in order, and a blank line (RFC 9051, section 6.4.5.1).
func (m *Message) selectFields(names []string, want bool) []byte {
	var out []byte
	for _, f := range m.root.fields {
		if hasName(names, f.Name) == want {
			out = append(out, m.root.header[f.start:f.end]...)
		}
	}
	if n := len(out); n > 0 && out[n-1] != '\n' {
		out = append(out, '\r', '\n')
	}
	return append(out, '\r', '\n')
}

func hasName(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
