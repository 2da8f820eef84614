package imapwire

import (
	"bytes"
	"io"
	"sync"
)

// few is how many bytes a client sends at a time that does not say much: most of them idle,
// and then it is all that the connection has for them.
const few = 128

// many is what there is room for while one does.
const many = 4 << 10

// buffers are those that are not in use, of all connections.
var buffers = sync.Pool{New: func() any { return new([many]byte) }}

// ahead reads from a connection as much as has come, and gives it out piece by piece.
type ahead struct {
	in   io.Reader
	left []byte // what has been read and not given out: of few, or of many
	err  error  // what comes behind that
	few  [few]byte
	many *[many]byte // nil: nothing is said that is long
	full bool        // the last read has left no room
}

// fill sees to it that something is left to be given out. It waits for that.
func (a *ahead) fill() error {
	for len(a.left) == 0 {
		if err := a.err; err != nil {
			a.err = nil
			return err
		}
		buf := a.room()
		n, err := a.in.Read(buf)
		a.left, a.err, a.full = buf[:n], err, n == len(buf)
	}
	return nil
}

// room is what the next bytes are read into.
func (a *ahead) room() []byte {
	switch {
	case !a.full:
		a.giveBack()
		return a.few[:]
	case a.many == nil:
		a.many = buffers.Get().(*[many]byte)
	}
	return a.many[:]
}

// giveBack ends the use of the larger buffer, in which nothing is left.
func (a *ahead) giveBack() {
	if a.many != nil {
		buffers.Put(a.many)
		a.many = nil
	}
}

// take gives out the next n bytes, which are left.
func (a *ahead) take(n int) []byte {
	part := a.left[:n]
	a.left = a.left[n:]
	return part
}

// upTo gives out what comes next, up to the end or as far as it has come. It is valid until
// something else is read.
func (a *ahead) upTo(end byte) ([]byte, error) {
	if err := a.fill(); err != nil {
		return nil, err
	}
	n := len(a.left)
	if i := bytes.IndexByte(a.left, end); i >= 0 {
		n = i + 1
	}
	return a.take(n), nil
}

// behind is how much is read with a literal of what comes behind it: the end of its line,
// for which the connection would have to be asked once more.
const behind = len("\r\n")

// put puts what comes next into p, as far as it has come. What has yet to come does not take
// a way round: there is room behind p for what is then left.
func (a *ahead) put(p []byte) (n int, err error) {
	if len(a.left) > 0 || a.err != nil || len(p) < few {
		if err := a.fill(); err != nil {
			return 0, err
		}
		return copy(p, a.take(min(len(p), len(a.left)))), nil
	}
	more := p[:len(p)+behind]
	if n, err = a.in.Read(more); n > len(p) {
		a.left, a.err, a.full = a.few[:copy(a.few[:], more[len(p):n])], err, false
		return len(p), nil
	}
	return n, err
}

// skip forgets some of the next n bytes, and says how many.
func (a *ahead) skip(n uint64) (int, error) {
	a.full = true // there is more of them
	if err := a.fill(); err != nil {
		return 0, err
	}
	return len(a.take(int(min(n, uint64(len(a.left)))))), nil
}
