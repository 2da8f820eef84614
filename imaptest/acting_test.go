package imaptest_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/saslclient"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// saslPeer is a connection to an IMAP or an SMTP server on which a mechanism runs.
type saslPeer struct {
	t         *testing.T
	nc        net.Conn
	in        *bufio.Reader
	begin     string // before the mechanism's name
	challenge string // before a challenge
}

func newSASLPeer(t *testing.T, nc net.Conn, hello string) *saslPeer {
	p := &saslPeer{t: t, nc: nc, in: bufio.NewReader(nc), begin: "a AUTHENTICATE ", challenge: "+ "}
	t.Cleanup(func() { nc.Close() })
	p.line()
	if hello != "" {
		p.begin, p.challenge = "AUTH ", "334 "
		fmt.Fprintf(nc, "%s\r\n", hello)
		for strings.HasPrefix(p.line(), "250-") {
		}
	}
	return p
}

func (p *saslPeer) line() string {
	line, err := p.in.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// authenticate gives the answer to the last response.
func (p *saslPeer) authenticate(mech sasl.Client) string {
	name, first, err := mech.Start()
	if err != nil {
		p.t.Fatal(err)
	}
	command := p.begin + name
	switch {
	case len(first) > 0:
		command += " " + base64.StdEncoding.EncodeToString(first)
	case first != nil:
		command += " ="
	}
	for {
		fmt.Fprintf(p.nc, "%s\r\n", command)
		challenge, asked := strings.CutPrefix(p.line()+" ", p.challenge)
		if !asked {
			return strings.TrimSpace(challenge)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(challenge))
		if err != nil {
			p.t.Fatal(err)
		}
		response, err := mech.Next(raw)
		if err != nil {
			p.t.Fatal(err)
		}
		command = base64.StdEncoding.EncodeToString(response)
	}
}

// Who may act as whom, by every mechanism that has an authorization identity, of both
// protocols (RFC 4422, section 3.4.1).
func TestMayActAs(t *testing.T) {
	srv := imaptest.Start(t,
		imaptest.WithUser("admin", "admin"), imaptest.WithUser("ann", "ann"), imaptest.WithUser("bob", "bob"), imaptest.WithUser("cy", "cy"),
		imaptest.MayActAs("admin"), imaptest.MayActAs("ann", "bob"), imaptest.WithSMTP(smtpsink.StartTLS()),
	)
	mechanisms := map[string]func(account, identity string) sasl.Client{
		"PLAIN": func(account, identity string) sasl.Client { return sasl.NewPlainClient(identity, account, account) },
		"SCRAM-SHA-1": func(account, identity string) sasl.Client {
			return saslclient.SCRAMAs(t, "SCRAM-SHA-1", scram.SHA1, identity, account, account, nil)
		},
		"SCRAM-SHA-256": func(account, identity string) sasl.Client {
			return saslclient.SCRAMAs(t, "SCRAM-SHA-256", scram.SHA256, identity, account, account, nil)
		},
		"EXTERNAL": func(_, identity string) sasl.Client { return sasl.NewExternalClient(identity) },
	}
	allowed := map[string]string{ // as whom they may act
		"admin": " admin ann bob cy ", "ann": " ann bob ", "bob": " bob ", "cy": " cy ",
	}
	for _, mech := range mechanisms {
		for account, others := range allowed {
			for _, identity := range []string{"", "admin", "ann", "bob", "cy", "nobody"} {
				want, as := strings.Contains(others, " "+identity+" "), identity
				if identity == "" {
					want, as = true, account
				}
				checkIMAPIdentity(t, srv, mech(account, identity), account, want, as)
				checkSMTPIdentity(t, srv, mech(account, identity), account, want, as)
			}
		}
	}
}

// checkIMAPIdentity shows a certificate, which EXTERNAL needs.
func checkIMAPIdentity(t *testing.T, srv *imaptest.Server, mech sasl.Client, account string, want bool, as string) {
	t.Helper()
	raw, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(raw)
	r.ReadString('\n')
	fmt.Fprintf(raw, "s STARTTLS\r\n")
	r.ReadString('\n')
	cfg := srv.ClientTLSConfig()
	cfg.Certificates = []tls.Certificate{srv.ClientCertificate(account)}
	nc := tls.Client(raw, cfg)
	defer nc.Close()
	p := &saslPeer{t: t, nc: nc, in: bufio.NewReader(nc), begin: "a AUTHENTICATE ", challenge: "+ "}
	got := p.authenticate(mech)
	if want != strings.HasPrefix(got, "a OK ") || !want && !strings.HasPrefix(got, "a NO [AUTHORIZATIONFAILED] ") {
		t.Errorf("%s as %s: got %s, want %v", account, as, got, want)
	}
	if !want {
		return
	}
	// It is that account that is logged in.
	fmt.Fprintf(nc, "b CREATE by-%s\r\n", account)
	p.line()
	user, _ := srv.Store().User(as)
	if _, found := user.Mailbox("by-" + account); !found {
		t.Errorf("%s as %s: another account is logged in", account, as)
	}
	user.Delete("by-" + account)
}

func checkSMTPIdentity(t *testing.T, srv *imaptest.Server, mech sasl.Client, account string, want bool, as string) {
	t.Helper()
	cfg := srv.SMTP().ClientTLSConfig()
	cfg.Certificates = []tls.Certificate{srv.SMTP().ClientCertificate(account)}
	nc, err := tls.Dial("tcp", srv.SMTP().TLSAddr(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	p := newSASLPeer(t, nc, "EHLO test")
	got := p.authenticate(mech)
	if want != strings.HasPrefix(got, "235 ") || !want && !strings.HasPrefix(got, "535 5.7.8 ") {
		t.Errorf("SMTP, as %s: got %s, want %v", as, got, want)
	}
	if !want {
		return
	}
	before := len(srv.SMTP().Messages())
	fmt.Fprintf(nc, "MAIL FROM:<%s@example.com>\r\nRCPT TO:<cy@example.com>\r\nDATA\r\nSubject: x\r\n\r\n.\r\n", as)
	for range 4 {
		p.line()
	}
	messages := srv.SMTP().Messages()
	if len(messages) != before+1 || messages[before].Auth != as {
		t.Errorf("SMTP: %s has authenticated, want %s", messages[len(messages)-1].Auth, as)
	}
}

// ANONYMOUS is the account that an option names, of both protocols, and is not offered
// without it (RFC 4505).
func TestAnonymous(t *testing.T) {
	trace := func(text string) sasl.Client {
		return &saslclient.Steps{Name: "ANONYMOUS", First: []byte(text)}
	}
	traces := map[string]bool{
		"": true, "sirhc": true, "ann@example.com": true, strings.Repeat("é", 255): true,
		strings.Repeat("é", 256): false, "a\x00b": false, "a\nb": false, "\xff": false, "Ann <ann@example.com>": false, "ann@": false, "a\u202eb": false,
	}
	srv := imaptest.Start(t, imaptest.WithUser("user", "password"), imaptest.WithUser("public", "secret"),
		imaptest.WithAnonymous("public"), imaptest.WithSMTP())
	plain := imaptest.Start(t, imaptest.WithSMTP())
	for text, want := range traces {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p := newSASLPeer(t, nc, "")
		got := p.authenticate(trace(text))
		if want != strings.HasPrefix(got, "a OK ") || !want && !strings.HasPrefix(got, "a NO ") {
			t.Errorf("%q: got %s, want %v", text, got, want)
		}
		if want {
			if sessions := srv.Commands(); sessions[len(sessions)-1].Result() == "" {
				t.Errorf("%q: %v", text, sessions)
			}
		}
		nc, err = srv.SMTP().Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := newSASLPeer(t, nc, "EHLO x").authenticate(trace(text)); want != strings.HasPrefix(got, "235 ") || !want && !strings.HasPrefix(got, "535 ") {
			t.Errorf("SMTP, %q: got %s, want %v", text, got, want)
		}
	}
	nc, err := plain.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := newSASLPeer(t, nc, "").authenticate(trace("x")); !strings.HasPrefix(got, "a NO ") {
		t.Errorf("without the option: got %s", got)
	}
	nc, err = plain.SMTP().Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := newSASLPeer(t, nc, "EHLO x").authenticate(trace("x")); !strings.HasPrefix(got, "504 ") {
		t.Errorf("SMTP without the option: got %s", got)
	}
}

// A name that nobody has is an error, and an alias is good.
func TestLoginOptionsRefused(t *testing.T) {
	for want, opt := range map[string]imaptest.Option{
		`MayActAs: there is no account "boss"`:     imaptest.MayActAs("boss"),
		`MayActAs: there is no account "usr"`:      imaptest.MayActAs("user", "usr"),
		`MayActAs: an account needs a name`:        imaptest.MayActAs(""),
		`WithAnonymous: there is no account "all"`: imaptest.WithAnonymous("all"),
		`WithAnonymous: the account needs a name`:  imaptest.WithAnonymous(""),
	} {
		if _, err := imaptest.New(opt, imaptest.InMemory()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, err := imaptest.New(imaptest.WithAnonymous("user"), imaptest.Without("AUTH=ANONYMOUS"))
	if err == nil || !strings.Contains(err.Error(), "WithAnonymous needs AUTH=ANONYMOUS") {
		t.Errorf("got %v", err)
	}
}
