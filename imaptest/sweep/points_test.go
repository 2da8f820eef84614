package sweep

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
)

// says sends lines, and reads up to a line that begins with what follows each.
func says(t testing.TB, nc net.Conn, lines ...string) {
	nc.SetDeadline(time.Now().Add(time.Hour))
	r := bufio.NewReader(nc)
	for i := 0; i < len(lines); i += 2 {
		if lines[i] != "" {
			fmt.Fprintf(nc, "%s\r\n", lines[i])
		}
		for line := ""; !strings.HasPrefix(line, lines[i+1]); {
			var err error
			if line, err = r.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Every place at which a scenario talks is a point: connections, handshakes, commands by name
// and count, their literals, what IDLE pushes, the steps of SMTP, and marks.
func TestPoints(t *testing.T) {
	sw := newSweep(t, func(t testing.TB, srv *imaptest.Server) string {
		Program(t, srv, 1, func(p *Process) error {
			nc, err := p.Dial(t.Context())
			if err != nil {
				return err
			}
			defer nc.Close()
			says(t, nc, "", "* OK", "a STARTTLS", "a OK")
			secure := tls.Client(nc, srv.ClientTLSConfig())
			says(t, secure, "b LOGIN {4}", "+", "user {8}", "+", "password", "b OK", "c SELECT INBOX", "c OK", "d IDLE", "+")
			p.Mark("idle")
			srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
			says(t, secure, "", "* 1 RECENT", "DONE", "d OK", "e NOOP", "e OK", "f NOOP", "f OK")
			smtp, err := p.DialSMTP(t.Context())
			if err != nil {
				return err
			}
			defer smtp.Close()
			says(t, smtp, "", "220", "EHLO x", "250 ", "MAIL FROM:<a@example.com>", "250", "RCPT TO:<user@example.com>", "250",
				"DATA", "354", "Subject: y\r\n\r\n.", "250", "QUIT", "221")
			return nil
		})
		Calm(t)
		return ""
	}, []Option{Server(imaptest.WithSMTP())})
	if !sw.prepare() || !sw.undisturbed() {
		return
	}
	var got []string
	for _, p := range sw.points {
		got = append(got, p.String())
		if !p.Killable {
			t.Errorf("at %s the program cannot be killed", p)
		}
	}
	const want = "connect#1 TLS#1 STARTTLS#1 LOGIN#1 LOGIN#1.literal1 LOGIN#1.literal2 SELECT#1 IDLE#1 IDLE#1.push1 IDLE#1.push2 NOOP#1 NOOP#2" +
		" smtp.CONNECT#1 smtp.EHLO#1 smtp.MAIL#1 smtp.RCPT#1 smtp.DATA#1 smtp.EOD#1 smtp.QUIT#1 mark.idle#1"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if text := sw.pointNamed("IDLE#1.push2", &run{}).Answer[1]; text != "* 1 RECENT" {
		t.Errorf("the second push is %q", text)
	}
}
