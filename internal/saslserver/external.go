package saslserver

import (
	"crypto/tls"

	"github.com/emersion/go-sasl"
)

// CertificateNames are whom the client's certificate is for; none if it has shown none that
// holds.
func CertificateNames(tc *tls.Conn) []string {
	if tc == nil || len(tc.ConnectionState().VerifiedChains) == 0 {
		return nil
	}
	cert := tc.ConnectionState().PeerCertificates[0]
	return append([]string{cert.Subject.CommonName}, cert.EmailAddresses...)
}

// newExternal is EXTERNAL, of which the certificate is the proof: RFC 4422, appendix A.
func newExternal(x Exchange) sasl.Server {
	return sasl.NewExternalServer(func(identity string) error {
		for _, name := range CertificateNames(x.TLS) {
			if account, _, found := x.Accounts.Password(name); found {
				return x.Login(account, identity)
			}
		}
		return x.Refused("no account has the certificate's name")
	})
}
