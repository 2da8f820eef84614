package smtp_test

import (
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/smtpsink"
)

func TestMSMTP(t *testing.T) {
	program.Need(t, program.MSMTP)
	login := func(mech string) []string {
		return []string{"--auth=" + mech, "--user=" + user, "--passwordeval=echo '" + password + "'"}
	}
	tests := map[string]struct {
		args     []string
		auth     string
		tls      bool
		implicit bool
	}{
		"plain":            {},
		"PLAIN":            {args: login("plain"), auth: user},
		"CRAM-MD5":         {args: login("cram-md5"), auth: user},
		"SCRAM-SHA-1":      {args: login("scram-sha-1"), auth: user},
		"SCRAM-SHA-256":    {args: login("scram-sha-256"), auth: user},
		"LOGIN over TLS":   {args: login("login"), auth: user, tls: true},
		"implicit TLS":     {tls: true, implicit: true},
		"XOAUTH2 over TLS": {args: []string{"--auth=xoauth2", "--user=" + user, "--passwordeval=echo " + token}, auth: user, tls: true, implicit: true},
		"OAUTHBEARER":      {args: []string{"--auth=oauthbearer", "--user=" + user, "--passwordeval=echo " + token}, auth: user, tls: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, smtpsink.StartTLS())
			addr := c.srv.SMTPAddr()
			if test.implicit {
				addr = c.srv.SMTP().TLSAddr()
			}
			_, port := hostPort(addr)
			args := []string{"--file=/dev/null", "--host=localhost", "--port=" + port, "--from=ann@example.com", "--dsn-notify=success,failure", "--dsn-return=headers"}
			switch {
			case test.implicit:
				args = append(args, "--tls=on", "--tls-starttls=off", "--tls-trust-file="+c.ca)
			case test.tls:
				args = append(args, "--tls=on", "--tls-starttls=on", "--tls-trust-file="+c.ca)
			default:
				args = append(args, "--tls=off")
			}
			c.run(t, "msmtp", append(append(args, test.args...), "bob@example.com")...)
			m := c.arrived(t, test.auth, test.tls)
			if m.FromOptions.Return != smtp.DSNReturnHeaders || len(m.To[0].Options.Notify) != 2 {
				t.Errorf("DSN: got %q, %q", m.FromOptions.Return, m.To[0].Options.Notify)
			}
			if len(m.Reports) != 1 || m.Reports[0].Action != "delivered" {
				t.Errorf("reports: got %+v", m.Reports)
			}
		})
	}
}
