package imapd

import (
	"net"
	"time"
)

// flushAt is how many bytes are gathered before they are written unasked.
const flushAt = 32 << 10

// output gathers lines for the client. It is empty at first, so that a short
// session costs little. Its first error sticks.
type output struct {
	nc     net.Conn
	buf    []byte
	err    error
	before func() // called before every write
	pace   int    // bytes a second; 0: as fast as can be
	gone   <-chan struct{}
}

// add appends a line. It writes, and so may block, only when much has come
// together.
func (o *output) add(line []byte) {
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

// Flush writes what has been gathered.
func (o *output) Flush() error {
	if len(o.buf) > 0 {
		o.write(o.buf)
		o.buf = o.buf[:0]
	}
	return o.err
}

func (o *output) write(p []byte) {
	if o.err == nil {
		o.before()
	}
	for o.err == nil && len(p) > 0 {
		n := len(p)
		if o.pace > 0 {
			n = min(n, max(o.pace/paceSteps, 1))
			o.wait(time.Duration(n) * time.Second / time.Duration(o.pace))
		}
		_, o.err = o.nc.Write(p[:n])
		p = p[n:]
	}
}

// paceSteps is how many pieces a second a slow connection sends.
const paceSteps = 20

func (o *output) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-o.gone:
	}
}
