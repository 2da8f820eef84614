package imapd_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// badLines are lines that are no lines of IMAP, and lines that are not what was asked
// for. Dovecot 2.3 and Cyrus 3.6 end the command with BAD at each, and go on; they take
// a bare LF for the end of a line, which this server does nowhere.
var badLines = map[string]string{
	"a bare LF":         "DONE\n",
	"nothing":           "\r\n",
	"a lone LF":         "\n",
	"NUL":               "DO\x00NE\r\n",
	"a CR within":       "DO\rNE\r\n",
	"too long":          strings.Repeat("A", 70_000) + "\r\n",
	"far too long":      strings.Repeat("A", 700_000) + "\r\n",
	"a space behind":    "DONE \r\n",
	"a command":         "n NOOP\r\n",
	"a word":            "NOOP\r\n",
	"8-bit":             "DON\xc3\x89\r\n",
	"a quoted string":   "\"DONE\"\r\n",
	"an announcement":   "DONE {3}\r\n",
	"what looks tagged": "* DONE\r\n",
}

// converse sends text and expects lines that begin so.
func (a *asker) converse(text string, want ...string) {
	a.t.Helper()
	a.nc.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(a.nc, text); err != nil {
		a.t.Fatal(err)
	}
	for _, prefix := range want {
		if line, err := a.r.ReadString('\n'); err != nil || !strings.HasPrefix(line, prefix) {
			a.t.Fatalf("after %.40q: got %.100q, %v, want %s", text, line, err, prefix)
		}
	}
}

// A bad line in IDLE ends it with the command's own BAD, and the connection goes on
// (RFC 9051, sections 6.3.13 and 7.1.3). What follows is a command again.
func TestBadLineInIdle(t *testing.T) {
	for name, line := range badLines {
		t.Run(name, func(t *testing.T) {
			a := newAsker(t, "s")
			a.converse("i IDLE\r\n", "+ ")
			a.converse(line, "i BAD ")
			a.converse("n NOOP\r\n", "n OK ")
			a.converse("j IDLE\r\n", "+ ")
			a.converse("DONE\r\n", "j OK ")
		})
	}
}

// The answer to a line that is too long does not repeat it.
func TestBadLineIsNotRepeated(t *testing.T) {
	a := newAsker(t, "s")
	a.converse("i IDLE\r\n", "+ ")
	a.converse(strings.Repeat("A", 60_000)+"\r\n", "")
	a.converse("i IDLE\r\n", "+ ")
	io.WriteString(a.nc, strings.Repeat("A", 60_000)+"\r\n")
	if line, err := a.r.ReadString('\n'); err != nil || len(line) > 200 {
		t.Errorf("an answer of %d bytes, %v", len(line), err)
	}
}

// A bad line in an exchange of AUTHENTICATE ends it with BAD or, where it is a response
// that is refused, NO; the client is not logged in, and the connection goes on (RFC
// 9051, section 6.2.2).
func TestBadLineInAuthenticate(t *testing.T) {
	for name, line := range badLines {
		for _, mech := range []string{"PLAIN", "LOGIN", "SCRAM-SHA-256", "CRAM-MD5"} {
			t.Run(name+", "+mech, func(t *testing.T) {
				a := newAsker(t, "n")
				a.converse("a AUTHENTICATE "+mech+"\r\n", "+ ")
				io.WriteString(a.nc, line)
				answer, err := a.r.ReadString('\n')
				goesOn := mech == "LOGIN" && strings.HasPrefix(answer, "+ ") // nothing, and NOOP, are base64
				if err != nil || !strings.HasPrefix(answer, "a BAD ") && !strings.HasPrefix(answer, "a NO ") && !goesOn {
					t.Fatalf("got %.100q, %v", answer, err)
				}
				if goesOn {
					a.converse("*\r\n", "a BAD ")
				}
				a.converse("n NOOP\r\n", "n OK ")
				a.want("BAD", "SELECT INBOX")
				a.want("OK", "LOGIN user password")
			})
		}
	}
}

// A bad line behind a literal is an answer to the command of that literal.
func TestBadLineBehindALiteral(t *testing.T) {
	for name, line := range badLines {
		for _, form := range []string{"{3}", "{3+}"} {
			t.Run(name+", "+form, func(t *testing.T) {
				if name == "nothing" || name == "an announcement" {
					return // it is the end of the command, or goes on with it
				}
				a := newAsker(t, "s")
				if form == "{3}" {
					a.converse("x SEARCH SUBJECT {3}\r\n", "+ ")
				} else {
					a.converse("x SEARCH SUBJECT {3+}\r\n")
				}
				a.converse("abc"+line, "x BAD ")
				a.converse("n NOOP\r\n", "n OK ")
			})
		}
	}
}

// Whatever is wrong with a line, the literal that its end announces is no command (RFC
// 7888, section 3): a server that took it for one would do what the client never asked
// for.
func TestLiteralOfABadLine(t *testing.T) {
	const inner = "y DELETE INBOX\r\n"
	announced := fmt.Sprintf("{%d+}\r\n%s\r\n", len(inner), inner)
	for name, line := range map[string]string{
		"too long":                   "x SEARCH SUBJECT " + strings.Repeat("A", 70_000) + " " + announced,
		"far too long":               "x SEARCH SUBJECT " + strings.Repeat("A", 700_000) + " " + announced,
		"quoted and too long":        `x SEARCH SUBJECT "` + strings.Repeat(`\"`, 70_000) + `" ` + announced,
		"with NUL":                   "x SEARCH SUBJECT A\x00 " + announced,
		"with CR":                    "x SEARCH SUBJECT A\r " + announced,
		"an unknown command":         "x UNKNOWN " + announced,
		"a wrong state":              "x STARTTLS " + announced,
		"behind another literal":     "x SEARCH SUBJECT {1+}\r\nA\x00 " + announced,
		"behind one that is too big": "x SEARCH SUBJECT {2000000+}\r\n" + strings.Repeat("A", 2_000_000) + " " + announced,
	} {
		t.Run(name, func(t *testing.T) {
			a := newAsker(t, "s")
			go io.WriteString(a.nc, line+"n NOOP\r\n")
			a.converse("", "x ", "n OK ")
		})
	}
	a := newAsker(t, "s") // in an open quoted string there is no announcement
	a.converse(`x SEARCH SUBJECT "`+strings.Repeat("A", 70_000)+" {5+}\r\n", "x BAD ")
	a.converse("n NOOP\r\n", "n OK ")
}
