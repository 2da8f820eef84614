package imapd

import (
	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// structure writes what a message is made of, for as long as its client is there.
type structure struct {
	*imapwire.Encoder
	tree *mimetree.Message
	c    *conn
	odd  bool // in ways that a profile may know
}

func (c *conn) structure(tree *mimetree.Message) *structure {
	return &structure{c.enc, tree, c, c.srv.profile != nil}
}

// isOver says now and then of a long list whether nobody will see it.
func (e *structure) isOver(i int) bool { return i%64 == 63 && e.c.stop() }

// envelope writes an ENVELOPE: RFC 3501, section 7.4.2.
//
//	envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP
//	           env-to SP env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
func (e *structure) envelope(env *mimetree.Envelope) {
	e.Raw("(")
	e.nstring(env.Date)
	e.SP()
	e.name(env.Subject)
	before, from, to := []mimetree.Address(nil), 0, 0 // the last that was written, and where it is
	for i, list := range [...][]mimetree.Address{env.From, env.Sender, env.ReplyTo, env.To, env.Cc, env.Bcc} {
		e.SP()
		if e.odd && ((i == 1 || i == 2) && e.as("no-sender") || (i == 0 || i == 2) && e.as("no-from")) {
			list = nil
		}
		if len(list) > 0 && len(list) == len(before) && &list[0] == &before[0] { // the From, again
			e.Again(from, to)
			continue
		}
		before, from = list, e.Len()
		e.addresses(list)
		to = e.Len()
	}
	e.SP()
	e.nstring(env.InReplyTo)
	e.SP()
	e.nstring(env.MessageID)
	e.Raw(")")
}

func (e *structure) nstring(s mimetree.NString) { e.NString(s.S, s.OK) }

// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
func (e *structure) addresses(list []mimetree.Address) {
	if len(list) == 0 {
		if e.as("empty-lists") {
			e.Raw("()")
			return
		}
		e.Raw("NIL")
		return
	}
	e.Raw("(")
	for i := range list {
		if e.isOver(i) {
			break
		}
		if i > 0 && e.as("spaces-between-addresses") {
			e.SP()
		}
		if e.odd {
			odd := e.addressAs(list[i])
			e.address(&odd)
			continue
		}
		e.address(&list[i])
	}
	e.Raw(")")
}

func (e *structure) address(addr *mimetree.Address) {
	e.Raw("(")
	e.name(addr.Name)
	e.SP()
	e.nstring(addr.Route)
	e.SP()
	e.nstring(addr.Mailbox)
	e.SP()
	e.host(addr.Host)
	e.Raw(")")
}

// body writes BODYSTRUCTURE, or BODY without extension data.
//
//	body = "(" (body-type-1part / body-type-mpart) ")"
func (e *structure) body(part *mimetree.Part, extended bool) {
	e.Raw("(")
	if len(part.Children) > 0 {
		e.multipart(part, extended)
	} else {
		e.singlePart(part, extended)
	}
	e.Raw(")")
}

// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
// body-ext-mpart  = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
func (e *structure) multipart(part *mimetree.Part, extended bool) {
	switch {
	case part != e.tree.Root() && e.as("nil-child"):
		e.Raw("NIL ")
	case part == e.tree.Root() || !e.as("childless-multipart"):
		for i, child := range part.Children {
			if e.isOver(i) {
				break
			}
			e.body(child, extended)
		}
		e.SP()
	}
	e.Upper(part.Subtype)
	if extended {
		e.SP()
		e.params(part.Params)
		if part != e.tree.Root() && e.as("string-extension") {
			e.Raw(` "inline"`)
			return
		}
		e.disposition(part)
	}
}

// body-type-1part  = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
// body-fields      = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
// body-ext-1part   = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
func (e *structure) singlePart(part *mimetree.Part, extended bool) {
	if part.Size() == 0 && e.as("nil-type") {
		e.Raw(`NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL`)
		return
	}
	e.Upper(part.Type).SP().Upper(part.Subtype)
	e.SP()
	e.params(part.Params)
	e.SP().NString(part.ID, part.ID != "").SP().NString(part.Description, part.Description != "")
	e.SP()
	e.encoding(part)
	e.SP()
	e.octets(part)
	switch {
	case isOpaque(part, e.UTF8), part.Message != nil && e.as("basic-message"):
	case part.Message != nil:
		e.SP()
		e.envelope(e.tree.Inside(part).Envelope())
		e.SP()
		e.body(part.Message.Root(), extended)
		e.SP().Num(e.lines(part))
	case part.Type == "text":
		e.SP().Num(e.lines(part))
	}
	if extended {
		e.SP().NString(part.MD5, part.MD5 != "")
		e.disposition(part)
	}
}

// lines is body-fld-lines, which takes a while in what is large: each message in a message
// has those of all within.
func (e *structure) lines(part *mimetree.Part) uint32 {
	if part.Size() > 1<<20 && e.c.stop() {
		return 0
	}
	return uint32(part.Lines())
}

// isOpaque says of message/global that it is a part like any other: in IMAP4rev1 only
// message/rfc822 has a message in it (RFC 3501, section 9, media-message), and a client
// gets to see the UTF-8 in its header when it has enabled it.
func isOpaque(part *mimetree.Part, utf8 bool) bool {
	return part.Type == "message" && part.Subtype == "global" && !utf8
}

// disposition writes the extension data that both kinds end with.
func (e *structure) disposition(part *mimetree.Part) {
	e.SP()
	if part.Disposition == "" && len(part.DispositionParams) == 0 {
		if part.Type != "multipart" && e.as("nil-disposition") {
			e.Raw("(NIL NIL)")
		} else {
			e.Raw("NIL")
		}
	} else if len(part.DispositionParams) == 0 && e.as("string-disposition") {
		e.String(part.Disposition)
	} else {
		e.Raw("(").String(part.Disposition)
		e.SP()
		e.params(part.DispositionParams)
		e.Raw(")")
	}
	e.SP()
	e.languages(part.Language)
	e.SP().NString(part.Location, part.Location != "")
}

func (e *structure) params(params []mimetree.Param) {
	params = e.tree.JoinContinuations(params)
	if len(params) == 0 {
		e.Raw("NIL")
		return
	}
	e.Raw("(")
	for i, param := range params {
		if e.isOver(i) {
			break
		}
		if i > 0 {
			e.SP()
		}
		e.String(param.Name).SP()
		if param.Value == "" && e.as("nil-parameter") {
			e.Raw("NIL")
			continue
		}
		e.String(param.Value)
	}
	e.Raw(")")
}

// body-fld-lang = nstring / "(" string *(SP string) ")"
func (e *structure) languages(languages []string) {
	switch len(languages) {
	case 0:
		e.Raw("NIL")
	case 1:
		e.String(languages[0])
	default:
		e.Raw("(")
		for i, language := range languages {
			if e.isOver(i) {
				break
			}
			if i > 0 {
				e.SP()
			}
			e.String(language)
		}
		e.Raw(")")
	}
}
