package smtpsink_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// open is a connection that has said EHLO.
func open(t *testing.T, sink *smtpsink.Sink) *peer {
	t.Helper()
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	return p
}

// A recipient is put off until its time has passed since the first try: by
// sender and recipient, on whatever connection.
func TestGreylist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.Greylist(time.Minute))
		try := func(from, rcpt, want string) {
			t.Helper()
			p := open(t, sink)
			p.ask("MAIL FROM:<" + from + ">")
			if got := p.ask("RCPT TO:<" + rcpt + ">"); !strings.HasPrefix(got, want) {
				t.Errorf("%s to %s: got %s, want %s", from, rcpt, got, want)
			}
			p.nc.Close()
		}
		try("a@example.com", "b@example.com", "450 4.7.1")
		time.Sleep(59 * time.Second)
		try("a@example.com", "b@example.com", "450 4.7.1")
		try("a@example.com", "c@example.com", "450 4.7.1")
		time.Sleep(time.Second)
		try("A@example.com", "B@example.com", "250")
		try("a@example.com", "c@example.com", "450")
		try("d@example.com", "b@example.com", "450")
	})
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.RateLimit(2, time.Minute))
		p := open(t, sink)
		var got []string
		for _, wait := range []time.Duration{0, 30, 0, 30, 0, 30} {
			time.Sleep(wait * time.Second)
			got = append(got, p.ask("MAIL FROM:<a@example.com>")[:3])
			p.ask("RSET")
		}
		// At 0, 30, 30, 60, 60 and 90 seconds.
		if want := "[250 250 450 250 450 250]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}

func TestMaxRecipients(t *testing.T) {
	converse(t, dialPeer(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.MaxRecipients(2))), `
		S: 220
		C: EHLO me
		S: 250 LIMITS RCPTMAX=2
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<b@example.com>
		S: 250
		C: RCPT TO:<c@example.com>
		S: 250
		C: RCPT TO:<d@example.com>
		S: 452 4.5.3
		C: DATA
		S: 354
		C: .
		S: 250`)
}

// RRVS (RFC 7293, section 9): an address that has had its owner since a later day
// than the sender knows.
func TestValidSince(t *testing.T) {
	since := smtpsink.ValidSince("Bob@example.com", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	converse(t, dialPeer(t, smtpsink.Start(t, smtpsink.InMemory(), since)), `
		S: 220
		C: EHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<bob@example.com> RRVS=2025-12-31T23:59:59Z
		S: 550 5.7.17
		C: RCPT TO:<bob@example.com> RRVS=2026-01-01T00:00:00Z;R
		S: 250
		C: RCPT TO:<cy@example.com> RRVS=2000-01-01T00:00:00Z
		S: 250
		C: RCPT TO:<cy@example.com> RRVS=yesterday
		S: 501`)
}

// The rest of what rules do and how they are narrowed.
func TestMoreRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAccount("ann", "a"))
		sink.On("MAIL <>").Reply(550, "5.7.1", "no bounces here")
		sink.On("MAIL").As("ANN").Reply(550, "5.7.1", "not you")
		sink.On("NOOP").OnConn(2).CutAfter(5)
		sink.On("RSET").Dribble(10, time.Second)
		sink.On("EOD bob@*").Reply(554, "5.6.0", "not for bob")
		p := open(t, sink)
		converse(t, p, `
			C: MAIL FROM:<>
			S: 550 5.7.1 no bounces
			C: NOOP
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<x@example.com>
			S: 250
			C: RCPT TO:<bob@example.com>
			S: 250
			C: DATA
			S: 354
			C: .
			S: 554 5.6.0`)
		start := time.Now()
		// "250 2.0.0 Session reset" CR LF is 25 bytes.
		if got := p.ask("RSET"); got != "250 2.0.0 Session reset" || time.Since(start) != 2*time.Second {
			t.Errorf("got %s after %v", got, time.Since(start))
		}
		converse(t, p, `
			C: AUTH PLAIN AGFubgBh
			S: 235
			C: MAIL FROM:<a@example.com>
			S: 550 5.7.1 not you`)
		if got := open(t, sink).ask("NOOP"); got != "250 2[EOF]" {
			t.Errorf("got %q", got)
		}
	})
}

// With LMTP a rule of EOD answers for the recipient that it names.
func TestLMTPRuleOfOne(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.LMTP())
	sink.On("EOD bob@*").Reply(450, "4.2.1", "later")
	sink.On("EOD").Nth(4).Reply(552, "", "no")
	p := dialPeer(t, sink)
	converse(t, p, `
		S: 220
		C: LHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<ann@example.com>
		S: 250
		C: RCPT TO:<bob@example.com>
		S: 250
		C: RCPT TO:<ann@example.com>
		S: 250
		C: BDAT 0 LAST
		S: 250 2.0.0 <ann@example.com>
		S: 450 4.2.1 <bob@example.com> later
		S: 250`)
	if got := fmt.Sprint(sink.Message(t).Recipients()); got != "[ann@example.com ann@example.com]" {
		t.Errorf("taken for %s", got)
	}
	converse(t, p, `
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<cy@example.com>
		S: 250
		C: DATA
		S: 354
		C: .
		S: 552 <cy@example.com> no`)
}

// A rule for a stage that does not exist says which there are.
func TestUnknownStage(t *testing.T) {
	sink, err := smtpsink.New(smtpsink.InMemory())
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	_, _, line, _ := runtime.Caller(0)
	sink.On("RCTP bob@*").Drop() // one line below
	tb := &fakeTB{TB: t}
	sink.CheckRules(tb)
	want := fmt.Sprintf("error: limits_test.go:%d: ", line+1) + "On(\"RCTP bob@*\"): there is no stage \"RCTP\"; nearest: RCPT (have CONNECT, TLS, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, EOD and the other commands)\n"
	if diff := cmp.Diff(want, tb.out.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Many connections at once, rules that fire so often and no oftener.
func TestTimesUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.KeepLast(5))
		rule := sink.On("EOD").Times(10)
		rule.Reply(451, "4.3.0", "later")
		for range 20 {
			p := open(t, sink)
			go func() {
				for range 5 {
					p.ask("MAIL FROM:<a@example.com>")
					p.ask("RCPT TO:<b@example.com>")
					p.ask("DATA")
					p.ask(".")
				}
			}()
		}
		sink.WaitCount(t, 90)
		synctest.Wait()
		sink.AssertCount(t, 90)
		if n := len(sink.Messages()); n != 5 || rule.Fired() != 10 {
			t.Errorf("%d kept, the rule fired %d times", n, rule.Fired())
		}
	})
}
