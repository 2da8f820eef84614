package imapd_test

import (
	"bufio"
	"compress/flate"
	"crypto/tls"
	"net"
)

// startTLS turns the connection of a dialogue into a TLS one.
func (d *dialogue) startTLS(p *peer) error {
	tc := tls.Client(p.nc, d.srv.ClientTLSConfig())
	if err := tc.Handshake(); err != nil {
		return err
	}
	p.nc, p.r = tc, bufio.NewReader(tc)
	return nil
}

// deflate compresses from here on.
func (p *peer) deflate() error {
	w, err := flate.NewWriter(p.nc, flate.BestSpeed)
	if err != nil {
		return err
	}
	p.r = bufio.NewReader(flate.NewReader(p.nc))
	p.nc = compressing{p.nc, w}
	return nil
}

// compressing writes what can be read at once.
type compressing struct {
	net.Conn
	w *flate.Writer
}

func (c compressing) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	if err != nil {
		return n, err
	}
	return n, c.w.Flush()
}
