package imapd_test

import (
	"bufio"
	"crypto/tls"
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
