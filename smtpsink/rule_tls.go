package smtpsink

import (
	"crypto/tls"
	"errors"

	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// errHandshake is why a handshake fails that a rule wants to fail.
var errHandshake = errors.New("smtpsink: the handshake fails by a rule")

func (r *Rule) certificate(config func() *tls.Config) {
	r.do(func(ctl smtpd.Control, _ *Command) error { ctl.UseTLS(config()); return nil })
}

// FailHandshake ends the handshake with an alert. It is for On("TLS"), like the
// certificates below.
func (r *Rule) FailHandshake() {
	r.do(func(smtpd.Control, *Command) error { return errHandshake })
}

// ExpiredCertificate shows a certificate that has expired.
func (r *Rule) ExpiredCertificate() { r.certificate(testcert.ExpiredConfig) }

// WrongNameCertificate shows a certificate for other.example.
func (r *Rule) WrongNameCertificate() { r.certificate(testcert.WrongNameConfig) }

// UntrustedCertificate shows a certificate of an authority that nobody knows.
func (r *Rule) UntrustedCertificate() { r.certificate(testcert.UntrustedConfig) }
