package mimetree

import (
	"bytes"
	"net/mail"
	"net/textproto"
	"strings"
)

// Field is a header field as it stands.
type Field struct {
	Name  string
	Value []byte // after the colon, folding kept, without the last line end

	start, end int // of the whole field in the header
}

// parseFields splits a header. A line that is no field and no continuation
// belongs to no field.
func parseFields(header []byte) []Field {
	var fields []Field
	for pos := 0; pos < len(header); {
		end := fieldEnd(header, pos)
		line := header[pos:end]
		if colon := bytes.IndexByte(line, ':'); colon > 0 && isFieldName(bytes.TrimRight(line[:colon], " \t")) {
			fields = append(fields, Field{
				Name:  string(bytes.TrimRight(line[:colon], " \t")),
				Value: trimLineEnd(line[colon+1:]),
				start: pos, end: end,
			})
		}
		pos = end
	}
	return fields
}

// fieldEnd is behind the line at pos and its continuations.
func fieldEnd(header []byte, pos int) int {
	for {
		i := bytes.IndexByte(header[pos:], '\n')
		if i < 0 {
			return len(header)
		}
		pos += i + 1
		if pos >= len(header) || (header[pos] != ' ' && header[pos] != '\t') || blankLine(header[pos:]) {
			return pos
		}
	}
}

// blankLine says whether b begins with an empty line.
func blankLine(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\n")) || bytes.HasPrefix(b, []byte("\r\n"))
}

func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// isFieldName: printable ASCII without space (RFC 5322, section 2.2).
func isFieldName(name []byte) bool {
	for _, b := range name {
		if b <= ' ' || b >= 0x7f {
			return false
		}
	}
	return len(name) > 0
}

// headerEnd is where the header ends in raw, behind its blank line. A message
// without one is all header, unless its first line already is no field.
func headerEnd(raw []byte) int {
	if blankLine(raw) {
		return bytes.IndexByte(raw, '\n') + 1
	}
	for pos := 0; pos < len(raw); {
		i := bytes.IndexByte(raw[pos:], '\n')
		if i < 0 {
			return len(raw)
		}
		pos += i + 1
		if blankLine(raw[pos:]) {
			return pos + bytes.IndexByte(raw[pos:], '\n') + 1
		}
	}
	return len(raw)
}

// Unfolded is the value on one line, as it stands otherwise (RFC 5322,
// section 2.2.3).
func (f Field) Unfolded() string {
	if bytes.IndexByte(f.Value, '\n') < 0 {
		return strings.Trim(string(f.Value), " \t\r")
	}
	var sb strings.Builder
	for _, b := range f.Value {
		if b != '\r' && b != '\n' {
			sb.WriteByte(b)
		}
	}
	return strings.Trim(sb.String(), " \t")
}

// Decoded is the value in UTF-8: unfolded, with encoded words decoded.
func (f Field) Decoded() string { return decodeWords(f.Unfolded()) }

// find is the first field of a name.
func find(fields []Field, name string) (Field, bool) {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

// get is the unfolded value of the first field of a name, or "".
func get(fields []Field, name string) string {
	f, _ := find(fields, name)
	return f.Unfolded()
}

// Fields are the fields of the message's header in order.
func (m *Message) Fields() []Field { return m.root.fields }

// Header is the message's header with canonical names and unfolded values
// that are not decoded.
func (m *Message) Header() mail.Header {
	h := make(mail.Header)
	for _, f := range m.root.fields {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		h[name] = append(h[name], f.Unfolded())
	}
	return h
}

// Subject is the subject in UTF-8.
func (m *Message) Subject() string {
	f, _ := find(m.root.fields, "Subject")
	return f.Decoded()
}

// MessageID is the Message-ID without its angle brackets, or "".
func (m *Message) MessageID() string {
	ids := messageIDs(get(m.root.fields, "Message-ID"))
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// InReplyTo are the message IDs of the field, without angle brackets.
func (m *Message) InReplyTo() []string { return messageIDs(get(m.root.fields, "In-Reply-To")) }

// References are the message IDs of the field, without angle brackets.
func (m *Message) References() []string { return messageIDs(get(m.root.fields, "References")) }

// messageIDs finds "<…>"; a value without any is taken as one ID.
func messageIDs(value string) []string {
	var ids []string
	for rest := value; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		id, tail, ok := strings.Cut(after, ">")
		if !ok {
			break
		}
		ids = append(ids, strings.TrimSpace(id))
		rest = tail
	}
	if ids == nil && strings.TrimSpace(value) != "" && !strings.ContainsAny(value, "<>") {
		ids = []string{strings.TrimSpace(value)}
	}
	return ids
}
