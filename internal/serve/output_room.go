package serve

import "sync"

// room is what lines are gathered in.
type room struct {
	buf       []byte
	ends      []lineEnd // of the lines in buf
	announced []span    // what of buf the recorder has been told of
	scratch   []byte    // for texts
}

// lineEnd is where a line in the buffer ends, and how many bytes of its beginning are
// not shown.
type lineEnd struct{ at, hidden int }

// rooms are those that are not in use, of all connections: what is in them is over.
var rooms = sync.Pool{New: func() any { return &room{ends: make([]lineEnd, 0, 16)} }}

// borrow sees to it that there is a room; o.mu is held.
func (o *Output) borrow() {
	if o.lent == nil {
		o.lent = rooms.Get().(*room)
		o.room = *o.lent
	}
}

// giveBack returns the room when everything has been written.
func (o *Output) giveBack() {
	if o.lent == nil || len(o.buf) > 0 {
		return
	}
	if *o.lent = o.room; cap(o.buf) <= 2*FlushAt && cap(o.scratch) <= 2*FlushAt {
		rooms.Put(o.lent)
	}
	o.room, o.lent = room{}, nil
}
