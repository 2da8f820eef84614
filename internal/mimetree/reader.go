package mimetree

import "unsafe"

// Reader reads messages one after the other, each in the memory of the one before. Of what is
// short it is the quicker way: all that can be found in it is found again sooner than it is
// fetched from where it was kept.
type Reader struct {
	Message
	content content
	room    lent
}

// lent is room for what is found in a message: that of most fits.
type lent struct {
	parts     [2 * usualSiblings]Part
	lists     [2 * usualSiblings]*Part
	params    [2 * usualSiblings]Param
	types     typeMemo
	envelope  Envelope
	addresses [usualAddresses + 1]Address
}

// Read is a message, with all that is found in it, until another is read. It is false of one
// that is long.
func (r *Reader) Read(raw []byte) (m *Message, isShort bool) {
	c := &r.content
	switch {
	case len(raw) >= quick:
		return nil, false
	case len(raw) == len(c.raw) && unsafe.SliceData(raw) == unsafe.SliceData(c.raw) && c.lent != nil:
		return &r.Message, true
	}
	c.raw, c.lent, r.Message.content = raw, &r.room, c
	forget(&c.root)
	forget(&c.envelope)
	forget(&c.search.headers)
	forget(&c.search.bodies)
	return &r.Message, true
}
