package mimetree

import (
	"bytes"
	"slices"
	"strings"
	"sync/atomic"
)

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

// searchText is what has to be decoded before it is searched, as it is compared. That under
// the usual collation is kept for the next search.
type searchText struct{ headers, bodies atomic.Pointer[[]byte] }

// headers is the text of all headers.
func (c Collated) headers() []byte { return c.text(&c.m.search.headers, (*Part).appendHeaders) }

// bodies is the text of the parts of the body that have to be decoded.
func (c Collated) bodies() []byte { return c.text(&c.m.search.bodies, (*Part).appendEncoded) }

func (c Collated) text(kept *atomic.Pointer[[]byte], collect func(p *Part, w *work, c Collation, dst []byte) []byte) []byte {
	make := func() *[]byte {
		text := collect(c.m.Root(), c.m.work, c.in, nil)
		return &text
	}
	if c.in != UnicodeCasemap {
		return *make()
	}
	if found := kept.Load(); found != nil {
		return *found
	}
	return *keep(kept, c.m.work, make)
}

// appendHeaders collects the header of the message, and in the body the MIME
// header of each part and the header of each message.
func (p *Part) appendHeaders(w *work, c Collation, dst []byte) []byte {
	dst = slices.Grow(dst, len(p.header))
	for f := range fields(p.header).all(w) {
		dst = append(c.appendASCII(w, dst, []byte(f.Name)), ": "...)
		dst = append(f.appendKey(w, c, dst), '\n')
	}
	for _, child := range p.Children {
		dst = child.appendHeaders(w, c, dst)
	}
	if p.Message != nil {
		dst = p.Message.Root().appendHeaders(w, c, dst)
	}
	return dst
}

// texts visits the text parts, those of messages inside too, and multiparts in which no part
// was found, until visit says that it is enough.
func (p *Part) texts(visit func(p *Part) (more bool)) (more bool) {
	for _, child := range p.Children {
		if !child.texts(visit) {
			return false
		}
	}
	switch {
	case p.Message != nil:
		return p.Message.Root().texts(visit)
	case p.standsFor != nil:
		return visit(p.standsFor)
	}
	return p.Type != "text" || visit(p)
}

// appendTexts collects all texts.
func (p *Part) appendTexts(w *work, c Collation, dst []byte) []byte {
	p.texts(func(p *Part) bool {
		dst = slices.Grow(dst, len(p.body)+1)
		dst = append(p.appendKey(w, c, dst), '\n')
		return true
	})
	return dst
}

// appendEncoded collects the texts that have to be decoded.
func (p *Part) appendEncoded(w *work, c Collation, dst []byte) []byte {
	p.texts(func(p *Part) bool {
		if !p.stands(w) || !isASCII(p.body) {
			dst = append(p.appendKey(w, c, dst), '\n')
		}
		return true
	})
	return dst
}

// HeaderContains says whether some field of that name, decoded, holds a folded
// needle; an empty one asks for the field alone (RFC 9051, section 6.4.4).
func (m *Message) HeaderContains(name, folded string) bool {
	return m.In(UnicodeCasemap).HeaderContains(name, folded)
}

// HeaderContains says whether some field of that name, decoded, holds the text of a key; an
// empty one asks for the field alone (RFC 9051, section 6.4.4).
func (c Collated) HeaderContains(name, key string) bool {
	for f := range c.m.fields().named(c.m.work, name) {
		if key == "" || f.contains(c.m.work, c.in, key) {
			return true
		}
	}
	return false
}

// BodyContains looks for the text of a key in the text of the body: its text
// parts, decoded, and those of messages inside it. It looks at no header field,
// of parts or of messages inside either: RFC 9051, section 6.4.4, has it of
// BODY that "this doesn't match any header fields".
func (c Collated) BodyContains(key string) bool {
	if strings.IndexByte(key, '\n') >= 0 { // which is between texts too
		return bytes.Contains(c.m.Root().appendTexts(c.m.work, c.in, nil), []byte(key))
	}
	found, encoded := key == "", false
	c.m.Root().texts(func(p *Part) bool {
		plain := false
		if p.stands(c.m.work) {
			found, plain = c.in.find(c.m.work, p.body, key)
		}
		encoded = encoded || !plain
		return !found
	})
	return found || encoded && bytes.Contains(c.bodies(), []byte(key))
}

// TextContains looks for the text of a key in all header fields, decoded,
// "including MIME header fields", and in what BodyContains looks at.
func (c Collated) TextContains(key string) bool {
	return c.m.Root().mayHold(c, key) && bytes.Contains(c.headers(), []byte(key)) || c.BodyContains(key)
}

// mayHold says whether a header, of the part or of one within, may hold the text of a key.
func (p *Part) mayHold(c Collated, key string) bool {
	run := longestRun(key)
	if !c.in.headerLacks(c.m.work, p.header, run) {
		return true
	}
	for _, child := range p.Children {
		if child.mayHold(c, run) {
			return true
		}
	}
	return p.Message != nil && p.Message.Root().mayHold(c, run)
}

// BodyContains looks for a folded needle, under the usual collation.
func (m *Message) BodyContains(folded string) bool { return m.In(UnicodeCasemap).BodyContains(folded) }

// TextContains looks for a folded needle, under the usual collation.
func (m *Message) TextContains(folded string) bool { return m.In(UnicodeCasemap).TextContains(folded) }
