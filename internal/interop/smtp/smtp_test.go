package smtp_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// The accounts of every server here.
const (
	user     = "ann"
	password = "s3cret pass"
	token    = "ya29.token"
)

// tricky is what goes wrong on the way: dots at the beginning of lines, alone and
// doubled, eight-bit text, a line that is long.
var tricky = strings.ReplaceAll(`From: Ann <ann@example.com>
To: bob@example.com
Subject: Tricky
Message-ID: <tricky@example.com>
Date: Fri, 02 Jan 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

.
..
... three
.hidden
Grüße, tab	and trailing space 
`+strings.Repeat("0123456789", 90)+`

the end
`, "\n", "\r\n")

// client is how a program sends one message.
type client struct {
	srv  *imaptest.Server
	file string // the message, with CRLF
	ca   string // the certificate authority
	dir  string
}

// newClient starts a server with the accounts, and writes what clients read.
func newClient(t *testing.T, opts ...smtpsink.Option) *client {
	t.Helper()
	srv := imaptest.Start(t, imaptest.WithUser(user, password), imaptest.WithUser("bob", "b"), imaptest.WithSMTP(opts...))
	account, _ := srv.Store().User(user)
	account.SetToken(token, time.Time{})
	dir := t.TempDir()
	c := &client{srv: srv, dir: dir, file: filepath.Join(dir, "mail.eml"), ca: filepath.Join(dir, "ca.pem")}
	for name, data := range map[string][]byte{c.file: []byte(tricky), c.ca: srv.CAPEM()} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// run runs a program with the message as its input, and fails the test with what
// it printed if it fails.
func (c *client) run(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.dir
	cmd.Stdin = strings.NewReader(tricky)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s\n%s", name, strings.Join(args, " "), err, out, c.srv.SMTP().Transcript())
	}
}

// arrived checks that the message came as it was, and that its copy has the same
// bytes behind the trace headers.
func (c *client) arrived(t *testing.T, auth string, isTLS bool) smtpsink.Message {
	t.Helper()
	m := c.srv.SMTP().WaitMessage(t, smtpsink.RcptTo("bob@example.com"))
	if got := string(m.Raw); got != tricky {
		t.Errorf("got\n%q\nwant\n%q", got, tricky)
	}
	if m.From != "ann@example.com" || m.Auth != auth || m.TLS != isTLS {
		t.Errorf("got From %q, Auth %q, TLS %v, want ann@example.com, %q, %v", m.From, m.Auth, m.TLS, auth, isTLS)
	}
	stored := c.srv.User("bob").Inbox().Message(t, imaptest.Subject("Tricky")).Raw()
	if !bytes.HasSuffix(stored, []byte(tricky)) || !bytes.HasPrefix(stored, []byte("Return-Path: <ann@example.com>\r\nDelivered-To: bob@example.com\r\nReceived: from ")) {
		t.Errorf("filed as\n%q", stored)
	}
	return m
}

// hostPort splits an address.
func hostPort(addr string) (host, port string) {
	host, port, _ = strings.Cut(addr, ":")
	return host, port
}
