package mimetree

import (
	"bytes"
	"strings"
	"sync"
)

// Bounds of the tree: what lies deeper, or beyond, is a leaf.
const (
	maxDepth = 100
	maxParts = 10000
)

// Message is a message: the whole, or one inside message/rfc822.
type Message struct {
	raw  []byte
	root *Part

	envelopeOnce sync.Once
	envelope     *Envelope
	searchOnce   sync.Once
	search       searchText
}

// Part is a body part.
type Part struct {
	Type, Subtype     string  // in lower case; text/plain where there is none
	Params            []Param // names in lower case
	ID, Description   string  // "" for none
	Encoding          string  // in upper case; 7BIT where there is none
	MD5, Location     string
	Disposition       string // in lower case, "" for none
	DispositionParams []Param
	Language          []string
	Children          []*Part  // of a multipart, never empty
	Message           *Message // in message/rfc822

	fields []Field
	header []byte // with the blank line
	body   []byte
}

// Parse finds the parts of raw, which it keeps and which must not be
// modified.
func Parse(raw []byte) *Message {
	p := &treeParser{}
	return p.message(raw, 0)
}

// Raw is the whole message.
func (m *Message) Raw() []byte { return m.raw }

// Root is the message as a part: its MIME fields are the message's own.
func (m *Message) Root() *Part { return m.root }

// HeaderBytes are the part's header with the blank line behind it.
func (p *Part) HeaderBytes() []byte { return p.header }

// Body is the part's content as it stands, encoded.
func (p *Part) Body() []byte { return p.body }

// Size is the length of the body in octets, encoded.
func (p *Part) Size() int { return len(p.body) }

// Lines is the number of line ends in the body.
func (p *Part) Lines() int { return bytes.Count(p.body, []byte("\n")) }

// IsMultipart says whether the part has children.
func (p *Part) IsMultipart() bool { return len(p.Children) > 0 }

// Filename is the name of an attachment in UTF-8, from Content-Disposition or
// Content-Type, or "".
func (p *Part) Filename() string {
	if name := param(p.DispositionParams, "filename"); name != "" {
		return name
	}
	return param(p.Params, "name")
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
	p.readFields(standard)
	switch {
	case p.Type == "multipart":
		p.Children = tp.children(p, depth)
	case p.Type == "message" && (p.Subtype == "rfc822" || p.Subtype == "global") && tp.deeper(depth):
		p.Message = tp.message(p.body, depth+1)
	}
	return p
}

func (tp *treeParser) deeper(depth int) bool { return depth < maxDepth && tp.parts < maxParts }

// readFields takes the MIME fields of the header (RFC 2045).
func (p *Part) readFields(standard string) {
	value, params := parseValue(get(p.fields, "Content-Type"))
	kind, sub, ok := strings.Cut(value, "/")
	if kind, sub = strings.TrimSpace(kind), strings.TrimSpace(sub); !ok || kind == "" || sub == "" {
		// RFC 2045, section 5.2: what has no valid type is plain text.
		kind, sub, _ = strings.Cut(standard, "/")
		if value == "" || standard == "text/plain" {
			params = nil
		}
	}
	p.Type, p.Subtype, p.Params = kind, sub, params
	if kind == "text" && sub == "plain" && len(params) == 0 {
		p.Params = []Param{{"charset", "us-ascii"}}
	}
	p.ID = get(p.fields, "Content-ID")
	p.Description = get(p.fields, "Content-Description")
	p.MD5 = get(p.fields, "Content-MD5")
	p.Location = get(p.fields, "Content-Location")
	encoding, _ := parseValue(get(p.fields, "Content-Transfer-Encoding"))
	if p.Encoding = strings.ToUpper(encoding); p.Encoding == "" {
		p.Encoding = "7BIT"
	}
	p.Disposition, p.DispositionParams = parseValue(get(p.fields, "Content-Disposition"))
	for _, language := range strings.Split(get(p.fields, "Content-Language"), ",") {
		if language = strings.TrimSpace(language); language != "" {
			p.Language = append(p.Language, language)
		}
	}
}

// children splits a multipart. One in which no part can be found has an empty
// text part, because BODYSTRUCTURE knows no multipart without parts.
func (tp *treeParser) children(p *Part, depth int) []*Part {
	standard := "text/plain"
	if p.Subtype == "digest" {
		standard = "message/rfc822"
	}
	var out []*Part
	if boundary := rawParam(p.Params, "boundary"); boundary != "" && tp.deeper(depth) {
		for _, raw := range splitParts(p.body, boundary) {
			if tp.parts >= maxParts {
				break
			}
			out = append(out, tp.part(raw, standard, depth+1))
		}
	}
	if len(out) == 0 {
		out = []*Part{tp.part(nil, "text/plain", depth+1)}
	}
	return out
}

func rawParam(params []Param, name string) string {
	for _, p := range params {
		if p.Name == name {
			return p.Value
		}
	}
	return param(params, name)
}

// splitParts cuts a body at its delimiter lines (RFC 2046, section 5.1.1). The
// line end before a delimiter belongs to the delimiter. What stands before
// the first and behind the closing one is nobody's.
func splitParts(body []byte, boundary string) [][]byte {
	delimiter := append([]byte("--"), boundary...)
	var parts [][]byte
	start := -1 // of the part that is open
	for pos := 0; pos <= len(body); {
		next := len(body) + 1
		line := body[pos:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			next, line = pos+i+1, line[:i]
		}
		if is, closing := isDelimiter(line, delimiter); is {
			if start >= 0 {
				parts = append(parts, trimLineEnd(body[start:max(start, pos)]))
			}
			if start = min(next, len(body)); closing {
				return parts
			}
		}
		pos = next
	}
	if start >= 0 {
		parts = append(parts, body[start:])
	}
	return parts
}

// isDelimiter says whether a line is the delimiter, alone or with the "--"
// that closes; only white space may follow. So "--ab" is no delimiter "--a".
func isDelimiter(line, delimiter []byte) (is, closing bool) {
	rest, ok := bytes.CutPrefix(line, delimiter)
	if !ok {
		return false, false
	}
	rest = bytes.TrimRight(rest, " \t\r")
	return len(rest) == 0 || bytes.Equal(rest, []byte("--")), len(rest) == 2
}
