package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
)

// buffer takes the transcript while others write it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startServer runs the program until the test ends, and checks that the
// interrupt ended it cleanly. It returns the addresses that were printed.
func startServer(t *testing.T, stderr io.Writer, args ...string) map[string]string {
	t.Helper()
	ctx, interrupt := context.WithCancel(context.Background())
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, args, stdout, stderr)
		stdout.Close()
	}()
	t.Cleanup(func() {
		interrupt()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	want := 4
	if slices.Contains(args, "-page") {
		want = 5
	}
	addrs := make(map[string]string)
	for lines := bufio.NewScanner(out); len(addrs) < want && lines.Scan(); {
		name, addr, _ := strings.Cut(lines.Text(), " ")
		addrs[name] = addr
	}
	if len(addrs) < want {
		t.Fatalf("printed %v, and ended", addrs)
	}
	return addrs
}

// sendTLS sends a message by STARTTLS and one over TLS, to whoever has the mail of
// all that have no account.
func sendTLS(t *testing.T, smtpAddr, smtpsAddr string, cfg *tls.Config) {
	t.Helper()
	starttls, err := smtp.DialStartTLS(smtpAddr, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer starttls.Close()
	implicit, err := smtp.DialTLS(smtpsAddr, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer implicit.Close()
	for _, client := range []*smtp.Client{starttls, implicit} {
		if err := client.SendMail("a@example.com", []string{"whoever@example.com"}, strings.NewReader("Subject: sent\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
	}
}

// Every flag at once, as a user would type them.
func TestServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	mail := filepath.Join(dir, "mail", "INBOX")
	if err := os.MkdirAll(mail, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mail, "1.eml"), []byte("Subject: seeded\n\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	imapPort, smtpPort, smtpsPort := freePort(t), freePort(t), freePort(t)
	var transcript buffer
	addrs := startServer(t, &transcript, "-imap", imapPort, "-imaps", "127.0.0.1:0", "-smtp", smtpPort, "-smtps", smtpsPort, "-starttls", "-catch-all", "bob",
		"-user", "alice:secret", "-user", "bob:pass:word", "-mail", filepath.Dir(mail), "-ca", ca, "-profile", "Rev1", "-v")
	if addrs["imap"] != imapPort || addrs["smtp"] != smtpPort {
		t.Errorf("listens on %v, want imap on %s and smtp on %s", addrs, imapPort, smtpPort)
	}

	if addrs["smtps"] != smtpsPort {
		t.Errorf("SMTP over TLS on %s, want %s", addrs["smtps"], smtpsPort)
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	sendTLS(t, addrs["smtp"], addrs["smtps"], &tls.Config{RootCAs: pool, ServerName: "localhost"})
	for _, user := range []struct {
		name, password string
		messages       uint32
	}{{"alice", "secret", 1}, {"bob", "pass:word", 2}} {
		client, err := imapclient.DialTLS(addrs["imaps"], &imapclient.Options{TLSConfig: &tls.Config{RootCAs: pool}})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if err := client.Login(user.name, user.password).Wait(); err != nil {
			t.Fatal(err)
		}
		inbox, err := client.Select("INBOX", nil).Wait()
		if err != nil {
			t.Fatal(err)
		}
		if inbox.NumMessages != user.messages {
			t.Errorf("%s has %d messages, want %d", user.name, inbox.NumMessages, user.messages)
		}
	}
	log := transcript.String()
	if !strings.Contains(log, "SELECT INBOX") || !strings.Contains(log, "RCPT TO:<whoever@example.com>") {
		t.Errorf("the transcript lacks what was done:\n%s", log)
	}
	if strings.Contains(log, "secret") || strings.Contains(log, "pass:word") {
		t.Errorf("the transcript shows a password:\n%s", log)
	}
}

// freePort is an address that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// Without flags there are ephemeral ports and the default account, and nothing
// is printed but the addresses.
func TestDefaults(t *testing.T) {
	var stderr buffer
	addrs := startServer(t, &stderr)
	client, err := imapclient.DialInsecure(addrs["imap"], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("user", "password").Wait(); err != nil {
		t.Error(err)
	}
	if stderr.String() != "" {
		t.Errorf("stderr: %s", stderr.String())
	}
}

func TestErrors(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	missing := filepath.Join(t.TempDir(), "missing")
	wrongProfile := filepath.Join(t.TempDir(), "wrong.txt")
	if err := os.WriteFile(wrongProfile, []byte("profile wrong\nquirk shouting\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args string
		want string
	}{
		{"-user alice", "want name:password"},
		{"-user alice:a -user alice:b", `account "alice"`},
		{"-profile Nonesuch", `no profile "Nonesuch", and no file of that name (have everything, rev1`},
		{"-profile " + wrongProfile, wrongProfile + ":2: there is no quirk"},
		{"-mail " + missing, "missing"},
		{"-imap " + taken.Addr().String(), taken.Addr().String()},
		{"-imap 0.0.0.0:1143", "only loopback"},
		{"-page 0.0.0.0:8025", "token"},
		{"-page " + taken.Addr().String(), taken.Addr().String()},
		{"-public t -imap " + taken.Addr().String(), taken.Addr().String()},
		{"-ca " + filepath.Join(missing, "ca.pem"), "ca.pem"},
		{"mail", `unexpected argument "mail"`},
		{"-nonesuch", "-nonesuch"},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel() // if it starts, it ends at once
			err := run(ctx, strings.Fields(test.args), io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a text with %q", err, test.want)
			}
		})
	}
}

// A provider by name, and a server of one's own by a file, as README.md shows it.
func TestServerProfile(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, ours, _ := strings.Cut(string(readme), "```\nprofile ours\n")
	ours, _, found := strings.Cut(ours, "```\n")
	file := filepath.Join(t.TempDir(), "ours.txt")
	if err := os.WriteFile(file, []byte("profile ours\n"+ours), 0o644); err != nil || !found {
		t.Fatal(err, found)
	}
	for profile, greeting := range map[string]string{"yahoo": "* OK Welcome! IMAP Server up and ready", file: "* OK mail.example ready"} {
		var transcript buffer
		addrs := startServer(t, &transcript, "-profile", profile)
		nc, err := net.Dial("tcp", addrs["imap"])
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		line, err := bufio.NewReader(nc).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, greeting) {
			t.Errorf("-profile %s: greeted with %q, %v, want %q", profile, line, err, greeting)
		}
	}
}
