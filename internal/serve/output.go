package serve

import "net"

// flushAt is how many bytes are gathered before they are written unasked.
const flushAt = 32 << 10

// Output gathers lines for the client. It is empty at first, so that a short
// session costs little. Its first error sticks.
type Output struct {
	Conn net.Conn // what is written to

	buf []byte
	err error
}

// Add appends a line. It writes, and so may block, only when much has come
// together.
func (o *Output) Add(line []byte) {
	if o.err != nil {
		return
	}
	if o.buf = append(o.buf, line...); len(o.buf) >= flushAt {
		o.Flush()
	}
}

// Flush writes what has been gathered.
func (o *Output) Flush() error {
	if o.err == nil && len(o.buf) > 0 {
		_, o.err = o.Conn.Write(o.buf)
		o.buf = o.buf[:0]
	}
	return o.err
}

// Err is the first error, nil for none.
func (o *Output) Err() error { return o.err }

// Discard forgets what has been gathered, and all that comes.
func (o *Output) Discard() { o.buf, o.err = nil, net.ErrClosed }
