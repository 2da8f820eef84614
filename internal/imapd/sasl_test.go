package imapd_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/saslclient"
)

// dialMemory is a client that has not logged in.
func dialMemory(t *testing.T, srv *imaptest.Server) *imapclient.Client {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := imapclient.New(nc, nil)
	t.Cleanup(func() { client.Close() })
	return client
}

// authenticate runs a mechanism over a connection. An empty response is an empty line
// (RFC 3501, section 6.2.2). It returns the tagged response.
func authenticate(t *testing.T, nc net.Conn, mech sasl.Client) string {
	t.Helper()
	a := &asker{t: t, nc: nc}
	a.reset()
	return a.authenticate(mech)
}

func (a *asker) authenticate(mech sasl.Client) string {
	a.t.Helper()
	name, first, err := mech.Start()
	if err != nil {
		a.t.Fatal(err)
	}
	command := "x AUTHENTICATE " + name
	switch {
	case len(first) > 0:
		command += " " + base64.StdEncoding.EncodeToString(first)
	case first != nil:
		command += " =" // an empty one (RFC 4959, section 3)
	}
	for {
		fmt.Fprintf(a.nc, "%s\r\n", command)
		line, err := a.r.ReadString('\n')
		if err != nil {
			a.t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\r\n")
		if answer, done := strings.CutPrefix(line, "x "); done {
			return answer
		}
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "+ "))
		if err != nil {
			a.t.Fatalf("%q: %v", line, err)
		}
		response, err := mech.Next(challenge)
		if err != nil {
			a.t.Fatal(err)
		}
		command = base64.StdEncoding.EncodeToString(response)
	}
}

// wantLogin checks the answer to AUTHENTICATE: with "" it is OK.
func wantLogin(t *testing.T, got string, code imap.ResponseCode) {
	t.Helper()
	want := "NO [" + string(code) + "] "
	if code == "" {
		want = "OK [CAPABILITY "
	}
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPasswordMechanisms(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("Ann", "pässword"))
	const failed = imap.ResponseCodeAuthenticationFailed
	for _, mech := range []struct {
		name   string
		client func(user, password string) sasl.Client
	}{
		{"PLAIN", func(user, password string) sasl.Client { return sasl.NewPlainClient("", user, password) }},
		{"LOGIN", sasl.NewLoginClient},
		{"CRAM-MD5", saslclient.CRAMMD5},
		{"SCRAM-SHA-1", func(user, password string) sasl.Client {
			return saslclient.SCRAM(t, "SCRAM-SHA-1", scram.SHA1, user, password, nil)
		}},
		{"SCRAM-SHA-256", func(user, password string) sasl.Client {
			return saslclient.SCRAM(t, "SCRAM-SHA-256", scram.SHA256, user, password, nil)
		}},
	} {
		t.Run(mech.name, func(t *testing.T) {
			a := &asker{t: t, nc: mustDial(t, srv)}
			a.reset()
			wantLogin(t, a.authenticate(mech.client("Ann", "wrong")), failed)
			wantLogin(t, a.authenticate(mech.client("Bob", "pässword")), failed)
			wantLogin(t, a.authenticate(mech.client("Ann", "pässword")), "")
			a.want("OK", "SELECT INBOX")
		})
	}
}

// A client may act as itself by name, and as nobody else.
func TestAuthorizationIdentity(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"))
	wantLogin(t, authenticate(t, mustDial(t, srv), sasl.NewPlainClient("bob", "ann", "a")), imap.ResponseCodeAuthorizationFailed)
	wantLogin(t, authenticate(t, mustDial(t, srv), sasl.NewPlainClient("ann", "ann", "a")), "")
}

// SCRAM with channel binding, over TLS (RFC 5929, RFC 9266). A binding to
// another connection is refused.
func TestSCRAMPlus(t *testing.T) {
	srv := imaptest.Start(t)
	for _, mech := range []struct {
		name string
		hash scram.HashGeneratorFcn
	}{{"SCRAM-SHA-1-PLUS", scram.SHA1}, {"SCRAM-SHA-256-PLUS", scram.SHA256}} {
		for _, kind := range []string{"tls-exporter", "tls-server-end-point", "wrong"} {
			t.Run(mech.name+" "+kind, func(t *testing.T) {
				tc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
				if err != nil {
					t.Fatal(err)
				}
				defer tc.Close()
				state := tc.ConnectionState()
				binding, err := scram.NewTLSExporterBinding(&state)
				want := imap.ResponseCode("")
				switch kind {
				case "tls-server-end-point":
					binding, err = scram.NewTLSServerEndpointBinding(&state)
				case "wrong":
					binding.Data, want = make([]byte, 32), imap.ResponseCodeAuthenticationFailed
				}
				if err != nil {
					t.Fatal(err)
				}
				wantLogin(t, authenticate(t, tc, saslclient.SCRAM(t, mech.name, mech.hash, "user", "password", &binding)), want)
			})
		}
	}
	over, err := imapclient.DialTLS(srv.TLSAddr(), &imapclient.Options{TLSConfig: srv.ClientTLSConfig()})
	if err != nil {
		t.Fatal(err)
	}
	defer over.Close()
	const plus = imap.Cap("AUTH=SCRAM-SHA-256-PLUS")
	if !over.Caps().Has(plus) || dialMemory(t, srv).Caps().Has(plus) {
		t.Error("-PLUS is to be advertised over TLS, and only there")
	}
}

// A client that could do channel binding and was told that the server cannot has been
// lied to (RFC 5802, section 6).
func TestSCRAMDowngrade(t *testing.T) {
	first := base64.StdEncoding.EncodeToString([]byte("y,,n=user,r=abc"))
	for _, opts := range [][]imaptest.Option{nil, {imaptest.Without("AUTH=SCRAM-SHA-256-PLUS", "AUTH=SCRAM-SHA-1-PLUS")}} {
		srv := imaptest.Start(t, opts...)
		nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		want := "x NO [AUTHENTICATIONFAILED]"
		if opts != nil {
			want = "+ "
		}
		r := bufio.NewReader(nc)
		r.ReadString('\n')
		fmt.Fprintf(nc, "x AUTHENTICATE SCRAM-SHA-256 %s\r\n", first)
		if line, err := r.ReadString('\n'); !strings.HasPrefix(line, want) {
			t.Errorf("got %q, %v, want %s", line, err, want)
		}
	}
}

// go-imap's client writes every empty response as "=". With SCRAM it is the last one,
// with a token the one to the challenge that tells of the refusal.
func TestEmptyResponses(t *testing.T) {
	for _, opts := range [][]imaptest.Option{{imaptest.InMemory()}, {imaptest.InMemory(), imaptest.Without(imap.CapSASLIR)}} {
		srv := imaptest.Start(t, opts...)
		srv.Store().Users()[0].SetToken("good", time.Time{})
		for _, mech := range []func(secret string) sasl.Client{
			func(token string) sasl.Client { return emptyAnswer{saslclient.XOAUTH2("user", token)} },
			func(token string) sasl.Client {
				return emptyAnswer{sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: "user", Token: token})}
			},
			func(token string) sasl.Client {
				password := map[string]string{"good": "password"}[token]
				return saslclient.SCRAM(t, "SCRAM-SHA-256", scram.SHA256, "user", password, nil)
			},
		} {
			var refused *imap.Error
			if err := dialMemory(t, srv).Authenticate(mech("bad")); !errors.As(err, &refused) || refused.Code != imap.ResponseCodeAuthenticationFailed {
				t.Errorf("got %v, want NO [AUTHENTICATIONFAILED]", err)
			}
			if err := dialMemory(t, srv).Authenticate(mech("good")); err != nil {
				t.Error(err)
			}
		}
	}
}

// emptyAnswer is a client that has nothing to say to a challenge.
type emptyAnswer struct{ sasl.Client }

// Next answers with nothing.
func (emptyAnswer) Next([]byte) ([]byte, error) { return []byte{}, nil }

// OAuth: a token that the test sets, refused with a JSON challenge once it has
// expired (RFC 7628, section 3.2.2).
func TestTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		if caps := dialMemory(t, srv).Caps(); caps.Has(imap.AuthCap("XOAUTH2")) || caps.Has(imap.AuthCap("OAUTHBEARER")) {
			t.Error("OAuth is advertised, and nobody has a token")
		}
		user, _ := srv.Store().User("user")
		user.SetToken("vF9dft4qmT", time.Now().Add(time.Hour))
		bearer := func(name, token string) sasl.Client {
			return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: name, Token: token})
		}
		try := func(mech sasl.Client, want imap.ResponseCode) {
			t.Helper()
			wantLogin(t, authenticate(t, mustDial(t, srv), mech), want)
		}
		const failed = imap.ResponseCodeAuthenticationFailed
		try(bearer("user", "vF9dft4qmT"), "")
		try(bearer("", "vF9dft4qmT"), "")
		try(saslclient.XOAUTH2("user", "vF9dft4qmT"), "")
		try(saslclient.XOAUTH2("user", "stale"), failed)
		try(saslclient.XOAUTH2("nobody", "vF9dft4qmT"), failed)
		time.Sleep(time.Hour)
		try(saslclient.XOAUTH2("user", "vF9dft4qmT"), failed)
		user.SetToken("fresh", time.Time{})
		try(saslclient.XOAUTH2("user", "fresh"), "")
		try(saslclient.XOAUTH2("user", "vF9dft4qmT"), failed)
	})
}

// What a client is told of a token that is refused.
func TestTokenErrors(t *testing.T) {
	srv := imaptest.Start(t)
	user, _ := srv.Store().User("user")
	user.SetToken("good", time.Time{})
	for _, test := range []struct{ mech, first, want string }{
		{"XOAUTH2", "user=user\x01auth=Bearer bad\x01\x01", `"status":"401"`},
		{"OAUTHBEARER", "n,a=user,\x01auth=Bearer bad\x01\x01", `"status":"invalid_token"`},
	} {
		var told string
		answer := authenticate(t, mustDial(t, srv), &saslclient.Steps{Name: test.mech, First: []byte(test.first), Step: func(challenge []byte) ([]byte, error) {
			told = string(challenge)
			return []byte("\x01"), nil
		}})
		wantLogin(t, answer, imap.ResponseCodeAuthenticationFailed)
		if !strings.Contains(told, test.want) || !strings.Contains(told, `"schemes":"bearer"`) {
			t.Errorf("%s: told %s, want %s", test.mech, told, test.want)
		}
	}
}

// EXTERNAL: the client's certificate is its proof (RFC 4422, appendix A).
func TestExternal(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"))
	try := func(identity string, want imap.ResponseCode, certs ...tls.Certificate) {
		t.Helper()
		cfg := srv.ClientTLSConfig()
		cfg.Certificates = certs
		tc, err := tls.Dial("tcp", srv.TLSAddr(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer tc.Close()
		wantLogin(t, authenticate(t, tc, sasl.NewExternalClient(identity)), want)
	}
	ann := srv.ClientCertificate("ann")
	try("", "", ann)
	try("ann", "", ann)
	try("bob", imap.ResponseCodeAuthorizationFailed, ann)
	try("", imap.ResponseCodeAuthenticationFailed, srv.ClientCertificate("nobody"))
	try("", imap.ResponseCodeCannot)
}

// Each mechanism can be switched off, and is refused then.
func TestWithoutMechanism(t *testing.T) {
	for _, name := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		srv := imaptest.Start(t, imaptest.Without(imap.AuthCap(name)))
		if dialMemory(t, srv).Caps().Has(imap.AuthCap(name)) {
			t.Errorf("%s is advertised", name)
		}
		answer := authenticate(t, mustDial(t, srv), &saslclient.Steps{Name: name, Step: func([]byte) ([]byte, error) { return nil, errors.New("asked") }})
		wantLogin(t, answer, imap.ResponseCodeCannot)
	}
}

// A mechanism gone wrong in the middle leaves the connection alive.
func TestBrokenExchanges(t *testing.T) {
	srv := imaptest.Start(t)
	a := &asker{t: t, nc: mustDial(t, srv)}
	a.reset()
	for _, exchange := range []struct{ command, answer, want string }{
		{"AUTHENTICATE CRAM-MD5", "bm9zcGFjZQ==", "NO"},
		{"AUTHENTICATE CRAM-MD5", "*", "BAD"},
		{"AUTHENTICATE CRAM-MD5", "!!!", "BAD"},
		{"AUTHENTICATE CRAM-MD5", "a\x00b", "BAD"},
		{"AUTHENTICATE PLAIN", "a\rb", "BAD"},
		{"AUTHENTICATE SCRAM-SHA-256", "bm9uc2Vuc2U=", "NO"},
		{"AUTHENTICATE SCRAM-SHA-256", "", "NO"},
		{"AUTHENTICATE PLAIN", "AA==", "NO"},
	} {
		fmt.Fprintf(a.nc, "x %s\r\n", exchange.command)
		if line, err := a.r.ReadString('\n'); err != nil || line[0] != '*' && line[0] != '+' {
			t.Fatalf("%s: %q, %v", exchange.command, line, err)
		}
		fmt.Fprintf(a.nc, "%s\r\n", exchange.answer)
		if line, err := a.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, "x "+exchange.want) {
			t.Errorf("%s, %q: got %q, %v, want %s", exchange.command, exchange.answer, line, err, exchange.want)
		}
	}
	a.want("OK", "LOGIN user password")
}

func mustDial(t *testing.T, srv *imaptest.Server) net.Conn {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}
