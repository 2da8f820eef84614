package imapd_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/internal/imapd"
	"github.com/go-mailtest/mailtest/internal/store"
)

// crafted are single messages that take long, and the commands that they take long for. A
// message grows with n, which is about its length; %s in a command is the message itself.
var crafted = []struct {
	name     string
	mail     func(n int) string
	commands []string
}{
	{"addresses", func(n int) string { return "To: " + strings.Repeat("A <a@b.c>, ", n/11) + "\r\n\r\n" },
		[]string{"FETCH 1 ENVELOPE", "SEARCH TO zz", "SEARCH TEXT zz", "SORT (DISPLAYTO) UTF-8 ALL"}},
	{"addresses of a message within", func(n int) string {
		return "Content-Type: message/rfc822\r\n\r\nCc: " + strings.Repeat("A <a@b.c>, ", n/11) + "\r\n\r\n"
	}, []string{"FETCH 1 BODYSTRUCTURE", "FETCH 1 BODY"}},
	{"languages", func(n int) string { return "Content-Language: " + strings.Repeat("en, ", n/4) + "\r\n\r\n" },
		[]string{"FETCH 1 BODYSTRUCTURE"}},
	{"parameters", func(n int) string { return "Content-Type: text/plain" + words(n/12, "; n%d=x") + "\r\n\r\n" },
		[]string{"FETCH 1 BODYSTRUCTURE", "FETCH 1 BODY"}},
	{"a parameter in pieces", func(n int) string { return "Content-Disposition: inline" + words(n/16, "; name*%d*=%%41") + "\r\n\r\n" },
		[]string{"FETCH 1 BODYSTRUCTURE"}},
	{"encoded words", func(n int) string { return "Subject: " + strings.Repeat("=?utf-8?q?=C3=A9?= ", n/19) + "\r\n\r\n" },
		[]string{"SEARCH TEXT zz", "SEARCH SUBJECT zz", "SEARCH FUZZY SUBJECT zz", "SORT (SUBJECT) UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 ALL"}},
	{"unknown charsets", func(n int) string { return "Subject: " + words(n/16, "=?x-%d?q?a?=") + "\r\n\r\n" },
		[]string{"SEARCH SUBJECT zz", "SEARCH TEXT zz", "SORT (SUBJECT) UTF-8 ALL"}},
	{"replies", func(n int) string { return "Subject: " + strings.Repeat("Re: ", n/4) + "\r\n\r\n" },
		[]string{"SORT (SUBJECT) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL"}},
	{"references", func(n int) string { return "References: " + words(n/20, "<%d@example.org>") + "\r\n\r\n" },
		[]string{"THREAD REFERENCES UTF-8 ALL", "THREAD REFS UTF-8 ALL", "FETCH 1 THREADID", "SEARCH THREADID T1"}},
	{"fields", func(n int) string { return strings.Repeat("X-A: b\r\n", n/8) + "\r\n" },
		[]string{"FETCH 1 BODY.PEEK[HEADER.FIELDS (X)]", "SEARCH HEADER X-A zz", "SEARCH SENTBEFORE 1-Jan-2000"}},
	{"a page", func(n int) string { return "Content-Type: text/html\r\n\r\n" + strings.Repeat("<p>&lt;", n/7) },
		[]string{"FETCH 1 PREVIEW", "SEARCH BODY zz"}},
	{"text", func(n int) string { return "\r\n" + strings.Repeat("One of many lines\r\n", n/19) },
		[]string{"SEARCH BODY zz", "SEARCH TEXT zz", "SEARCH NOT BODY zz", "SEARCH OR TEXT zz BODY yy"}},
	{"encoded text", func(n int) string {
		return "Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("w6nDqcOpw6nDqcOp\r\n", n/18)
	}, []string{"SEARCH BODY zz", "FETCH 1 BINARY.PEEK[1]", "FETCH 1 BINARY.SIZE[1]"}},
	{"what is added under a search that is updated", func(n int) string { return "\r\n" + strings.Repeat("One of many lines\r\n", n/19) },
		[]string{"APPEND INBOX {%d+}\r\n%s"}},
}

// craftedLength is far over what a message has that is not worth asking for.
const craftedLength = 300 << 10

// reading runs a command on a message in a bubble. It ends the connection when the command
// asks for the so manieth time whether it is to go on, 0 for never, and says how often it
// has asked, and whether it was answered.
func reading(t *testing.T, raw, command string, at int, end string) (asked int, answered bool) {
	synctest.Test(t, func(t *testing.T) {
		middle := make(chan struct{})
		s := newInterruptible(t, oneMessage(t, raw), func(gone <-chan struct{}) { close(middle); <-gone })
		s.at = at
		s.OnAsked(func(gone <-chan struct{}) {
			if s.long && s.asked == 0 {
				time.Sleep(time.Second) // in the bubble: now its client is watched
			}
			s.ask(gone)
		})
		a := s.connect(t, "memory")
		if strings.HasPrefix(command, "APPEND") {
			a.want("OK", "SEARCH RETURN (UPDATE) TEXT zz")
			command = fmt.Sprintf(command, len(raw), raw)
		}
		go io.Copy(io.Discard, a.r)
		io.WriteString(a.nc, "long "+command+"\r\n")
		select {
		case <-middle:
			ends[end](s.Server, a.nc)
			<-s.ended
		case <-s.answered:
			answered = true
		}
		asked = s.asked
		if s.longest > 100*time.Millisecond {
			t.Logf("went for %v without asking", s.longest)
		}
		select {
		case <-s.answered:
			answered = true
		default:
		}
	})
	return asked, answered
}

func oneMessage(t *testing.T, raw string) *store.Store {
	t.Helper()
	mail := store.New()
	u, err := mail.AddUser("user", "password")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Inbox().Append([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	return mail
}

// A command is stopped in the middle of one message, early and late.
func TestInterruptedInAMessage(t *testing.T) {
	for _, row := range crafted {
		raw := row.mail(craftedLength)
		for _, command := range row.commands {
			t.Run(row.name+", "+strings.Fields(command)[0]+" "+strings.Fields(command)[1], func(t *testing.T) {
				total, answered := reading(t, raw, command, 0, "")
				if !answered || total < 12 {
					t.Fatalf("%s asked %d times, answered: %v", command, total, answered)
				}
				for _, end := range []string{"DropConns", "the client hangs up"} {
					for _, at := range []int{3, total / 2} {
						asked, answered := reading(t, raw, command, at, end)
						if answered || asked > at+40 {
							t.Errorf("%s, at %d of %d: asked %d times more, answered: %v", end, at, total, asked-at, answered)
						}
					}
				}
			})
		}
	}
}

// What was found by a command that was stopped is nobody's truth: another one finds it all.
func TestInterruptedKeepsNothing(t *testing.T) {
	raw := "Subject: " + strings.Repeat("=?utf-8?q?=C3=A9?= ", craftedLength/19) + "end\r\nTo: " + strings.Repeat("A <a@b.c>, ", 10_000) + "z@z.z\r\n\r\n" +
		strings.Repeat("One of many lines\r\n", 10_000) + "the last one"
	for _, at := range []int{2, 5, 10, 20, 30, 40, 60} {
		synctest.Test(t, func(t *testing.T) {
			mail := oneMessage(t, raw)
			for _, command := range []string{"SEARCH TEXT one", "FETCH 1 ENVELOPE"} {
				middle := make(chan struct{})
				s := newInterruptible(t, mail, func(gone <-chan struct{}) { close(middle); <-gone })
				s.at = at
				a := s.connect(t, "memory")
				go io.Copy(io.Discard, a.r)
				io.WriteString(a.nc, "long "+command+"\r\n")
				select {
				case <-middle:
					s.DropConns()
				case <-s.answered:
				}
			}
			srv, err := imapd.NewServer(imapd.Config{Store: mail})
			if err != nil {
				t.Fatal(err)
			}
			s := &interruptible{Server: srv}
			defer srv.Close()
			a := s.connect(t, "memory")
			for _, want := range []string{"SEARCH TEXT \"last one\"", "SEARCH SUBJECT end", "SEARCH TO z@z.z"} {
				fmt.Fprintf(a.nc, "x %s\r\n", want)
				if line, err := a.r.ReadString('\n'); err != nil || line != "* SEARCH 1\r\n" {
					t.Errorf("after a stop at %d: %s: got %q, %v", at, want, line, err)
				}
				a.r.ReadString('\n')
			}
		})
	}
}
