package smtpsink_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// fakeTB records what a helper reports; Fatalf ends it.
type fakeTB struct {
	testing.TB
	out strings.Builder
}

func (f *fakeTB) Helper() {}

func (f *fakeTB) Errorf(format string, args ...any) {
	fmt.Fprintf(&f.out, "error: "+format+"\n", args...)
}

func (f *fakeTB) Fatalf(format string, args ...any) {
	fmt.Fprintf(&f.out, "fatal: "+format+"\n", args...)
	panic(fatal{})
}

type fatal struct{}

func (f *fakeTB) run(check func(t smtpsink.TB)) {
	defer func() {
		if r := recover(); r != nil && r != (fatal{}) {
			panic(r)
		}
	}()
	check(f)
}

// A failure says what was asked for and what was sent.
func TestFailures(t *testing.T) {
	const sent = `accepted: 2
    <ann@example.com> to <bob@example.com>, <cy@example.com>  "Invoice 17"
    <> to <ann@example.com>  "Undelivered"
last lines:
    1 C: DATA
    1 S: 354 Go ahead. End your data with <CR><LF>.<CR><LF>
    1 C: (23 bytes)
    1 S: 250 2.0.0 OK: queued
    1 C: MAIL FROM:<> BODY=8BITMIME
    1 S: 250 2.0.0 Roger, accepting mail from <>
    1 C: RCPT TO:<ann@example.com>
    1 S: 250 2.0.0 I'll make sure <ann@example.com> gets this
    1 C: DATA
    1 S: 354 Go ahead. End your data with <CR><LF>.<CR><LF>
    1 C: (24 bytes)
    1 S: 250 2.0.0 OK: queued
`
	tests := map[string]struct {
		check func(t smtpsink.TB, sink *smtpsink.Sink)
		want  string
	}{
		"AssertCount": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertCount(t, 3) },
			"error: mail sent\n    got  2 messages\n    want 3 messages\n" + sent,
		},
		"AssertNothingSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertNothingSent(t) },
			"error: mail sent\n    got  2 messages\n    want 0 messages\n" + sent,
		},
		"AssertSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) {
				sink.AssertSent(t, smtpsink.RcptTo("dee@example.com"), smtpsink.Subject("Invoice 17"))
			},
			"error: mail sent\n    got  none; closest: \"Invoice 17\", which is not RcptTo \"dee@example.com\"\n    want a message with RcptTo \"dee@example.com\", Subject \"Invoice 17\"\n" + sent,
		},
		"a typing error in a subject": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertSent(t, smtpsink.Subject("Invoice 71")) },
			"error: mail sent\n    got  none; nearest: \"Invoice 17\"\n    want a message with Subject \"Invoice 71\"\n" + sent,
		},
		"a typing error in an address": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertSent(t, smtpsink.RcptTo("cyy@example.com")) },
			"error: mail sent\n    got  none; nearest: \"cy@example.com\"\n    want a message with RcptTo \"cyy@example.com\"\n" + sent,
		},
		"one of several": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.Message(t, smtpsink.Header("Subject", "")) },
			"fatal: mail sent\n    got  2 messages\n    want one message with Header Subject: \"\"\n" + sent,
		},
		"AssertNotSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertNotSent(t, smtpsink.MailFrom("")) },
			"error: mail sent\n    got  1 message\n    want no message with MailFrom \"\"\n" + sent,
		},
		"Message": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.Message(t) },
			"fatal: mail sent\n    got  2 messages\n    want one message\n" + sent,
		},
		"WaitMessage": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.WaitMessage(t, smtpsink.Header("X-Id", "7")) },
			"fatal: mail sent: waited 24h0m0s in vain\n    got  none\n    want a message with Header X-Id: \"7\"\n" + sent,
		},
		"WaitMessage, closed": {
			func(t smtpsink.TB, sink *smtpsink.Sink) {
				sink.Close()
				sink.WaitMessage(t, smtpsink.MailFrom("dee@example.com"), smtpsink.Subject("Invoice 17"))
			},
			"fatal: mail sent: the sink was closed before\n    got  none; closest: \"Invoice 17\", which is not MailFrom \"dee@example.com\"\n" +
				"    want a message with MailFrom \"dee@example.com\", Subject \"Invoice 17\"\n" + sent,
		},
		"WaitCount": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.WaitCount(t, 3) },
			"fatal: mail sent: waited 24h0m0s in vain\n    got  2 messages\n    want 3 messages\n" + sent,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := smtpsink.Start(t, smtpsink.InMemory())
				c := dialClient(t, sink)
				send(t, c, "ann@example.com", []string{"bob@example.com", "cy@example.com"}, "Subject: Invoice 17\r\n\r\n")
				send(t, c, "", []string{"ann@example.com"}, "Subject: Undelivered\r\n\r\n")
				tb := &fakeTB{TB: t}
				tb.run(func(t smtpsink.TB) { test.check(t, sink) })
				if diff := cmp.Diff(test.want, tb.out.String()); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
			})
		})
	}
}

// A test that fails for a reason of its own is shown what was sent, once, and not what a
// failure has shown already.
func TestOwnFailure(t *testing.T) {
	for name, test := range map[string]struct {
		fail  func(t smtpsink.TB, sink *smtpsink.Sink)
		shown string
	}{
		"its own": {func(t smtpsink.TB, _ *smtpsink.Sink) { t.Errorf("own") }, "error: own\nlog: the sink when the test failed\naccepted: 1\n    <ann@example.com> to <bob@example.com>  \"" + strings.Repeat("ü", 80) + "…\"\nlast lines:\n"},
		"ours":    {func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertNothingSent(t) }, "error: mail sent\n"},
		"none":    {func(smtpsink.TB, *smtpsink.Sink) {}, ""},
		"before anybody has come": {func(t smtpsink.TB, sink *smtpsink.Sink) {
			sink.Reset(t)
			t.Errorf("own")
		}, "error: own\n"},
	} {
		t.Run(name, func(t *testing.T) {
			tb := &cleaningTB{fakeTB: fakeTB{TB: t}}
			sink := smtpsink.Start(tb, smtpsink.InMemory())
			send(t, dialClient(t, sink), "ann@example.com", []string{"bob@example.com"}, "Subject: "+strings.Repeat("ü", 100)+"\r\n\r\n")
			test.fail(tb, sink)
			tb.cleanup()
			if got := tb.out.String(); !strings.HasPrefix(got, test.shown) || (test.shown == "") != (got == "") || strings.Count(got, "last lines") > 1 || name == "before anybody has come" && got != test.shown {
				t.Errorf("got\n%s\nwant\n%s", got, test.shown)
			}
		})
	}
}

// cleaningTB is a test that ends when it is told to.
type cleaningTB struct {
	fakeTB
	cleanup func()
}

func (c *cleaningTB) Cleanup(f func()) { c.cleanup = f }
func (c *cleaningTB) Failed() bool     { return c.out.Len() > 0 }
func (c *cleaningTB) Logf(format string, args ...any) {
	fmt.Fprintf(&c.out, "log: "+format+"\n", args...)
}

// The checks pass where they should, without a word.
func TestChecksPass(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.AssertNothingSent(t)
	send(t, dialClient(t, sink), "ann@example.com", []string{"bob@example.com"}, "Subject: x\r\nX-Id: 7\r\n\r\nbody\r\n")
	sink.AssertCount(t, 1)
	sink.AssertSent(t, smtpsink.MailFrom("ANN@example.com"), smtpsink.RcptTo("bob@example.com"), smtpsink.Subject("x"),
		smtpsink.Header("x-id", "7"), smtpsink.Header("X-Id", ""), smtpsink.Text("body"),
		smtpsink.Bcc("bob@example.com"), smtpsink.Auth(""),
		smtpsink.Where(func(m smtpsink.Message) bool { return len(m.To) == 1 }))
}
