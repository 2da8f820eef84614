package smtpsink

import (
	"crypto/tls"
	"errors"

	"github.com/go-mailtest/mailtest/internal/rule"
	"github.com/go-mailtest/mailtest/internal/smtpd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// errHandshake is why a handshake fails that a rule wants to fail.
var errHandshake = errors.New("smtpsink: the handshake fails by a rule")

func (r *Rule) certificate(verb string, config func() *tls.Config) *Rule {
	r.t().Helper()
	return r.do(&effect{verb: verb, traits: rule.IsTLS, before: func(_ *Command, ctl smtpd.Control) { ctl.UseTLS(config()) }})
}

// FailHandshake ends the handshake with an alert. It is for On("TLS"), like the
// certificates below.
func (r *Rule) FailHandshake() *Rule {
	r.t().Helper()
	return r.do(&effect{verb: "FailHandshake()", traits: rule.IsInstead | rule.IsTLS, instead: func(*Command, smtpd.Control) error { return errHandshake }})
}

// ExpiredCertificate shows a certificate that has expired.
func (r *Rule) ExpiredCertificate() *Rule {
	r.t().Helper()
	return r.certificate("ExpiredCertificate()", testcert.ExpiredConfig)
}

// WrongNameCertificate shows a certificate for other.example.
func (r *Rule) WrongNameCertificate() *Rule {
	r.t().Helper()
	return r.certificate("WrongNameCertificate()", testcert.WrongNameConfig)
}

// UntrustedCertificate shows a certificate of an authority that nobody knows.
func (r *Rule) UntrustedCertificate() *Rule {
	r.t().Helper()
	return r.certificate("UntrustedCertificate()", testcert.UntrustedConfig)
}
