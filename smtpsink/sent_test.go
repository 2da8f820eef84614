package smtpsink_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/internal/portion"
	"github.com/go-mailtest/mailtest/smtpsink"
)

// The law of the recording, as it is IMAP's: nothing is recorded as sent that the client
// cannot have got, and nothing that it has got is left out, by the transcript and by the
// log. In memory a client that reads to the end has got what was recorded, to the byte.
// Through TLS it may have got a part of the last write besides. TCP loses what it has
// taken when a connection is reset, so that a client may have less than the record. And
// one that hangs up leaves unread what it has got.

var serverLine = regexp.MustCompile(`(?m)^(?:smtp )?1 S: ?(.*)$`)

// sentText is what a record says was sent, without white space.
func sentText(record string) string {
	var sb strings.Builder
	for _, line := range serverLine.FindAllStringSubmatch(record, -1) {
		sb.WriteString(line[1])
	}
	return withoutSpace(sb.String())
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

// sentFaults are what a rule does at one of the steps.
var sentFaults = map[string]func(r *smtpsink.Rule, n int){
	"none":            func(r *smtpsink.Rule, _ int) { r.Delay(0) },
	"Drop":            func(r *smtpsink.Rule, _ int) { r.Drop() },
	"Reset":           func(r *smtpsink.Rule, _ int) { r.Reset() },
	"Reply 421":       func(r *smtpsink.Rule, _ int) { r.Reply(421, "4.3.2", "later") },
	"Reply 450":       func(r *smtpsink.Rule, _ int) { r.Reply(450, "4.2.1", "later") },
	"CutAfter":        func(r *smtpsink.Rule, n int) { r.CutAfter(n) },
	"DropBeforeReply": func(r *smtpsink.Rule, _ int) { r.DropBeforeReply() },
	"Dribble":         func(r *smtpsink.Rule, n int) { r.Dribble(n/10+1, 0) },
}

// sentEnds are what somebody does while the commands run.
var sentEnds = map[string]func(sink *smtpsink.Sink, nc net.Conn){
	"QUIT":    func(*smtpsink.Sink, net.Conn) {},
	"Close":   func(sink *smtpsink.Sink, _ net.Conn) { sink.Close() },
	"hang up": func(_ *smtpsink.Sink, nc net.Conn) { nc.Close() },
}

// sentGroups are what a client says; it waits for no answer.
var sentGroups = []string{
	"NOOP\r\n", "RSET\r\n", "FOO\r\n", "VRFY x\r\n", "EHLO again\r\n",
	"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n" + strings.Repeat("RCPT TO:<c@example.com>\r\n", 20) + "RSET\r\n",
	"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 3\r\nx\r\nBDAT 0 LAST\r\n",
}

func TestTranscriptIsWhatWasSent(t *testing.T) {
	portion.Checks(t, 30)
	for _, kind := range []string{"memory", "STARTTLS", "TCP", "TLS"} {
		t.Run(kind, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { checkSent(rt, kind) })
		})
	}
}

func checkSent(t *rapid.T, kind string) {
	var log bytes.Buffer
	sink, err := smtpsink.New(smtpsink.WithLog(&log), smtpsink.StartTLS())
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	raw, rw, got := dialSent(t, sink, kind)
	defer raw.Close()
	fault := rapid.SampledFrom(slices.Sorted(maps.Keys(sentFaults))).Draw(t, "fault")
	end := rapid.SampledFrom(slices.Sorted(maps.Keys(sentEnds))).Draw(t, "end")
	stage := rapid.SampledFrom([]string{"*", "EHLO", "MAIL", "RCPT", "EOD", "NOOP"}).Draw(t, "stage")
	sentFaults[fault](sink.On(stage).Nth(rapid.IntRange(1, 8).Draw(t, "at")).Optional(), rapid.IntRange(0, 300).Draw(t, "bytes"))
	ask := strings.Join(rapid.SliceOfN(rapid.SampledFrom(sentGroups), 1, 10).Draw(t, "groups"), "")
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(got, rw)
	}()
	io.WriteString(rw, ask)
	time.Sleep(time.Duration(rapid.IntRange(0, 2000).Draw(t, "µs")) * time.Microsecond)
	sentEnds[end](sink, raw)
	if end == "QUIT" {
		io.WriteString(rw, "QUIT\r\n")
	}
	select {
	case <-done:
	case <-time.After(20 * time.Millisecond): // a rule may have answered the QUIT
	}
	sink.Close()
	<-done
	recorded, logged := sentText(sink.Transcript()), sentText(log.String())
	if recorded != logged {
		t.Fatalf("the log says\n%s\nthe transcript\n%s", log.String(), sink.Transcript())
	}
	text := withoutSpace(got.String())
	more := strings.HasPrefix(text, recorded) && (kind == "STARTTLS" || kind == "TLS")
	fewer := strings.HasPrefix(recorded, text) && (end == "hang up" || kind == "TCP" || kind == "TLS")
	if text != recorded && !more && !fewer {
		t.Fatalf("%s, %s: got\n%s\nrecorded\n%s", fault, end, got, sink.Transcript())
	}
}

// dialSent opens a session, and gives what has been read of it so far.
func dialSent(t *rapid.T, sink *smtpsink.Sink, kind string) (raw net.Conn, rw io.ReadWriter, got *bytes.Buffer) {
	var err error
	switch kind {
	case "TCP":
		raw, err = net.Dial("tcp", sink.Addr())
	case "TLS":
		raw, err = tls.Dial("tcp", sink.TLSAddr(), sink.ClientTLSConfig())
	default:
		raw, err = sink.Dial(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	rw, got = raw, &bytes.Buffer{}
	readReply(t, rw, got)
	io.WriteString(rw, "EHLO me\r\n")
	readReply(t, rw, got)
	if kind == "STARTTLS" {
		io.WriteString(rw, "STARTTLS\r\n")
		readReply(t, rw, got)
		tc := tls.Client(raw, sink.ClientTLSConfig())
		if err := tc.Handshake(); err != nil {
			t.Fatal(err)
		}
		rw = tc
		io.WriteString(rw, "EHLO me\r\n")
		readReply(t, rw, got)
	}
	return raw, rw, got
}

// readReply reads a reply, and no byte more.
func readReply(t *rapid.T, r io.Reader, got *bytes.Buffer) {
	line, one := "", make([]byte, 1)
	for len(line) < 4 || line[3] != ' ' || one[0] != '\n' {
		if one[0] == '\n' {
			line = ""
		}
		if _, err := r.Read(one); err != nil {
			t.Fatalf("%v behind %q", err, got)
		}
		line += string(one)
		got.Write(one)
	}
}
