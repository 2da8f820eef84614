package imapd

import (
	"bytes"
	"compress/flate"
	"io"
	"net"

	"github.com/emersion/go-imap/v2"
)

// codeCompressionActive: RFC 4978, section 3.
const codeCompressionActive imap.ResponseCode = "COMPRESSIONACTIVE"

// COMPRESS: RFC 4978.
//
//	compress = "COMPRESS" SP "DEFLATE"
type compressCmd struct{}

func parseCompress(p *parser) command {
	p.SP()
	p.option("compression algorithm", "DEFLATE")
	return compressCmd{}
}

func (compressCmd) run(c *conn, ok *okResponse) error {
	if c.compressed {
		return no(codeCompressionActive, "DEFLATE is active already")
	}
	c.compressed = true
	c.afterReply = c.compress
	ok.text = "DEFLATE active"
	return nil
}

// compress runs after the tagged OK has been sent. What the client has sent
// behind its command is compressed already.
func (c *conn) compress() {
	rest := bytes.NewReader(c.rd.TakeBuffered())
	w, err := flate.NewWriter(c.nc, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is a valid one
	}
	c.attach(&deflateConn{Conn: c.nc, r: flate.NewReader(io.MultiReader(rest, c.nc)), w: w})
}

// deflateConn compresses each write, and flushes it so that it can be read at
// the other end. Of one that fails nobody knows how much can be.
type deflateConn struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func (d *deflateConn) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d *deflateConn) Write(p []byte) (int, error) {
	if _, err := d.w.Write(p); err != nil {
		return 0, err
	}
	if err := d.w.Flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}
