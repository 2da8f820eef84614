package mimetree

import (
	"net/mail"
	"net/textproto"
	"slices"
	"sync"
)

// Message is a message of RFC 5322: the whole, or one inside message/rfc822.
// Its methods may be called at the same time; what is costly is made when it
// is first asked for and kept.
type Message struct {
	raw  []byte
	root *Part

	envelopeOnce sync.Once
	envelope     *Envelope
	searchOnce   sync.Once
	search       searchText
}

// Raw is the whole message as it was given.
func (m *Message) Raw() []byte { return slices.Clip(m.raw) }

// Root is the message as a part: its MIME fields are the message's own, its
// header is the message's header.
func (m *Message) Root() *Part { return m.root }

// Fields are the fields of the message's header in order.
func (m *Message) Fields() []Field { return m.root.fields }

// Header is the message's header with canonical names and unfolded values
// that are not decoded.
func (m *Message) Header() mail.Header {
	h := make(mail.Header, len(m.root.fields))
	for _, f := range m.root.fields {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		h[name] = append(h[name], f.Unfolded())
	}
	return h
}

// Subject is the subject on one line, in UTF-8; "" if there is none.
func (m *Message) Subject() string {
	f, _ := find(m.root.fields, "Subject")
	return f.Decoded()
}
