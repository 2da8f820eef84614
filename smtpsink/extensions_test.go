package smtpsink_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// hello says EHLO and returns the keywords, without their parameters.
func (p *peer) hello(t *testing.T) (keywords []string) {
	t.Helper()
	if _, err := p.nc.Write([]byte("EHLO me\r\n")); err != nil {
		t.Fatal(err)
	}
	for first := true; ; first = false {
		line, err := p.r.ReadString('\n')
		if err != nil || len(line) < 4 || !strings.HasPrefix(line, "250") {
			t.Fatalf("got %q, %v", line, err)
		}
		keyword, _, _ := strings.Cut(strings.TrimSpace(line[4:]), " ")
		if !first {
			keywords = append(keywords, keyword)
		}
		if line[3] == ' ' {
			return keywords
		}
	}
}

// Each extension is offered, and what belongs to it is taken; without it neither.
func TestExtensions(t *testing.T) {
	tests := map[string]struct{ command, yes, no string }{
		"PIPELINING":          {},
		"8BITMIME":            {"MAIL FROM:<a@example.com> BODY=8BITMIME", "250", "555"},
		"ENHANCEDSTATUSCODES": {"NOOP", "250 2.0.0 ", "250 I"},
		"CHUNKING":            {"BDAT 0 LAST", "503 5.5.1 no transaction", "502 5.5.1 BDAT"},
		"BINARYMIME":          {"MAIL FROM:<a@example.com> BODY=BINARYMIME", "250", "555"},
		"SMTPUTF8":            {"MAIL FROM:<a@example.com> SMTPUTF8", "250", "555"},
		"DSN":                 {"MAIL FROM:<a@example.com> RET=HDRS ENVID=x", "250", "555"},
		"DELIVERBY":           {"MAIL FROM:<a@example.com> BY=120;R", "250", "555"},
		"RRVS":                {"RCPT TO:<b@example.com> RRVS=2014-04-03T23:01:00Z", "250", "555"},
		"MT-PRIORITY":         {"MAIL FROM:<a@example.com> MT-PRIORITY=3", "250", "555"},
		"SIZE":                {"MAIL FROM:<a@example.com> SIZE=100", "250", "555"},
		"AUTH":                {"AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=", "235", "502"},
	}
	auth := smtpsink.WithAuth(func(user, password string) error { return nil })
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, on := range []bool{true, false} {
				opts := []smtpsink.Option{smtpsink.InMemory(), auth}
				if !on {
					opts = append(opts, smtpsink.Without(strings.ToLower(name)))
				}
				p := dialPeer(t, smtpsink.Start(t, opts...))
				p.reply()
				if got := slices.Contains(p.hello(t), name); got != on {
					t.Errorf("offered: got %v, want %v", got, on)
				}
				if test.command == "" {
					continue
				}
				if strings.HasPrefix(test.command, "RCPT") {
					p.ask("MAIL FROM:<a@example.com>")
				}
				want := test.yes
				if !on {
					want = test.no
				}
				if got := p.ask(test.command); !strings.HasPrefix(got, want) {
					t.Errorf("%s with it %v: got %s, want %s", test.command, on, got, want)
				}
			}
		})
	}
}

// REQUIRETLS belongs to TLS (RFC 8689, section 3), STARTTLS to what is not.
func TestExtensionsOfTLS(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.StartTLS())
	p := dialPeer(t, sink)
	p.reply()
	if got := p.hello(t); slices.Contains(got, "REQUIRETLS") || !slices.Contains(got, "STARTTLS") {
		t.Errorf("in the clear: got %v", got)
	}
	if got := p.ask("MAIL FROM:<a@example.com> REQUIRETLS"); !strings.HasPrefix(got, "530 5.7.10") {
		t.Errorf("got %s", got)
	}
	secure := dialTLSPeer(t, sink)
	secure.reply()
	if got := secure.hello(t); !slices.Contains(got, "REQUIRETLS") || slices.Contains(got, "STARTTLS") {
		t.Errorf("in TLS: got %v", got)
	}
	if got := secure.ask("MAIL FROM:<a@example.com> REQUIRETLS"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
	secure.ask("RCPT TO:<b@example.com>")
	secure.ask("DATA")
	secure.ask("x\r\n.")
	if m := sink.Message(t); !m.FromOptions.RequireTLS || !m.TLS {
		t.Errorf("got %+v", m.Envelope)
	}
}

// What is offered only sometimes can be taken away too.
func TestWithoutTheRest(t *testing.T) {
	without := smtpsink.Without("STARTTLS", "REQUIRETLS", "LIMITS")
	sink := smtpsink.Start(t, smtpsink.StartTLS(), smtpsink.MaxRecipients(1), without)
	p := dialPeer(t, sink)
	p.reply()
	for _, keyword := range p.hello(t) {
		if slices.Contains([]string{"STARTTLS", "LIMITS"}, keyword) {
			t.Errorf("%s is offered", keyword)
		}
	}
	if got := p.ask("STARTTLS"); !strings.HasPrefix(got, "502") {
		t.Errorf("got %s", got)
	}
	secure := dialTLSPeer(t, sink)
	secure.reply()
	if slices.Contains(secure.hello(t), "REQUIRETLS") {
		t.Error("REQUIRETLS is offered")
	}
	if got := secure.ask("MAIL FROM:<a@example.com> REQUIRETLS"); !strings.HasPrefix(got, "555") {
		t.Errorf("got %s", got)
	}
}

func TestWithoutErrors(t *testing.T) {
	_, err := smtpsink.New(smtpsink.Without("PIPING"))
	if err == nil || !strings.Contains(err.Error(), `no extension "PIPING" (have PIPELINING, `) {
		t.Errorf("got %v", err)
	}
}
