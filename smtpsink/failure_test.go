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
			"error: mail sent\n    got  2 messages\n    want 3\n" + sent,
		},
		"AssertNothingSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertNothingSent(t) },
			"error: mail sent\n    got  2 messages\n    want 0\n" + sent,
		},
		"AssertSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) {
				sink.AssertSent(t, smtpsink.RcptTo("dee@example.com"), smtpsink.Subject("Invoice 17"))
			},
			"error: mail sent\n    got  none; closest: \"Invoice 17\", which is not RcptTo \"dee@example.com\"\n    want a message with RcptTo \"dee@example.com\", Subject \"Invoice 17\"\n" + sent,
		},
		"AssertNotSent": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.AssertNotSent(t, smtpsink.MailFrom("")) },
			"error: mail sent\n    got  1 message\n    want no message with MailFrom \"\"\n" + sent,
		},
		"Message": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.Message(t) },
			"fatal: mail sent\n    got  2 messages\n    want any message\n" + sent,
		},
		"WaitMessage": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.WaitMessage(t, smtpsink.Header("X-Id", "7")) },
			"fatal: mail sent\n    got  none, in time\n    want a message with Header X-Id: \"7\"\n" + sent,
		},
		"WaitMessage, closed": {
			func(t smtpsink.TB, sink *smtpsink.Sink) {
				sink.Close()
				sink.WaitMessage(t, smtpsink.MailFrom("dee@example.com"), smtpsink.Subject("Invoice 17"))
			},
			"fatal: mail sent\n    got  none until the sink was closed; closest: \"Invoice 17\", which is not MailFrom \"dee@example.com\"\n" +
				"    want a message with MailFrom \"dee@example.com\", Subject \"Invoice 17\"\n" + sent,
		},
		"WaitCount": {
			func(t smtpsink.TB, sink *smtpsink.Sink) { sink.WaitCount(t, 3) },
			"fatal: mail sent\n    got  2 messages\n    want 3\n" + sent,
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

// The checks pass where they should, without a word.
func TestChecksPass(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory())
	sink.AssertNothingSent(t)
	send(t, dialClient(t, sink), "ann@example.com", []string{"bob@example.com"}, "Subject: x\r\nX-Id: 7\r\n\r\nbody\r\n")
	sink.AssertCount(t, 1)
	sink.AssertSent(t, smtpsink.MailFrom("ANN@example.com"), smtpsink.RcptTo("bob@example.com"), smtpsink.Subject("x"),
		smtpsink.Header("x-id", "7"), smtpsink.Header("X-Id", ""), smtpsink.Text("body"),
		smtpsink.Where(func(m smtpsink.Message) bool { return len(m.To) == 1 }))
}
