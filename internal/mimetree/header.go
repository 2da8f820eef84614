package mimetree

import (
	"bytes"
	"strings"
)

// Field is a header field as it stands.
type Field struct {
	Name  string // in the case it was written in
	Value []byte // after the colon, folding kept, without the last line end

	text       string // the value
	start, end int    // of the whole field in the header, with its line end
}

// entity is a header with what is behind it.
type entity struct {
	header []byte // with the blank line
	body   []byte
	fields []Field
}

func parseEntity(w *work, raw []byte) entity {
	end, most := headerEnd(w, raw)
	return entity{raw[:end], raw[end:], parseFields(w, raw[:end], most)}
}

// parseFields splits a header of so many fields at most. A line that is neither a field nor the
// continuation of one is left out.
func parseFields(w *work, header []byte, most int) []Field {
	if len(header) == 0 {
		return nil
	}
	text := string(header) // names and values share it
	fields := make([]Field, 0, most)
	for pos, end := 0, 0; pos < len(header); pos = end {
		end = fieldEnd(w, header, pos)
		if w.step(end - pos) {
			break
		}
		colon := bytes.IndexByte(header[pos:end], ':')
		if colon < 0 {
			continue
		}
		// RFC 5322, section 4.5: obsolete fields have space before the colon.
		name := strings.TrimRight(text[pos:pos+colon], " \t")
		if isFieldName(name) {
			value := trimLineEnd(header[pos+colon+1 : end])
			fields = append(fields, Field{
				Name: name, Value: value[:len(value):len(value)], text: text[pos+colon+1:][:len(value)], start: pos, end: end,
			})
		}
	}
	return fields
}

// fieldEnd is behind the line at pos and its continuations.
func fieldEnd(w *work, header []byte, pos int) int {
	for {
		pos = lineEnd(header, pos)
		if pos >= len(header) || header[pos] != ' ' && header[pos] != '\t' || w.step(1) {
			return pos
		}
	}
}

// lineEnd is behind the line end of the line at pos.
func lineEnd(b []byte, pos int) int {
	if i := bytes.IndexByte(b[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(b)
}

// blankLine is the length of the empty line with which b begins, or 0.
func blankLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// trimLineEnd takes one CRLF or LF off the end.
func trimLineEnd(b []byte) []byte {
	if line, ok := bytes.CutSuffix(b, []byte("\n")); ok {
		return bytes.TrimSuffix(line, []byte("\r"))
	}
	return b
}

// isFieldName: printable ASCII without space or colon (RFC 5322, section 2.2).
func isFieldName(name string) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return name != ""
}

// HeaderOf is the header of a message, with the blank line.
func HeaderOf(raw []byte) []byte {
	end, _ := headerEnd(nil, raw)
	return raw[:end]
}

// headerEnd is where the header ends in raw, behind the first blank line, and how many
// lines begin fields. A message without one is all header, whatever its lines look like.
func headerEnd(w *work, raw []byte) (end, fields int) {
	for pos := 0; pos < len(raw) && !w.step(1); pos = lineEnd(raw, pos) {
		if n := blankLine(raw[pos:]); n > 0 {
			return pos + n, fields
		}
		if raw[pos] != ' ' && raw[pos] != '\t' {
			fields++
		}
	}
	return len(raw), fields
}

// Unfolded is the value on one line, without white space at its ends, and
// otherwise as it stands (RFC 5322, section 2.2.3).
func (f Field) Unfolded() string { return f.unfolded(nil) }

func (f Field) unfolded(w *work) string {
	if strings.IndexByte(f.text, '\n') < 0 {
		return strings.Trim(f.text, " \t")
	}
	out := make([]byte, 0, len(f.Value))
	for rest := f.Value; len(rest) > 0 && !w.step(1); {
		end := lineEnd(rest, 0)
		out = append(out, trimLineEnd(rest[:end])...)
		rest = rest[end:]
	}
	return string(bytes.Trim(out, " \t"))
}

// Decoded is the value on one line in UTF-8, with encoded words decoded (RFC
// 2047). A word in an unknown charset stays as it is; raw 8-bit text that is
// not UTF-8 is taken for windows-1252.
func (f Field) Decoded() string { return f.decoded(nil) }

func (f Field) decoded(w *work) string { return decodeWords(w, f.unfolded(w)) }

// find is the first field of a name.
func find(w *work, fields []Field, name string) (Field, bool) {
	for _, f := range fields {
		if w.step(1) {
			break
		}
		if len(f.Name) == len(name) && strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return Field{}, false
}

// get is the unfolded value of the first field of a name, or "".
func get(w *work, fields []Field, name string) string {
	f, _ := find(w, fields, name)
	return f.unfolded(w)
}
