package mimetree

import (
	"net/mail"
	"net/textproto"
	"slices"
	"sync/atomic"
)

// Message is a message of RFC 5322: the whole, or one inside message/rfc822.
// Its methods may be called at the same time; what is costly is made when it
// is first asked for and kept.
type Message struct {
	*content
	work *work // of whom [Message.Until] is for, else nil
}

// content is what has been found in a message. Who asks first for what is kept makes it,
// and so does who asks while that is under way: nobody waits for anybody, and of two the
// first to be whole stays.
type content struct {
	raw      []byte
	inside   *Part // the root of a message inside another, with whose parts its own were found
	lent     *lent // of a [Reader], else nil
	root     atomic.Pointer[Part]
	envelope atomic.Pointer[Envelope]
	search   searchText
}

// Until is the message for somebody who may want no more of it, at once. When stop says
// so, the methods return soon, with anything; of that nothing is kept. One goroutine may
// use it.
func (m *Message) Until(stop Stop) *Message {
	if w := workOn(len(m.raw), stop); w != nil {
		return &Message{m.content, w}
	}
	return m
}

// Inside is the message in one of its parts, for whom this one is for.
func (m *Message) Inside(p *Part) *Message {
	if m.work == nil {
		return p.Message
	}
	return &Message{p.Message.content, m.work}
}

// keep makes what is not there yet, and keeps it unless the work is stopped.
func keep[T any](there *atomic.Pointer[T], w *work, make func() *T) *T {
	made := make()
	if w.isStopped() || there.CompareAndSwap(nil, made) {
		return made
	}
	return there.Load()
}

// forget is the end of what was kept.
func forget[T any](there *atomic.Pointer[T]) {
	if there.Load() != nil {
		there.Store(nil)
	}
}

// Raw is the whole message as it was given.
func (m *Message) Raw() []byte { return slices.Clip(m.raw) }

// Root is the message as a part: its MIME fields are the message's own, its
// header is the message's header.
func (m *Message) Root() *Part {
	if m.inside != nil {
		return m.inside
	}
	if found := m.root.Load(); found != nil {
		return found
	}
	return keep(&m.root, m.work, func() *Part {
		tp := &treeParser{work: m.work}
		if m.lent != nil {
			tp.free, tp.lists, tp.params, tp.types = m.lent.parts[:], m.lent.lists[:], m.lent.params[:], &m.lent.types
		}
		return tp.entity(m.raw, "text/plain", 0)
	})
}

// fields are those of the message's header.
func (m *Message) fields() fields { return m.raw }

// entity is the message's header with what is behind it.
func (m *Message) entity() entity { return entityOf(m.work, m.raw) }

// Fields are the fields of the message's header in order.
func (m *Message) Fields() []Field { return slices.Collect(m.fields().all(m.work)) }

// Header is the message's header with canonical names and unfolded values
// that are not decoded.
func (m *Message) Header() mail.Header {
	h := make(mail.Header)
	for f := range m.fields().all(m.work) {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		h[name] = append(h[name], f.Unfolded())
	}
	return h
}

// Subject is the subject on one line, in UTF-8; "" if there is none.
func (m *Message) Subject() string {
	f, _ := m.fields().find(m.work, "Subject")
	return f.decoded(m.work)
}
