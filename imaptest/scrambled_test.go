package imaptest_test

import (
	"bufio"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

// spoken is a status response or continuation request: what is for programs, and the text.
var spoken = regexp.MustCompile(`^((?:\S+ (?:OK|NO|BAD|BYE|PREAUTH)|\+) (?:\[[^\]]*\] )?)(.*)$`)

// A server that scrambles its texts says the same as one that does not, but for the texts,
// all of them.
func TestScrambledTextsChangeTextsAlone(t *testing.T) {
	commands := []string{
		"CAPABILITY", "NOOP", "BOGUS", "NOOP x", "LOGIN user wrong", "LOGIN user password", "SELECT nowhere", "LIST \"\" *", "CREATE Archive",
		"CREATE a%b", "SELECT INBOX", "FETCH 1 (FLAGS BODY[])", "FETCH 9 FLAGS", "SEARCH CHARSET x TEXT y", "STORE 1 +FLAGS (\\Deleted)", "COPY 1 nowhere",
		"COPY 1 Archive", "MOVE 1 Archive", "EXPUNGE", "APPEND INBOX {1}", "APPEND INBOX {4+}\r\na: b", "IDLE\r\nDONE",
		"ENABLE QRESYNC", "UID STORE 1 (UNCHANGEDSINCE 1) FLAGS (x)", "CLOSE", "UNAUTHENTICATE", "LOGOUT",
	}
	hear := func(opts ...imaptest.Option) []string {
		srv := imaptest.Start(t, append(opts, imaptest.InMemory())...)
		srv.Inbox().Deliver(t, []byte("Subject: a OK b\r\n\r\n* NO text\r\n"))
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(time.Minute))
		in := bufio.NewScanner(nc)
		in.Scan()
		lines := []string{in.Text()}
		for i, command := range commands {
			tag := fmt.Sprintf("t%d", i)
			fmt.Fprintf(nc, "%s %s\r\n", tag, command)
			for in.Scan() {
				lines = append(lines, in.Text())
				if strings.HasPrefix(in.Text(), "+ ") && strings.HasSuffix(command, "{1}") {
					fmt.Fprintf(nc, "a\r\n")
				}
				if strings.HasPrefix(in.Text(), tag+" ") {
					break
				}
			}
		}
		for i, cmd := range srv.Commands() {
			if want := strings.TrimPrefix(lastOf(lines, fmt.Sprintf("t%d ", i)), fmt.Sprintf("t%d ", i)); cmd.Result() != want {
				t.Errorf("journal of %s: got %q, want %q", cmd, cmd.Result(), want)
			}
		}
		return lines
	}
	plain, scrambled := hear(), hear(imaptest.WithScrambledTexts())
	if len(plain) != len(scrambled) {
		t.Fatalf("got %d lines, want %d", len(scrambled), len(plain))
	}
	for i := range plain {
		was, now := spoken.FindStringSubmatch(plain[i]), spoken.FindStringSubmatch(scrambled[i])
		switch {
		case was == nil && plain[i] != scrambled[i]:
			t.Errorf("got %s, want %s", scrambled[i], plain[i])
		case was == nil:
		case now == nil || was[1] != now[1]:
			t.Errorf("got %s, want all but the text of %s", scrambled[i], plain[i])
		case was[2] == now[2] || !strings.HasPrefix(now[2], "(") && !strings.HasPrefix(now[2], "⟦"):
			if !strings.HasPrefix(plain[i], "* NO text") { // in the message
				t.Errorf("%s is not scrambled", now[0])
			}
		}
	}
}

func lastOf(lines []string, prefix string) (last string) {
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			last = line
		}
	}
	return last
}

// What a rule writes as a whole line stays as it is.
func TestScrambledTextsAndRules(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithScrambledTexts())
	srv.On("NOOP").Nth(1).Reply("{tag} NO as it is")
	srv.On("NOOP").Nth(2).Tagged("NO so is this")
	srv.On("NOOP").Nth(3).No("[LIMIT] and this is the server's")
	client := srv.Client(t)
	for _, want := range []string{"as it is", "so is this", "(andway isthay isway ethay erversay'say)"} {
		var refused *imap.Error
		if err := client.Noop().Wait(); !errors.As(err, &refused) || refused.Text != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A client that looks for words does not find them; one that looks for codes does.
func ExampleWithScrambledTexts() {
	t := &printer{}
	defer t.end()
	client := imaptest.Start(t, imaptest.WithScrambledTexts()).Client(t)
	err := client.Create("Archive", nil).Wait()
	fmt.Println(err)
	var refused *imap.Error
	fmt.Println(strings.Contains(err.Error(), "already exists"), errors.As(err, &refused) && refused.Code == imap.ResponseCodeAlreadyExists)
	// Output:
	// imap: NO [ALREADYEXISTS] (ailboxmay "Archive" existsway alreadyway)
	// false true
}
