package imaptest

import (
	"crypto/tls"
	"errors"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/testcert"
)

// TLSRule breaks a TLS handshake. It comes from [Server.OnTLS], and is to handshakes what
// [Rule] is to commands.
type TLSRule struct{ *ruleCore }

// OnTLS makes a rule for TLS handshakes, of STARTTLS and of TLSAddr.
func (s *Server) OnTLS() *TLSRule { return &TLSRule{s.addRule(onTLS, "*", "OnTLS()")} }

// Nth makes the rule hold from the n-th matching handshake on, and for that one alone
// unless Times says more. The first is 1.
func (r *TLSRule) Nth(n int) *TLSRule {
	r.t().Helper()
	r.setNth(n)
	return r
}

// Times is how often the rule fires at most.
func (r *TLSRule) Times(n int) *TLSRule {
	r.t().Helper()
	r.setTimes(n)
	return r
}

// OnConn narrows the rule to the n-th connection of the server. The first is 1.
func (r *TLSRule) OnConn(n int) *TLSRule {
	r.t().Helper()
	r.setOnConn(n)
	return r
}

// Where narrows the rule by a condition of the test's own. Of the command only Conn is set.
func (r *TLSRule) Where(ok func(*Command) bool) *TLSRule {
	r.t().Helper()
	r.setWhere(ok)
	return r
}

// Optional says that the rule need not fire.
func (r *TLSRule) Optional() *TLSRule { r.core.Optional(); return r }

// For has the rule end with t, which is a subtest's, and report there.
func (r *TLSRule) For(t TB) *TLSRule { r.setFor(t); return r }

// Remove takes the rule away.
func (r *TLSRule) Remove() { r.srv.removeRule(r.ruleCore) }

// Fired is how often the rule has fired.
func (r *TLSRule) Fired() int { return r.core.State().Fired }

// FailHandshake ends the handshake with an alert.
func (r *TLSRule) FailHandshake() *TLSRule {
	r.t().Helper()
	r.handshake("FailHandshake()", func() *tls.Config {
		cfg := testcert.ServerConfig()
		cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errHandshake }
		return cfg
	})
	return r
}

// ExpiredCertificate shows a certificate that has expired.
func (r *TLSRule) ExpiredCertificate() *TLSRule {
	r.t().Helper()
	r.handshake("ExpiredCertificate()", testcert.ExpiredConfig)
	return r
}

// WrongNameCertificate shows a certificate for other.example.
func (r *TLSRule) WrongNameCertificate() *TLSRule {
	r.t().Helper()
	r.handshake("WrongNameCertificate()", testcert.WrongNameConfig)
	return r
}

// UntrustedCertificate shows a certificate of an authority that nobody knows.
func (r *TLSRule) UntrustedCertificate() *TLSRule {
	r.t().Helper()
	r.handshake("UntrustedCertificate()", testcert.UntrustedConfig)
	return r
}

// Drop closes the connection in the handshake.
func (r *TLSRule) Drop() *TLSRule {
	r.t().Helper()
	r.silent("Drop()", func(ctl imapd.Control) { ctl.Drop(false) })
	return r
}

// Reset closes the connection in the handshake with RST.
func (r *TLSRule) Reset() *TLSRule {
	r.t().Helper()
	r.silent("Reset()", func(ctl imapd.Control) { ctl.Drop(true) })
	return r
}

// Stall never answers the client's first message; the connection stays open.
func (r *TLSRule) Stall() *TLSRule {
	r.t().Helper()
	r.silent("Stall()", imapd.Control.Silence)
	return r
}

// HalfOpen neither answers nor reads on.
func (r *TLSRule) HalfOpen() *TLSRule {
	r.t().Helper()
	r.silent("HalfOpen()", imapd.Control.Deaf)
	return r
}

// Delay waits before the handshake is answered.
func (r *TLSRule) Delay(d time.Duration) *TLSRule {
	r.t().Helper()
	r.delay(d)
	return r
}

// Before calls the test's own code before the handshake is answered. Of the command only
// Conn is set.
func (r *TLSRule) Before(f func(*Command)) *TLSRule {
	r.t().Helper()
	r.callBefore(f)
	return r
}

// tlsFault is what a rule makes of a handshake.
type tlsFault struct{ config func() *tls.Config }

// Error lets a fault go the way of rules.
func (tlsFault) Error() string { return "a TLS fault" }

func (r *ruleCore) handshake(verb string, config func() *tls.Config) {
	r.t().Helper()
	r.do(&effect{verb: verb, traits: isInstead | isTLS, instead: func(*Command, imapd.Control) error { return tlsFault{config} }})
}

// tlsConfig is the server's own, or what a rule wants. It is made when the first
// client asks for TLS: a certificate costs more than a server.
func (s *Server) tlsConfig(conn int, ctl imapd.Control) (*tls.Config, error) {
	s.handshakes.Add(1)
	if s.hasRules() {
		err := s.play(place{at: onTLS, cmd: &Command{Conn: conn}}, ctl)
		var fault tlsFault
		switch {
		case errors.As(err, &fault):
			return fault.config(), nil
		case err != nil:
			return nil, errHandshake
		}
	}
	return testcert.ServerConfig(), nil
}
