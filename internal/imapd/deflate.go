package imapd

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"io"

	"github.com/go-mailtest/mailtest/internal/inflate"
	"github.com/go-mailtest/mailtest/internal/serve"
)

// compress runs after the tagged OK of COMPRESS has been sent. What the client has
// sent behind its command is compressed already.
func (c *conn) compress() {
	d := &deflation{src: io.MultiReader(bytes.NewReader(c.rd.TakeBuffered()), c.in)}
	d.in = inflate.NewReader(d.src)
	d.buf = bufio.NewWriterSize(c.Stream(), serve.FlushAt)
	var err error
	// No network is slow enough here for a better level to be worth six times the work.
	if d.out, err = flate.NewWriter(d.buf, flate.BestSpeed); err != nil {
		panic(err) // the level is a valid one
	}
	c.deflation = d
	c.through(d, d.in)
}

// uncompress runs after the tagged OK of UNAUTHENTICATE, and ends the compression in
// both directions: RFC 8437, section 4.1. The end of a stream is its last block (RFC
// 1951, section 3.2.3).
func (c *conn) uncompress() {
	d := c.deflation
	c.deflation = nil
	d.end()
	c.through(c.Stream(), &behindStream{stream: d.in, src: d.src, more: c.rd.Buffered() > 0})
}

// deflation compresses what is written, and decompresses what is read.
type deflation struct {
	src io.Reader // of in: the connection, and what had been received before
	in  *inflate.Reader
	out *flate.Writer // into buf
	buf *bufio.Writer // so that a reply and its flush are one write
}

// Write compresses p and flushes it, so that it can be read at the other end. Of a
// write that fails nobody knows how much can be.
func (d *deflation) Write(p []byte) (int, error) {
	if _, err := d.out.Write(p); err != nil {
		return 0, err
	}
	if err := errors.Join(d.out.Flush(), d.buf.Flush()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// end writes the last block of the stream.
func (d *deflation) end() {
	d.out.Close()
	d.buf.Flush() // its error is that of the next write too
}

// errStillCompressed is about a client that has not ended its compression.
var errStillCompressed = errors.New("compression ends with the CRLF behind UNAUTHENTICATE (RFC 8437, section 4.1), and more was compressed")

// behindStream reads what follows a stream that has nothing more to give but its end.
type behindStream struct {
	stream *inflate.Reader // nil behind its end
	src    io.Reader
	more   bool // it has given more already
}

func (b *behindStream) Read(p []byte) (int, error) {
	if b.stream != nil {
		if !b.more {
			n, err := b.stream.Read(p[:1])
			if n == 0 && err != io.EOF {
				return 0, err
			}
			b.more = n > 0
		}
		if b.more {
			return 0, errStillCompressed
		}
		b.src = io.MultiReader(bytes.NewReader(b.stream.Rest()), b.src)
		b.stream = nil
	}
	return b.src.Read(p)
}
