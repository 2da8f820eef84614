package imapd_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/memnet"
	"github.com/go-mailtest/mailtest/internal/store"
)

// writeRecorder keeps what each Write of the server held.
type writeRecorder struct {
	net.Conn
	mu     sync.Mutex
	writes []string
}

func (w *writeRecorder) Write(p []byte) (int, error) {
	w.mu.Lock()
	w.writes = append(w.writes, string(p))
	w.mu.Unlock()
	return w.Conn.Write(p)
}

func (w *writeRecorder) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.writes
	w.writes = nil
	return out
}

// startRecorded serves one connection whose writes are recorded, logged in and
// with INBOX selected.
func startRecorded(t *testing.T) (inbox *store.Mailbox, client *bufio.ReadWriter, rec *writeRecorder) {
	t.Helper()
	mail := store.New()
	user, err := mail.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	srv, err := imapd.NewServer(imapd.Config{Store: mail, Hooks: imapd.Hooks{Bug: func(err error) { t.Error(err) }}})
	if err != nil {
		t.Fatal(err)
	}
	c, s := memnet.Pipe()
	rec = &writeRecorder{Conn: s}
	srv.Go(rec)
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	client = bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
	send(t, client, "l LOGIN user password", "l ")
	send(t, client, "s SELECT INBOX", "s ")
	rec.take()
	return user.Inbox(), client, rec
}

// send writes lines and reads up to the line that begins with until.
func send(t *testing.T, client *bufio.ReadWriter, text, until string) {
	t.Helper()
	fmt.Fprintf(client, "%s\r\n", text)
	client.Flush()
	for {
		line, err := client.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, until) {
			return
		}
	}
}

// After the tagged line of a reply nothing more is in the same write, unless
// the client pipelined: a client that stops reading there misses nothing.
func TestTaggedLineEndsItsWrite(t *testing.T) {
	inbox, client, rec := startRecorded(t)
	round := make(chan struct{}) // somebody else appends while a command runs
	var wg sync.WaitGroup
	wg.Go(func() {
		for range round {
			for range 10 {
				inbox.Append([]byte("a: b\r\n\r\n"))
			}
		}
	})
	for i := range 300 {
		round <- struct{}{}
		tag := fmt.Sprintf("t%d", i)
		send(t, client, tag+" UID STORE 1:2 +FLAGS (\\Seen)", tag+" OK")
		send(t, client, tag+" IDLE\r\nDONE", tag+" OK")
	}
	close(round)
	wg.Wait()
	for _, write := range rec.take() {
		lines := strings.Split(strings.TrimSuffix(write, "\r\n"), "\r\n")
		for _, line := range lines[:len(lines)-1] {
			if strings.HasPrefix(line, "t") {
				t.Fatalf("%q comes before more in one write: %q", line, write)
			}
		}
	}
}

// The answers to pipelined commands share a write.
func TestPipelinedRepliesShareAWrite(t *testing.T) {
	_, client, rec := startRecorded(t)
	send(t, client, "a NOOP\r\nb NOOP\r\nc NOOP", "c OK")
	if writes := rec.take(); len(writes) != 1 {
		t.Errorf("got %d writes, want 1: %q", len(writes), writes)
	}
}

// A client that sends the beginning of a command with the one before it gets
// its answer all the same.
func TestHalfACommandDelaysNoReply(t *testing.T) {
	_, client, _ := startRecorded(t)
	fmt.Fprint(client, "a NOOP\r\nb NO")
	client.Flush()
	if line, err := client.ReadString('\n'); err != nil || !strings.HasPrefix(line, "a OK") {
		t.Fatalf("got %q, %v", line, err)
	}
	send(t, client, "OP", "b OK")
}

// A large FETCH is written in large pieces, not line by line.
func TestFetchIsBuffered(t *testing.T) {
	inbox, client, rec := startRecorded(t)
	for range 1000 {
		inbox.Append([]byte("a: b\r\n\r\n"))
	}
	send(t, client, "n NOOP", "n OK")
	rec.take()
	send(t, client, "f FETCH 1:* (UID FLAGS)", "f OK")
	if writes := rec.take(); len(writes) > 10 {
		t.Errorf("1,000 responses took %d writes, want at most 10", len(writes))
	}
}
