package smtpsink_test

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/go-mailtest/mailtest/internal/saslclient"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// authenticate runs a mechanism, with an initial response or without, and
// returns the last reply.
func (p *peer) authenticate(t *testing.T, mech gosasl.Client, initial bool) string {
	t.Helper()
	name, first, err := mech.Start()
	if err != nil {
		t.Fatal(err)
	}
	command := "AUTH " + name
	if first != nil && initial {
		command += " " + cmp.Or(base64.StdEncoding.EncodeToString(first), "=") // RFC 4954, section 4
		first = nil
	}
	for {
		line := p.ask(command)
		if !strings.HasPrefix(line, "334") {
			return line
		}
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimPrefix(line, "334"), " "))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		response := first
		if first = nil; response == nil {
			if response, err = mech.Next(challenge); err != nil {
				t.Fatal(err)
			}
		}
		command = base64.StdEncoding.EncodeToString(response)
	}
}

func TestMechanisms(t *testing.T) {
	bearer := func(user, token string) gosasl.Client {
		return &saslclient.Steps{Name: "OAUTHBEARER", First: []byte("n,a=" + user + ",\x01auth=Bearer " + token + "\x01\x01"),
			Step: func([]byte) ([]byte, error) { return []byte{}, nil }}
	}
	tests := map[string]func(user, secret string) gosasl.Client{
		"PLAIN":    func(user, password string) gosasl.Client { return gosasl.NewPlainClient("", user, password) },
		"LOGIN":    gosasl.NewLoginClient,
		"CRAM-MD5": saslclient.CRAMMD5,
		"SCRAM-SHA-1": func(user, password string) gosasl.Client {
			return saslclient.SCRAM(t, "SCRAM-SHA-1", scram.SHA1, user, password, nil)
		},
		"SCRAM-SHA-256": func(user, password string) gosasl.Client {
			return saslclient.SCRAM(t, "SCRAM-SHA-256", scram.SHA256, user, password, nil)
		},
		"XOAUTH2":     func(user, token string) gosasl.Client { return saslclient.XOAUTH2(user, token) },
		"OAUTHBEARER": bearer,
	}
	for name, client := range tests {
		t.Run(name, func(t *testing.T) {
			for _, initial := range []bool{true, false} {
				sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.RequireAuth(),
					smtpsink.WithAccount("ann", "pässword"), smtpsink.WithAccount("bob", "b"), smtpsink.WithToken("ann", "pässword"))
				p := dialPeer(t, sink)
				p.reply()
				p.ask("EHLO me")
				for _, wrong := range []gosasl.Client{client("ann", "wrong"), client("cy", "pässword"), client("bob", "pässword")} {
					if got := p.authenticate(t, wrong, initial); got != "535 5.7.8 authentication credentials invalid" {
						t.Errorf("a wrong secret: got %s", got)
					}
				}
				if got := p.ask("MAIL FROM:<ann@example.com>"); !strings.HasPrefix(got, "530 5.7.0") {
					t.Errorf("before AUTH: got %s", got)
				}
				if got := p.authenticate(t, client("ann", "pässword"), initial); !strings.HasPrefix(got, "235 2.7.0") {
					t.Errorf("got %s", got)
				}
				converse(t, p, `
					C: AUTH PLAIN AGFubgBwYXNz
					S: 503
					C: MAIL FROM:<ann@example.com> AUTH=ann@example.com
					S: 250
					C: RCPT TO:<x@example.com>
					S: 250
					C: DATA
					S: 354
					C: .
					S: 250`)
				m := sink.Message(t)
				if m.Auth != "ann" || m.FromOptions.Auth == nil || *m.FromOptions.Auth != "ann@example.com" {
					t.Errorf("got %q and %v", m.Auth, m.FromOptions.Auth)
				}
				if strings.Contains(sink.Transcript(), base64.StdEncoding.EncodeToString([]byte("pässword"))) {
					t.Errorf("a secret in the transcript\n%s", sink.Transcript())
				}
			}
		})
	}
}

// What is wrong with AUTH itself (RFC 4954, sections 4 and 6).
func TestAuthErrors(t *testing.T) {
	p := dialPeer(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAccount("ann", "a"), smtpsink.Without("AUTH LOGIN")))
	p.reply()
	converse(t, p, `
		C: AUTH PLAIN
		S: 503
		C: EHLO me
		S: 250 AUTH PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256
		C: AUTH
		S: 501 5.5.4
		C: AUTH LOGIN
		S: 504 5.5.4
		C: AUTH XOAUTH2
		S: 504
		C: AUTH SCRAM-SHA-256-PLUS
		S: 504
		C: AUTH PLAIN !
		S: 501 5.5.2
		C: AUTH PLAIN
		S: 334
		C: !
		S: 501 5.5.2
		C: AUTH PLAIN
		S: 334
		C: *
		S: 501
		C: AUTH PLAIN =
		S: 535
		C: AUTH CRAM-MD5 AAAA
		S: 501 5.7.0
		C: MAIL FROM:<a@example.com>
		S: 250
		C: AUTH PLAIN
		S: 503`)
}

// SCRAM with channel binding, over TLS (RFC 5929, RFC 9266), and what STARTTLS makes
// the server forget (RFC 3207, section 4.2).
func TestAuthInTLS(t *testing.T) {
	for _, kind := range []string{"tls-exporter", "tls-server-end-point", "wrong"} {
		t.Run(kind, func(t *testing.T) {
			sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.StartTLS(), smtpsink.WithAccount("ann", "a"))
			p := dialPeer(t, sink)
			p.reply()
			p.ask("EHLO me")
			p.authenticate(t, gosasl.NewPlainClient("", "ann", "a"), true)
			p.ask("STARTTLS")
			tc := tls.Client(p.nc, sink.ClientTLSConfig())
			if err := tc.HandshakeContext(t.Context()); err != nil {
				t.Fatal(err)
			}
			secure := &peer{nc: tc, r: bufio.NewReader(tc)}
			secure.ask("EHLO me")
			state := tc.ConnectionState()
			binding, err := scram.NewTLSExporterBinding(&state)
			want := "235"
			switch kind {
			case "tls-server-end-point":
				binding, err = scram.NewTLSServerEndpointBinding(&state)
			case "wrong":
				binding.Data, want = make([]byte, 32), "535"
			}
			if err != nil {
				t.Fatal(err)
			}
			got := secure.authenticate(t, saslclient.SCRAM(t, "SCRAM-SHA-256-PLUS", scram.SHA256, "ann", "a", &binding), true)
			if !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Who says that it could do channel binding has been told that the server cannot, and
// that is not so (RFC 5802, section 6); without -PLUS it is true.
func TestSCRAMDowngrade(t *testing.T) {
	for _, opts := range [][]smtpsink.Option{nil, {smtpsink.Without("AUTH SCRAM-SHA-256-PLUS", "AUTH SCRAM-SHA-1-PLUS")}} {
		sink := smtpsink.Start(t, append(opts, smtpsink.WithAccount("ann", "a"))...)
		p := dialTLSPeer(t, sink)
		p.reply()
		p.ask("EHLO me")
		want := "535"
		if opts != nil {
			want = "334"
		}
		if got := p.ask("AUTH SCRAM-SHA-256 " + base64.StdEncoding.EncodeToString([]byte("y,,n=ann,r=abc"))); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A check of the test's own sees passwords, so only mechanisms that send them are
// offered.
func TestWithAuth(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAuth(func(user, password string) error {
		if user+":"+password != "ann:a" {
			return &smtpsink.Error{Code: 454, Enhanced: [3]int{4, 7, 0}, Text: "the directory is down"}
		}
		return nil
	}))
	p := dialPeer(t, sink)
	p.reply()
	if got := p.ask("EHLO me"); got != "250 AUTH PLAIN LOGIN" {
		t.Errorf("got %s", got)
	}
	if got := p.authenticate(t, gosasl.NewLoginClient("bob", "b"), false); got != "454 4.7.0 the directory is down" {
		t.Errorf("got %s", got)
	}
	if got := p.authenticate(t, gosasl.NewLoginClient("ann", "a"), false); !strings.HasPrefix(got, "235") {
		t.Errorf("got %s", got)
	}
}

// EXTERNAL: the client's certificate is its proof (RFC 4422, appendix A). Who has none is
// not offered it.
func TestExternal(t *testing.T) {
	offered := smtpsink.Start(t, smtpsink.WithAccount("ann", "a"), smtpsink.WithAccount("bob", "b"))
	without := smtpsink.Start(t, smtpsink.WithAccount("ann", "a"), smtpsink.Without("AUTH EXTERNAL"))
	ann := offered.ClientCertificate("ann")
	const taken, refused, unknown = "235 2.7.0", "535 5.7.8", "504 5.5.4"
	for _, test := range []struct {
		sink     *smtpsink.Sink
		identity string
		certs    []tls.Certificate
		want     string
	}{
		{offered, "", []tls.Certificate{ann}, taken},
		{offered, "ann", []tls.Certificate{ann}, taken},
		{offered, "bob", []tls.Certificate{ann}, refused},
		{offered, "", []tls.Certificate{offered.ClientCertificate("nobody")}, refused},
		{offered, "ann", nil, unknown},
		{without, "ann", []tls.Certificate{ann}, unknown},
	} {
		for _, initial := range []bool{true, false} {
			cfg := test.sink.ClientTLSConfig()
			cfg.Certificates = test.certs
			nc, err := tls.Dial("tcp", test.sink.TLSAddr(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			p := &peer{nc: nc, r: bufio.NewReader(nc)}
			p.reply()
			if got := slices.Contains(p.offered(t), "EXTERNAL"); got != (test.want != unknown) {
				t.Errorf("with %d certificates: offered is %v", len(test.certs), got)
			}
			if got := p.authenticate(t, gosasl.NewExternalClient(test.identity), initial); !strings.HasPrefix(got, test.want) {
				t.Errorf("as %q, with %d certificates: got %s, want %s", test.identity, len(test.certs), got, test.want)
			}
			nc.Close()
		}
	}
}

// offered are the mechanisms that EHLO names.
func (p *peer) offered(t *testing.T) []string {
	t.Helper()
	fmt.Fprint(p.nc, "EHLO me\r\n")
	var names []string
	for {
		line, err := p.r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if len(line) > 4 && strings.HasPrefix(line[4:], "AUTH ") {
			names = strings.Fields(line[9:])
		}
		if strings.HasPrefix(line, "250 ") {
			return names
		}
	}
}
