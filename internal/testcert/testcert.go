// Package testcert makes a certificate authority and a server certificate for
// tests, once per process and when they are first needed.
package testcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// The certificates hold for any clock that a test may have; in a
// testing/synctest bubble the year is 2000.
var (
	notBefore = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// authority is what is made once.
type authority struct {
	pem    []byte
	pool   *x509.CertPool
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	server tls.Certificate
}

var get = sync.OnceValue(func() *authority {
	a, err := newAuthority()
	if err != nil {
		panic(fmt.Sprintf("testcert: %v", err)) // no randomness: nothing can go on
	}
	return a
})

// CAPEM is the authority's certificate in PEM.
func CAPEM() []byte { return append([]byte(nil), get().pem...) }

// Pool holds the authority alone.
func Pool() *x509.CertPool { return get().pool.Clone() }

// ServerConfig presents a certificate for localhost, 127.0.0.1 and ::1, and
// takes one of [Client] from those who have it.
func ServerConfig() *tls.Config {
	a := get()
	return &tls.Config{
		Certificates: []tls.Certificate{a.server}, MinVersion: tls.VersionTLS12,
		ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: a.pool,
	}
}

// ExpiredConfig presents a certificate that expired in 1999.
func ExpiredConfig() *tls.Config {
	return faultyConfig(func(leaf *x509.Certificate) { leaf.NotAfter = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) })
}

// WrongNameConfig presents a certificate for other.example.
func WrongNameConfig() *tls.Config {
	return faultyConfig(func(leaf *x509.Certificate) { leaf.DNSNames, leaf.IPAddresses = []string{"other.example"}, nil })
}

// UntrustedConfig presents a certificate that another authority has signed.
func UntrustedConfig() *tls.Config {
	other, err := newAuthority()
	if err != nil {
		panic(fmt.Sprintf("testcert: %v", err)) // no randomness: nothing can go on
	}
	return &tls.Config{Certificates: []tls.Certificate{other.server}, MinVersion: tls.VersionTLS12}
}

// faultyConfig presents the usual certificate but for one thing.
func faultyConfig(spoil func(leaf *x509.Certificate)) *tls.Config {
	a := get()
	leaf := serverTemplate()
	spoil(leaf)
	cert, err := sign(leaf, a.cert, a.key)
	if err != nil {
		panic(fmt.Sprintf("testcert: %v", err)) // no randomness: nothing can go on
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
}

// Client makes a certificate by which a client proves to be name.
func Client(name string) tls.Certificate {
	a := get()
	leaf := template(3, name)
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	cert, err := sign(leaf, a.cert, a.key)
	if err != nil {
		panic(fmt.Sprintf("testcert: %v", err)) // no randomness: nothing can go on
	}
	return cert
}

// ClientConfig trusts the authority and expects localhost.
func ClientConfig() *tls.Config {
	return &tls.Config{RootCAs: Pool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

func newAuthority() (*authority, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	caTemplate := template(1, "mailtest authority")
	caTemplate.IsCA, caTemplate.BasicConstraintsValid = true, true
	caTemplate.KeyUsage = x509.KeyUsageCertSign
	caDER, err := x509.CreateCertificate(rand.Reader, caTemplate, caTemplate, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, err
	}
	ca, err := x509.ParseCertificate(caDER)
	if err != nil {
		return nil, err
	}
	a := &authority{
		pem:  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
		pool: x509.NewCertPool(),
		cert: ca,
		key:  caKey,
	}
	a.pool.AddCert(ca)
	a.server, err = newLeaf(ca, caKey)
	return a, err
}

func newLeaf(ca *x509.Certificate, caKey *ecdsa.PrivateKey) (tls.Certificate, error) {
	return sign(serverTemplate(), ca, caKey)
}

func serverTemplate() *x509.Certificate {
	leaf := template(2, "localhost")
	leaf.DNSNames = []string{"localhost"}
	leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	return leaf
}

// sign makes a key for a certificate, and signs it.
func sign(leaf, ca *x509.Certificate, caKey *ecdsa.PrivateKey) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    notBefore,
		NotAfter:     notAfter,
	}
}
