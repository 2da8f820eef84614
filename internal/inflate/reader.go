package inflate

import (
	"compress/flate"
	"encoding/binary"
	"io"
)

const (
	window   = 32 << 10 // how far a match reaches back
	maxMatch = 258      // how long it can be
	bufSize  = 2 * window
	inSize   = 4 << 10
	// maxEmpty is how often a source may give nothing, without an error, in a row.
	maxEmpty = 100
)

// Reader reads what a DEFLATE stream stands for.
type Reader struct {
	src    io.Reader
	srcErr error // came with the last bytes of src, and is yet to be told
	in     []byte
	inBuf  [inSize]byte
	taken  int64 // bytes that src has given

	// The next nb bits of the stream are the lowest of bits. Above them are
	// zeros, or bits of in that are taken from there again.
	bits uint64
	nb   uint

	step  func(*Reader) bool // what comes next in the stream
	final bool               // the block is the last one
	left  int                // bytes of a stored block that are to come
	codes codes

	// buf[r:w] is to be handed out; before it is what matches refer to.
	buf  []byte
	r, w int
	err  error // behind what is to be handed out: io.EOF, or the stream is corrupt
}

// NewReader reads the stream that src gives. It takes from src what it gets, which
// may be more than the stream: see [Reader.Rest].
func NewReader(src io.Reader) *Reader {
	return &Reader{src: src, step: (*Reader).header, buf: make([]byte, bufSize)}
}

// Read hands out what can be decoded of the bytes that have arrived, and reads the
// source only if that is nothing. At the end of the stream the error is io.EOF. A
// [flate.CorruptInputError] says what the stream cannot be. An error of the source
// is passed on and may be overcome, as a deadline that is moved; its io.EOF within
// the stream is io.ErrUnexpectedEOF.
func (z *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for z.r == z.w {
		if z.err != nil {
			return 0, z.err
		}
		z.makeRoom()
		z.decode()
		if z.r == z.w && z.err == nil {
			if err := z.fill(); err != nil {
				return 0, err
			}
		}
	}
	n := copy(p, z.buf[z.r:z.w])
	z.r += n
	return n, nil
}

// Buffered is how many bytes can be read without another look at the source. There
// may be more.
func (z *Reader) Buffered() int { return z.w - z.r }

// Rest is what the source has given behind the end of the stream, when Read has
// told of that end.
func (z *Reader) Rest() []byte {
	if z.err != io.EOF {
		return nil
	}
	var rest []byte
	for bits, nb := z.bits>>(z.nb%8), z.nb/8; nb > 0; nb-- {
		rest = append(rest, byte(bits))
		bits >>= 8
	}
	return append(rest, z.in...)
}

// makeRoom moves the window to the front when the rest is used up. It is called
// when everything has been handed out.
func (z *Reader) makeRoom() {
	if len(z.buf)-z.w >= maxMatch {
		return
	}
	copy(z.buf, z.buf[z.w-window:z.w])
	z.r, z.w = window, window
}

// decode goes on until there is no input for another step, no room, or no more.
func (z *Reader) decode() {
	for z.err == nil && len(z.buf)-z.w >= maxMatch && z.step(z) {
	}
}

// fill reads the source once all of its bytes are in z.bits.
func (z *Reader) fill() error {
	for range maxEmpty {
		err := z.srcErr
		z.srcErr = nil
		if err == nil {
			var n int
			n, err = z.src.Read(z.inBuf[:])
			z.in, z.taken = z.inBuf[:n], z.taken+int64(n)
			if n > 0 {
				z.srcErr = err
				return nil
			}
		}
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// refill moves bytes from z.in into z.bits, and leaves either at least 56 bits
// there or nothing in z.in.
func (z *Reader) refill() {
	if len(z.in) >= 8 {
		z.bits |= binary.LittleEndian.Uint64(z.in) << z.nb
		n := (63 - z.nb) / 8
		z.in = z.in[n:]
		z.nb += 8 * n
		return
	}
	for z.nb < 56 && len(z.in) > 0 {
		z.bits |= uint64(z.in[0]) << z.nb
		z.in = z.in[1:]
		z.nb += 8
	}
}

// peek is the next n bits, if that many have arrived.
func (z *Reader) peek(n uint) (bits uint64, ok bool) {
	if z.nb < n {
		if z.refill(); z.nb < n {
			return 0, false
		}
	}
	return z.bits & (1<<n - 1), true
}

// skip takes bits that have been looked at.
func (z *Reader) skip(n uint) {
	z.bits >>= n
	z.nb -= n
}

// corrupt ends the stream behind its next n bits.
func (z *Reader) corrupt(n uint) bool {
	ahead := int64(len(z.in)) + int64(z.nb-n)/8
	z.err = flate.CorruptInputError(z.taken - ahead)
	return false
}
