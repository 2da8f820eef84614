package imapd

import (
	"bytes"
	"fmt"
	"mime"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/store"
)

// Some servers make a message anew each time that somebody asks for it, and what they make is
// not what came in. The store has the one; here is the other.

// raw is a message as the client gets it.
func (c *conn) raw(m *store.Message) []byte {
	if other := c.contentInstead(m); other != nil {
		return other
	}
	return m.Raw()
}

// size is the length that the client is told of.
func (c *conn) size(m *store.Message) uint64 {
	if other := c.contentInstead(m); other != nil {
		return uint64(len(other))
	}
	return uint64(m.Size())
}

// contentInstead is what is told in place of a message, nil for the message itself.
func (c *conn) contentInstead(m *store.Message) []byte {
	if l := c.letterFor(m); l != nil {
		return []byte(strings.ReplaceAll(l.fill(c, m, l.text), "\n", "\r\n"))
	}
	if p := c.srv.profile; p != nil && len(p.tells) > 0 && m.Has(imap.FlagFlagged) && c.tells("flagged-header") {
		return slices.Concat([]byte("X-Message-Flag: Follow up\r\n"), m.Raw())
	}
	return nil
}

// letter is a [Letter] as the engine takes it.
type letter struct {
	Letter
	quirk          string
	kind, subtype  string
	text, envelope template
}

func newLetter(quirk string, l Letter) (*letter, error) {
	kind, subtype, _ := strings.Cut(strings.ToLower(l.Type), "/")
	return &letter{l, quirk, kind, subtype, newTemplate(l.Text), newTemplate(l.Envelope)}, l.Check()
}

// Check says what is wrong in a letter.
func (l Letter) Check() error {
	if _, subtype, _ := strings.Cut(l.Type, "/"); subtype == "" || l.Text == "" || strings.ContainsAny(l.Text, "\r\x00") {
		return fmt.Errorf("letter: it takes a type like text/calendar, and a text without CR and NUL, got %q and %q", l.Type, l.Text)
	}
	for _, name := range append(newTemplate(l.Text).names(), newTemplate(l.Envelope).names()...) {
		if !slices.Contains(letterValues, name) {
			return fmt.Errorf("letter: {%s} is no placeholder (have %s)", name, strings.Join(letterValues, ", "))
		}
	}
	return nil
}

var letterValues = []string{"user", "uid", "subject"}

// letterFor is the letter that a client gets in place of a message, nil for none.
func (c *conn) letterFor(m *store.Message) *letter {
	p := c.srv.profile
	if p == nil {
		return nil
	}
	for _, l := range p.letters {
		if hasType(m.TreeUntil(c.stop).Root(), l.kind, l.subtype) {
			c.acted(l.quirk)
			return l
		}
	}
	return nil
}

func (l *letter) fill(c *conn, m *store.Message, t template) string {
	text, _ := t.fill(func(name string) (string, bool) {
		switch name {
		case "user":
			return c.user.Name(), true
		case "uid":
			return fmt.Sprint(m.UID), true
		}
		return m.TreeUntil(c.stop).Envelope().Subject.S, true
	})
	return text
}

// envelopeInstead writes the ENVELOPE of a letter that has one of its own.
func (c *conn) envelopeInstead(m *store.Message) bool {
	l := c.letterFor(m)
	if l == nil || l.Envelope == "" {
		return false
	}
	c.enc.Raw(l.fill(c, m, l.envelope))
	return true
}

func hasType(part *mimetree.Part, kind, subtype string) bool {
	return part.Type == kind && part.Subtype == subtype ||
		slices.ContainsFunc(part.Children, func(child *mimetree.Part) bool { return hasType(child, kind, subtype) })
}

// sectionAs is a section as the server tells it.
func (item *sectionItem) sectionAs(c *conn, m *store.Message, data []byte) []byte {
	p := c.srv.profile
	if p == nil || len(p.tells) == 0 {
		return data
	}
	top := len(item.section.Path) == 0
	isHeader := top && slices.Contains([]mimetree.Spec{mimetree.Header, mimetree.HeaderFields, mimetree.HeaderFieldsNot}, item.section.Spec)
	if top && item.section.Spec == mimetree.HeaderFields && c.tells("fields-indexed") {
		data = indexed(data)
	}
	if isHeader && c.tells("header-cleaned") {
		data = cleaned(data)
	}
	if !top && p.has("meeting-empty") && hasType(m.TreeUntil(c.stop).Root(), "text", "calendar") {
		c.tells("meeting-empty")
		return nil
	}
	return data
}

// indexed are header fields from an index that has no List-Unsubscribe, and From decoded.
func indexed(header []byte) []byte {
	var out []byte
	for _, field := range fieldsIn(header) {
		name, _, _ := strings.Cut(string(field), ":")
		switch {
		case strings.HasPrefix(strings.ToLower(name), "list-unsubscribe"):
		case strings.EqualFold(name, "From"):
			out = append(out, decoded(field)...)
		default:
			out = append(out, field...)
		}
	}
	return out
}

func decoded(field []byte) []byte {
	text, err := new(mime.WordDecoder).DecodeHeader(string(field))
	if err != nil {
		return field
	}
	return []byte(text)
}

// fieldsIn are the fields of a header, folded as they are; the empty line is the last one.
func fieldsIn(header []byte) [][]byte {
	var fields [][]byte
	for line := range bytes.Lines(header) {
		if n := len(fields); n > 0 && (line[0] == ' ' || line[0] == '\t') {
			fields[n-1] = append(slices.Clip(fields[n-1]), line...)
			continue
		}
		fields = append(fields, line)
	}
	return fields
}

// cleaned is a header in which what is not printable US-ASCII is a question mark.
func cleaned(header []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r >= 0x7f || r < ' ' && !strings.ContainsRune("\r\n\t", r) {
			return '?'
		}
		return r
	}, header)
}
