package smtpsink_test

import (
	"fmt"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// shownStep is a step with its reply, or what is in place of one.
func shownStep(cmd smtpsink.Command) string {
	result := cmd.Result()
	switch {
	case cmd.Cut:
		result += "[cut]"
	case cmd.Running():
		result += "[running]"
	}
	return strings.TrimSpace(cmd.String() + " -> " + result)
}

// TestJournal: the journal has the reply of each step as the client got it: also where a rule
// gave it, where it came with others, where there is none, and where the client cannot have
// got all of it. Codes are those of RFC 5321, section 4.2.3, and RFC 3463.
func TestJournal(t *testing.T) {
	for name, test := range map[string]struct {
		opts  []smtpsink.Option
		rules func(sink *smtpsink.Sink)
		send  string // lines, "|" between those that are sent together
		want  []string
	}{
		"a message": {
			send: "EHLO me/MAIL FROM:<a@b>/RCPT TO:<c@d>/DATA/Subject: x\r\n\r\n./QUIT",
			want: []string{
				"CONNECT -> 220 localhost ESMTP Service Ready", "EHLO me -> 250 localhost", "MAIL a@b -> 250 2.0.0", "RCPT c@d -> 250 2.0.0",
				"DATA -> 354 Go ahead", "EOD -> 250 2.0.0 OK: queued", "QUIT -> 221 2.0.0 Bye",
			},
		},
		"refusals": {
			rules: func(sink *smtpsink.Sink) {
				sink.On("RCPT c@d").Times(1).Reply(450, "4.2.1", "try later")
				sink.On("EOD").Reply(552, "", "too big")
			},
			send: "EHLO me/RCPT TO:<c@d>/MAIL FROM:<a@b>/RCPT TO:<c@d>/RCPT TO:<c@d>/DATA/./NONSENSE/VRFY c",
			want: []string{
				"CONNECT -> 220", "EHLO me -> 250", "RCPT c@d -> 450 4.2.1 try later", "MAIL a@b -> 250", "RCPT c@d -> 250",
				"RCPT c@d -> 250", "DATA -> 354", "EOD -> 552 too big", "NONSENSE -> 500 5.5.1", "VRFY c -> 252",
			},
		},
		"pipelined": {
			send: "EHLO me/MAIL FROM:<a@b>|RCPT TO:<c@d>|RCPT TO:<c@@d>|DATA/./RSET|NOOP|QUIT",
			want: []string{
				"CONNECT -> 220", "EHLO me -> 250", "MAIL a@b -> 250", "RCPT c@d -> 250", "RCPT c@@d -> 501", "DATA -> 354", "EOD -> 250",
				"RSET -> 250", "NOOP -> 250", "QUIT -> 221",
			},
		},
		"cut": {
			rules: func(sink *smtpsink.Sink) { sink.On("MAIL").CutAfter(5) },
			send:  "EHLO me/MAIL FROM:<a@b>",
			want:  []string{"CONNECT -> 220", "EHLO me -> 250", "MAIL a@b -> [cut]"},
		},
		"dropped": {
			rules: func(sink *smtpsink.Sink) { sink.On("EOD").DropBeforeReply() },
			send:  "EHLO me/MAIL FROM:<a@b>/RCPT TO:<c@d>/BDAT 0 LAST",
			want:  []string{"CONNECT -> 220", "EHLO me -> 250", "MAIL a@b -> 250", "RCPT c@d -> 250", "DATA 0 LAST ->", "EOD -> [cut]"},
		},
		"refused": {
			rules: func(sink *smtpsink.Sink) { sink.On("CONNECT").Reply(554, "5.3.2", "no service") },
			send:  "EHLO me/QUIT",
			want:  []string{"CONNECT -> 554 5.3.2 no service", "EHLO me -> 503", "QUIT -> 221"},
		},
		"stalled": {
			rules: func(sink *smtpsink.Sink) { sink.On("MAIL").Stall() },
			send:  "EHLO me/MAIL FROM:<a@b>",
			want:  []string{"CONNECT -> 220", "EHLO me -> 250", "MAIL a@b -> [running]"},
		},
		"no line": {
			send: "EHLO me/NOOP " + strings.Repeat("x", 70_000),
			want: []string{"CONNECT -> 220", "EHLO me -> 250", "-> 500 5.5.6"},
		},
		"too much": {
			opts: []smtpsink.Option{smtpsink.MaxSize(10)},
			send: "EHLO me/MAIL FROM:<a@b>/RCPT TO:<c@d>/DATA/Subject: x\r\n\r\nlong\r\n.",
			want: []string{"CONNECT -> 220", "EHLO me -> 250", "MAIL a@b -> 250", "RCPT c@d -> 250", "DATA -> 354", "EOD -> 552 5.3.4"},
		},
		"AUTH": {
			opts: []smtpsink.Option{smtpsink.WithAccount("ann", "secret")},
			send: "EHLO me/AUTH LOGIN/YW5u/c2VjcmV0/AUTH PLAIN AGFubgBzZWNyZXQ=",
			want: []string{"CONNECT -> 220", "EHLO me -> 250", "AUTH LOGIN -> 235 2.7.0", "AUTH PLAIN -> 503"},
		},
		"LMTP": {
			opts:  []smtpsink.Option{smtpsink.LMTP()},
			rules: func(sink *smtpsink.Sink) { sink.On("EOD e@f").Reply(452, "4.2.2", "full") },
			send:  "LHLO me/MAIL FROM:<a@b>/RCPT TO:<c@d>/RCPT TO:<e@f>/DATA/.",
			want: []string{
				"CONNECT -> 220 localhost LMTP", "EHLO me -> 250", "MAIL a@b -> 250", "RCPT c@d -> 250", "RCPT e@f -> 250", "DATA -> 354",
				"EOD c@d -> 250 2.0.0 <c@d>", "EOD e@f -> 452 4.2.2 <e@f> full",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := smtpsink.Start(t, append(test.opts, smtpsink.InMemory())...)
				if test.rules != nil {
					test.rules(sink)
				}
				p := dialPeer(t, sink)
				for line := range strings.SplitSeq(test.send, "/") {
					synctest.Wait() // so that what is sent is sent by itself
					time.Sleep(time.Millisecond)
					fmt.Fprint(p.nc, strings.ReplaceAll(line, "|", "\r\n")+"\r\n")
				}
				synctest.Wait()
				checkJournal(t, sink.Commands(), test.want)
			})
		})
	}
}

func checkJournal(t *testing.T, got []smtpsink.Command, want []string) {
	t.Helper()
	last := smtpsink.Command{}
	for i, cmd := range got {
		if i >= len(want) || !strings.HasPrefix(shownStep(cmd), want[i]) {
			t.Errorf("step %d: got %.80q, want %q", i, shownStep(cmd), want[min(i, len(want)-1)])
		}
		if cmd.Seq <= last.Seq || cmd.Start.Before(last.Start) || !cmd.Running() && cmd.End.Before(cmd.Start) {
			t.Errorf("step %d: number %d after %d, from %v to %v", i, cmd.Seq, last.Seq, cmd.Start, cmd.End)
		}
		last = cmd
	}
	if len(got) < len(want) {
		t.Errorf("got %d steps, want %q too", len(got), want[len(got):])
	}
}

// TestJournalOfTheGone: a step whose client has hung up has ended without a reply, and so has
// one that ran when the sink was closed.
func TestJournalOfTheGone(t *testing.T) {
	sink := smtpsink.Start(t)
	c, err := smtp.Dial(sink.Addr())
	if err != nil {
		t.Fatal(err)
	}
	sink.On("NOOP").Stall()
	if err := c.Hello("me"); err != nil {
		t.Fatal(err)
	}
	go func() { _ = c.Noop() }()
	for len(sink.Commands()) < 3 {
		time.Sleep(time.Millisecond)
	}
	c.Close()
	sink.Close()
	steps := sink.Commands()
	if i := slices.IndexFunc(steps, func(cmd smtpsink.Command) bool { return cmd.Stage == "NOOP" }); i < 0 || shownStep(steps[i]) != "NOOP -> [cut]" {
		t.Errorf("got %v", steps)
	}
}
