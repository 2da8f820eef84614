package smtpsink_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// fullFor refuses the mail of one recipient, and files the others'.
type fullFor string

func (f fullFor) Verify(string) error { return nil }

func (f fullFor) Deliver(env smtpsink.Envelope, _ []byte) (out []smtpsink.Delivery, err error) {
	for _, rcpt := range env.Recipients() {
		if rcpt == string(f) {
			return nil, &smtpsink.Error{Code: 552, Enhanced: [3]int{5, 2, 2}, Text: "full"}
		}
		out = append(out, smtpsink.Delivery{Rcpt: rcpt, Account: rcpt, Mailbox: "INBOX", UID: imap.UID(1)})
	}
	return out, nil
}

// LMTP answers for each recipient, in their order (RFC 2033, section 4.2).
func TestLMTP(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.LMTP(), smtpsink.WithDeliverer(fullFor("bob@example.com")))
	p := dialPeer(t, sink)
	if got := p.reply(); !strings.Contains(got, "LMTP") {
		t.Errorf("got %s", got)
	}
	if got := p.ask("EHLO me"); !strings.HasPrefix(got, "500") {
		t.Errorf("EHLO: got %s", got)
	}
	if got := p.ask("LHLO me"); !strings.HasPrefix(got, "250") {
		t.Errorf("LHLO: got %s", got)
	}
	p.ask("MAIL FROM:<ann@example.com>")
	for _, rcpt := range []string{"ann", "bob", "cy"} {
		p.ask("RCPT TO:<" + rcpt + "@example.com>")
	}
	p.ask("DATA")
	got := []string{p.ask("Subject: x\r\n\r\n."), p.reply(), p.reply()}
	for i, want := range []string{"250 2.0.0 <ann@example.com>", "552 5.2.2 <bob@example.com> full", "250 2.0.0 <cy@example.com>"} {
		if !strings.HasPrefix(got[i], want) {
			t.Errorf("got %s, want %s", got[i], want)
		}
	}
	if got := p.ask("NOOP"); !strings.HasPrefix(got, "250") {
		t.Errorf("after it: got %s", got)
	}
	m := sink.Message(t)
	if got := fmt.Sprint(m.Recipients()); got != "[ann@example.com cy@example.com]" || len(m.Deliveries) != 2 {
		t.Errorf("taken for %s, %d deliveries", got, len(m.Deliveries))
	}
}

// The rules of EOD refuse for all recipients.
func TestLMTPRules(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.LMTP())
	sink.On("EOD").Reply(451, "4.3.0", "later")
	p := dialPeer(t, sink)
	p.reply()
	p.ask("LHLO me")
	p.ask("MAIL FROM:<ann@example.com>")
	p.ask("RCPT TO:<bob@example.com>")
	p.ask("RCPT TO:<cy@example.com>")
	p.ask("DATA")
	if got := p.ask("x\r\n.") + "|" + p.reply(); got != "451 4.3.0 <bob@example.com> later|451 4.3.0 <cy@example.com> later" {
		t.Errorf("got %s", got)
	}
	sink.AssertNothingSent(t)
}

// The memory of a sink is that of the messages that it keeps.
func TestKeepLastMemory(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.KeepLast(3))
	c := dialClient(t, sink)
	raw := strings.Repeat(strings.Repeat("x", 998)+"\r\n", 100)
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for range 3 {
		send(t, c, "ann@example.com", []string{"bob@example.com"}, raw)
	}
	before := heap()
	for range 300 { // 30 MB
		send(t, c, "ann@example.com", []string{"bob@example.com"}, raw)
	}
	if grown := heap() - before; grown > 5<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	sink.AssertCount(t, 303)
}

// Only the last messages are kept.
func TestKeepLast(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.KeepLast(3))
	c := dialClient(t, sink)
	for i := range 10 {
		send(t, c, "ann@example.com", []string{"bob@example.com"}, fmt.Sprintf("Subject: %d\r\n\r\n", i))
		var got []string
		for _, m := range sink.Messages() {
			got = append(got, m.Subject())
		}
		var want []string
		for j := max(0, i-2); j <= i; j++ {
			want = append(want, fmt.Sprint(j))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %d: got %v, want %v", i, got, want)
		}
	}
}
