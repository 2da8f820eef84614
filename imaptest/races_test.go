package imaptest_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// rawConn speaks IMAP by hand.
type rawConn struct {
	t  *testing.T
	nc net.Conn
	r  *bufio.Reader
}

// dialRaw connects in memory and logs in.
func dialRaw(t *testing.T, srv *imaptest.Server) *rawConn {
	t.Helper()
	return dialRawAs(t, srv, "user password")
}

// dialRawAs is dialRaw with the arguments of LOGIN.
func dialRawAs(t *testing.T, srv *imaptest.Server, login string) *rawConn {
	t.Helper()
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &rawConn{t, nc, bufio.NewReader(nc)}
	c.line()
	c.cmd("login", "LOGIN %s", login)
	return c
}

func (c *rawConn) send(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.nc, format+"\r\n", args...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *rawConn) line() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// cmd sends a command and returns its untagged lines; it must answer OK.
func (c *rawConn) cmd(tag, format string, args ...any) []string {
	c.t.Helper()
	c.send(tag+" "+format, args...)
	var out []string
	for {
		line := c.line()
		if rest, ok := strings.CutPrefix(line, tag+" "); ok {
			if !strings.HasPrefix(rest, "OK") {
				c.t.Fatalf("%s: got %s", fmt.Sprintf(format, args...), line)
			}
			return out
		}
		out = append(out, line)
	}
}

// A delivery just after "+ idling" is pushed: no wake-up is lost (RFC 2177).
func TestIdleLosesNoWakeUp(t *testing.T) {
	const tries = 10000
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("a", "SELECT INBOX")
	raw := []byte("Subject: x\r\n\r\n")
	idling := make(chan struct{})
	defer close(idling)
	go func() {
		inbox := srv.Store().Users()[0].Inbox()
		for range idling {
			if _, err := inbox.Append(raw); err != nil {
				t.Error(err)
			}
		}
	}()
	for i := range tries {
		c.nc.SetReadDeadline(time.Now().Add(time.Minute))
		c.send("b IDLE")
		if got := c.line(); !strings.HasPrefix(got, "+ ") {
			t.Fatalf("got %s, want a continuation", got)
		}
		idling <- struct{}{}
		for _, want := range []string{fmt.Sprintf("* %d EXISTS", i+1), fmt.Sprintf("* %d RECENT", i+1)} {
			if got := c.line(); got != want {
				t.Fatalf("try %d: got %s, want %s", i, got, want)
			}
		}
		c.send("DONE")
		if got := c.line(); !strings.HasPrefix(got, "b OK") {
			t.Fatalf("got %s", got)
		}
	}
}

// COPY from A to B against COPY from B to A, and MOVE both ways, never wait
// for each other for ever.
func TestCopyBothWaysDoesNotDeadlock(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	a, b := srv.Mailbox("Archive"), srv.Mailbox("Trash")
	for range 10 {
		a.Deliver(t, []byte("Subject: a\r\n\r\n"))
		b.Deliver(t, []byte("Subject: b\r\n\r\n"))
	}
	var wg sync.WaitGroup
	for i := range 4 {
		from, to, verb := "Archive", "Trash", "COPY"
		if i%2 == 1 {
			from, to = to, from
		}
		if i >= 2 {
			verb = "MOVE"
		}
		c := dialRaw(t, srv)
		wg.Go(func() {
			c.nc.SetDeadline(time.Now().Add(time.Minute))
			for range 200 {
				c.cmd("s", "SELECT %s", from)
				c.cmd("c", "UID %s 1:* %s", verb, to)
				c.cmd("x", "UID STORE 100:* +FLAGS.SILENT (\\Deleted)")
				c.cmd("e", "EXPUNGE")
			}
		})
	}
	wg.Wait()
}

// A client that stops reading in the middle of a large FETCH holds up nobody.
func TestStalledReaderHoldsUpNobody(t *testing.T) {
	for _, network := range []string{"memory", "tcp"} {
		t.Run(network, func(t *testing.T) {
			srv := imaptest.Start(t)
			raw := append([]byte("Subject: big\r\n\r\n"), bytes.Repeat([]byte("0123456789\r\n"), 200_000)...)
			for range 20 {
				srv.Inbox().Deliver(t, raw)
			}
			stalled := dialStalled(t, srv, network)
			defer stalled.Close()
			srv.Inbox().AssertCount(t, 20)

			other := dialRaw(t, srv)
			other.nc.SetDeadline(time.Now().Add(time.Minute))
			other.cmd("a", "SELECT INBOX")
			other.cmd("b", "STORE 1:* +FLAGS.SILENT (\\Deleted)")
			other.cmd("c", "MOVE 1:5 Archive")
			other.cmd("d", "EXPUNGE")
			srv.Inbox().Deliver(t, []byte("Subject: new\r\n\r\n"))
			if got := other.cmd("e", "NOOP"); len(got) == 0 || got[0] != "* 1 EXISTS" {
				t.Errorf("got %v, want * 1 EXISTS", got)
			}
		})
	}
}

// dialStalled asks for everything and reads none of it.
func dialStalled(t *testing.T, srv *imaptest.Server, network string) net.Conn {
	t.Helper()
	var nc net.Conn
	var err error
	if network == "tcp" {
		nc, err = net.Dial("tcp", srv.Addr())
	} else {
		nc, err = srv.Dial(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(nc, "a LOGIN user password\r\nb SELECT INBOX\r\nc FETCH 1:* BODY[]\r\n")
	// Reading the first response proves that the FETCH is under way.
	r := bufio.NewReader(nc)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "FETCH (BODY[]") {
			return nc
		}
	}
}

// MOVE of k messages tells each session exactly k EXPUNGEs, whose numbers
// take it from its list of messages to the new one (RFC 6851, section 3.3;
// RFC 9051, section 7.5.1).
func TestMoveTellsEachSessionOnce(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	for i := range 50 {
		srv.Inbox().Deliver(t, fmt.Appendf(nil, "Subject: %d\r\n\r\n", i))
	}
	var sessions []*rawConn
	for range 4 {
		c := dialRaw(t, srv)
		c.cmd("s", "SELECT INBOX")
		sessions = append(sessions, c)
	}
	moved := []imap.UID{2, 3, 5, 8, 13, 21, 34}
	lines := sessions[0].cmd("m", "UID MOVE %s Archive", imap.UIDSetNum(moved...))
	for i, c := range sessions {
		if i > 0 {
			lines = c.cmd("n", "NOOP")
		}
		uids := make([]imap.UID, 50)
		for n := range uids {
			uids[n] = imap.UID(n + 1)
		}
		expunges := 0
		for _, line := range lines {
			var seq int
			if n, _ := fmt.Sscanf(line, "* %d EXPUNGE", &seq); n == 1 && strings.HasSuffix(line, "EXPUNGE") {
				expunges++
				uids = append(uids[:seq-1], uids[seq:]...)
			}
		}
		if expunges != len(moved) {
			t.Errorf("session %d: %d EXPUNGEs, want %d", i, expunges, len(moved))
		}
		for n, m := range srv.Inbox().Messages() {
			if uids[n] != m.UID {
				t.Fatalf("session %d: message %d is UID %d to the client, want %d", i, n+1, uids[n], m.UID)
			}
		}
		if again := c.cmd("n", "NOOP"); len(again) > 0 {
			t.Errorf("session %d: told again: %v", i, again)
		}
	}
	srv.Mailbox("Archive").AssertCount(t, len(moved))
}

// Nothing is lost when many sessions work on one mailbox: what each client
// has been told agrees with the store at the end.
func TestManySessionsAgree(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	for range 20 {
		srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	}
	var wg sync.WaitGroup
	for n := range 4 {
		c := dialRaw(t, srv)
		wg.Go(func() { work(c, n) })
	}
	wg.Wait()
}

// work changes the mailbox and follows what the server says of it.
func work(c *rawConn, n int) {
	c.nc.SetDeadline(time.Now().Add(time.Minute))
	exists := 0
	follow := func(lines []string) {
		for _, line := range lines {
			var num int
			var word string
			if k, _ := fmt.Sscanf(line, "* %d %s", &num, &word); k != 2 {
				continue
			}
			switch word {
			case "EXISTS":
				if num < exists {
					c.t.Errorf("EXISTS went from %d to %d without EXPUNGE", exists, num)
				}
				exists = num
			case "EXPUNGE":
				if num < 1 || num > exists {
					c.t.Errorf("EXPUNGE %d of %d", num, exists)
				}
				exists--
			case "FETCH":
				if num < 1 || num > exists {
					c.t.Errorf("FETCH %d of %d", num, exists)
				}
			}
		}
	}
	follow(c.cmd("s", "SELECT INBOX"))
	for i := range 100 {
		switch (i + n) % 4 {
		case 0:
			follow(c.cmd("a", "APPEND INBOX {6+}\r\na: b\r\n"))
		case 1:
			follow(c.cmd("b", "UID STORE %d:%d +FLAGS (\\Deleted)", i+1, i+2))
		case 2:
			follow(c.cmd("c", "EXPUNGE"))
		case 3:
			follow(c.cmd("d", "NOOP"))
		}
	}
	follow(c.cmd("n", "NOOP"))
	if got := c.cmd("u", "UID SEARCH ALL"); len(got) == 0 {
		c.t.Error("no SEARCH response")
	}
}
