package smtpd_test

import (
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/memnet"
)

// What the package's documentation says of go-smtp's server, on that server: what it
// does differently, and the sentence of an RFC that makes it a reason for an engine of
// our own. When the two do the same, the row and the sentence have had their time.
func TestUnlikeGoSMTP(t *testing.T) {
	const begin = "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
	tests := map[string]struct {
		rfc, sent string
		want      string // the codes of the replies, "." for the end; and the messages
	}{
		"a bare LF ends a command": {
			"RFC 5321, section 2.3.8", "NOOP\nNOOP\r\n", "220 521 . []",
		},
		"three errors end the connection": {
			"RFC 5321, section 3.8", "A\r\nA\r\nA\r\nA\r\nA\r\nNOOP\r\n", "220 500 500 500 500 500 250 . []",
		},
		"a CR behind a stuffed dot is lost": {
			"RFC 5321, section 4.5.2", begin + ".\rx\r\n.\r\n", `220 250 250 250 354 250 . ["\rx\r\n"]`,
		},
		"a dot behind CR CR LF stays stuffed": {
			"RFC 5321, section 4.5.2", begin + "x\r\r\n..y\r\n.\r\n", `220 250 250 250 354 250 . ["x\r\r\n.y\r\n"]`,
		},
		"a message does not end behind CR CR LF": {
			"RFC 5321, section 4.1.1.4", begin + "x\r\r\n.\r\nNOOP\r\n", `220 250 250 250 354 250 250 . ["x\r\r\n"]`,
		},
		"500 for a parameter that is not known": {
			"RFC 5321, section 4.1.1.11", "EHLO me\r\nMAIL FROM:<a@example.com> FOO=BAR\r\n", "220 250 555 . []",
		},
		"500 for a parameter that is malformed": {
			"RFC 5321, section 4.2.4", "EHLO me\r\nMAIL FROM:<a@example.com> AUTH=+zz\r\n", "220 250 501 . []",
		},
		"502 for what is out of order": {
			"RFC 5321, section 4.1.4", "EHLO me\r\nRCPT TO:<b@example.com>\r\n", "220 250 503 . []",
		},
		"a size of 4 GB is malformed": {
			"RFC 1870, section 4", "EHLO me\r\nMAIL FROM:<a@example.com> SIZE=5000000000\r\n", "220 250 250 . []",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.cfg.MaxSize = 1 << 40
			s.accounts["ann"], s.cfg.Accounts = "a", s.accounts
			ours := codes(s.converse(t, []byte(test.sent))) + fmt.Sprintf("%q", bodies(s.taken()))
			if ours != test.want {
				t.Errorf("%s: got %s, want %s", test.rfc, ours, test.want)
			}
			if theirs := askGoSMTP(t, test.sent); theirs == test.want {
				t.Errorf("go-smtp does as %s wants: %s", test.rfc, theirs)
			}
		})
	}
}

// codes are those of replies, each once.
func codes(replies string) string {
	out := ""
	for line := range strings.Lines(replies) {
		if len(line) > 3 && line[3] == ' ' {
			out += line[:3] + " "
		}
	}
	return out + ". "
}

func bodies(taken []string) []string {
	out := []string{}
	for _, m := range taken {
		_, raw, _ := strings.Cut(m, "\n")
		out = append(out, raw)
	}
	return out
}

// askGoSMTP is what go-smtp's server answers, and takes.
func askGoSMTP(t *testing.T, sent string) string {
	taken := &goSession{raw: []string{}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return taken, nil }))
	server.ErrorLog = log.New(io.Discard, "", 0)
	client, nc := memnet.Pipe()
	ln := &oneConn{conns: make(chan net.Conn, 1)}
	ln.conns <- nc
	done := make(chan struct{})
	go func() { server.Serve(ln); close(done) }()
	go func() {
		io.WriteString(client, sent)
		client.(*memnet.Conn).CloseWrite()
	}()
	answer, err := io.ReadAll(client)
	if err != nil {
		t.Error(err)
	}
	client.Close()
	server.Close()
	<-done
	return codes(string(answer)) + fmt.Sprintf("%q", taken.raw)
}

// goSession keeps what go-smtp takes.
type goSession struct{ raw []string }

func (*goSession) Mail(string, *smtp.MailOptions) error { return nil }
func (*goSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*goSession) Reset()                               {}
func (*goSession) Logout() error                        { return nil }
func (s *goSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err == nil {
		s.raw = append(s.raw, string(raw))
	}
	return err
}

// oneConn is a listener to which somebody has connected.
type oneConn struct{ conns chan net.Conn }

func (l *oneConn) Accept() (net.Conn, error) {
	nc, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return nc, nil
}

func (l *oneConn) Close() error   { close(l.conns); return nil }
func (l *oneConn) Addr() net.Addr { return memnet.Addr("smtp") }
