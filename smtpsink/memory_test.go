package smtpsink_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// Behind a Mark there is what follows it, whatever is yet to come of what was before, and
// the rest is as it was; behind a Reset there is nothing of before.
func TestMarkAndReset(t *testing.T) {
	for name, test := range map[string]struct {
		forget    func(sink *smtpsink.Sink)
		connected bool // clients still are
		greylists string
	}{
		"Mark":  {func(sink *smtpsink.Sink) { sink.Mark() }, true, "250"},
		"Reset": {func(sink *smtpsink.Sink) { sink.Reset(t) }, false, "450"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.DeliverAfter(time.Hour), smtpsink.Greylist(time.Minute), smtpsink.KeepLast(1))
				sink.On("RCPT").Optional().Before(func(*smtpsink.Command) {})
				dialPeer(t, sink).transaction() // greylisted
				time.Sleep(2 * time.Minute)
				p := dialPeer(t, sink)
				p.reply()
				p.ask("EHLO me")
				p.message(t)
				p.message(t)
				sink.AssertCount(t, 2)
				got := make(chan smtpsink.Message, 1)
				go func() { got <- sink.WaitMessage(t) }()
				synctest.Wait()

				test.forget(sink)
				sink.AssertNothingSent(t)
				if n := len(sink.Messages()); n != 0 {
					t.Errorf("%d messages are left", n)
				}
				time.Sleep(30 * time.Minute)
				if got := p.ask("NOOP"); test.connected != strings.HasPrefix(got, "250") {
					t.Errorf("connected: want %v, got %s", test.connected, got)
				}
				p = dialPeer(t, sink)
				p.reply()
				p.ask("EHLO me")
				p.ask("MAIL FROM:<ann@example.com>")
				if got := p.ask("RCPT TO:<bob@example.com>"); !strings.HasPrefix(got, test.greylists) {
					t.Errorf("a recipient who was tried before: got %s, want %s", got, test.greylists)
				}
				p.ask("RSET")
				time.Sleep(2 * time.Minute)
				p.message(t)
				sink.AssertCount(t, 1)
				began := time.Now()
				sink.WaitCount(t, 1)
				if took := time.Since(began); took != time.Hour {
					t.Errorf("what was before the mark has been counted: the wait took %v, want an hour", took)
				}
				if m := <-got; !m.Received.Equal(sink.Messages()[0].Received) {
					t.Error("a wait that had begun got a message of before")
				}
			})
		})
	}
}

// message sends one more.
func (p *peer) message(t *testing.T) {
	t.Helper()
	p.ask("MAIL FROM:<ann@example.com>")
	p.ask("RCPT TO:<bob@example.com>")
	p.ask("DATA")
	if got := p.ask("Subject: x\r\n\r\nbody\r\n."); !strings.HasPrefix(got, "250") {
		t.Fatalf("got %s", got)
	}
}
