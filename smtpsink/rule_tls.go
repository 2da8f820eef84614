package smtpsink

import (
	"crypto/tls"
	"errors"

	"github.com/go-mailtest/mailtest/internal/testcert"
)

// errHandshake is why a handshake fails that a rule wants to fail.
var errHandshake = errors.New("smtpsink: the handshake fails by a rule")

// tlsFault is what a rule makes of a handshake.
type tlsFault struct{ config func() (*tls.Config, error) }

// Error lets a fault go the way of rules.
func (tlsFault) Error() string { return "a TLS fault" }

func (r *Rule) tls(config func() (*tls.Config, error)) {
	r.do(func(*wireConn, *Command) error { return tlsFault{config} })
}

func (r *Rule) certificate(config func() *tls.Config) {
	r.tls(func() (*tls.Config, error) { return config(), nil })
}

// FailHandshake ends the handshake with an alert. It is for On("TLS"), like the
// certificates below.
func (r *Rule) FailHandshake() {
	r.tls(func() (*tls.Config, error) { return nil, errHandshake })
}

// ExpiredCertificate shows a certificate that has expired.
func (r *Rule) ExpiredCertificate() { r.certificate(testcert.ExpiredConfig) }

// WrongNameCertificate shows a certificate for other.example.
func (r *Rule) WrongNameCertificate() { r.certificate(testcert.WrongNameConfig) }

// UntrustedCertificate shows a certificate of an authority that nobody knows.
func (r *Rule) UntrustedCertificate() { r.certificate(testcert.UntrustedConfig) }
