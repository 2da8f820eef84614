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

// searchText is what is searched of a message, as it is compared.
type searchText struct{ header, body atomic.Pointer[[]byte] }

// header is the text of all headers. That under the usual collation is kept for the next
// search.
func (c Collated) header() []byte { return c.text(&c.m.search.header, (*Part).appendHeaders) }

// body is the text of the body, as header is that of the headers.
func (c Collated) body() []byte { return c.text(&c.m.search.body, (*Part).appendTexts) }

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
	for f := range p.fields.all() {
		if w.step(1) {
			return dst
		}
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

// appendTexts collects the text parts, those of messages inside too, and the
// bodies of multiparts in which no part was found.
func (p *Part) appendTexts(w *work, c Collation, dst []byte) []byte {
	for _, child := range p.Children {
		dst = child.appendTexts(w, c, dst)
	}
	switch {
	case p.Message != nil:
		return p.Message.Root().appendTexts(w, c, dst)
	case p.standsFor != nil:
		p = p.standsFor
	case p.Type != "text":
		return dst
	}
	dst = slices.Grow(dst, len(p.body)+1)
	return append(p.appendKey(w, c, dst), '\n')
}

// HeaderContains says whether some field of that name, decoded, holds a folded
// needle; an empty one asks for the field alone (RFC 9051, section 6.4.4).
func (m *Message) HeaderContains(name, folded string) bool {
	return m.In(UnicodeCasemap).HeaderContains(name, folded)
}

// HeaderContains says whether some field of that name, decoded, holds the text of a key; an
// empty one asks for the field alone (RFC 9051, section 6.4.4).
func (c Collated) HeaderContains(name, key string) bool {
	for f := range c.m.named(c.m.work, name) {
		if key == "" || c.fieldContains(f, key) {
			return true
		}
	}
	return false
}

func (c Collated) fieldContains(f Field, key string) bool {
	var room [256]byte
	return bytes.Contains(f.appendKey(c.m.work, c.in, room[:0]), []byte(key))
}

// BodyContains looks for the text of a key in the text of the body: its text
// parts, decoded, and those of messages inside it. It looks at no header field,
// of parts or of messages inside either: RFC 9051, section 6.4.4, has it of
// BODY that "this doesn't match any header fields".
func (c Collated) BodyContains(key string) bool { return bytes.Contains(c.body(), []byte(key)) }

// TextContains looks for the text of a key in all header fields, decoded,
// "including MIME header fields", and in what BodyContains looks at.
func (c Collated) TextContains(key string) bool {
	return bytes.Contains(c.header(), []byte(key)) || c.BodyContains(key)
}

// BodyContains looks for a folded needle, under the usual collation.
func (m *Message) BodyContains(folded string) bool { return m.In(UnicodeCasemap).BodyContains(folded) }

// TextContains looks for a folded needle, under the usual collation.
func (m *Message) TextContains(folded string) bool { return m.In(UnicodeCasemap).TextContains(folded) }
