package saslserver

import "strings"

// registered are the names of IANA's registry of SASL mechanisms (RFC 4422, section
// 7), and those that mail clients use without it.
var registered = strings.Fields(`
	9798-M-DSA-SHA1 9798-M-ECDSA-SHA1 9798-M-RSA-SHA1-ENC 9798-U-DSA-SHA1 9798-U-ECDSA-SHA1 9798-U-RSA-SHA1-ENC
	ANONYMOUS CRAM-MD5 DIGEST-MD5 EAP-AES128 EAP-AES128-PLUS ECDH-X25519-CHALLENGE ECDSA-NIST256P-CHALLENGE EXTERNAL
	GS2-KRB5 GS2-KRB5-PLUS GSS-SPNEGO GSSAPI KERBEROS_V4 KERBEROS_V5 LOGIN NMAS-SAMBA-AUTH NMAS_AUTHEN NMAS_LOGIN NTLM
	OAUTH10A OAUTHBEARER OPENID20 OTP PLAIN SAML20 SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS
	SCRAM-SHA-512 SCRAM-SHA-512-PLUS SECURID SKEY SPNEGO SPNEGO-PLUS SXOVER-PLUS
	PLAIN-CLIENTTOKEN XOAUTH XOAUTH2 X-OAUTH2`)

// Registered says whether a word is the name of a mechanism that somebody has, in any
// case. Another word where one is due may be a response of a client that has left the
// name out, and so a secret.
func Registered(word string) bool {
	for _, name := range registered {
		if strings.EqualFold(name, word) {
			return true
		}
	}
	return false
}
