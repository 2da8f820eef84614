package imapd

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-mailtest/mailtest/internal/serve"
)

// flushAt is how many bytes are gathered before they are written unasked.
const flushAt = 32 << 10

// output gathers lines for the client, writes them, and sees to it that nothing is
// taken for sent that was not: neither a line by the transcript nor an answer by the
// journal. It is empty at first, so that a short session costs little. Its first
// error sticks.
//
// Sent is what the connection has taken: in memory that is what the client can read,
// through TLS it is whole records, with COMPRESS whole writes. TCP takes bytes that a
// host which resets the connection may never hand on.
type output struct {
	gone     <-chan struct{} // closed when the connection is
	record   Recorder        // nil: nobody listens
	answered func(*Command)  // the journal; never nil
	// handshake is what comes before the first write, and may call the test's own code.
	handshake func() error
	broken    atomic.Bool // a write has failed: what else there is to send nobody will see

	mu        sync.Mutex // held while something is written; guards what follows
	to        io.Writer
	err       error
	buf       []byte
	ends      []lineEnd // of the lines in buf
	announced []span    // what of buf the recorder has been told of
	owed      []*owed

	added, sent tally

	pace  int // bytes a second; 0: as fast as can be
	piece int // bytes at a time; 0: as many as there are
	pause time.Duration
	left  *int // how many bytes may yet be sent; nil: any number

	scratch []byte // for texts
}

// tally is bytes to the client, and the untagged lines among them.
type tally struct {
	bytes    int64
	untagged int
}

// lineEnd is where a line in the buffer ends, and how many bytes of its beginning are
// not shown.
type lineEnd struct{ at, hidden int }

// add appends a line. It writes, and so may block, only when much has come together.
func (o *output) add(line []byte, hidden int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.added.bytes += int64(len(line))
	if line[0] == '*' {
		o.added.untagged++
	}
	if o.err != nil {
		return // nobody will see it
	}
	if len(line) >= flushAt { // not copied
		o.flush()
		kept := o.buf
		o.buf, o.ends = line, append(o.ends, lineEnd{len(line), hidden})
		o.flush()
		o.buf = kept
		return
	}
	o.buf = append(o.buf, line...)
	o.ends = append(o.ends, lineEnd{len(o.buf), hidden})
	if len(o.buf) >= flushAt {
		o.flush()
	}
}

// waiting says that something is yet to be written.
func (o *output) waiting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.buf) > 0
}

// tally is what there was for the client so far, written or not.
func (o *output) tally() tally {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.added
}

// change sets how things are sent, or by what.
func (o *output) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}

// Flush writes what has been gathered.
func (o *output) Flush() (err error) {
	if shake := o.handshake; shake != nil {
		o.handshake = nil
		err = shake()
	}
	o.change(func() {
		if o.err == nil {
			o.err = err
		}
		o.flush()
		err = o.err
	})
	if o.record != nil {
		o.record.Log()
	}
	return err
}

// fail ends the output: what has not been written never will be. Any goroutine may call
// it, when the connection has been closed; when it returns, all is recorded as it was.
func (o *output) fail() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = net.ErrClosed
	}
	o.settle(0)
}

// flush writes the buffer; o.mu is held.
func (o *output) flush() {
	n := 0
	for o.err == nil && n < len(o.buf) {
		size := o.nextSize(len(o.buf)-n, n > 0)
		if size == 0 {
			o.err = net.ErrClosed
			break
		}
		o.announce(n + size)
		o.tellOwed(o.sent.bytes + int64(size))
		var wrote int
		wrote, o.err = o.to.Write(o.buf[n : n+size])
		n += wrote
		o.sent.bytes += int64(wrote)
		if o.left != nil {
			*o.left -= wrote
		}
	}
	if o.err != nil {
		o.broken.Store(true)
	}
	o.settle(n)
}

// nextSize is how many bytes are written next, after a pause if there is to be one.
func (o *output) nextSize(size int, more bool) int {
	if o.left != nil {
		size = min(size, *o.left)
	}
	if o.piece > 0 {
		size = min(size, o.piece)
		if more {
			serve.Wait(o.pause, o.gone)
		}
	}
	if o.pace > 0 && size > 0 {
		size = min(size, max(o.pace/paceSteps, 1))
		serve.Wait(time.Duration(size)*time.Second/time.Duration(o.pace), o.gone)
	}
	return size
}

// paceSteps is how many pieces a second a slow connection sends.
const paceSteps = 20

// settle ends a write, or the output, of which n bytes have been sent.
func (o *output) settle(n int) {
	start := 0
	for _, end := range o.ends {
		if end.at <= n && o.buf[start] == '*' {
			o.sent.untagged++
		}
		start = end.at
	}
	o.settleRecord(n)
	o.settleOwed()
	o.buf, o.ends, o.announced = o.buf[:0], o.ends[:0], o.announced[:0]
}
