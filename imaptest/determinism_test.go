package imaptest_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// The same test gives the same transcript every time, connection by connection,
// to the byte and the microsecond; CI runs it a thousand times under the race
// detector. Which of two connections is first in one instant is left open.
func TestFaultsAreDeterministic(t *testing.T) {
	var want string
	for run := range 2 {
		synctest.Test(t, func(t *testing.T) {
			got := faultyHour(t)
			if run == 0 {
				want = got
			}
			if got != want {
				t.Errorf("the second run differs:\n%s\nfrom the first:\n%s", got, want)
			}
		})
	}
	for _, part := range []string{
		"3600.000000 3 S: * BYE [UNAVAILABLE] going down",
		" 2.000000 1 S: a2 NO [INUSE] later",
		" 4.000000 1 S: ] {16}",
		" 8.000000 3 S: * 3 FETCH (FLAGS (\\Answered))",
	} {
		if !strings.Contains(want, strings.TrimSpace(part)) {
			t.Errorf("no %q in\n%s", part, want)
		}
	}
}

// faultyHour is an hour with something of everything: three clients, faults,
// holds, a slow line.
func faultyHour(t *testing.T) string {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	srv.On("UID STORE").Nth(2).No("[INUSE] later")
	srv.On("UID STORE").Delay(time.Second)
	srv.On("UID FETCH").Dribble(11, time.Second)
	srv.OnConnect().Nth(2).Drop()
	hold := srv.Hold("UID MOVE")
	c := dialRaw(t, srv)
	c.cmd("s", "SELECT INBOX")
	c.cmd("a1", "UID STORE 1 +FLAGS (\\Seen)")
	c.send("a2 UID STORE 1 +FLAGS (\\Flagged)")
	c.line()
	c.cmd("a3", "UID FETCH 1 BODY[]")
	if _, err := srv.Dial(t.Context()); err != nil { // which is dropped
		t.Fatal(err)
	}
	synctest.Wait()
	idle := dialRaw(t, srv)
	idle.cmd("s", "SELECT INBOX")
	idle.send("i IDLE")
	idle.line()
	c.send("a4 UID MOVE 2 Archive")
	<-hold.Reached()
	srv.Inbox().AddFlags(t, 3, imap.FlagAnswered)
	if got := idle.line(); !strings.HasPrefix(got, "* 3 FETCH") {
		t.Errorf("got %s", got)
	}
	hold.Release()
	for !strings.HasPrefix(c.line(), "a4 OK") {
	}
	idle.line()
	time.Sleep(time.Hour - time.Since(bubbleStart()))
	srv.Shutdown("going down")
	srv.WaitConns(t, 0)
	return byConnection(srv.Transcript())
}

// byConnection puts the lines of one connection together.
func byConnection(transcript string) string {
	lines := make(map[string]string)
	conn := ""
	for line := range strings.Lines(transcript) {
		if m := startOfLine.FindStringSubmatch(line); m != nil {
			conn = m[1]
		}
		lines[conn] += line
	}
	var out string
	for _, conn := range slices.Sorted(maps.Keys(lines)) {
		out += lines[conn]
	}
	return out
}

var startOfLine = regexp.MustCompile(`^ *\d+\.\d{6} (\d+) [CS]: `)

// bubbleStart is when every bubble begins.
func bubbleStart() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// A poller that runs once an hour for a day takes milliseconds. It asks what is
// YOUNGER than its last run (RFC 5032), in virtual time too.
func TestPollerOfADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		for hour := range 24 {
			if hour%6 == 5 {
				srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
			}
			time.Sleep(time.Hour)
			c.cmd("s", "SELECT INBOX")
			got := fmt.Sprint(c.cmd("a", "UID SEARCH YOUNGER 3600"))
			want := "[* SEARCH]"
			if hour%6 == 5 {
				want = fmt.Sprintf("[* SEARCH %d]", hour/6+1)
			}
			if got != want {
				t.Errorf("hour %d: got %s, want %s", hour, got, want)
			}
		}
		// Of four messages, which came every six hours, two are OLDER than twelve.
		if got := fmt.Sprint(c.cmd("o", "UID SEARCH OLDER 43200")); got != "[* SEARCH 1 2]" {
			t.Errorf("got %s", got)
		}
		if n := srv.CommandCount("UID SEARCH"); n != 25 {
			t.Errorf("%d searches in a day, want 24 and one", n)
		}
	})
}
