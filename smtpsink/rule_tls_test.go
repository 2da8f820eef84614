package smtpsink_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/testcert"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func isCertificateError[T error](ok func(T) bool) func(error) bool {
	return func(err error) bool {
		var want T
		return errors.As(err, &want) && ok(want)
	}
}

// Handshakes that fail, for the reason that they should, with STARTTLS and on the
// port that is TLS from the first byte; the next one succeeds.
func TestTLSRules(t *testing.T) {
	tests := map[string]struct {
		rule func(r *smtpsink.Rule)
		ok   func(err error) bool
	}{
		"alert": {
			func(r *smtpsink.Rule) { r.FailHandshake() },
			func(err error) bool { return err != nil && strings.Contains(err.Error(), "remote error: tls") },
		},
		"expired": {
			func(r *smtpsink.Rule) { r.ExpiredCertificate() },
			isCertificateError(func(err x509.CertificateInvalidError) bool { return err.Reason == x509.Expired }),
		},
		"name": {
			func(r *smtpsink.Rule) { r.WrongNameCertificate() },
			isCertificateError(func(err x509.HostnameError) bool { return err.Host == "localhost" }),
		},
		"untrusted": {
			func(r *smtpsink.Rule) { r.UntrustedCertificate() },
			isCertificateError(func(x509.UnknownAuthorityError) bool { return true }),
		},
		"drop": {
			func(r *smtpsink.Rule) { r.Drop() },
			func(err error) bool { return errors.Is(err, io.EOF) },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			implicit := smtpsink.Start(t)
			test.rule(implicit.On("TLS").Times(1))
			starttls := smtpsink.Start(t, smtpsink.StartTLS())
			test.rule(starttls.On("tls").Times(1))
			for i, ok := range []func(error) bool{test.ok, func(err error) bool { return err == nil }} {
				nc, err := net.Dial("tcp", implicit.TLSAddr())
				if err != nil {
					t.Fatal(err)
				}
				defer nc.Close()
				if err := tls.Client(nc, implicit.ClientTLSConfig()).Handshake(); !ok(err) {
					t.Errorf("implicit, connection %d: got %v", i+1, err)
				}
				p := dialPeer(t, starttls)
				p.reply()
				p.ask("EHLO me")
				p.ask("STARTTLS")
				if err := tls.Client(p.nc, starttls.ClientTLSConfig()).Handshake(); !ok(err) {
					t.Errorf("STARTTLS, connection %d: got %v", i+1, err)
				}
			}
		})
	}
}

// WithTLS shows a certificate of the test's own, with STARTTLS and from the first byte.
func TestWithTLS(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.StartTLS(), smtpsink.WithTLS(testcert.ExpiredConfig()))
	expired := isCertificateError(func(err x509.CertificateInvalidError) bool { return err.Reason == x509.Expired })
	if _, err := tls.Dial("tcp", sink.TLSAddr(), sink.ClientTLSConfig()); !expired(err) {
		t.Errorf("from the first byte: got %v", err)
	}
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	p.ask("STARTTLS")
	if err := tls.Client(p.nc, sink.ClientTLSConfig()).Handshake(); !expired(err) {
		t.Errorf("STARTTLS: got %v", err)
	}
}

// What is no fault of certificates, in virtual time: a handshake that takes long,
// and one that never ends.
func TestSlowHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.StartTLS())
		sink.On("TLS").Times(1).Delay(time.Minute)
		sink.On("TLS").Nth(2).Stall()
		var after []string
		sink.On("TLS").Times(1).After(func(cmd *smtpsink.Command) { after = append(after, cmd.String()) })
		begin := func() *tls.Conn {
			p := open(t, sink)
			p.ask("STARTTLS")
			p.nc.SetDeadline(time.Time{})
			return tls.Client(p.nc, sink.ClientTLSConfig())
		}
		start := time.Now()
		tc := begin()
		if err := tc.Handshake(); err != nil || time.Since(start) != time.Minute {
			t.Errorf("got %v after %v, want none after a minute", err, time.Since(start))
		}
		secure := &peer{nc: tc, r: bufio.NewReader(tc)}
		if got := secure.ask("EHLO me"); !strings.HasPrefix(got, "250") || len(after) != 1 || after[0] != "TLS" {
			t.Errorf("got %s; After was called with %v", got, after)
		}
		tc = begin()
		tc.SetDeadline(time.Now().Add(time.Hour))
		if err := tc.Handshake(); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("stalled: got %v", err)
		}
		tc.NetConn().Close()
	})
}
