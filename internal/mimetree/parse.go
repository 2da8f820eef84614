package mimetree

import (
	"slices"
	"strings"
)

// Bounds of the tree: what lies deeper, or beyond, is a leaf.
const (
	maxDepth = 100
	maxParts = 10000
)

// Parse finds the parts of raw, which it keeps and which must not be modified
// from then on.
func Parse(raw []byte) *Message {
	tp := &treeParser{}
	return tp.message(raw, 0)
}

// treeParser counts the parts of one message.
type treeParser struct{ parts int }

func (tp *treeParser) message(raw []byte, depth int) *Message {
	return &Message{raw: raw, root: tp.part(raw, "text/plain", depth)}
}

// part parses a header and a body. standard is the type where none is given.
func (tp *treeParser) part(raw []byte, standard string, depth int) *Part {
	tp.parts++
	end := headerEnd(raw)
	p := &Part{header: raw[:end], body: raw[end:]}
	p.fields = parseFields(p.header)
	p.readType(standard)
	p.readFields()
	switch {
	case p.Type == "multipart":
		p.Children = tp.children(p, depth)
	case p.Type != "message" || p.Subtype != "rfc822" && p.Subtype != "global":
	case tp.deeper(depth):
		p.Message = tp.message(p.body, depth+1)
	default:
		// BODYSTRUCTURE knows no message/rfc822 without the message in it.
		p.Type, p.Subtype, p.Params = "application", "octet-stream", nil
	}
	return p
}

func (tp *treeParser) deeper(depth int) bool { return depth < maxDepth && tp.parts < maxParts }

// readType takes the Content-Type. What has no valid one, such as a type
// without a subtype or one with words behind it, is plain text in US-ASCII (RFC
// 2045, section 5.2), and plain text that names no charset is in US-ASCII too
// (RFC 2046, section 4.1.2).
func (p *Part) readType(standard string) {
	field := get(p.fields, "Content-Type")
	value, params := parseValue(field)
	kind, sub, _ := strings.Cut(value, "/")
	if kind, sub = strings.TrimSpace(kind), strings.TrimSpace(sub); !isToken(kind) || !isToken(sub) {
		if field != "" {
			standard = "text/plain"
			p.guessType(field)
		}
		kind, sub, _ = strings.Cut(standard, "/")
		params = nil
	}
	p.Type, p.Subtype, p.Params = kind, sub, params
	if kind == "text" && sub == "plain" && decodedParam(params, "charset") == "" {
		p.Params = append(p.Params, Param{"charset", "us-ascii"})
	}
}

// readFields takes the other MIME fields: RFC 2045, sections 6 to 8; RFC 1864,
// RFC 2183, RFC 2557, RFC 3282.
func (p *Part) readFields() {
	p.Encoding = "7BIT"
	encoding := ""
	for _, f := range p.fields {
		if len(f.Name) < len("Content-") || !strings.EqualFold(f.Name[:len("Content-")], "Content-") {
			continue
		}
		switch strings.ToLower(f.Name[len("Content-"):]) {
		case "id":
			setIfEmpty(&p.ID, f.Unfolded())
		case "description":
			setIfEmpty(&p.Description, f.Unfolded())
		case "md5":
			setIfEmpty(&p.MD5, f.Unfolded())
		case "location":
			setIfEmpty(&p.Location, f.Unfolded())
		case "transfer-encoding":
			if value, _ := parseValue(f.Unfolded()); value != "" && encoding == "" {
				encoding = encodingOf(value)
			}
		case "disposition":
			if p.Disposition == "" {
				var value string
				value, p.DispositionParams = parseValue(f.Unfolded())
				p.Disposition = tokenOf(strings.TrimPrefix(value, `"`))
			}
		case "language":
			p.Language = appendLanguages(p.Language, f.Unfolded())
		}
	}
	if p.oddEncoding = encoding; isToken(encoding) {
		p.Encoding, p.oddEncoding = encoding, ""
	}
}

// encodingOf is a transfer encoding in upper case. What stands behind one that
// is known, or around it, is junk.
func encodingOf(value string) string {
	word := strings.ToUpper(tokenOf(strings.TrimPrefix(value, `"`)))
	if slices.Contains(transferEncodings, word) {
		return word
	}
	return strings.ToUpper(value)
}

// setIfEmpty keeps what is there: of repeated fields the first.
func setIfEmpty(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

func appendLanguages(list []string, value string) []string {
	sc := scanner{s: value}
	for sc.pos < len(sc.s) {
		if tag := tokenOf(sc.until(",")); tag != "" {
			list = append(list, tag)
		}
		sc.next(',')
	}
	return list
}
