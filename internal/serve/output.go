package serve

import (
	"io"
	"net"
	"sync"
	"time"
)

// FlushAt is how many bytes are gathered before they are written unasked.
const FlushAt = 32 << 10

// Output gathers lines for the client, writes them, and sees to it that nothing is
// taken for sent that was not: neither a line by the transcript nor an answer by who
// waits for it. What it gathers them in is lent to it until they are written, so that a
// client that idles costs little. Its first error sticks.
//
// Sent is what the connection has taken: in memory that is what the client can read,
// through TLS it is whole records, with COMPRESS whole writes. TCP takes bytes that a
// host which resets the connection may never hand on.
type Output struct {
	// Show appends a line as it is recorded. The end of one that was cut is missing.
	Show func(dst, line []byte, cut bool) []byte
	// First is what comes before the first write, and may call the test's own code; or
	// nil.
	First func() error
	// Counted is what the lines begin with that a [Tally] counts.
	Counted byte

	conn *Conn

	mu     sync.Mutex // held while something is written; guards what follows
	to     io.Writer
	record Recorder // nil: nobody listens
	err    error
	owed   []owed
	room
	lent *room // the same, as it was lent; nil: nothing is gathered

	added, sent Tally

	pace int     // bytes a second; 0: as fast as can be
	how  Sending // of what is written now
}

// Sending is how something is sent, if not as a whole and at once.
type Sending struct {
	Cut      *int          // how many bytes may yet be sent; nil: any number
	WasCut   func()        // called when none is left; or nil
	Piece    int           // how many bytes are sent at a time; 0: all
	Pause    time.Duration // before each piece but the first
	InPieces func()        // called when there is more than one; or nil
	Sized    func(int)     // called with how many bytes there are; or nil
}

// IsUsual says that it is as a whole and at once.
func (how *Sending) IsUsual() bool { return how.Cut == nil && how.Piece == 0 }

// inPieces notes that so many bytes are more than a piece.
func (how *Sending) inPieces(size int) {
	if how.Cut != nil {
		size = min(size, *how.Cut)
	}
	if how.Piece > 0 && size > how.Piece && how.InPieces != nil {
		how.InPieces()
	}
}

// Tally is bytes to the client, and the lines among them that are counted.
type Tally struct {
	Bytes int64
	Lines int
}

// Add appends a line. It writes, and so may block, only when much has come together. So
// many bytes of its beginning are not shown to who records it.
func (o *Output) Add(line []byte, hidden int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.added.Bytes += int64(len(line))
	if line[0] == o.Counted {
		o.added.Lines++
	}
	if o.err != nil {
		return // nobody will see it
	}
	o.borrow()
	if len(line) >= FlushAt { // not copied
		o.flush()
		kept := o.buf
		o.buf, o.ends = line, append(o.ends, lineEnd{len(line), hidden})
		o.flush()
		o.buf = kept
		return
	}
	o.buf = append(o.buf, line...)
	o.ends = append(o.ends, lineEnd{len(o.buf), hidden})
	if len(o.buf) >= FlushAt {
		o.flush()
	}
}

// Waiting says that something is yet to be written.
func (o *Output) Waiting() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.buf) > 0
}

// Tally is what there was for the client so far, written or not.
func (o *Output) Tally() Tally {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.added
}

// change sets how things are sent, or by what.
func (o *Output) change(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f()
}

// Through makes w what is written to.
func (o *Output) Through(w io.Writer) { o.change(func() { o.to = w }) }

// Pace sends no more than so many bytes a second from here on.
func (o *Output) Pace(bytesPerSecond int) { o.change(func() { o.pace = bytesPerSecond }) }

// SendAs sends in its own way what add adds, which is so many bytes. What came before is
// sent as usual. It says whether no more may be sent.
func (o *Output) SendAs(how Sending, size int, add func()) (cut bool) {
	how.inPieces(size)
	if how.Sized != nil {
		how.Sized(size)
	}
	o.Flush()
	o.change(func() { o.how = how })
	add()
	o.Flush()
	o.change(func() { o.how = Sending{} })
	cut = how.Cut != nil && *how.Cut == 0
	if cut && how.WasCut != nil {
		how.WasCut()
	}
	return cut
}

// Flush writes what has been gathered.
func (o *Output) Flush() (err error) {
	if first := o.First; first != nil {
		o.First = nil
		err = first()
	}
	o.mu.Lock()
	if o.err == nil {
		o.err = err
	}
	o.flush()
	o.giveBack()
	err = o.err
	record := o.record
	o.mu.Unlock()
	if record != nil {
		record.Log()
	}
	return err
}

// fail ends the output: what has not been written never will be. Any goroutine may call
// it, when the connection has been closed; when it returns, all is recorded as it was.
func (o *Output) fail() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = net.ErrClosed
	}
	o.settle(0)
	o.giveBack()
}

// flush writes the buffer; o.mu is held.
func (o *Output) flush() {
	if len(o.buf) == 0 && o.err == nil {
		return
	}
	n := 0
	for o.err == nil && n < len(o.buf) {
		size := o.nextSize(len(o.buf)-n, n > 0)
		if size == 0 {
			o.err = net.ErrClosed
			break
		}
		o.announce(n + size)
		o.tellOwed(o.sent.Bytes + int64(size))
		var wrote int
		wrote, o.err = o.to.Write(o.buf[n : n+size])
		n += wrote
		o.sent.Bytes += int64(wrote)
		if o.how.Cut != nil {
			*o.how.Cut -= wrote
		}
	}
	if o.err != nil {
		o.conn.lost()
	}
	o.settle(n)
}

// nextSize is how many bytes are written next, after a pause if there is to be one.
func (o *Output) nextSize(size int, more bool) int {
	if o.how.Cut != nil {
		size = min(size, max(*o.how.Cut, 0))
	}
	if o.how.Piece > 0 {
		size = min(size, o.how.Piece)
		if more {
			o.conn.Wait(o.how.Pause)
		}
	}
	if o.pace > 0 && size > 0 {
		size = min(size, max(o.pace/paceSteps, 1))
		o.conn.Wait(time.Duration(size) * time.Second / time.Duration(o.pace))
	}
	return size
}

// paceSteps is how many pieces a second a slow connection sends.
const paceSteps = 20

// settle ends a write, or the output, of which n bytes have been sent.
func (o *Output) settle(n int) {
	start := 0
	for _, end := range o.ends {
		if end.at <= n && o.buf[start] == o.Counted {
			o.sent.Lines++
		}
		start = end.at
	}
	o.settleRecord(n)
	o.settleOwed()
	o.buf, o.ends, o.announced = o.buf[:0], o.ends[:0], o.announced[:0]
}
