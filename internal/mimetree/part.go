package mimetree

import (
	"bytes"
	"slices"
)

// Part is a body part. What the header does not say has the value that RFC
// 2045 gives it: text/plain; charset=us-ascii, in 7BIT.
type Part struct {
	Type, Subtype string  // in lower case
	Params        []Param // of Content-Type, in order

	Encoding string // Content-Transfer-Encoding, in upper case; 7BIT for what is none

	// Children are the parts of a multipart. They are never empty for one, nor
	// set for anything else: BODYSTRUCTURE knows no multipart without parts,
	// so one without a boundary, or in which no part is found, has an empty
	// text/plain part, as Dovecot presents it.
	Children []*Part

	entity
	*details
}

// details are what few parts say of themselves. The others share those that say nothing.
type details struct {
	ID, Description, Location, MD5 string // of Content-ID and so on, as they stand; "" for none

	Disposition       string // in lower case, "" for none
	DispositionParams []Param
	Language          []string

	// Message is the message inside message/rfc822 or message/global, else nil.
	Message *Message
	// standsFor is the multipart for which an empty part stands, else nil.
	standsFor *Part

	oddEncoding string // what Content-Transfer-Encoding says that cannot be one
	// What a Content-Type that is not valid may have meant. It makes text
	// readable, and changes nothing of what the part is said to be.
	guessHTML    bool
	guessCharset string
}

// noDetails never change.
var noDetails details

// own are the details of the part, to be changed.
func (p *Part) own() *details {
	if p.details == &noDetails {
		p.details = new(details)
	}
	return p.details
}

// HeaderBytes are the part's header with the blank line behind it, BODY[n.MIME]
// or of the root BODY[HEADER]. A part that ends before its blank line is all
// header.
func (p *Part) HeaderBytes() []byte { return slices.Clip(p.header) }

// Body is the part's content as it stands, encoded: BODY[n]. The line end
// before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1).
func (p *Part) Body() []byte { return slices.Clip(p.body) }

// Size is the length of the body in octets, encoded: body-fld-octets.
func (p *Part) Size() int { return len(p.body) }

// WithBody is the part with another body, in another transfer encoding, and no MD5 of the
// old one.
func (p *Part) WithBody(encoding string, body []byte) *Part {
	out := *p
	out.Encoding, out.body = encoding, body
	own := *p.details
	own.MD5, own.oddEncoding = "", ""
	out.details = &own
	return &out
}

// Lines is the number of line ends in the body: body-fld-lines. Text behind
// the last line end is not counted, as Dovecot has it.
func (p *Part) Lines() int { return bytes.Count(p.body, []byte("\n")) }

// IsMultipart says whether the part has children.
func (p *Part) IsMultipart() bool { return len(p.Children) > 0 }

// Filename is the name of an attachment in UTF-8, from Content-Disposition or
// else from Content-Type; "" for none.
func (p *Part) Filename() string {
	if name := decodedParam(nil, p.DispositionParams, "filename"); name != "" {
		return name
	}
	return decodedParam(nil, p.Params, "name")
}

// walk visits the leaves in order. It does not enter messages inside.
func (p *Part) walk(visit func(*Part)) {
	if len(p.Children) == 0 {
		visit(p)
	}
	for _, child := range p.Children {
		child.walk(visit)
	}
}
