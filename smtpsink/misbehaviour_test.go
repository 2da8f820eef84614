package smtpsink_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// memBoxes is a store of the test's own: every account has INBOX and Sent.
type memBoxes struct {
	accounts []string

	mu    sync.Mutex // guards what follows
	fail  error      // of the next File
	filed []string
}

func (m *memBoxes) Account(name string) (string, bool) {
	for _, account := range m.accounts {
		if strings.EqualFold(account, name) {
			return account, true
		}
	}
	return "", false
}

func (m *memBoxes) Mailbox(account, name string) (string, bool) {
	switch {
	case strings.EqualFold(name, "INBOX"):
		return "INBOX", true
	case name == string(imap.MailboxAttrSent):
		return "Sent", true
	}
	return "", false
}

func (m *memBoxes) File(account, mailbox string, raw []byte, _ ...imap.Flag) (imap.UID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail; err != nil {
		m.fail = nil
		return 0, err
	}
	m.filed = append(m.filed, account+"/"+mailbox)
	return imap.UID(len(m.filed)), nil
}

// transact sends a message by hand and returns the reply to its end.
func transact(p *peer, from string, rcpts ...string) string {
	p.ask("MAIL FROM:<" + from + ">")
	for _, rcpt := range rcpts {
		if got := p.ask("RCPT TO:<" + rcpt + ">"); !strings.HasPrefix(got, "250") {
			return got
		}
	}
	p.ask("DATA")
	return p.ask("Subject: x\r\nMessage-ID: <1@example.com>\r\n\r\nbody\r\n.")
}

// A copy that could not be filed is none: the next try is no duplicate.
func TestDuplicateAfterFailure(t *testing.T) {
	boxes := &memBoxes{accounts: []string{"bob"}, fail: errors.New("disk full")}
	p := open(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithMailboxes(boxes), smtpsink.SuppressDuplicates()))
	for _, want := range []string{"451 4.3.0", "250", "250"} {
		if got := transact(p, "a@example.com", "bob@example.com"); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if len(boxes.filed) != 1 {
		t.Errorf("filed %v, want one copy", boxes.filed)
	}
}

// A panic in the test's own code is its test's failure: clients see 421, and Close
// says what happened.
func TestPanics(t *testing.T) {
	boom := func(*smtpsink.Command) { panic("boom") }
	tests := map[string]struct {
		opts []smtpsink.Option
		rule func(sink *smtpsink.Sink)
		at   string // the command that gets 421
	}{
		"RCPT":    {rule: func(sink *smtpsink.Sink) { sink.On("RCPT").Before(boom) }, at: "RCPT"},
		"After":   {rule: func(sink *smtpsink.Sink) { sink.On("MAIL").After(boom) }, at: "MAIL"},
		"EOD":     {rule: func(sink *smtpsink.Sink) { sink.On("EOD").Before(boom) }, at: "."},
		"CONNECT": {rule: func(sink *smtpsink.Sink) { sink.On("CONNECT").Before(boom) }, at: "greeting"},
		"Where": {rule: func(sink *smtpsink.Sink) {
			sink.On("MAIL").Where(func(*smtpsink.Command) bool { panic("boom") }).Drop()
		}, at: "MAIL"},
		"WithAuth": {opts: []smtpsink.Option{smtpsink.WithAuth(func(string, string) error { panic("boom") })}, at: "AUTH"},
		"PlaceBy": {opts: []smtpsink.Option{smtpsink.WithMailboxes(&memBoxes{}), smtpsink.PlaceBy(func(smtpsink.Envelope, smtpsink.Recipient, []byte) (smtpsink.Place, error) { panic("boom") })},
			at: "RCPT"},
		"QUIT": {rule: func(sink *smtpsink.Sink) { sink.On("QUIT").After(boom) }, at: "QUIT"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			sink, err := smtpsink.New(append(test.opts, smtpsink.InMemory())...)
			if err != nil {
				t.Fatal(err)
			}
			if test.rule != nil {
				test.rule(sink)
			}
			p := dialPeer(t, sink)
			got := p.reply()
			for _, line := range []string{"EHLO me", "AUTH PLAIN AGFubgBh", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", ".", "QUIT"} {
				at := strings.HasPrefix(line, test.at)
				if test.at == "greeting" || strings.HasPrefix(got, "421") {
					break
				}
				got = p.ask(line)
				if is := strings.HasPrefix(got, "421"); is != at {
					t.Errorf("%s: got %s", line, got)
				}
			}
			if !strings.HasPrefix(got, "421") {
				t.Errorf("got %s", got)
			}
			if got := p.reply(); got != "[EOF]" {
				t.Errorf("then: got %s", got)
			}
			if err := sink.Close(); err == nil || !strings.Contains(err.Error(), "boom") {
				t.Errorf("Close: got %v", err)
			}
		})
	}
}

// Close says which connection does not end, and what it is at.
func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, err := smtpsink.New(smtpsink.InMemory())
		if err != nil {
			t.Fatal(err)
		}
		release := make(chan struct{})
		sink.On("MAIL").Before(func(*smtpsink.Command) { <-release })
		open(t, sink)
		p := open(t, sink)
		fmt.Fprint(p.nc, "MAIL FROM:<a@example.com>\r\n")
		synctest.Wait()
		err = sink.Close()
		if want := "smtpsink: still running after 5 s: connection 2 after C: MAIL FROM:<a@example.com>"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		close(release)
	})
}

// The session of who has been hung up on in the middle of a message is over, and the
// transcript has nothing that was not sent.
func TestNothingSentAfterDrop(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.On("EOD").Drop()
	if got := transact(open(t, sink), "a@example.com", "b@example.com"); got != "[EOF]" {
		t.Errorf("got %s", got)
	}
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(sink.Transcript()), "\n"); !strings.HasPrefix(lines[len(lines)-1], "1 C: (") {
		t.Errorf("got\n%s", sink.Transcript())
	}
}

// What a wait waits for may be gone from what is kept before it looks.
func TestKeepLastAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.KeepLast(1))
		p := open(t, sink)
		go func() {
			time.Sleep(time.Second)
			one := "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 17 LAST\r\nSubject: wanted\r\n"
			fmt.Fprint(p.nc, one+strings.Repeat(strings.ReplaceAll(one, "wanted", "others"), 20))
			for range 63 {
				p.reply()
			}
		}()
		sink.WaitMessage(t, smtpsink.Subject("wanted"))
		sink.WaitCount(t, 21)
		if got := sink.Messages(); len(got) != 1 || got[0].Subject() != "others" {
			t.Errorf("%d kept", len(got))
		}
		synctest.Wait()
	})
}

// Replies of rules stand for themselves.
func TestRuleReplies(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.On("CONNECT").Times(1).Reply(220, "", "an odd one")
	sink.On("LHLO").Times(1).Reply(250, "", "no extensions here")
	sink.On("EOD").Times(1).Reply(250, "2.0.0", "taken, and lost")
	sink.On("RCPT lied@*").Times(1).Reply(250, "2.1.5", "of course")
	p := dialPeer(t, sink)
	converse(t, p, `
		S: 220 an odd one
		C: EHLO me
		S: 250 no extensions here
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<@relay.example:"lied"@example.com>
		S: 250 2.1.5 of course
		C: DATA
		S: 554
		C: RCPT TO:<b@example.com>
		S: 250
		C: DATA
		S: 354
		C: .
		S: 250 2.0.0 taken, and lost`)
	sink.AssertNothingSent(t)
	if got := transact(p, "a@example.com", "b@example.com"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
	sink.AssertCount(t, 1)
	for want, call := range map[string]func(sink *smtpsink.Sink){
		"99 is no reply code":               func(sink *smtpsink.Sink) { sink.On("NOOP").Reply(99, "", "x") },
		`"bogus" is no enhanced code`:       func(sink *smtpsink.Sink) { sink.On("NOOP").Reply(550, "bogus", "x") },
		"Nth(0)":                            func(sink *smtpsink.Sink) { sink.On("NOOP").Nth(0) },
		"Times(0)":                          func(sink *smtpsink.Sink) { sink.On("NOOP").Times(0) },
		"OnConn(0)":                         func(sink *smtpsink.Sink) { sink.On("NOOP").OnConn(0) },
		"Where(nil)":                        func(sink *smtpsink.Sink) { sink.On("NOOP").Where(nil) },
		"Before(nil)":                       func(sink *smtpsink.Sink) { sink.On("NOOP").Before(nil) },
		"After(nil)":                        func(sink *smtpsink.Sink) { sink.On("NOOP").After(nil) },
		"Delay(-1ns)":                       func(sink *smtpsink.Sink) { sink.On("NOOP").Delay(-1) },
		"CutAfter(-1)":                      func(sink *smtpsink.Sink) { sink.On("NOOP").CutAfter(-1) },
		"Dribble(0, 1ns)":                   func(sink *smtpsink.Sink) { sink.On("NOOP").Dribble(0, 1) },
		"ExpiredCertificate() does not fit": func(sink *smtpsink.Sink) { sink.On("NOOP").ExpiredCertificate() },
		"CutAfter(1) does not fit":          func(sink *smtpsink.Sink) { sink.On("TLS").CutAfter(1) },
		"nearest: EHLO":                     func(sink *smtpsink.Sink) { sink.On("ELHO").Optional().Drop() },
		"Drop() after Stall(): both take":   func(sink *smtpsink.Sink) { sink.On("NOOP").Stall().Drop() },
		"the command does not run":          func(sink *smtpsink.Sink) { sink.On("NOOP").Drop().After(func(*smtpsink.Command) {}) },
	} {
		wrong, err := smtpsink.New(smtpsink.InMemory())
		if err != nil {
			t.Fatal(err)
		}
		call(wrong)
		if err := wrong.Close(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "misbehaviour_test.go:") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Several verbs of a rule take effect, and one that changes nothing is reported.
func TestVerbsCompose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := smtpsink.Start(t, smtpsink.InMemory())
		var order []string
		note := func(what string) func(*smtpsink.Command) {
			return func(*smtpsink.Command) { order = append(order, what) }
		}
		sink.On("NOOP").Before(note("before")).After(note("after")).Dribble(3, time.Second).CutAfter(5).Delay(time.Minute)
		p := dialPeer(t, sink)
		p.r.ReadString('\n')
		start := time.Now()
		fmt.Fprint(p.nc, "NOOP\r\n")
		p.nc.SetReadDeadline(time.Now().Add(time.Hour))
		got, err := io.ReadAll(p.r)
		if string(got) != "250 2" || err != nil || fmt.Sprint(order) != "[before after]" || time.Since(start) != time.Minute+2*time.Second {
			t.Errorf("got %q, %v, %v after %v", got, err, order, time.Since(start))
		}
		tb := &fakeTB{TB: t}
		none, err := smtpsink.New(smtpsink.InMemory())
		if err != nil {
			t.Fatal(err)
		}
		defer none.Close()
		none.On("EHLO").CutAfter(100_000).Dribble(90_000, 0)
		none.On("EHLO").Reply(550, "", "no").For(tb).Remove()
		q := dialPeer(t, none)
		q.r.ReadString('\n')
		fmt.Fprint(q.nc, "EHLO me\r\n")
		size := 0
		for line := "250-"; strings.HasPrefix(line, "250-"); size += len(line) {
			line, _ = q.r.ReadString('\n')
		}
		synctest.Wait()
		none.CheckRules(tb)
		for _, verb := range []string{"CutAfter(100000) changed nothing\n    got  a reply of %d bytes\n    want", "Dribble(90000, 0s) changed nothing\n    got  a reply of %d bytes\n"} {
			if verb = fmt.Sprintf(verb, size); !strings.Contains(tb.out.String(), verb) {
				t.Errorf("got %s, want %s", tb.out.String(), verb)
			}
		}
	})
}

// LMTP answers by what became of each recipient's copy, whatever else a deliverer
// says.
func TestLMTPOddDeliveries(t *testing.T) {
	full := &smtpsink.Error{Code: 552, Enhanced: [3]int{5, 2, 2}, Text: "full"}
	odd := oddDeliverer{{Rcpt: "b@example.com"}, {Rcpt: "c@example.com", Failure: full}, {Rcpt: "c@example.com", Failure: full}}
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.LMTP(), smtpsink.WithDeliverer(odd))
	p := dialPeer(t, sink)
	converse(t, p, `
		S: 220
		C: LHLO me
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		# RFC 2033, section 4.2.
		C: DATA
		S: 503
		C: RCPT TO:<b@example.com>
		S: 250
		C: RCPT TO:<c@example.com>
		S: 250
		C: RCPT TO:<Postmaster>
		S: 250
		C: DATA
		S: 354
		C: .
		S: 250 2.0.0 <b@example.com>
		S: 552 5.2.2 <c@example.com>
		S: 250 2.0.0 <Postmaster>`)
	if got := fmt.Sprint(sink.Message(t).Recipients()); got != "[b@example.com Postmaster]" {
		t.Errorf("taken for %s", got)
	}
}

// The sender's copy and the reports are LMTP's too.
func TestLMTPSaveSent(t *testing.T) {
	boxes := &memBoxes{accounts: []string{"ann", "bob"}}
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.LMTP(), smtpsink.WithMailboxes(boxes), smtpsink.WithAccount("ann", "a"), smtpsink.SaveSent())
	p := dialPeer(t, sink)
	p.reply()
	p.ask("LHLO me")
	p.ask("AUTH PLAIN AGFubgBh")
	if got := transact(p, "ann@example.com", "bob@example.com"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(boxes.filed); got != "[bob/INBOX ann/Sent]" || sink.Message(t).Sent == nil {
		t.Errorf("filed %s", got)
	}
}

// A recipient for whom nothing was filed is not told of as delivered.
func TestNoSuccessWithoutCopy(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(oddDeliverer{{Rcpt: "c@example.com"}}))
	p := open(t, sink)
	p.ask("MAIL FROM:<a@example.com>")
	for _, rcpt := range []string{"b@example.com", "c@example.com"} {
		p.ask("RCPT TO:<" + rcpt + "> NOTIFY=SUCCESS")
	}
	p.ask("BDAT 0 LAST")
	if r := sink.Message(t).Reports; len(r) != 1 || fmt.Sprint(r[0].Recipients) != "[c@example.com]" {
		t.Errorf("got %+v", r)
	}
}

// BounceUnknown is for recipients that nobody has and mailboxes that are full, and for
// those alone.
func TestBounceUnknownOnly(t *testing.T) {
	later := smtpsink.PlaceBy(func(_ smtpsink.Envelope, rcpt smtpsink.Recipient, _ []byte) (smtpsink.Place, error) {
		switch {
		case strings.HasPrefix(rcpt.Addr, "later@"):
			return smtpsink.Place{}, &smtpsink.Error{Code: 450, Enhanced: [3]int{4, 2, 1}, Text: "try later"}
		case strings.HasPrefix(rcpt.Addr, "shout@"):
			return smtpsink.Place{Account: "BOB"}, nil
		case strings.HasPrefix(rcpt.Addr, "typo@"):
			return smtpsink.Place{Account: "bobb"}, nil
		}
		return smtpsink.Place{}, nil
	})
	boxes := &memBoxes{accounts: []string{"bob"}}
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithMailboxes(boxes), later, smtpsink.BounceUnknown())
	p := open(t, sink)
	for rcpt, want := range map[string]string{"later@x.example": "450 4.2.1", "nobody@x.example": "250", "shout@x.example": "250"} {
		if got := transact(p, "a@example.com", rcpt); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s", rcpt, got)
		}
		p.ask("RSET")
	}
	boxes.fail = errors.New("disk full")
	if got := transact(p, "a@example.com", "bob@example.com"); !strings.HasPrefix(got, "451") {
		t.Errorf("a failure that passes: got %s", got)
	}
	d, _ := sink.Message(t, smtpsink.RcptTo("shout@x.example")).Delivery("shout@x.example")
	if d.Account != "bob" {
		t.Errorf("filed for %q", d.Account)
	}
	strict := open(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithMailboxes(boxes), later))
	if got := transact(strict, "a@example.com", "typo@example.com"); !strings.HasPrefix(got, "550 5.1.1") || !strings.Contains(got, "bobb") {
		t.Errorf("got %s", got)
	}
	own := open(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(&countingDeliverer{}), smtpsink.BounceUnknown()))
	if got := transact(own, "a@example.com", "nobody@example.com"); !strings.HasPrefix(got, "550 5.1.1") {
		t.Errorf("a deliverer's own refusal: got %s", got)
	}
}

// SetFull of what there is not stops the test.
func TestSetFullErrors(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithMailboxes(&memBoxes{accounts: []string{"bob"}}))
	for _, place := range [][2]string{{"bobb", ""}, {"bob", "Nowhere"}} {
		tb := &fakeTB{TB: t}
		tb.run(func(tb smtpsink.TB) { sink.SetFull(tb, place[0], place[1], true) })
		if !strings.HasPrefix(tb.out.String(), "fatal: SetFull: ") {
			t.Errorf("%v: got %q", place, tb.out.String())
		}
	}
	sink.SetFull(t, "BOB", "inbox", true)
	if got := transact(open(t, sink), "a@example.com", "bob@example.com"); !strings.HasPrefix(got, "552 5.2.2") {
		t.Errorf("got %s", got)
	}
}

// Bcc knows names in any charset, and fields that are repeated.
func TestBcc(t *testing.T) {
	for header, want := range map[string]string{
		"To: =?windows-1252?Q?B=F6b?= <bob@example.com>\r\n":   "[cy@example.com]",
		"To: bob@example.com\r\nTo: cy@example.com\r\n":        "[]",
		"To: bob@example.com\r\nCc: Cy <CY@example.com>\r\n":   "[]",
		"To: bob@example.com, not an address <cy@example.com>": "[]",
		"To: friends: bob@example.com;\r\n":                    "[cy@example.com]",
		"Subject: none\r\n":                                    "[bob@example.com cy@example.com]",
	} {
		m := smtpsink.Message{Raw: []byte(header + "\r\n\r\n")}
		m.To = []smtpsink.Recipient{{Addr: "bob@example.com"}, {Addr: "cy@example.com"}}
		if got := fmt.Sprint(m.Bcc()); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

// A line that is too long ends AUTH, and the next command is a command again (RFC
// 4954, section 4).
func TestLongSASLResponse(t *testing.T) {
	p := open(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAccount("ann", "a")))
	p.ask("AUTH PLAIN")
	if got := p.ask(strings.Repeat("A", 20_000)); !strings.HasPrefix(got, "500 5.5.6") {
		t.Errorf("got %s", got)
	}
	if got := p.ask("NOOP"); !strings.HasPrefix(got, "250") {
		t.Errorf("got %s", got)
	}
}

// Where TLS is required, AUTH is offered in TLS.
func TestAuthNeedsTLS(t *testing.T) {
	p := dialPeer(t, smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithAccount("ann", "a"), smtpsink.RequireTLS()))
	p.reply()
	for _, keyword := range p.hello(t) {
		if keyword == "AUTH" {
			t.Error("AUTH is offered in the clear")
		}
	}
	if got := p.ask("AUTH PLAIN AGFubgBh"); !strings.HasPrefix(got, "530 5.7.0") {
		t.Errorf("got %s", got)
	}
}

// One transcript for both servers is for imaptest; here many connections write one.
func TestLogFromMany(t *testing.T) {
	var log bytes.Buffer
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithLog(&log))
	var sending sync.WaitGroup
	for range 5 {
		p := open(t, sink)
		sending.Go(func() { transact(p, "a@example.com", "b@example.com") })
	}
	sending.Wait()
	if err := sink.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(log.String(), "C: DATA\n"); got != 5 {
		t.Errorf("%d DATAs\n%s", got, log.String())
	}
}

// slowBoxes takes a while for each message.
type slowBoxes struct {
	memBoxes
	n int
}

func (b *slowBoxes) File(account, mailbox string, raw []byte, flags ...imap.Flag) (imap.UID, error) {
	time.Sleep(time.Millisecond)
	b.n++
	return b.memBoxes.File(account, mailbox, raw, flags...)
}

// Close does not wait until a message has been filed for all of its recipients, and one
// that has not is none.
func TestCloseWhileFiling(t *testing.T) {
	for _, opt := range []smtpsink.Option{smtpsink.Hostname("h"), smtpsink.LMTP(), smtpsink.DeliverAfter(time.Millisecond)} {
		synctest.Test(t, func(t *testing.T) {
			boxes := &slowBoxes{memBoxes: memBoxes{accounts: []string{"bob"}}}
			sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithMailboxes(boxes), opt)
			p := dialPeer(t, sink)
			p.reply()
			p.ask("EHLO me")
			p.ask("LHLO me")
			p.ask("MAIL FROM:<a@example.com>")
			for range 5000 {
				p.ask("RCPT TO:<bob@example.com>")
			}
			fmt.Fprint(p.nc, "BDAT 0 LAST\r\n")
			time.Sleep(10 * time.Millisecond)
			start := time.Now()
			if err := sink.Close(); err != nil || time.Since(start) > 10*time.Millisecond || boxes.n > 20 {
				t.Errorf("Close took %v: %v; %d copies", time.Since(start), err, boxes.n)
			}
		})
	}
}
