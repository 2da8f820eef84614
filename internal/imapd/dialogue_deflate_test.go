package imapd_test

import (
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"net"

	"github.com/go-mailtest/mailtest/internal/inflate"
)

// deflate compresses from here on, and flushes in one of the ways that zlib has: RFC
// 1951 has none.
func (p *peer) deflate(flush string) error {
	c := &compressing{Conn: p.NC, in: inflate.NewReader(p.R)}
	switch flush {
	case "":
		w, err := flate.NewWriter(p.NC, flate.BestSpeed)
		if err != nil {
			return err
		}
		c.write = func(b []byte) error {
			w.Write(b)
			return w.Flush() // Z_SYNC_FLUSH
		}
		c.end = w.Close
	case " partial":
		w := &partialWriter{nc: p.NC}
		c.write, c.end = w.write, w.end
	default:
		return fmt.Errorf("want deflate or deflate partial")
	}
	p.NC, p.R = c, bufio.NewReader(c.in)
	return nil
}

// plain ends the compression in both directions, as UNAUTHENTICATE does.
func (p *peer) plain() error {
	c, ok := p.NC.(*compressing)
	if !ok {
		return fmt.Errorf("nothing is compressed")
	}
	c.end() // fails where the server has hung up; what it said before is there
	if left, err := io.ReadAll(p.R); err != nil || len(left) > 0 {
		return fmt.Errorf("at the end of the stream: %q, %w", left, err)
	}
	p.NC = c.Conn
	p.R = bufio.NewReader(io.MultiReader(bytes.NewReader(c.in.Rest()), c.Conn))
	return nil
}

// compressing writes what can be read at once.
type compressing struct {
	net.Conn
	in    *inflate.Reader
	write func([]byte) error
	end   func() error
}

func (c *compressing) Write(b []byte) (int, error) { return len(b), c.write(b) }

// partialWriter writes blocks of fixed codes, and flushes as Z_PARTIAL_FLUSH does: with
// an empty block, so that all but less than a byte of that has been sent.
type partialWriter struct {
	nc  net.Conn
	out []byte
	n   uint // bits in out, of which the last byte may not be whole
}

func (w *partialWriter) write(b []byte) error {
	w.literals(0b010, b)
	w.literals(0b010, nil)
	whole := w.n / 8
	_, err := w.nc.Write(w.out[:whole])
	w.out, w.n = w.out[whole:], w.n%8
	return err
}

func (w *partialWriter) end() error {
	w.literals(0b011, nil)
	_, err := w.nc.Write(w.out)
	return err
}

// literals is a block: RFC 1951, sections 3.2.3 and 3.2.6. Codes begin with their
// highest bit, all other elements with their lowest.
func (w *partialWriter) literals(header uint, b []byte) {
	for i := range uint(3) {
		w.bit(header >> i)
	}
	for _, literal := range b {
		code, n := uint(literal)+0x30, uint(8)
		if literal >= 144 {
			code, n = uint(literal)-144+0x190, 9
		}
		for ; n > 0; n-- {
			w.bit(code >> (n - 1))
		}
	}
	for range 7 { // the end of the block
		w.bit(0)
	}
}

func (w *partialWriter) bit(b uint) {
	if w.n%8 == 0 {
		w.out = append(w.out, 0)
	}
	w.out[w.n/8] |= byte(b&1) << (w.n % 8)
	w.n++
}
