package smtpsink_test

import (
	"fmt"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/go-mailtest/mailtest/smtpsink"
)

// converse holds a dialogue: "C:" lines are sent, and of each reply the last
// line must begin as the "S:" line says. Lines with "#" say why.
func converse(t *testing.T, p *peer, script string) {
	t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		side, text, _ := strings.Cut(line, ": ")
		switch side {
		case "C:":
			fmt.Fprint(p.nc, "\r\n")
		case "C":
			fmt.Fprintf(p.nc, "%s\r\n", strings.ReplaceAll(text, `\x01`, "\x01"))
		case "S":
			if got := p.reply(); !strings.HasPrefix(got, text) {
				t.Errorf("got %q, want %q\nin\n%s", got, text, script)
				return
			}
		}
	}
}

// A connection that ends within a message has sent nothing, by DATA or BDAT.
func TestBrokenOff(t *testing.T) {
	for name, sent := range map[string]string{
		"DATA":      "DATA\r\nSubject: half a mess",
		"DATA dot":  "DATA\r\nSubject: x\r\n.\r",
		"BDAT":      "BDAT 4\r\nfour",
		"BDAT LAST": "BDAT 100 LAST\r\nhalf a message",
		"BDAT next": "BDAT 4\r\nfourBDAT 4 LAST\r\nfou",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				filed := &countingDeliverer{}
				sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.WithDeliverer(filed))
				p := dialPeer(t, sink)
				p.reply()
				for _, line := range []string{"EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>"} {
					p.ask(line)
				}
				fmt.Fprint(p.nc, sent)
				synctest.Wait()
				p.nc.Close()
				synctest.Wait()
				sink.AssertNothingSent(t)
				if filed.n != 0 {
					t.Errorf("%d messages filed, want 0", filed.n)
				}
			})
		})
	}
}

// Bare CRs and LFs are refused on request, but not in BINARYMIME.
func TestRefuseBareLF(t *testing.T) {
	sink := smtpsink.Start(t, smtpsink.InMemory(), smtpsink.RefuseBareLF())
	p := dialPeer(t, sink)
	p.reply()
	p.ask("EHLO me")
	for _, test := range []struct{ body, raw, want string }{
		{"8BITMIME", "a\nb\r\n", "550 5.5.2"}, {"7BIT", "\n", "550 5.5.2"}, {"7BIT", "a\rb\r\n", "550 5.5.2"}, {"7BIT", "a\r", "550 5.5.2"},
		{"7BIT", "a\r\n\r\n", "250"}, {"7BIT", "", "250"}, {"BINARYMIME", "a\nb\r", "250"},
	} {
		p.ask("MAIL FROM:<a@example.com> BODY=" + test.body)
		p.ask("RCPT TO:<b@example.com>")
		fmt.Fprintf(p.nc, "BDAT %d LAST\r\n%s", len(test.raw), test.raw)
		if got := p.reply(); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s %q: got %s, want %s", test.body, test.raw, got, test.want)
		}
	}
}

// The journal has every step of every session as rules see it, the connection and the end
// of the data too.
func TestCommands(t *testing.T) {
	sink := smtpsink.Start(t)
	for range 2 {
		if err := smtp.SendMail(sink.Addr(), nil, "ann@example.com", []string{"bob@example.com"}, []byte("Subject: x\r\n\r\nbody\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	sink.WaitCount(t, 2)
	var got []string
	for _, cmd := range sink.Commands() {
		if cmd.Stage == "QUIT" {
			continue // the second may be yet to come
		}
		got = append(got, fmt.Sprint(cmd.Conn, " ", cmd))
		if cmd.Data != nil {
			t.Error("the journal keeps the data")
		}
	}
	var want []string
	for conn := 1; conn <= 2; conn++ {
		for _, step := range []string{"CONNECT", "EHLO localhost", "MAIL ann@example.com", "RCPT bob@example.com", "DATA", "EOD"} {
			want = append(want, fmt.Sprint(conn, " ", step))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	sink.Reset(t)
	if n := len(sink.Commands()); n != 0 {
		t.Errorf("%d steps after Reset", n)
	}
}
