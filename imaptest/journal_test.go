package imaptest_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Every command is in the journal, with what came of it.
func TestJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
		begin := time.Now()
		c := dialRaw(t, srv)
		c.cmd("a1", "SELECT INBOX")
		c.cmd("a2", "UID COPY 2 Archive")
		c.send("a3 SELECT Nowhere")
		c.line()
		c.line()
		c.send("a4 FROB")
		c.line()
		c.send("nonsense")
		c.line()
		c.cmd("a5", "APPEND INBOX {9+}\r\nSubject: ")
		c.send("a6 IDLE")
		c.line()
		srv.Mailbox("INBOX")
		idle := srv.Commands()
		time.Sleep(time.Minute)
		c.send("DONE")
		c.line()
		c.cmd("a7", "LOGOUT")

		got := srv.Commands()
		want := []struct{ conn, line, mailbox, result string }{
			{"user", "LOGIN user ***", "", "OK [CAPABILITY"},
			{"user", "SELECT INBOX", "", "OK [READ-WRITE] SELECT completed"},
			{"user", "UID COPY 2 Archive", "INBOX", "OK [COPYUID 6 2 1] UID COPY completed"},
			{"user", "SELECT Nowhere", "INBOX", "NO [NONEXISTENT] no such mailbox"},
			{"user", "FROB", "", `BAD unknown command "FROB"`},
			{"user", "", "", "BAD expected a space"},
			{"user", "APPEND INBOX {9+}\r\nSubject: ", "", "OK [APPENDUID 1 4] APPEND completed"},
			{"user", "IDLE", "", "OK IDLE completed"},
			{"user", "LOGOUT", "", "OK LOGOUT completed"},
		}
		if len(got) != len(want) {
			t.Fatalf("got %d commands, want %d: %v", len(got), len(want), got)
		}
		for i, w := range want {
			cmd := got[i]
			if cmd.User != w.conn || cmd.String() != w.line || cmd.Mailbox != w.mailbox || !strings.HasPrefix(cmd.Result(), w.result) || cmd.Conn != 1 {
				t.Errorf("command %d: got %+v, want %+v", i, cmd, w)
			}
			if cmd.Start.Before(begin) || cmd.End.Before(cmd.Start) || cmd.Running() {
				t.Errorf("command %d: from %v to %v", i, cmd.Start, cmd.End)
			}
		}
		if cmd := got[2]; cmd.Status != imap.StatusResponseTypeOK || cmd.Code != "COPYUID 6 2 1" || cmd.Text != "UID COPY completed" || cmd.Tag != "a2" {
			t.Errorf("got %+v", cmd)
		}
		// "a2 UID COPY 2 Archive" and "a2 OK [COPYUID 6 2 1] UID COPY completed", each
		// with CRLF.
		if cmd := got[2]; cmd.BytesIn != 23 || cmd.BytesOut != 42 || cmd.Untagged != 0 {
			t.Errorf("got %d bytes in, %d out, %d untagged, want 23, 42, 0", cmd.BytesIn, cmd.BytesOut, cmd.Untagged)
		}
		if cmd := got[7]; cmd.End.Sub(cmd.Start) != time.Minute || cmd.BytesIn != int64(len("a6 IDLE\r\nDONE\r\n")) {
			t.Errorf("IDLE took %v and %d bytes, want a minute and 15", cmd.End.Sub(cmd.Start), cmd.BytesIn)
		}
		if running := idle[7]; !running.Running() || running.Result() != "" {
			t.Errorf("IDLE while it ran: got %+v", running)
		}
	})
}

// A command whose client hangs up has no result.
func TestJournalOfWhatNobodyHears(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	c.cmd("a1", "SELECT INBOX")
	c.send("a2 IDLE")
	c.line()
	c.nc.Close()
	srv.WaitConns(t, 0)
	cmd := srv.WaitCommand(t, "IDLE")
	if cmd.Running() || cmd.Status != "" {
		t.Errorf("got %+v, want it ended without a result", cmd)
	}
}

func TestCounts(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	d := dialRaw(t, srv)
	if got := srv.RoundTrips(); got != 4 { // two greetings, two logins
		t.Errorf("round trips: got %d, want 4", got)
	}
	c.cmd("a1", "NOOP")
	c.cmd("a2", "SELECT INBOX")
	if got := srv.RoundTrips(); got != 6 {
		t.Errorf("round trips: got %d, want 6", got)
	}
	// Pipelined commands in one write are one round trip.
	c.send("a3 NOOP\r\na4 NOOP\r\na5 UID SEARCH ALL")
	for range 4 {
		c.line()
	}
	if got := srv.RoundTrips(); got != 7 {
		t.Errorf("round trips: got %d, want 7", got)
	}
	// A synchronizing literal is one more: the client waits for "+".
	c.send("a6 APPEND INBOX {3}")
	c.line()
	c.send("abc")
	for c.line() != "* 1 RECENT" {
	}
	c.line()
	if got := srv.RoundTrips(); got != 9 {
		t.Errorf("round trips: got %d, want 9", got)
	}
	// IDLE is two, whatever it pushes.
	c.send("a7 IDLE")
	c.line()
	srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	c.line()
	c.line()
	c.send("DONE")
	c.line()
	if got := srv.RoundTrips(); got != 11 {
		t.Errorf("round trips: got %d, want 11", got)
	}
	if got := fmt.Sprint(srv.CommandCount("noop"), srv.CommandCount("UID SEARCH"), srv.CommandCount("EXPUNGE"), srv.CommandCount("*")); got != "3 1 0 9" {
		t.Errorf("counts: got %s, want 3 1 0 9", got)
	}
	if got := srv.CommandCounts()["LOGIN"]; got != 2 {
		t.Errorf("LOGIN: got %d, want 2", got)
	}
	d.cmd("b1", "LOGOUT")
	srv.WaitConns(t, 1)
	if srv.ConnsOpened() != 2 || srv.ConnsOpen() != 1 {
		t.Errorf("got %d opened, %d open, want 2 and 1", srv.ConnsOpened(), srv.ConnsOpen())
	}
}

// The checks pass where they should.
func TestAssertCommands(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
	srv.AssertCommands(t)
	srv.AssertNoCommand(t, "*")
	client := srv.Client(t)
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UIDSearch(&imap.SearchCriteria{}, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Move(imap.UIDSetNum(3), "Archive").Wait(); err != nil {
		t.Fatal(err)
	}
	srv.AssertCommands(t, "LOGIN user *", "…", "SELECT INBOX", "UID SEARCH *", "UID MOVE 3 Archive")
	srv.AssertCommands(t, "…", "UID SEARCH", "...")
	srv.AssertNoCommand(t, "EXPUNGE")
	srv.AssertNoCommand(t, "UID MOVE 4 *")
}

// No password and no token is in anything that is recorded, whatever the
// mechanism and however the command is written.
func TestSecretsAreMasked(t *testing.T) {
	const secret = "hunter2"
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	exchanges := map[string][]string{
		"LOGIN":          {"a LOGIN user hunter2"},
		"quoted":         {`a LOGIN "user" "hunter2"`},
		"lower case":     {"a login user hunter2"},
		"literal":        {"a LOGIN user {7}", "hunter2"},
		"non-sync":       {"a LOGIN {4+}\r\nuser {7+}\r\nhunter2"},
		"too many":       {"a LOGIN user hunter2 hunter2"},
		"too few":        {"a LOGIN hunter2"},
		"a bad string":   {`a LOGIN user "hunter2`},
		"two spaces":     {"a LOGIN user  hunter2"},
		"PLAIN":          {"a AUTHENTICATE PLAIN", b64("\x00user\x00hunter2")},
		"PLAIN initial":  {"a AUTHENTICATE PLAIN " + b64("\x00user\x00hunter2")},
		"bad base64":     {"a AUTHENTICATE PLAIN hunter2!"},
		"LOGIN SASL":     {"a AUTHENTICATE LOGIN", b64("user"), b64("hunter2")},
		"XOAUTH2":        {"a AUTHENTICATE XOAUTH2 " + b64("user=user\x01auth=Bearer hunter2\x01\x01")},
		"OAUTHBEARER":    {"a AUTHENTICATE OAUTHBEARER " + b64("n,a=user,\x01auth=Bearer hunter2\x01\x01")},
		"no mechanism":   {"a AUTHENTICATE FROB " + b64("hunter2")},
		"after response": {"a AUTHENTICATE PLAIN", "hunter2"},
		"no tag":         {"LOGIN user hunter2"},
		"a space more":   {"a  LOGIN user hunter2"},
		"a tab":          {"a\tLOGIN user hunter2"},
		"no space":       {"a LOGINuser hunter2"},
		"refused":        {"a AUTHENTICATE FROB", b64("hunter2")},
		"no name":        {"a AUTHENTICATE " + b64("hunter2")},
		"hung up":        {"a LOGIN user {700}", "hunter2"},
	}
	for name, lines := range exchanges {
		t.Run(name, func(t *testing.T) {
			var live bytes.Buffer
			srv, err := imaptest.New(imaptest.InMemory(), imaptest.WithUser("user", secret), imaptest.WithLog(&live))
			if err != nil {
				t.Fatal(err)
			}
			srv.Store().Users()[0].SetToken(secret, time.Time{})
			nc, err := srv.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 4096)
			nc.Read(buf)
			for _, line := range lines {
				fmt.Fprintf(nc, "%s\r\n", line)
				if name != "hung up" || line != "hunter2" {
					nc.Read(buf)
				}
			}
			nc.Close()
			srv.WaitConns(t, 0)
			srv.Close()
			all := srv.Transcript() + live.String() + fmt.Sprint(srv.Commands())
			for _, hidden := range []string{secret, b64("\x00user\x00hunter2"), b64(secret), strings.Trim(b64("Bearer hunter2"), "=")} {
				if strings.Contains(all, hidden) {
					t.Errorf("%q is in\n%s", hidden, all)
				}
			}
			if !strings.Contains(all, "C: "+strings.Fields(lines[0])[0]) {
				t.Errorf("nothing was recorded:\n%s", all)
			}
		})
	}
}

// SCRAM's messages are masked too, though they hold no password.
func TestTranscriptOfSCRAMAndTLS(t *testing.T) {
	srv := imaptest.Start(t)
	client, err := imapclient.DialStartTLS(srv.Addr(), &imapclient.Options{TLSConfig: srv.ClientTLSConfig()})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	text := srv.Transcript()
	for _, want := range []string{" 1 C: T1 STARTTLS\n", " 1 S: T1 OK begin TLS negotiation now\n", " LOGIN \"user\" ***\n"} {
		if !strings.Contains(strings.ReplaceAll(text, `LOGIN user`, `LOGIN "user"`), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Long literals are shown with their size and their beginning.
func TestTranscript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		c := dialRaw(t, srv)
		c.cmd("a1", "SELECT INBOX")
		time.Sleep(1500 * time.Millisecond)
		body := strings.Repeat("0123456789", 30)
		c.cmd("a2", "APPEND INBOX {302+}\r\n\r\n%s", body)
		c.send("a3 FETCH 1 (BODY[] UID)")
		for c.line() != "a3 OK FETCH completed" {
		}
		c.send("a4 FETCH 1 (BODY[1]<0.5> BODY[]<0.7>)")
		for c.line() != "a4 OK FETCH completed" {
		}
		_, got, _ := strings.Cut(srv.Transcript(), "SELECT completed\n")
		want := ` 1.500000 1 C: a2 APPEND INBOX {302+}
               
               ` + body[:118] + `[… 182 more bytes]
 1.500000 1 S: * 1 EXISTS
 1.500000 1 S: * 1 RECENT
 1.500000 1 S: a2 OK [APPENDUID 1 1] APPEND completed
 1.500000 1 C: a3 FETCH 1 (BODY[] UID)
 1.500000 1 S: * 1 FETCH (BODY[] {302}
               
               ` + body[:118] + `
               [… 182 more bytes]
                UID 1 FLAGS (\Seen \Recent))
 1.500000 1 S: a3 OK FETCH completed
 1.500000 1 C: a4 FETCH 1 (BODY[1]<0.5> BODY[]<0.7>)
 1.500000 1 S: * 1 FETCH (BODY[1]<0> {5}
               01234
                BODY[]<0> {7}
               
               01234
               )
 1.500000 1 S: a4 OK FETCH completed
`
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
}

// What the transcript has lost it says; without a limit there is none.
func TestTranscriptLimit(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithTranscriptLimit(1))
	c := dialRaw(t, srv)
	for i := range 10_000 {
		c.cmd(fmt.Sprint("n", i), "NOOP")
	}
	text := srv.Transcript()
	if !strings.HasPrefix(text, "[… what came before is gone") || !strings.Contains(text, "n9999 OK") || len(text) > 1<<20 {
		t.Errorf("got %d bytes that begin %q", len(text), text[:100])
	}
	off := imaptest.Start(t, imaptest.InMemory(), imaptest.WithTranscriptLimit(0))
	dialRaw(t, off).cmd("a", "NOOP")
	if text := off.Transcript(); text != "" {
		t.Errorf("got %q, want nothing", text)
	}
	off.AssertCommands(t, "LOGIN", "NOOP")
}

// The journal keeps the last commands, and counts all.
func TestJournalIsBounded(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	c := dialRaw(t, srv)
	const n = 25_000
	var text strings.Builder
	for range n {
		text.WriteString("a NOOP\r\n")
	}
	go c.nc.Write([]byte(text.String()))
	for range n {
		c.line()
	}
	if got := len(srv.Commands()); got != 10_000 {
		t.Errorf("got %d commands, want 10000", got)
	}
	if got := srv.CommandCount("NOOP"); got != n {
		t.Errorf("got %d, want %d", got, n)
	}
}

// A failed test leaves transcript and state in its folder of artifacts.
func TestArtifacts(t *testing.T) {
	f := &artifactTB{fakeTB: &fakeTB{TB: t}, dir: t.TempDir()}
	var cleanup []func()
	f.funcs = &cleanup
	for range 2 {
		srv := imaptest.Start(f, imaptest.InMemory(), imaptest.WithMail(threeLetters()))
		dialRaw(t, srv).cmd("a1", "NOOP")
	}
	f.Errorf("failed")
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	for name, want := range map[string]string{
		"imap-transcript.txt": "C: a1 NOOP", "imap-transcript-2.txt": "C: a1 NOOP",
		"imap-state.txt": "INBOX: 3 messages", "imap-state-2.txt": "INBOX: 3 messages",
	} {
		text, err := os.ReadFile(filepath.Join(f.dir, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %q, want %q in it", name, err, text, want)
		}
	}
}

type artifactTB struct {
	*fakeTB
	dir   string
	funcs *[]func()
}

func (a *artifactTB) ArtifactDir() string { return a.dir }
func (a *artifactTB) Cleanup(f func())    { *a.funcs = append(*a.funcs, f) }

// Waits on the wire end with what they wait for.
func TestWireWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Go(func() {
			time.Sleep(3 * time.Second)
			c := dialRaw(t, srv)
			c.cmd("a1", "SELECT INBOX")
			time.Sleep(3 * time.Second)
			c.cmd("a2", "NOOP")
			c.cmd("a3", "NOOP")
			c.send("a4 IDLE")
			c.line()
			time.Sleep(3 * time.Second)
			c.send("DONE")
			c.line()
			c.cmd("a5", "LOGOUT")
			c.nc.Close()
		})
		start := time.Now()
		at := func(want time.Duration) {
			t.Helper()
			if got := time.Since(start); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		}
		srv.WaitConns(t, 1)
		at(3 * time.Second)
		if cmd := srv.WaitCommand(t, "SELECT INBOX"); cmd.Tag != "a1" || cmd.Status != "OK" {
			t.Errorf("got %+v", cmd)
		}
		if cmds := srv.WaitCommands(t, 2, "NOOP"); len(cmds) != 2 || cmds[1].Tag != "a3" {
			t.Errorf("got %+v", cmds)
		}
		at(6 * time.Second)
		srv.WaitCommand(t, "IDLE")
		at(6 * time.Second)
		srv.WaitLogout(t)
		srv.WaitConns(t, 0)
		at(9 * time.Second)
	})
}

// A response code may stand alone, and what is in brackets need not be one.
func TestJournalCode(t *testing.T) {
	for _, test := range []struct{ reply, code, text string }{
		{"OK [COPYUID 1 2 3] done", "COPYUID 1 2 3", "done"},
		{"OK [HIGHESTMODSEQ 5]", "HIGHESTMODSEQ 5", ""},
		{"OK", "", ""},
		{`OK [Error="Cross Server access" Proxy=X] done`, "", `[Error="Cross Server access" Proxy=X] done`},
		{"OK done [THROTTLED]", "", "done [THROTTLED]"},
	} {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.On("NOOP").Reply("{tag} " + test.reply)
		c := dialRaw(t, srv)
		c.send("a1 NOOP")
		c.line()
		commands := srv.Commands()
		if last := commands[len(commands)-1]; last.Code != test.code || last.Text != test.text {
			t.Errorf("%s: code %q, text %q", test.reply, last.Code, last.Text)
		}
	}
}
