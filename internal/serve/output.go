package serve

import (
	"net"
	"time"
)

// flushAt is how many bytes are gathered before they are written unasked.
const flushAt = 32 << 10

// Output gathers lines for the client. It is empty at first, so that a short
// session costs little. Its first error sticks.
type Output struct {
	// Conn is what is written to.
	Conn net.Conn
	// Before is called before every write; nil for nothing.
	Before func()
	// Gone ends what waits.
	Gone <-chan struct{}
	// Pace is how many bytes a second are sent; 0 is as fast as can be.
	Pace int

	buf []byte
	err error
}

// Add appends a line. It writes, and so may block, only when much has come
// together.
func (o *Output) Add(line []byte) {
	if o.err != nil {
		return
	}
	if len(line) >= flushAt {
		o.Flush()
		o.write(line)
		return
	}
	if o.buf = append(o.buf, line...); len(o.buf) >= flushAt {
		o.Flush()
	}
}

// Buffered is how many bytes have been gathered.
func (o *Output) Buffered() int { return len(o.buf) }

// Err is the first error, nil for none.
func (o *Output) Err() error { return o.err }

// Flush writes what has been gathered.
func (o *Output) Flush() error {
	if len(o.buf) > 0 {
		o.write(o.buf)
		o.buf = o.buf[:0]
	}
	return o.err
}

// Discard forgets what has been gathered, and all that comes.
func (o *Output) Discard() { o.buf, o.err = nil, net.ErrClosed }

func (o *Output) write(p []byte) {
	if o.err == nil && o.Before != nil {
		o.Before()
	}
	for o.err == nil && len(p) > 0 {
		n := len(p)
		if o.Pace > 0 {
			n = min(n, max(o.Pace/paceSteps, 1))
			wait(time.Duration(n)*time.Second/time.Duration(o.Pace), o.Gone)
		}
		_, o.err = o.Conn.Write(p[:n])
		p = p[n:]
	}
}

// paceSteps is how many pieces a second a slow connection sends.
const paceSteps = 20
