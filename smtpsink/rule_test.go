package smtpsink_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// peer speaks SMTP by hand.
type peer struct {
	nc       net.Conn
	r        *bufio.Reader
	patience time.Duration // for a reply; zero is a minute
}

func dialPeer(t *testing.T, sink *smtpsink.Sink) *peer {
	t.Helper()
	nc, err := sink.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return &peer{nc: nc, r: bufio.NewReader(nc)}
}

// dialTLSPeer connects to the port that is TLS from the first byte.
func dialTLSPeer(t *testing.T, sink *smtpsink.Sink) *peer {
	t.Helper()
	nc, err := tls.Dial("tcp", sink.TLSAddr(), sink.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return &peer{nc: nc, r: bufio.NewReader(nc)}
}

// reply is the last line of a reply, or how the connection ended.
func (p *peer) reply() string {
	p.nc.SetReadDeadline(time.Now().Add(max(p.patience, time.Minute)))
	for {
		line, err := p.r.ReadString('\n')
		switch {
		case errors.Is(err, syscall.ECONNRESET):
			return line + "[RST]"
		case errors.Is(err, os.ErrDeadlineExceeded):
			return line + "[nothing]"
		case err != nil:
			return line + "[EOF]"
		case len(line) > 3 && line[3] == '-':
			continue
		}
		return strings.TrimSpace(line)
	}
}

func (p *peer) ask(lines string) string {
	fmt.Fprintf(p.nc, "%s\r\n", lines)
	return p.reply()
}

// transaction sends one message, and returns what was answered to each step, up to
// the end of the connection.
func (p *peer) transaction() (replies []string) {
	steps := []string{"", "EHLO me", "MAIL FROM:<ann@example.com>", "RCPT TO:<bob@example.com>", "RCPT TO:<cy@example.com>", "DATA", "Subject: x\r\n\r\nbody\r\n."}
	for _, step := range steps {
		var got string
		if step == "" {
			got = p.reply()
		} else {
			got = p.ask(step)
		}
		code, _, _ := strings.Cut(got, " ")
		if strings.HasPrefix(got, "[") {
			return append(replies, got)
		}
		if len(got) > 3 && (got[0] == '4' || got[0] == '5') {
			code = got
		}
		replies = append(replies, code)
	}
	return replies
}

// What a client gets of every rule, at every stage; and whether mail was taken.
func TestRules(t *testing.T) {
	tests := []struct {
		name  string
		rule  func(sink *smtpsink.Sink)
		want  string
		taken int
	}{
		{"none", func(*smtpsink.Sink) {}, "220 250 250 250 250 354 250", 1},
		{"connect refused", func(s *smtpsink.Sink) { s.On("CONNECT").Reply(421, "4.3.2", "too busy") }, "421 4.3.2 too busy [EOF]", 0},
		{"connect dropped", func(s *smtpsink.Sink) { s.On("CONNECT").Drop() }, "[EOF]", 0},
		{"connect reset", func(s *smtpsink.Sink) { s.On("CONNECT").Reset() }, "[RST]", 0},
		{"connect stalled", func(s *smtpsink.Sink) { s.On("CONNECT").Stall() }, "[nothing]", 0},
		{"ehlo", func(s *smtpsink.Sink) { s.On("EHLO").Reply(550, "", "no") }, "220 550 no", 0},
		{"mail", func(s *smtpsink.Sink) { s.On("MAIL ann@*").Reply(451, "4.7.1", "later") }, "220 250 451 4.7.1 later", 0},
		{"another sender", func(s *smtpsink.Sink) { s.On("MAIL eve@*").Optional().Reply(451, "4.7.1", "later") }, "220 250 250 250 250 354 250", 1},
		{"one recipient", func(s *smtpsink.Sink) { s.On("RCPT bob@*").Reply(450, "4.2.1", "try later") }, "220 250 250 450 4.2.1 try later 250 354 250", 1},
		{"the second recipient", func(s *smtpsink.Sink) { s.On("RCPT").Nth(2).Reply(552, "5.2.2", "full") }, "220 250 250 250 552 5.2.2 full 354 250", 1},
		{"drop at rcpt", func(s *smtpsink.Sink) { s.On("RCPT").Drop() }, "220 250 250 [EOF]", 0},
		{"data", func(s *smtpsink.Sink) { s.On("DATA").Reply(451, "4.3.0", "not now") }, "220 250 250 250 250 451 4.3.0 not now", 0},
		{"drop before the reply to data", func(s *smtpsink.Sink) { s.On("DATA").DropBeforeReply() }, "220 250 250 250 250 [EOF]", 0},
		{"stall at data", func(s *smtpsink.Sink) { s.On("DATA").Stall() }, "220 250 250 250 250 [nothing]", 0},
		{"end of data", func(s *smtpsink.Sink) { s.On("EOD").Reply(554, "5.6.0", "bad content") }, "220 250 250 250 250 354 554 5.6.0 bad content", 0},
		{"drop at the end of data", func(s *smtpsink.Sink) { s.On("EOD").Drop() }, "220 250 250 250 250 354 [EOF]", 0},
		{"drop before the last reply", func(s *smtpsink.Sink) { s.On("EOD").DropBeforeReply() }, "220 250 250 250 250 354 [EOF]", 1},
		{"by content", func(s *smtpsink.Sink) {
			s.On("EOD").Where(func(c *smtpsink.Command) bool {
				return bytes.Contains(c.Data, []byte("body")) && c.From == "ann@example.com" && len(c.To) == 2
			}).
				Reply(554, "5.7.1", "spam")
		}, "220 250 250 250 250 354 554 5.7.1 spam", 0},
		{"by size", func(s *smtpsink.Sink) {
			s.On("EOD").Optional().Where(func(c *smtpsink.Command) bool { return len(c.Data) > 1000 }).Reply(552, "5.3.4", "too big")
		}, "220 250 250 250 250 354 250", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := smtpsink.Start(t, smtpsink.InMemory())
				test.rule(sink)
				got := strings.Join(dialPeer(t, sink).transaction(), " ")
				if !strings.HasPrefix(got, test.want) {
					t.Errorf("got  %s\nwant %s", got, test.want)
				}
				synctest.Wait()
				sink.AssertCount(t, test.taken)
			})
		})
	}
}

// Greylisting: the first try of a recipient is put off, the second is taken.
func TestGreylisting(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.On("RCPT").Times(1).Reply(450, "4.7.1", "greylisted")
	first := dialPeer(t, sink)
	first.reply()
	first.ask("EHLO me")
	first.ask("MAIL FROM:<ann@example.com>")
	if got := first.ask("RCPT TO:<bob@example.com>"); got != "450 4.7.1 greylisted" {
		t.Errorf("got %s", got)
	}
	if got := first.ask("RCPT TO:<bob@example.com>"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
}

// Rules take virtual time, and the test's own code runs where it should.
func TestRuleTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory())
		var steps []string
		sink.On("RCPT").Delay(time.Minute)
		sink.On("DATA").Before(func(c *smtpsink.Command) { steps = append(steps, "before "+c.Stage) })
		sink.On("EOD").Before(func(c *smtpsink.Command) { steps = append(steps, fmt.Sprint("message to ", c.To)) })
		sink.On("EOD").After(func(*smtpsink.Command) { steps = append(steps, fmt.Sprint(len(sink.Messages()), " taken")) })
		sink.On("CONNECT").Delay(time.Hour)
		start := time.Now()
		p := dialPeer(t, sink)
		p.patience = 2 * time.Hour
		p.transaction()
		if got := time.Since(start); got != time.Hour+2*time.Minute {
			t.Errorf("took %v, want an hour and two minutes", got)
		}
		want := "[before DATA message to [bob@example.com cy@example.com] 1 taken]"
		if fmt.Sprint(steps) != want {
			t.Errorf("got %v, want %s", steps, want)
		}
	})
}

// Rules see commands inside TLS, by STARTTLS and from the first byte, and STARTTLS
// itself.
func TestRulesInTLS(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.StartTLS())
	sink.On("STARTTLS").Times(1).Reply(454, "4.7.0", "TLS not available")
	sink.On("RCPT bob@*").Reply(450, "4.2.1", "try later")
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	if got := p.ask("STARTTLS"); got != "454 4.7.0 TLS not available" {
		t.Errorf("got %s", got)
	}
	if got := p.ask("STARTTLS"); !strings.HasPrefix(got, "220") {
		t.Fatalf("got %s", got)
	}
	secure := tls.Client(p.nc, sink.ClientTLSConfig())
	inside := &peer{nc: secure, r: bufio.NewReader(secure)}
	if got := inside.ask("MAIL FROM:<ann@example.com>"); got != "503 5.5.1 say EHLO first" {
		t.Errorf("without EHLO: got %s", got)
	}
	inside.ask("EHLO me")
	inside.ask("MAIL FROM:<ann@example.com>")
	if got := inside.ask("RCPT TO:<bob@example.com>"); got != "450 4.2.1 try later" {
		t.Errorf("got %s", got)
	}
	if got := inside.ask("STARTTLS"); !strings.HasPrefix(got, "503") {
		t.Errorf("STARTTLS in TLS: got %s", got)
	}
	nc, err := tls.Dial("tcp", sink.TLSAddr(), sink.ClientTLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	implicit := &peer{nc: nc, r: bufio.NewReader(nc)}
	implicit.reply()
	implicit.ask("EHLO me")
	implicit.ask("MAIL FROM:<ann@example.com>")
	if got := implicit.ask("RCPT TO:<bob@example.com>"); got != "450 4.2.1 try later" {
		t.Errorf("got %s", got)
	}
}

// Pipelined commands are answered one by one, with a rule among them, and what
// stands behind a message is a command again (RFC 2920).
func TestRulesAndPipelining(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.On("RCPT bob@*").Reply(450, "4.2.1", "try later")
	sink.On("MAIL").Nth(2).Reply(452, "4.3.1", "full")
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	fmt.Fprint(p.nc, "MAIL FROM:<ann@example.com>\r\nRCPT TO:<bob@example.com>\r\nRCPT TO:<cy@example.com>\r\nDATA\r\n"+
		".\r\nMAIL FROM:<ann@example.com>\r\nNOOP\r\n")
	var got []string
	for range 7 {
		got = append(got, p.reply()[:3])
	}
	if want := "250 450 250 354 250 452 250"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	sink.AssertCount(t, 1)
}

// BDAT ends a message too (RFC 3030), and its bytes are no commands.
func TestRulesAndChunking(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.On("EOD").Nth(2).Reply(554, "5.6.0", "bad content")
	sink.On("QUIT").Drop()
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	for i, want := range []string{"250", "554"} {
		p.ask("MAIL FROM:<ann@example.com>")
		p.ask("RCPT TO:<bob@example.com>")
		fmt.Fprint(p.nc, "BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nQUIT\r\n")
		p.reply()
		if got := p.reply(); !strings.HasPrefix(got, want) {
			t.Errorf("message %d: got %s, want %s", i+1, got, want)
		}
	}
	if got := string(sink.Messages()[0].Raw); got != "QUIT\r\nQUIT\r\n" {
		t.Errorf("got %q", got)
	}
	if got := p.ask("QUIT"); got != "[EOF]" {
		t.Errorf("got %s", got)
	}
}

// AUTH can be refused, by its mechanism; its other lines are no commands.
func TestRuleOnAuth(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.WithAuth(func(user, password string) error { return nil }))
	sink.On("AUTH plain").Times(1).Reply(454, "4.7.0", "temporary")
	sink.On("*").Optional().Where(func(c *smtpsink.Command) bool { return strings.HasPrefix(c.Stage, "AHVZ") }).Drop()
	try := func() error {
		c, err := smtp.Dial(sink.Addr())
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Auth(smtp.PlainAuth("", "user", "password", "127.0.0.1"))
	}
	if err := try(); err == nil || !strings.Contains(err.Error(), "454") {
		t.Errorf("got %v, want 454", err)
	}
	if err := try(); err != nil {
		t.Error(err)
	}
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	if got := p.ask("AUTH PLAIN"); !strings.HasPrefix(got, "334") {
		t.Errorf("got %s", got)
	}
	if got := p.ask("AHVzZXIAcGFzc3dvcmQ="); !strings.HasPrefix(got, "235") {
		t.Errorf("got %s", got)
	}
}

// A rule that never fired fails the test, with the steps that there were.
func TestUnfiredRule(t *testing.T) {
	sink, err := smtpsink.New(smtpsink.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	sink.On("RCPT dee@*").Drop()
	sink.On("EOD").Nth(2).Drop()
	sink.On("MAIL").Optional().Nth(9).Drop()
	sink.On("DATA").Nth(1)
	dialPeer(t, sink).transaction()
	sink.On("RCPT cy@*").Drop()
	tb := &fakeTB{TB: t}
	sink.CheckRules(tb)
	const steps = `
all steps:
      1  CONNECT
      1  EHLO me
      1  MAIL ann@example.com
%s 1  RCPT bob@example.com
%s 1  RCPT cy@example.com
      1  DATA
%s 1  EOD
`
	want := `error: On("RCPT dee@*") never fired` + fmt.Sprintf(steps, "    >", "    >", "     ") +
		`error: On("EOD"), number 2 never fired; it matched once, and waits for number 2` + fmt.Sprintf(steps, "     ", "     ", "    >") +
		"error: On(\"DATA\") says nothing of what is to happen: Drop, Delay …\n" +
		`error: On("RCPT cy@*") never fired; 1 before the rule was made` + fmt.Sprintf(steps, "    >", "    >", "     ")
	if diff := cmp.Diff(want, tb.out.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
