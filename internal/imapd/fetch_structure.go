package imapd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// encodeEnvelope writes an ENVELOPE: RFC 3501, section 7.4.2.
//
//	envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP
//	           env-to SP env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
func encodeEnvelope(e *imapwire.Encoder, env *mimetree.Envelope) {
	e.Raw("(")
	encodeNString(e, env.Date)
	encodeNString(e.SP(), env.Subject)
	for _, list := range [][]mimetree.Address{env.From, env.Sender, env.ReplyTo, env.To, env.Cc, env.Bcc} {
		encodeAddresses(e.SP(), list)
	}
	encodeNString(e.SP(), env.InReplyTo)
	encodeNString(e.SP(), env.MessageID)
	e.Raw(")")
}

func encodeNString(e *imapwire.Encoder, s mimetree.NString) { e.NString(s.S, s.OK) }

// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
func encodeAddresses(e *imapwire.Encoder, list []mimetree.Address) {
	if len(list) == 0 {
		e.Raw("NIL")
		return
	}
	e.Raw("(")
	for _, addr := range list {
		e.Raw("(")
		encodeNString(e, addr.Name)
		encodeNString(e.SP(), addr.Route)
		encodeNString(e.SP(), addr.Mailbox)
		encodeNString(e.SP(), addr.Host)
		e.Raw(")")
	}
	e.Raw(")")
}

// encodeBody writes BODYSTRUCTURE, or BODY without extension data.
//
//	body = "(" (body-type-1part / body-type-mpart) ")"
func encodeBody(e *imapwire.Encoder, part *mimetree.Part, extended bool) {
	e.Raw("(")
	if len(part.Children) > 0 {
		encodeMultipart(e, part, extended)
	} else {
		encodeSinglePart(e, part, extended)
	}
	e.Raw(")")
}

// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
// body-ext-mpart  = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
func encodeMultipart(e *imapwire.Encoder, part *mimetree.Part, extended bool) {
	for _, child := range part.Children {
		encodeBody(e, child, extended)
	}
	e.SP().String(strings.ToUpper(part.Subtype))
	if extended {
		encodeParams(e.SP(), part.Params)
		encodeDisposition(e, part)
	}
}

// body-type-1part  = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
// body-fields      = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
// body-ext-1part   = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc]]]
func encodeSinglePart(e *imapwire.Encoder, part *mimetree.Part, extended bool) {
	e.String(strings.ToUpper(part.Type)).SP().String(strings.ToUpper(part.Subtype))
	encodeParams(e.SP(), part.Params)
	e.SP().NString(part.ID, part.ID != "").SP().NString(part.Description, part.Description != "")
	e.SP().String(part.Encoding).SP().Num(uint32(part.Size()))
	switch {
	case isOpaque(part, e.UTF8):
	case part.Message != nil:
		encodeEnvelope(e.SP(), part.Message.Envelope())
		encodeBody(e.SP(), part.Message.Root(), extended)
		e.SP().Num(uint32(part.Lines()))
	case part.Type == "text":
		e.SP().Num(uint32(part.Lines()))
	}
	if extended {
		e.SP().NString(part.MD5, part.MD5 != "")
		encodeDisposition(e, part)
	}
}

// isOpaque says of message/global that it is a part like any other: in IMAP4rev1 only
// message/rfc822 has a message in it (RFC 3501, section 9, media-message), and a client
// gets to see the UTF-8 in its header when it has enabled it.
func isOpaque(part *mimetree.Part, utf8 bool) bool {
	return part.Type == "message" && part.Subtype == "global" && !utf8
}

// encodeDisposition writes the extension data that both kinds end with.
func encodeDisposition(e *imapwire.Encoder, part *mimetree.Part) {
	e.SP()
	if part.Disposition == "" && len(part.DispositionParams) == 0 {
		e.Raw("NIL")
	} else {
		e.Raw("(").String(part.Disposition)
		encodeParams(e.SP(), part.DispositionParams)
		e.Raw(")")
	}
	encodeLanguages(e.SP(), part.Language)
	e.SP().NString(part.Location, part.Location != "")
}

func encodeParams(e *imapwire.Encoder, params []mimetree.Param) {
	params = mimetree.JoinContinuations(params)
	if len(params) == 0 {
		e.Raw("NIL")
		return
	}
	e.Raw("(")
	for i, param := range params {
		if i > 0 {
			e.SP()
		}
		e.String(param.Name).SP().String(param.Value)
	}
	e.Raw(")")
}

// body-fld-lang = nstring / "(" string *(SP string) ")"
func encodeLanguages(e *imapwire.Encoder, languages []string) {
	switch len(languages) {
	case 0:
		e.Raw("NIL")
	case 1:
		e.String(languages[0])
	default:
		e.Raw("(")
		for i, language := range languages {
			if i > 0 {
				e.SP()
			}
			e.String(language)
		}
		e.Raw(")")
	}
}
