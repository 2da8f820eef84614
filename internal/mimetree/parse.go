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

// Parse is a message of raw, which it keeps and which must not be modified from then on. What is
// in it is found when it is asked for.
func Parse(raw []byte) *Message {
	m := &struct {
		Message
		content
	}{content: content{raw: raw}}
	m.Message.content = &m.content
	return &m.Message
}

// treeParser counts the parts of one message.
type treeParser struct {
	parts int
	work  *work

	// For parts to come.
	free   room[Part]
	lists  room[*Part]
	params room[Param]
	types  *typeMemo // of a [Reader], else nil
}

// usualParams is what the Content-Type of most messages has no more than.
const usualParams = 1

// message parses a message inside another.
func (tp *treeParser) message(raw []byte, depth int) *Message {
	m := Parse(raw)
	m.inside = tp.entity(raw, "text/plain", depth)
	return m
}

// entity is the part that a header and a body are. standard is the type where none is given.
func (tp *treeParser) entity(raw []byte, standard string, depth int) *Part {
	if len(tp.free) == 0 {
		made := new(struct {
			parts  [1]Part
			params [usualParams]Param
		})
		tp.free, tp.params = made.parts[:], made.params[:]
	}
	p := &tp.free.take(1)[:1][0]
	tp.fill(p, raw, standard, depth)
	return p
}

// fill finds what the header says of the body, and the parts of that.
func (tp *treeParser) fill(p *Part, raw []byte, standard string, depth int) {
	tp.parts++
	*p = Part{details: &noDetails}
	kind := p.readHeader(tp.work, raw)
	p.readType(tp, kind, standard)
	switch {
	case p.Type == "multipart":
		p.Children = tp.children(p, depth)
	case p.Type != "message" || p.Subtype != "rfc822" && p.Subtype != "global":
	case tp.deeper(depth):
		p.own().Message = tp.message(p.body, depth+1)
	default:
		// BODYSTRUCTURE knows no message/rfc822 without the message in it.
		p.Type, p.Subtype, p.Params = "application", "octet-stream", nil
	}
}

func (tp *treeParser) deeper(depth int) bool { return depth < maxDepth && tp.parts < maxParts }

// readType takes the Content-Type. What has no valid one, such as a type
// without a subtype or one with words behind it, is plain text in US-ASCII (RFC
// 2045, section 5.2), and plain text that names no charset is in US-ASCII too
// (RFC 2046, section 4.1.2).
func (p *Part) readType(tp *treeParser, field, standard string) {
	if tp.types.recall(p, field, &tp.params) {
		return
	}
	var found [4]Param
	value, params := appendValue(tp.work, found[:0], field)
	kind, sub, _ := strings.Cut(value, "/")
	if kind, sub = strings.TrimSpace(kind), strings.TrimSpace(sub); !isToken(kind) || !isToken(sub) {
		if field != "" {
			standard = "text/plain"
			p.guessType(field)
		}
		kind, sub, _ = strings.Cut(standard, "/")
		params, field = nil, ""
	}
	if kind == "text" && sub == "plain" && decodedParam(tp.work, params, "charset") == "" {
		params = append(params, Param{"charset", "us-ascii"})
	}
	p.Type, p.Subtype, p.Params = kind, sub, tp.params.keep(params)
	tp.types.note(p, field)
}

// readHeader finds the header and the body, and takes the other MIME fields: RFC 2045, sections
// 6 to 8; RFC 1864, RFC 2183, RFC 2557, RFC 3282. It returns the Content-Type.
func (p *Part) readHeader(w *work, raw []byte) (kind string) {
	p.Encoding = "7BIT"
	encoding, typed := "", false
	var room [usualName]byte
	fs := fields(raw)
	at, found := fs.next(w, 0, 'C')
	for ; found; at, found = fs.next(w, at.end, 'C') {
		name := fs.name(at)
		if len(name) < len("Content-") || !strings.EqualFold(name[:len("Content-")], "Content-") {
			continue
		}
		f := fs.at(at)
		switch string(appendLower(room[:0], name[len("Content-"):])) {
		case "type":
			if !typed {
				kind, typed = f.unfolded(w), true
			}
		case "id":
			setIfEmpty(&p.own().ID, f.unfolded(w))
		case "description":
			setIfEmpty(&p.own().Description, f.unfolded(w))
		case "md5":
			setIfEmpty(&p.own().MD5, f.unfolded(w))
		case "location":
			setIfEmpty(&p.own().Location, f.unfolded(w))
		case "transfer-encoding":
			if value, _ := parseValue(w, f.unfolded(w)); value != "" && encoding == "" {
				encoding = encodingOf(value)
			}
		case "disposition":
			if p.Disposition == "" {
				var value string
				value, p.own().DispositionParams = parseValue(w, f.unfolded(w))
				p.Disposition = tokenOf(strings.TrimPrefix(value, `"`))
			}
		case "language":
			p.own().Language = appendLanguages(w, p.Language, f.unfolded(w))
		}
	}
	end := at.start + blankLine(raw[at.start:])
	p.entity = entity{raw[:end], raw[end:]}
	switch {
	case isToken(encoding):
		p.Encoding = encoding
	case encoding != "":
		p.own().oddEncoding = encoding
	}
	return kind
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

func appendLanguages(w *work, list []string, value string) []string {
	sc := scanner{work: w, s: value}
	for sc.pos < len(sc.s) {
		if tag := tokenOf(sc.until(&listEnds)); tag != "" {
			list = append(list, tag)
		}
		sc.next(',')
	}
	return list
}
