package imaptest_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A failure shows that a client has not become one of TLS, and what it may lack.
func TestWhyNoTLS(t *testing.T) {
	for name, connect := range map[string]func(t *testing.T, srv *imaptest.Server) error{
		"STARTTLS": func(t *testing.T, srv *imaptest.Server) error {
			return startTLS(t, srv, &tls.Config{ServerName: "localhost"})
		},
		"TLSAddr": func(_ *testing.T, srv *imaptest.Server) error {
			_, err := tls.Dial("tcp", srv.TLSAddr(), nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t)
			if connect(t, srv) == nil {
				t.Fatal("the certificate was taken")
			}
			srv.WaitConns(t, 0)
			f := &fakeTB{TB: t}
			srv.Inbox().AssertCount(f, 1)
			const says, trust = "S: (no TLS: the client says bad certificate", ": does it trust the server's certificate, as ClientTLSConfig does?)\n"
			if got := f.out.String(); !strings.Contains(got, says) || !strings.Contains(got, trust) {
				t.Errorf("got %s", got)
			}
		})
	}
}

// startTLS is what comes of the handshake behind STARTTLS.
func startTLS(t *testing.T, srv *imaptest.Server, cfg *tls.Config) error {
	t.Helper()
	nc, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	c := &faultConn{t: t, nc: nc, r: newReader(nc)}
	c.line()
	c.ask("a", "STARTTLS")
	return tls.Client(nc, cfg).Handshake()
}
