package smtpsink_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// The dialogue says what a client may lack that does not become one of TLS.
func TestWhyNoTLS(t *testing.T) {
	const trust = ": does it trust the server's certificate, as ClientTLSConfig does?)"
	for name, test := range map[string]struct {
		do   func(t *testing.T, nc net.Conn)
		want string
	}{
		"unknown authority": {func(t *testing.T, nc net.Conn) {
			if tls.Client(nc, &tls.Config{ServerName: "localhost"}).Handshake() == nil {
				t.Error("the certificate was taken")
			}
		}, `\(no TLS: the client says .*certificate.*` + regexp.QuoteMeta(trust)},
		"hangs up": {func(_ *testing.T, nc net.Conn) { nc.Close() }, regexp.QuoteMeta("(no TLS: the client hung up in the handshake" + trust)},
		"hangs up inside": {func(_ *testing.T, nc net.Conn) {
			nc.Write([]byte{22, 3, 1, 0, 100})
			nc.Close()
		}, regexp.QuoteMeta("(no TLS: the client hung up in the handshake" + trust)},
		"resets": {func(t *testing.T, nc net.Conn) {
			if err := nc.(*net.TCPConn).SetLinger(0); err != nil {
				t.Error(err)
			}
			nc.Close()
		}, regexp.QuoteMeta("(no TLS: the client hung up in the handshake" + trust)},
		"does nothing": {func(*testing.T, net.Conn) {}, regexp.QuoteMeta("(no TLS: the client had not ended the handshake when the connection was closed" + trust)},
		"plain text":   {func(_ *testing.T, nc net.Conn) { nc.Write([]byte("NOOP\r\n")) }, `\(no TLS: tls: first record does not look like a TLS handshake\)`},
	} {
		t.Run(name, func(t *testing.T) {
			sink := smtpsink.Start(t, smtpsink.StartTLS())
			nc, err := net.Dial("tcp", sink.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			p := &peer{nc: nc, r: bufio.NewReader(nc)}
			p.reply()
			p.hello(t)
			if got := p.ask("STARTTLS"); !strings.HasPrefix(got, "220") {
				t.Fatal(got)
			}
			test.do(t, nc)
			if name == "does nothing" {
				sink.Close()
			}
			for !strings.Contains(sink.Transcript(), "(no TLS") {
				<-time.After(time.Millisecond)
			}
			if got := sink.Transcript(); !regexp.MustCompile(test.want).MatchString(got) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}
