package smtp_test

import (
	"encoding/json"
	"testing"

	"github.com/go-mailtest/mailtest/internal/interop/program"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// node sends the message on its input with the transport of its argument.
const node = `
const nodemailer = require('nodemailer');
const raw = require('fs').readFileSync(0);
const transport = nodemailer.createTransport(JSON.parse(process.argv[1]));
transport.sendMail({
	envelope: {from: 'ann@example.com', to: ['bob@example.com'], use8BitMime: true, size: raw.length,
		dsn: {id: 'node1', return: 'headers', notify: ['success', 'failure'], recipient: 'bob@example.com'}},
	raw,
}).then(info => {
	if (info.accepted.length !== 1 || info.rejected.length !== 0) throw new Error(JSON.stringify(info));
	transport.close();
}).catch(err => { console.error(err); process.exit(1); });
`

func TestNodemailer(t *testing.T) {
	program.Need(t, program.Nodemailer)
	login := map[string]any{"user": user, "pass": password}
	tests := map[string]struct {
		opts     []smtpsink.Option
		settings map[string]any
		auth     string
		tls      bool
		implicit bool
	}{
		"plain":    {settings: map[string]any{"ignoreTLS": true}},
		"PLAIN":    {settings: map[string]any{"ignoreTLS": true, "auth": login}, auth: user},
		"LOGIN":    {settings: map[string]any{"requireTLS": true, "auth": login, "authMethod": "LOGIN"}, auth: user, tls: true},
		"CRAM-MD5": {settings: map[string]any{"ignoreTLS": true, "auth": login, "authMethod": "CRAM-MD5"}, auth: user},
		"XOAUTH2": {
			settings: map[string]any{"secure": true, "auth": map[string]any{"type": "OAuth2", "user": user, "accessToken": token}},
			auth:     user, tls: true, implicit: true,
		},
		"a pool":       {settings: map[string]any{"pool": true, "ignoreTLS": true}},
		"implicit TLS": {settings: map[string]any{"secure": true}, tls: true, implicit: true},
		"LMTP":         {settings: map[string]any{"lmtp": true, "ignoreTLS": true}, opts: []smtpsink.Option{smtpsink.LMTP()}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, append(test.opts, smtpsink.StartTLS())...)
			_, port := hostPort(c.srv.SMTPAddr())
			if test.implicit {
				_, port = hostPort(c.srv.SMTP().TLSAddr())
			}
			test.settings["host"], test.settings["port"] = "localhost", json.Number(port)
			test.settings["tls"] = map[string]any{"ca": string(c.srv.CAPEM())}
			settings, err := json.Marshal(test.settings)
			if err != nil {
				t.Fatal(err)
			}
			c.run(t, "node", "-e", node, string(settings))
			m := c.arrived(t, test.auth, test.tls)
			if m.FromOptions.EnvelopeID != "node1" || len(m.Reports) != 1 {
				t.Errorf("got ENVID %q, %d reports", m.FromOptions.EnvelopeID, len(m.Reports))
			}
		})
	}
}
