package mimetree

import "slices"

// Spec is what of a part a section asks for.
type Spec int

// The forms of RFC 9051, section 6.4.5.1.
const (
	None            Spec = iota // the content of the part, or the whole message
	Header                      // the header of a message, with the blank line
	HeaderFields                // the named fields and the blank line
	HeaderFieldsNot             // all other fields and the blank line
	Text                        // the body of a message
	MIME                        // the header of a part, with the blank line
)

// Section names a piece of a message. BODY[1.2.HEADER.FIELDS (Subject)] has the
// path 1, 2, the spec HeaderFields and the field Subject.
type Section struct {
	Path   []int // part numbers from 1; empty for the message
	Spec   Spec
	Fields []string // of HeaderFields and HeaderFieldsNot, in any case
}

// Section finds a piece of the message. It is false for one that is not there,
// for which FETCH answers NIL.
func (m *Message) Section(s Section) (data []byte, ok bool) {
	if len(s.Path) == 0 {
		data, ok = m.piece(m.work, s)
		return slices.Clip(data), ok
	}
	part := m.Root().find(s.Path)
	switch {
	case part == nil:
	case s.Spec == None:
		data, ok = part.body, true
	case s.Spec == MIME:
		data, ok = part.header, true
	case part.Message != nil:
		// RFC 9051, section 6.4.5.1: HEADER and TEXT behind a part number are of
		// message/rfc822 only.
		data, ok = part.Message.piece(m.work, s)
	}
	return slices.Clip(data), ok
}

// Part finds a part by its numbers, nil if there is none.
func (m *Message) Part(path []int) *Part { return m.Root().find(path) }

// piece is a piece of the message itself; MIME is of parts only.
func (m *Message) piece(w *work, s Section) ([]byte, bool) {
	switch s.Spec {
	case None:
		return m.raw, true
	case Header:
		return m.entity().header, true
	case Text:
		return m.entity().body, true
	case HeaderFields:
		return m.selectFields(w, s.Fields, true), true
	case HeaderFieldsNot:
		return m.selectFields(w, s.Fields, false), true
	}
	return nil, false
}

// find follows part numbers. What is not multipart has one part, 1, which is
// itself; a message/rfc822 part has the parts of its message.
func (p *Part) find(path []int) *Part {
	n, rest := path[0], path[1:]
	child := p
	switch {
	case n >= 1 && n <= len(p.Children):
		child = p.Children[n-1]
	case n != 1:
		return nil
	}
	switch {
	case len(rest) == 0:
		return child
	case child.Message != nil:
		return child.Message.Root().find(rest)
	case len(child.Children) > 0:
		return child.find(rest)
	}
	return nil
}

// selectFields are the fields of these names, or all others, as they stand
// and in order. The blank line is included too, except of a message that has
// none and no body (RFC 9051, section 6.4.5.1).
func (m *Message) selectFields(w *work, names []string, want bool) []byte {
	header := m.entity().header
	wanted := make(map[string]bool, len(names))
	for _, name := range names {
		wanted[lower(name)] = true
	}
	out := []byte{}
	for f := range m.fields().all(w) {
		if wanted[lower(f.Name)] == want {
			out = append(out, header[f.start:f.end]...)
		}
	}
	return append(out, blankLineOf(header)...)
}

// blankLineOf is the blank line with which a header ends, if it does.
func blankLineOf(header []byte) []byte {
	for n := min(2, len(header)); n > 0; n-- {
		tail := header[len(header)-n:]
		first := len(header) == n || header[len(header)-n-1] == '\n'
		if first && blankLine(tail) == n {
			return tail
		}
	}
	return nil
}
