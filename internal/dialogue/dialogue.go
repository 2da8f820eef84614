// Package dialogue is for tests: one side of a conversation, line by line, as a file of
// testdata has it.
package dialogue

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// Peer is a connection of a dialogue.
type Peer struct {
	Name   string
	NC     net.Conn
	R      *bufio.Reader // of NC
	Closed bool          // nothing more is expected of it
	Last   string        // the last line that was expected

	skip bool // "..." was read
}

// NewPeer makes a peer of a connection.
func NewPeer(name string, nc net.Conn) *Peer {
	return &Peer{Name: name, NC: nc, R: bufio.NewReader(nc)}
}

// Write sends a text as it is.
func (p *Peer) Write(text string) error {
	_, err := p.NC.Write([]byte(text))
	return err
}

// Expect reads lines until the wanted one, in which {*} stands for anything; others are an
// error unless "..." came before.
func (p *Peer) Expect(want string) error {
	if want == "..." {
		p.skip = true
		return nil
	}
	var skipped []string
	for {
		got, err := p.ReadLine()
		if err != nil {
			return fmt.Errorf("got  %v\nafter %q\nwant %s", err, skipped, want)
		}
		if Match(want, got) {
			p.skip, p.Last = false, got
			return nil
		}
		if !p.skip {
			return fmt.Errorf("got  %s\nwant %s", got, want)
		}
		skipped = append(skipped, got)
	}
}

// Must sends a text, and reads the lines that are wanted then.
func (p *Peer) Must(t testing.TB, send string, want ...string) {
	t.Helper()
	err := p.Write(send)
	for _, line := range want {
		if err == nil {
			err = p.Expect(line)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ExpectClosed reads the end of the connection.
func (p *Peer) ExpectClosed() error {
	p.Closed = true
	got, err := p.ReadLine()
	switch {
	case err == nil:
		return fmt.Errorf("got  %s\nwant the connection closed", got)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("it says nothing, and is open; want the connection closed")
	}
	return nil
}

// ReadLine is the next line without its CRLF; one that ends in LF alone shows that.
func (p *Peer) ReadLine() (string, error) {
	p.NC.SetReadDeadline(time.Now().Add(time.Minute))
	line, err := p.R.ReadString('\n')
	if err != nil {
		return "", err
	}
	if !strings.HasSuffix(line, "\r\n") {
		return strings.TrimSuffix(line, "\n") + "[LF]", nil
	}
	return strings.TrimSuffix(line, "\r\n"), nil
}

// StartTLS does the handshake.
func (p *Peer) StartTLS(cfg *tls.Config) error {
	tc := tls.Client(p.NC, cfg)
	if err := tc.Handshake(); err != nil {
		return err
	}
	p.NC, p.R = tc, bufio.NewReader(tc)
	return nil
}

// Match compares a line with a pattern in which {*} stands for anything.
func Match(pattern, line string) bool {
	parts := strings.Split(pattern, "{*}")
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(line, part)
		}
		at := strings.Index(line, part)
		if at < 0 {
			return false
		}
		line = line[at+len(part):]
	}
	return line == ""
}

// Half takes so many bytes, the last of them by a write that fails in the middle.
type Half struct {
	net.Conn
	Left  int
	Taken strings.Builder
}

// Write takes what there is room for.
func (h *Half) Write(p []byte) (int, error) {
	n := min(len(p), h.Left)
	h.Left -= n
	h.Taken.Write(p[:n])
	if n < len(p) {
		return n, errors.New("half")
	}
	return n, nil
}
