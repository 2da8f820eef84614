package smtp_test

import (
	"testing"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// python sends the message on its input; its arguments are a class of smtplib,
// host, port, CA, how to use TLS, user, password, mechanism.
const python = `
import smtplib, ssl, sys
kind, host, port, ca, how, user, password, mech = sys.argv[1:]
raw = sys.stdin.buffer.read()
context = ssl.create_default_context(cafile=ca)
if how == "implicit":
    s = smtplib.SMTP_SSL(host, int(port), timeout=10, context=context)
else:
    s = getattr(smtplib, kind)(host, int(port), timeout=10)
s.ehlo() if kind == "SMTP" else s.ehlo("localhost")
if how == "starttls":
    s.starttls(context=context)
    s.ehlo()
if user:
    s.user, s.password = user, password
    s.auth(mech, getattr(s, "auth_" + mech.lower().replace("-", "_")))
refused = s.sendmail("ann@example.com", ["bob@example.com"], raw,
    mail_options=["BODY=8BITMIME", "SMTPUTF8", "RET=FULL", "ENVID=py1"], rcpt_options=["NOTIFY=SUCCESS"])
assert refused == {}, refused
s.quit()
`

func TestPython(t *testing.T) {
	program.Need(t, program.Python("smtplib", "ssl"))
	tests := map[string]struct {
		opts      []smtpsink.Option
		kind, how string
		mech      string
		tls       bool
	}{
		"plain":        {kind: "SMTP"},
		"PLAIN":        {kind: "SMTP", mech: "PLAIN"},
		"LOGIN":        {kind: "SMTP", mech: "LOGIN", how: "starttls", tls: true},
		"CRAM-MD5":     {kind: "SMTP", mech: "CRAM-MD5"},
		"implicit TLS": {kind: "SMTP", how: "implicit", mech: "PLAIN", tls: true},
		"LMTP":         {kind: "LMTP", opts: []smtpsink.Option{smtpsink.LMTP()}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, append(test.opts, smtpsink.StartTLS())...)
			_, port := hostPort(c.srv.SMTPAddr())
			if test.how == "implicit" {
				_, port = hostPort(c.srv.SMTP().TLSAddr())
			}
			args := []string{"-c", python, test.kind, "localhost", port, c.ca, test.how, "", "", ""}
			auth := ""
			if test.mech != "" {
				auth = user
				args = append(args[:len(args)-3], user, password, test.mech)
			}
			c.run(t, "python3", args...)
			m := c.arrived(t, auth, test.tls)
			if m.FromOptions.EnvelopeID != "py1" || !m.FromOptions.UTF8 || len(m.Reports) != 1 {
				t.Errorf("got ENVID %q, SMTPUTF8 %v, %d reports", m.FromOptions.EnvelopeID, m.FromOptions.UTF8, len(m.Reports))
			}
		})
	}
}
