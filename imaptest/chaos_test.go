package imaptest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// firstLine connects and reads one line, or how the connection ended.
func firstLine(t *testing.T, srv *imaptest.Server) string {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetReadDeadline(time.Now().Add(time.Hour))
	c := &faultConn{t: t, nc: nc}
	c.r = newReader(nc)
	return strings.TrimSuffix(c.line(), "\r\n")
}

// What a client sees of a connection that is refused or broken.
func TestOnConnect(t *testing.T) {
	tests := map[string]struct {
		rule func(r *imaptest.ConnRule)
		want string
	}{
		"drop":      {func(r *imaptest.ConnRule) { r.Drop() }, "[EOF]"},
		"reset":     {func(r *imaptest.ConnRule) { r.Reset() }, "[RST]"},
		"bye":       {func(r *imaptest.ConnRule) { r.Bye("[UNAVAILABLE] busy") }, "* BYE [UNAVAILABLE] busy"},
		"stall":     {func(r *imaptest.ConnRule) { r.Stall() }, "[nothing]"},
		"half-open": {func(r *imaptest.ConnRule) { r.HalfOpen() }, "[nothing]"},
		"greeting":  {func(r *imaptest.ConnRule) { r.Reply("220 smtp.example.com ESMTP") }, "220 smtp.example.com ESMTP"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory())
				test.rule(srv.OnConnect().Nth(2))
				if got := firstLine(t, srv); !strings.HasPrefix(got, "* OK") {
					t.Errorf("the first: got %s", got)
				}
				if got := firstLine(t, srv); got != test.want {
					t.Errorf("the second: got %s, want %s", got, test.want)
				}
				if got := firstLine(t, srv); !strings.HasPrefix(got, "* OK") {
					t.Errorf("the third: got %s", got)
				}
			})
		})
	}
}

func TestCloseAfter(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.OnConnect().Times(1).CloseAfter(3)
	c := dialRaw(t, srv) // LOGIN is the first
	c.cmd("a", "NOOP")
	c.cmd("b", "NOOP")
	c.send("c NOOP")
	if _, err := c.r.ReadByte(); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
	again := dialRaw(t, srv)
	for range 5 {
		again.cmd("a", "NOOP")
	}
}

// Handshakes that fail, for the reason that they should.
func TestOnTLS(t *testing.T) {
	dial := func(srv *imaptest.Server) error {
		nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
		if err == nil {
			defer nc.Close()
			err = nc.Handshake()
		}
		return err
	}
	tests := map[string]struct {
		rule func(r *imaptest.TLSRule)
		ok   func(err error) bool
	}{
		"alert": {func(r *imaptest.TLSRule) { r.FailHandshake() }, func(err error) bool { return err != nil && strings.Contains(err.Error(), "remote error: tls") }},
		"expired": {func(r *imaptest.TLSRule) { r.ExpiredCertificate() }, func(err error) bool {
			var invalid x509.CertificateInvalidError
			return errors.As(err, &invalid) && invalid.Reason == x509.Expired
		}},
		"name":      {func(r *imaptest.TLSRule) { r.WrongNameCertificate() }, func(err error) bool { var name x509.HostnameError; return errors.As(err, &name) }},
		"untrusted": {func(r *imaptest.TLSRule) { r.UntrustedCertificate() }, func(err error) bool { var u x509.UnknownAuthorityError; return errors.As(err, &u) }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t)
			test.rule(srv.OnTLS().Times(1))
			if err := dial(srv); !test.ok(err) {
				t.Errorf("got %v", err)
			}
			if err := dial(srv); err != nil {
				t.Errorf("the next one: %v", err)
			}
			// STARTTLS is asked too.
			starttls := imaptest.Start(t)
			test.rule(starttls.OnTLS())
			if err := startTLS(t, starttls, starttls.ClientTLSConfig()); !test.ok(err) {
				t.Errorf("STARTTLS: got %v", err)
			}
		})
	}
}

// A rule that makes one handshake wait keeps nobody else, and one is asked for each
// handshake, not for what a client does later.
func TestOnTLSWaits(t *testing.T) {
	srv := imaptest.Start(t)
	reached, release := make(chan struct{}), make(chan struct{})
	srv.OnTLS().Times(1).Before(func(*imaptest.Command) { close(reached); <-release })
	slow, err := net.Dial("tcp", srv.TLSAddr())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	handshake := make(chan error, 1)
	go func() { handshake <- tls.Client(slow, srv.ClientTLSConfig()).Handshake() }()
	<-reached
	other, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
	close(release)
	if err := <-handshake; err != nil {
		t.Error(err)
	}
}

// A panic in a rule is a failure of its test, wherever it is, and not the end of the
// program.
func TestPanicsInRules(t *testing.T) {
	boom := func(*imaptest.Command) { panic("boom") }
	tests := map[string]struct {
		rule func(srv *imaptest.Server)
		use  func(srv *imaptest.Server, nc net.Conn)
		want string
	}{
		"connect": {func(srv *imaptest.Server) { srv.OnConnect().Before(boom) }, func(*imaptest.Server, net.Conn) {}, "* BYE [SERVERBUG]"},
		"literal": {func(srv *imaptest.Server) { srv.On("LOGIN").AtLiteral(1).Before(boom) },
			func(_ *imaptest.Server, nc net.Conn) { fmt.Fprint(nc, "a LOGIN {4}\r\n") }, "* BYE [SERVERBUG]"},
		"STARTTLS": {func(srv *imaptest.Server) { srv.OnTLS().Before(boom) }, func(_ *imaptest.Server, nc net.Conn) { fmt.Fprint(nc, "a STARTTLS\r\n") }, ""},
		"TLS": {func(srv *imaptest.Server) { srv.OnTLS().Before(boom) },
			func(srv *imaptest.Server, _ net.Conn) {
				nc, err := tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
				if err == nil {
					nc.Close()
				}
			}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv, err := imaptest.New()
			if err != nil {
				t.Fatal(err)
			}
			defer srv.Close()
			test.rule(srv)
			nc, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			nc.SetDeadline(time.Now().Add(time.Minute))
			test.use(srv, nc)
			if name != "TLS" { // of which the other connection has heard
				if said, err := io.ReadAll(nc); err != nil || !strings.Contains(string(said), test.want) {
					t.Errorf("got %q, %v, want %s", said, err, test.want)
				}
			}
			nc.Close()
			if err := srv.Close(); err == nil || !strings.Contains(err.Error(), "boom") {
				t.Errorf("Close: got %v", err)
			}
		})
	}
}

// STARTTLS refused, and answered with garbage in place of a handshake.
func TestStartTLSFaults(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.On("STARTTLS").Times(1).No("not now")
	srv.On("STARTTLS").Nth(2).Reply("{tag} OK begin", "* this is no handshake")
	nc, _ := srv.Dial(t.Context())
	defer nc.Close()
	c := &faultConn{t: t, nc: nc, r: newReader(nc)}
	c.line()
	if got := c.ask("a", "STARTTLS"); got != "a NO not now\r\n" {
		t.Errorf("got %s", got)
	}
	if got := c.ask("b", "STARTTLS") + c.line(); got != "b OK begin\r\n* this is no handshake\r\n" {
		t.Errorf("got %s", got)
	}
}

// The identity of a mailbox changes under a client.
func TestIdentityChaos(t *testing.T) {
	tests := map[string]struct {
		chaos func(srv *imaptest.Server)
		want  string
	}{
		"UIDVALIDITY": {func(srv *imaptest.Server) { srv.Inbox().BumpUIDValidity(t) }, "* BYE the selected mailbox has a new UIDVALIDITY"},
		"renumbered": {func(srv *imaptest.Server) {
			if err := srv.Store().Users()[0].Inbox().Renumber(9, 3, 5); err != nil {
				t.Fatal(err)
			}
		}, "* BYE the selected mailbox has a new UIDVALIDITY"},
		"deleted": {func(srv *imaptest.Server) {
			user := srv.Store().Users()[0]
			if err := errors.Join(user.Rename("INBOX", "Old"), user.Delete("Archive")); err != nil {
				t.Fatal(err)
			}
		}, "* BYE the selected mailbox was deleted"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
			c := dialRaw(t, srv)
			mailbox := "INBOX"
			if name == "deleted" {
				mailbox = "Archive"
			}
			c.cmd("a", "SELECT %s", mailbox)
			test.chaos(srv)
			c.send("b NOOP")
			if got := c.line(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	// A mailbox that is renamed while it is selected stays selected.
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT Archive")
	if err := srv.Store().Users()[0].Rename("Archive", "Old"); err != nil {
		t.Fatal(err)
	}
	srv.Mailbox("Old").Deliver(t, []byte("Subject: x\r\n\r\n"))
	if got := fmt.Sprint(c.cmd("b", "NOOP")); got != "[* 1 EXISTS * 1 RECENT]" {
		t.Errorf("got %s", got)
	}
}

// A mailbox that can only be read from now on, while it is selected (RFC 9051, section
// 7.1, READ-ONLY).
func TestReadOnlyWhileSelected(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	if err := srv.Store().Users()[0].Inbox().Configure(memstore.ReadOnly()); err != nil {
		t.Fatal(err)
	}
	c.send(`b STORE 1 +FLAGS (\Answered)`)
	if got := c.line(); !strings.HasPrefix(got, "* OK [READ-ONLY]") {
		t.Errorf("got %s", got)
	}
	if got := c.line(); !strings.HasPrefix(got, "b NO ") {
		t.Errorf("got %s", got)
	}
}

// UIDs that do not ascend across a restart: nothing but the UIDs tells.
func TestRenumberAcrossRestart(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(threeLetters()))
	addr := srv.Addr()
	c := dialRaw(t, srv)
	before := c.cmd("a", "SELECT INBOX")
	srv.Restart()
	if srv.ConnsOpen() != 0 || srv.Addr() != addr {
		t.Errorf("%d connections, address %s, want none and %s", srv.ConnsOpen(), srv.Addr(), addr)
	}
	if err := srv.Store().Users()[0].Inbox().Renumber(30, 20, 10); err != nil {
		t.Fatal(err)
	}
	again := dialRaw(t, srv)
	after := again.cmd("a", "SELECT INBOX")
	pick := func(lines []string, word string) string {
		for _, line := range lines {
			if strings.Contains(line, word) {
				return line
			}
		}
		return "no " + word
	}
	if a, b := pick(before, "UIDVALIDITY"), pick(after, "UIDVALIDITY"); a != b {
		t.Errorf("UIDVALIDITY: %s became %s", a, b)
	}
	srv.Inbox().AssertSubjects(t, "three", "two", "one")
	if err := srv.Store().Users()[0].Inbox().Renumber(1, 1, 2); err == nil {
		t.Error("a UID is taken twice")
	}
}

// SELECT without UIDNEXT or UIDVALIDITY, which old servers leave out.
func TestSelectWithoutLines(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.On("SELECT").Times(1).OmitLines("UIDNEXT")
	srv.On("SELECT").Nth(2).OmitLines("UIDVALIDITY")
	c := dialRaw(t, srv)
	for _, missing := range []string{"UIDNEXT", "UIDVALIDITY"} {
		text := strings.Join(c.cmd("a", "SELECT INBOX"), "\n")
		if strings.Contains(text, missing) || !strings.Contains(text, "EXISTS") {
			t.Errorf("want no %s, got\n%s", missing, text)
		}
	}
}

// A password is changed, a token expires, while a client is logged in: it stays,
// and the next one is refused.
func TestCredentialsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		user := srv.Store().Users()[0]
		user.SetPassword("other")
		c.cmd("a", "NOOP")
		nc, _ := srv.Dial(t.Context())
		defer nc.Close()
		next := &faultConn{t: t, nc: nc, r: newReader(nc)}
		next.line()
		if got := next.ask("a", "LOGIN user password"); !strings.HasPrefix(got, "a NO [AUTHENTICATIONFAILED]") {
			t.Errorf("got %s", got)
		}
		user.SetToken("token", time.Now().Add(time.Hour))
		xoauth := "AUTHENTICATE XOAUTH2 dXNlcj11c2VyAWF1dGg9QmVhcmVyIHRva2VuAQE=" // user=user, auth=Bearer token
		time.Sleep(61 * time.Minute)
		nc.SetReadDeadline(time.Time{})
		next.send("b " + xoauth)
		if got := next.line(); !strings.HasPrefix(got, "+ ") {
			t.Errorf("an expired token: got %s", got)
		}
		next.send("")
		if got := next.rest("b"); !strings.HasPrefix(got, "b NO [AUTHENTICATIONFAILED]") {
			t.Errorf("got %s", got)
		}
	})
}

// [OVERQUOTA] at the second message of a MULTIAPPEND: nothing is appended (RFC
// 3502, section 6.3.11).
func TestOverQuotaInMultiAppend(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.On("APPEND").AtLiteral(2).No("[OVERQUOTA] full")
	c := dialRaw(t, srv)
	c.send("a APPEND INBOX {3}")
	if got := c.line(); !strings.HasPrefix(got, "+ ") {
		t.Fatalf("got %s", got)
	}
	c.send("one {3}")
	if got := c.line(); got != "a NO [OVERQUOTA] full" {
		t.Errorf("got %s", got)
	}
	srv.Inbox().AssertCount(t, 0)
	c.cmd("b", "NOOP")
}

// Every client hears of a shutdown, idling or not, and new ones come in.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		quiet, idle := dialRaw(t, srv), dialRaw(t, srv)
		idle.cmd("a", "SELECT INBOX")
		idle.send("b IDLE")
		idle.line()
		srv.Shutdown("going down")
		for _, c := range []*rawConn{quiet, idle} {
			if got := c.line(); got != "* BYE [UNAVAILABLE] going down" {
				t.Errorf("got %s", got)
			}
		}
		srv.WaitConns(t, 0)
		dialRaw(t, srv).cmd("a", "NOOP")
	})
}

// What providers allow, and no more.
func TestLimits(t *testing.T) {
	start := func(t *testing.T, l imaptest.Limits) *imaptest.Server {
		return imaptest.Start(t, imaptest.InMemory(), imaptest.WithLimits(l))
	}
	login := func(t *testing.T, srv *imaptest.Server, password string) (*faultConn, string) {
		nc, _ := srv.Dial(t.Context())
		t.Cleanup(func() { nc.Close() })
		c := &faultConn{t: t, nc: nc, r: newReader(nc)}
		if greeting := c.line(); !strings.HasPrefix(greeting, "* OK") {
			return c, greeting
		}
		return c, c.ask("l", "LOGIN user "+password)
	}
	t.Run("account", func(t *testing.T) {
		srv := start(t, imaptest.Limits{ConnsPerUser: 2})
		first, _ := login(t, srv, "password")
		login(t, srv, "password")
		third, got := login(t, srv, "password")
		if got != "l NO [LIMIT] too many connections of this account\r\n" {
			t.Errorf("got %s", got)
		}
		first.ask("z", "LOGOUT")
		srv.WaitConns(t, 2)
		if got := third.ask("m", "LOGIN user password"); !strings.HasPrefix(got, "m OK") {
			t.Errorf("after one has left: got %s", got)
		}
	})
	t.Run("address", func(t *testing.T) {
		srv := start(t, imaptest.Limits{Conns: 1, ConnsText: "[UNAVAILABLE] come back"})
		login(t, srv, "password")
		if _, got := login(t, srv, "password"); got != "* BYE [UNAVAILABLE] come back\r\n" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("commands", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv := start(t, imaptest.Limits{CommandsPerMinute: 3})
			c, _ := login(t, srv, "password")
			for i, want := range []string{"OK NOOP", "OK NOOP", "NO [LIMIT]", "NO [LIMIT]"} {
				if got := c.ask(fmt.Sprint("a", i), "NOOP"); !strings.Contains(got, want) {
					t.Errorf("command %d: got %s, want %s", i, got, want)
				}
			}
			time.Sleep(time.Minute)
			if got := c.ask("b", "NOOP"); got != "b OK NOOP completed\r\n" {
				t.Errorf("a minute later: got %s", got)
			}
		})
	})
	t.Run("logins", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			srv := start(t, imaptest.Limits{FailedLogins: 3, FailedLoginDelay: 5 * time.Second})
			begin := time.Now()
			c, got := login(t, srv, "wrong")
			if !strings.HasPrefix(got, "l NO [AUTHENTICATIONFAILED]") || time.Since(begin) != 5*time.Second {
				t.Errorf("got %s after %v", got, time.Since(begin))
			}
			c.ask("a", "LOGIN user wrong")
			if got := c.ask("b", "LOGIN user wrong"); got != "* BYE [UNAVAILABLE] too many failed logins\r\n[EOF]" {
				t.Errorf("got %q", got)
			}
		})
	})
}

// Ports that are closed refuse, open connections go on, and the same ports open
// again.
func TestRefuse(t *testing.T) {
	srv := imaptest.Start(t)
	addr, secure := srv.Addr(), srv.TLSAddr()
	c := dialRaw(t, srv)
	for range 3 {
		srv.Refuse()
		for _, a := range []string{addr, secure} {
			if _, err := net.Dial("tcp", a); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("got %v, want the connection refused", err)
			}
		}
		if _, err := srv.Dial(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("in memory: got %v, want the connection refused", err)
		}
		if srv.Addr() != addr {
			t.Errorf("the address is %s, want %s", srv.Addr(), addr)
		}
		c.cmd("a", "NOOP")
		if err := srv.Accept(); err != nil {
			t.Fatal(err)
		}
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		nc.Close()
		dialRaw(t, srv).cmd("a", "NOOP")
	}
	// A port that is opened meanwhile refuses too.
	late := imaptest.Start(t)
	late.Refuse()
	if _, err := net.Dial("tcp", late.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("got %v, want the connection refused", err)
	}
	if err := late.Accept(); err != nil {
		t.Fatal(err)
	}
	nc, err := net.Dial("tcp", late.Addr())
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	// A server without ports has none to close.
	memory := imaptest.Start(t, imaptest.InMemory())
	memory.Refuse()
	if err := memory.Accept(); err != nil {
		t.Error(err)
	}
	dialRaw(t, memory).cmd("a", "NOOP")
}
