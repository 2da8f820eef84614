package smtp_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestSwaks(t *testing.T) {
	program.Need(t, program.Swaks)
	tests := map[string]struct {
		opts []smtpsink.Option
		args []string
		auth string
		tls  bool
	}{
		"plain":      {},
		"pipelining": {args: []string{"--pipeline"}},
		"AUTH PLAIN": {args: []string{"--auth", "PLAIN", "--auth-user", user, "--auth-password", password}, auth: user},
		"AUTH LOGIN": {args: []string{"--auth", "LOGIN", "--auth-user", user, "--auth-password", password}, auth: user},
		"STARTTLS": {
			opts: []smtpsink.Option{smtpsink.StartTLS()},
			args: []string{"--tls", "--auth", "CRAM-MD5", "--auth-user", user, "--auth-password", password}, auth: user, tls: true,
		},
		"implicit TLS": {args: []string{"--tls-on-connect"}, tls: true},
		"LMTP":         {opts: []smtpsink.Option{smtpsink.LMTP()}, args: []string{"--protocol", "LMTP"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, test.opts...)
			// swaks ends the last line itself, whether it has an end or not.
			if err := os.WriteFile(c.file, []byte(strings.TrimSuffix(tricky, "\r\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			addr := c.srv.SMTPAddr()
			if name == "implicit TLS" {
				addr = c.srv.SMTP().TLSAddr()
			}
			args := []string{"--server", addr, "--ehlo", "swaks.example.com", "--from", "ann@example.com", "--to", "bob@example.com", "--data", "@" + c.file}
			if test.tls {
				args = append(args, "--tls-verify", "--tls-ca-path", c.ca)
			}
			c.run(t, "swaks", append(args, test.args...)...)
			if m := c.arrived(t, test.auth, test.tls); m.Helo != "swaks.example.com" {
				t.Errorf("HELO %q", m.Helo)
			}
		})
	}
}
