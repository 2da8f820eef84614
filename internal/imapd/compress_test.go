package imapd_test

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/internal/dialogue"
	"github.com/go-mailtest/mailtest/internal/inflate"
)

// compressed is a client that has turned COMPRESS on.
func compressed(t *testing.T, srv *imaptest.Server, flush string) *peer {
	t.Helper()
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	p := &peer{dialogue.NewPeer("", nc)}
	for _, command := range []string{"", "l LOGIN user password\r\n", "c COMPRESS DEFLATE\r\n"} {
		io.WriteString(nc, command)
		if line, err := p.ReadLine(); err != nil || !strings.Contains(line, "OK ") {
			t.Fatalf("%q: %q, %v", command, line, err)
		}
	}
	if err := p.deflate(flush); err != nil {
		t.Fatal(err)
	}
	return p
}

// lines reads up to the line that begins with until.
func (p *peer) lines(t *testing.T, until string) []string {
	t.Helper()
	var got []string
	for {
		line, err := p.ReadLine()
		if err != nil {
			t.Fatalf("%v behind %q, want %s", err, got, until)
		}
		if got = append(got, line); strings.HasPrefix(line, until) {
			return got
		}
	}
}

// Everything behind one flush is answered, however much it is, and however the flush
// is cut on its way.
func TestCompressedCommandsBehindOneFlush(t *testing.T) {
	for _, flush := range []string{"", " partial"} {
		for _, n := range []int{1, 2, 300, 5000} {
			srv := imaptest.Start(t, imaptest.InMemory())
			p := compressed(t, srv, flush)
			var commands strings.Builder
			for i := range n {
				fmt.Fprintf(&commands, "t%d NOOP\r\n", i)
			}
			go io.WriteString(p.NC, commands.String())
			if got := p.lines(t, fmt.Sprintf("t%d OK", n-1)); len(got) != n {
				t.Errorf("%d commands behind one flush%s got %d answers", n, flush, len(got))
			}
		}
	}
}

// A command without any flush is run when its last bit is there.
func TestCompressedCommandWithoutFlush(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	p := compressed(t, srv, " partial")
	w := &partialWriter{}
	w.literals(0b010, []byte("a NOOP\r\n"))
	for _, b := range w.out { // with the end of the block, and no more
		p.NC.(*compressing).Conn.Write([]byte{b})
	}
	p.lines(t, "a OK")
}

// What a client has sent behind COMPRESS without waiting is compressed.
func TestCompressPipelined(t *testing.T) {
	var sent bytes.Buffer
	sent.WriteString("l LOGIN user password\r\nc COMPRESS DEFLATE\r\n")
	w, _ := flate.NewWriter(&sent, flate.BestSpeed)
	io.WriteString(w, "a NOOP\r\nb LOGOUT\r\n")
	w.Close()
	srv := imaptest.Start(t, imaptest.InMemory())
	for name, send := range map[string]func(io.Writer){
		"at once":      func(nc io.Writer) { nc.Write(sent.Bytes()) },
		"byte by byte": func(nc io.Writer) { io.Copy(nc, iotest.OneByteReader(bytes.NewReader(sent.Bytes()))) },
	} {
		nc, err := srv.Dial(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		go send(nc)
		answer, err := io.ReadAll(nc)
		plain, stream, _ := bytes.Cut(answer, []byte("c OK DEFLATE active\r\n"))
		z := inflate.NewReader(bytes.NewReader(stream))
		said, _ := io.ReadAll(z)
		if err != nil || !strings.HasPrefix(string(said), "a OK") || !strings.Contains(string(said), "\r\nb OK") {
			t.Errorf("%s: %q, then %q, %v", name, plain, said, err)
		}
	}
}

// One write a reply: its data and the flush that makes it readable.
func TestCompressedReplyIsOneWrite(t *testing.T) {
	inbox, client, rec := startRecorded(t)
	for range 50 {
		inbox.Append([]byte("Subject: hello\r\n\r\nhello\r\n"))
	}
	send(t, client, "c COMPRESS DEFLATE", "c OK")
	rec.take()
	w, _ := flate.NewWriter(client, flate.BestSpeed)
	var got bytes.Buffer
	z := inflate.NewReader(client)
	for i, command := range []string{"NOOP", "FETCH 1:* (FLAGS BODY[])", "IDLE\r\nDONE", "SEARCH ALL"} {
		fmt.Fprintf(w, "t%d %s\r\n", i, command)
		w.Flush()
		client.Flush()
		for end := fmt.Sprintf("t%d OK", i); !strings.Contains(got.String(), end) || !strings.HasSuffix(got.String(), "\r\n"); {
			part := make([]byte, 1<<16)
			n, err := z.Read(part)
			if got.Write(part[:n]); err != nil {
				t.Fatal(err)
			}
		}
		want := 1
		if command == "IDLE\r\nDONE" {
			want = 2 // the continuation is one of its own
		}
		writes := rec.take()
		if len(writes) != want || !strings.HasSuffix(writes[len(writes)-1], "\x00\x00\xff\xff") {
			t.Errorf("%s: %d writes, want %d that end in a flush: %q", command, len(writes), want, writes)
		}
	}
}

// What cannot be decompressed is said, and the connection ends: in a command, in a
// literal, and in IDLE.
func TestCompressedGarbage(t *testing.T) {
	for name, before := range map[string]string{
		"at once": "", "in a line": "a NO", "in a literal": "a APPEND INBOX {10+}\r\nabc", "in IDLE": "a IDLE\r\n", "in the line of IDLE": "a IDLE\r\nDO",
	} {
		srv := imaptest.Start(t, imaptest.InMemory())
		p := compressed(t, srv, "")
		io.WriteString(p.NC, before)
		if strings.Contains(before, "IDLE") {
			p.lines(t, "+ ")
		}
		p.NC.(*compressing).Conn.Write([]byte{0xff}) // a block of the type that is reserved
		got := p.lines(t, "* BYE")
		if want := "corrupt before its byte "; !strings.Contains(got[len(got)-1], want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if line, err := p.ReadLine(); err == nil {
			t.Errorf("%s: the connection goes on: %q", name, line)
		}
	}
}

// The end of its stream is the end of what a client says, and so is half a stream.
func TestCompressedStreamEnds(t *testing.T) {
	for name, end := range map[string]func(*compressing){
		"the last block": func(c *compressing) { c.end() },
		"hanging up":     func(c *compressing) { c.Conn.(interface{ CloseWrite() error }).CloseWrite() },
	} {
		srv := imaptest.Start(t, imaptest.InMemory())
		p := compressed(t, srv, "")
		fmt.Fprint(p.NC, "a NOOP\r\n")
		end(p.NC.(*compressing))
		p.lines(t, "a OK")
		if line, err := p.ReadLine(); err == nil {
			t.Errorf("%s: got %q", name, line)
		}
	}
}

// What comes out of few bytes is bounded as what comes in many: a line, a literal and
// what is left of a command that was refused.
func TestCompressedBombs(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	p := compressed(t, srv, "")
	blow := func(before string, n int) {
		fmt.Fprint(p.NC, before)
		for range n >> 20 {
			p.NC.Write(bytes.Repeat([]byte("x"), 1<<20))
		}
		fmt.Fprint(p.NC, "\r\n")
	}
	go func() {
		blow("a ", 32<<20)
		blow(fmt.Sprintf("b CREATE {%d+}\r\n", 32<<20), 32<<20)
		fmt.Fprint(p.NC, "c NOOP\r\n")
	}()
	got := p.lines(t, "c OK")
	if len(got) != 3 || !strings.HasPrefix(got[0], "a BAD") || !strings.HasPrefix(got[1], "b NO [TOOBIG]") {
		t.Errorf("got %q, want BAD for the line and NO [TOOBIG] for the literal", got)
	}
}

// In a bubble compression takes no time, pushes to IDLE come through, and nothing
// keeps the server from closing.
func TestCompressedInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		begin := time.Now()
		p := compressed(t, srv, " partial")
		fmt.Fprint(p.NC, "a SELECT INBOX\r\nb IDLE\r\n")
		p.lines(t, "+ ")
		srv.Inbox().Deliver(t, []byte("Subject: one\r\n\r\n"))
		p.lines(t, "* 1 EXISTS")
		p.lines(t, "* 1 RECENT")
		if took := time.Since(begin); took > 0 {
			t.Errorf("it took %v", took)
		}
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
		if line, err := p.ReadLine(); err == nil {
			t.Errorf("got %q", line)
		}
		if took := time.Since(begin); took > 100*time.Millisecond {
			t.Errorf("closing took %v", took)
		}
	})
}

// A server that says good-bye, and one that does not wait any longer, say so through
// the compression, in the middle of a literal as well.
func TestCompressedFarewells(t *testing.T) {
	for name, sent := range map[string]string{"between commands": "", "in a line": "a NO", "in a literal": "a APPEND INBOX {10+}\r\nabc", "in IDLE": "a IDLE\r\n"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithAutologout(time.Minute))
				p := compressed(t, srv, "")
				fmt.Fprint(p.NC, sent)
				p.NC.SetReadDeadline(time.Time{})
				line, err := p.R.ReadString('\n')
				if strings.HasPrefix(line, "+ ") {
					line, err = p.R.ReadString('\n')
				}
				if err != nil || !strings.HasPrefix(line, "* BYE [UNAVAILABLE]") {
					t.Errorf("got %q, %v, want BYE", line, err)
				}
			})
		})
	}
}

// The journal and the transcript have what was said, and not how it was packed.
func TestCompressedIsRecorded(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	p := compressed(t, srv, "")
	fmt.Fprint(p.NC, "a NOOP\r\n")
	p.lines(t, "a OK")
	commands := srv.Commands()
	last := commands[len(commands)-1]
	if last.String() != "NOOP" || last.Status != "OK" || last.BytesIn != int64(len("a NOOP\r\n")) {
		t.Errorf("the journal has %+v", last)
	}
	if got := srv.Transcript(); !strings.Contains(got, "C: a NOOP") || !strings.Contains(got, "S: a OK NOOP completed") {
		t.Errorf("the transcript is\n%s", got)
	}
}
