package imaptest_test

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"pgregory.net/rapid"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/portion"
)

// The law of the recording: nothing is recorded as sent that the client cannot have
// got, and nothing that it has got is left out, by the transcript, the log and the
// journal. In memory a client that reads to the end has got what was recorded, to the
// byte. Through TLS and COMPRESS it may have got a part of the last write besides. TCP
// loses what it has taken when a connection is reset, so that a client may have less than
// the record. And one that hangs up leaves unread what it has got.

// sentMail has literals that are shown whole, shown in part, and written in many pieces.
func sentMail() fstest.MapFS {
	mail := fstest.MapFS{}
	for name, size := range map[string]int{"1": 10, "2": 300, "3": 200_000} {
		mail["INBOX/"+name+".eml"] = &fstest.MapFile{Data: []byte("Subject:x\r\n\r\n" + strings.Repeat("0123456789", size/10))}
	}
	return mail
}

var (
	lineHead  = regexp.MustCompile(`(?m)^ *(?:\d+\.\d{6} )?1 ([CS]): `)
	moreBytes = regexp.MustCompile(`\[…(\d+)morebytes\]`)
)

// sentLines is what a record says was sent, without white space.
func sentLines(record string) string {
	var sb strings.Builder
	heads := lineHead.FindAllStringSubmatchIndex(record, -1)
	for i, head := range heads {
		end := len(record)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		if record[head[2]:head[3]] == "S" {
			sb.WriteString(record[head[1]:end])
		}
	}
	return withoutSpace(sb.String())
}

func withoutSpace(text string) string { return strings.Join(strings.Fields(text), "") }

// compareSent compares what a client got with what was recorded, both without white
// space. more is what one has beyond the other; ok is false where they differ.
func compareSent(got, recorded string) (moreGot, moreRecorded int, ok bool) {
	for recorded != "" {
		if cut := moreBytes.FindStringSubmatchIndex(recorded); cut != nil && cut[0] == 0 {
			n, _ := strconv.Atoi(recorded[cut[2]:cut[3]])
			if n > len(got) {
				return 0, n - len(got), true
			}
			got, recorded = got[n:], recorded[cut[1]:]
			continue
		}
		if got == "" {
			return 0, len(recorded), true
		}
		if got[0] != recorded[0] {
			return len(got), len(recorded), false
		}
		got, recorded = got[1:], recorded[1:]
	}
	return len(got), 0, true
}

// sentFaults are what a rule does at one of the commands.
var sentFaults = map[string]func(r *imaptest.Rule, n int){
	"none":            func(r *imaptest.Rule, _ int) { r.Before(func(*imaptest.Command) {}) },
	"Drop":            func(r *imaptest.Rule, _ int) { r.Drop() },
	"Reset":           func(r *imaptest.Rule, _ int) { r.Reset() },
	"Bye":             func(r *imaptest.Rule, _ int) { r.Bye("later") },
	"No":              func(r *imaptest.Rule, _ int) { r.No("later") },
	"Reply":           func(r *imaptest.Rule, _ int) { r.Reply("* OK half", "{tag} OK done") },
	"CutAfter":        func(r *imaptest.Rule, n int) { r.CutAfter(n) },
	"DropBeforeReply": func(r *imaptest.Rule, _ int) { r.DropBeforeReply() },
	"Dribble":         func(r *imaptest.Rule, n int) { r.Dribble(n+1, 0) },
	"Bandwidth":       func(r *imaptest.Rule, n int) { r.Bandwidth(10_000_000 + n) },
	"OmitLines":       func(r *imaptest.Rule, _ int) { r.OmitLines("FLAGS") },
}

// sentEnds are what somebody does while the commands run.
var sentEnds = map[string]func(srv *imaptest.Server, nc net.Conn){
	"nothing":   func(*imaptest.Server, net.Conn) {},
	"DropConns": func(srv *imaptest.Server, _ net.Conn) { srv.DropConns() },
	"Shutdown":  func(srv *imaptest.Server, _ net.Conn) { srv.Shutdown("going down") },
	"Close":     func(srv *imaptest.Server, _ net.Conn) { srv.Close() },
	"hang up":   func(_ *imaptest.Server, nc net.Conn) { nc.Close() },
}

func TestTranscriptIsWhatWasSent(t *testing.T) {
	portion.Checks(t, 30)
	for _, kind := range []string{"memory", "TLS in memory", "COMPRESS", "TCP", "TLS"} {
		t.Run(kind, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { checkSent(rt, kind) })
		})
	}
}

func checkSent(t *rapid.T, kind string) {
	var log bytes.Buffer
	srv, err := imaptest.New(imaptest.WithMail(sentMail()), imaptest.WithLog(&log), imaptest.WithTranscriptLimit(4<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	c := dialSent(t, srv, kind)
	defer c.raw.Close()
	fault := rapid.SampledFrom(slices.Sorted(maps.Keys(sentFaults))).Draw(t, "fault")
	end := rapid.SampledFrom(slices.Sorted(maps.Keys(sentEnds))).Draw(t, "end")
	sentFaults[fault](srv.On("*").Nth(rapid.IntRange(1, 8).Draw(t, "at")).Optional(), rapid.IntRange(0, 300).Draw(t, "bytes"))
	ask := ""
	for i, command := range rapid.SliceOfN(rapid.SampledFrom([]string{"NOOP", "FETCH 1:* FLAGS", "FETCH 1:2 BODY.PEEK[]", "FETCH 3 BODY.PEEK[]", "SEARCH ALL"}), 1, 10).Draw(t, "commands") {
		ask += fmt.Sprintf("t%d %s\r\n", i, command)
	}
	done := make(chan struct{})
	go func() { // slowly, so that something is under way
		defer close(done)
		io.Copy(&c.got, c.r)
	}()
	io.WriteString(c.w, ask)
	c.flush()
	time.Sleep(time.Duration(rapid.IntRange(0, 2000).Draw(t, "µs")) * time.Microsecond)
	sentEnds[end](srv, c.raw)
	if end == "nothing" {
		io.WriteString(c.w, "bye LOGOUT\r\n")
		c.flush()
	}
	if end == "DropConns" && kind == "memory" { // when it has returned, the record is final
		checkRecords(t, srv.Transcript(), srv.Transcript())
		<-done
		c.check(t, kind, fault, end, srv)
	}
	select {
	case <-done:
	case <-time.After(20 * time.Millisecond): // a rule may have answered the LOGOUT
		srv.DropConns()
		<-done
	}
	srv.Close()
	checkRecords(t, srv.Transcript(), log.String())
	c.check(t, kind, fault, end, srv)
}

func checkRecords(t *rapid.T, transcript, log string) {
	if a, b := sentLines(transcript), sentLines(log); a != b {
		t.Fatalf("the log says\n%s\nthe transcript\n%s", log, transcript)
	}
}

// sentClient reads all that comes.
type sentClient struct {
	raw   net.Conn
	r     io.Reader
	w     io.Writer
	flush func()
	got   bytes.Buffer
}

func dialSent(t *rapid.T, srv *imaptest.Server, kind string) *sentClient {
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := &sentClient{flush: func() {}}
	var err error
	switch kind {
	case "TCP":
		c.raw, err = net.Dial("tcp", srv.Addr())
	case "TLS":
		c.raw, err = tls.Dial("tcp", srv.TLSAddr(), srv.ClientTLSConfig())
	default:
		c.raw, err = srv.Dial(context.Background())
	}
	must(err)
	c.r, c.w = c.raw, c.raw
	c.readTo(t, "* OK")
	if kind == "TLS in memory" {
		c.ask(t, "s STARTTLS", "s OK")
		tc := tls.Client(c.raw, srv.ClientTLSConfig())
		must(tc.Handshake())
		c.r, c.w = tc, tc
	}
	c.ask(t, "l LOGIN user password", "l OK")
	if kind == "COMPRESS" {
		c.ask(t, "c COMPRESS DEFLATE", "c OK")
		w, err := flate.NewWriter(c.raw, flate.BestSpeed)
		must(err)
		c.r, c.w, c.flush = flate.NewReader(c.raw), w, func() { w.Flush() }
	}
	c.ask(t, "i SELECT INBOX", "i OK")
	return c
}

func (c *sentClient) ask(t *rapid.T, line, until string) {
	io.WriteString(c.w, line+"\r\n")
	c.flush()
	c.readTo(t, until)
}

// readTo reads up to the line that begins with until. It takes no byte too many.
func (c *sentClient) readTo(t *rapid.T, until string) {
	var line []byte
	one := make([]byte, 1)
	for {
		if _, err := c.r.Read(one); err != nil {
			t.Fatalf("waiting for %s: %v", until, err)
		}
		c.got.Write(one)
		if line = append(line, one...); one[0] == '\n' {
			if bytes.HasPrefix(line, []byte(until)) {
				return
			}
			line = nil
		}
	}
}

// check holds the record to what the client has got.
func (c *sentClient) check(t *rapid.T, kind, fault, end string, srv *imaptest.Server) {
	got := withoutSpace(c.got.String())
	moreGot, moreRecorded, ok := compareSent(got, sentLines(srv.Transcript()))
	half := kind == "TLS in memory" || kind == "COMPRESS" || kind == "TLS"
	loses := end == "hang up" || kind == "TCP" || kind == "TLS"
	if !ok || moreGot > 0 && !half || moreRecorded > 0 && !loses {
		t.Fatalf("%s, %s, %s: the client has %d bytes more, the record %d; they agree: %v\ngot  …%.300q\n%.3000s", kind, fault, end,
			moreGot, moreRecorded, ok, c.got.String()[max(0, c.got.Len()-300):], srv.Transcript())
	}
	if loses || half {
		return
	}
	text := "\r\n" + c.got.String()
	for _, cmd := range srv.Commands() {
		answered := strings.Contains(text, "\r\n"+cmd.Tag+" "+cmd.Result()+"\r\n")
		if (cmd.Status != "" && cmd.Status != "BYE") != answered && fault != "Reply" {
			t.Fatalf("%s, %s: the journal says %q of %s, and the client got …%.300q", fault, end, cmd.Result(), cmd.Tag, text[max(0, len(text)-300):])
		}
	}
}

// What was pipelined before a command that a rule stops has been answered, and recorded,
// by then; what is behind has not.
func TestAnswersBeforeARule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, verb := range map[string]func(r *imaptest.Rule) *imaptest.Rule{
			"Drop": (*imaptest.Rule).Drop, "Reset": (*imaptest.Rule).Reset, "Stall": (*imaptest.Rule).Stall, "HalfOpen": (*imaptest.Rule).HalfOpen,
			"Delay": func(r *imaptest.Rule) *imaptest.Rule { return r.Delay(time.Hour) }, "DropBeforeReply": (*imaptest.Rule).DropBeforeReply,
		} {
			srv := imaptest.Start(t, imaptest.InMemory())
			verb(srv.On("SELECT"))
			c := dialRaw(t, srv)
			c.send("a NOOP\r\nb SELECT INBOX\r\nc NOOP")
			synctest.Wait()
			if got := c.line(); got != "a OK NOOP completed" {
				t.Errorf("%s: got %q", name, got)
			}
			text := srv.Transcript()
			if !strings.Contains(text, "S: a OK NOOP") || !strings.Contains(text, "C: b SELECT INBOX") || strings.Contains(text, "S: * ") && strings.Contains(text, "EXISTS") || strings.Contains(text, "S: b ") {
				t.Errorf("%s:\n%s", name, text)
			}
			for _, cmd := range srv.Commands()[1:] {
				if want := map[string]imap.StatusResponseType{"a": "OK"}[cmd.Tag]; cmd.Status != want {
					t.Errorf("%s: %s is %q, want %q", name, cmd.Tag, cmd.Status, want)
				}
			}
			srv.DropConns()
		}
	})
}
