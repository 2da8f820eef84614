package imaptest

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// errHandshake is why a handshake fails that a rule wants to fail.
var errHandshake = errors.New("imaptest: the handshake fails by a rule")

// tlsFault is what a rule of OnTLS makes of a handshake.
type tlsFault struct{ config func() *tls.Config }

// Error lets a fault go the way of rules.
func (tlsFault) Error() string { return "a TLS fault" }

func (r *Rule) tls(config func() *tls.Config) {
	r.do(func(*Command, imapd.Control) error { return tlsFault{config} })
}

// FailHandshake ends the handshake with an alert. It is for OnTLS, like the
// certificates below.
func (r *Rule) FailHandshake() {
	r.tls(func() *tls.Config {
		cfg := testcert.ServerConfig()
		cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errHandshake }
		return cfg
	})
}

// ExpiredCertificate shows a certificate that has expired.
func (r *Rule) ExpiredCertificate() { r.tls(testcert.ExpiredConfig) }

// WrongNameCertificate shows a certificate for other.example.
func (r *Rule) WrongNameCertificate() { r.tls(testcert.WrongNameConfig) }

// UntrustedCertificate shows a certificate of an authority that nobody knows.
func (r *Rule) UntrustedCertificate() { r.tls(testcert.UntrustedConfig) }

// tlsConfig is the server's own, or what a rule wants. It is made when the first
// client asks for TLS: a certificate costs more than a server.
func (s *Server) tlsConfig() *tls.Config {
	if s.hasRules() {
		var fault tlsFault
		if errors.As(s.applyRules(onTLS, &Command{}, 0, imapd.Control{}), &fault) {
			return fault.config()
		}
	}
	return testcert.ServerConfig()
}

// serveTLS is for the port with implicit TLS. The rules are asked when the client has
// begun, by the goroutine that serves it, so that one that waits keeps nobody else.
func (s *Server) serveTLS(nc net.Conn) {
	s.engine.Go(tls.Server(nc, &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			cfg := s.tlsConfig()
			if fail := cfg.GetConfigForClient; fail != nil {
				return fail(hello)
			}
			return cfg, nil
		},
	}))
}
