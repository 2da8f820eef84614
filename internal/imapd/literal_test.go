package imapd_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/imaptest"
)

const mebibyte = 1 << 20

// The literals of a command are limited together: the server holds them in memory until
// the command is whole. What is over the limit is NO [TOOBIG] (RFC 4469, section 4.2),
// at the announcement of a synchronizing literal, and for another when it has been read
// and forgotten (RFC 7888, section 4). Nothing is done, and the connection goes on.
func TestLiteralsAreLimitedTogether(t *testing.T) {
	for name, test := range map[string]struct {
		head     string // of the command
		each     string // before each literal
		size     int    // of each literal
		accepted int    // as many are within the limit
	}{
		"APPEND": {"x APPEND INBOX", "", mebibyte, 5}, // 4 of the largest, and what other arguments may need
		"SEARCH": {"x SEARCH", " SUBJECT", mebibyte / 2, 2},
		"FETCH":  {"x LIST \"\" (INBOX", "", mebibyte/4 - 1, 4},
	} {
		for _, form := range []string{"{%d}", "{%d+}"} {
			t.Run(name+" "+form, func(t *testing.T) {
				srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithAppendLimit(mebibyte))
				nc, err := srv.Dial(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				defer nc.Close()
				a := &asker{t: t, nc: nc, r: bufio.NewReader(nc)}
				a.reset()
				a.enter("s")
				io.WriteString(nc, test.head)
				for range test.accepted {
					fmt.Fprintf(nc, test.each+" "+form+"\r\n", test.size)
					if form == "{%d}" {
						a.converse("", "+ ")
					}
					io.WriteString(nc, strings.Repeat("a", test.size))
				}
				fmt.Fprintf(nc, test.each+" "+form+"\r\n", test.size)
				if form == "{%d+}" {
					io.WriteString(nc, strings.Repeat("a", test.size)+"\r\n")
				}
				a.converse("", "x NO [TOOBIG] ")
				a.converse("n NOOP\r\n", "n OK ")
				srv.Inbox().AssertCount(t, 0)
			})
		}
	}
}

// As many as may be are taken.
func TestLiteralsUpToTheLimit(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithAppendLimit(mebibyte))
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	a := &asker{t: t, nc: nc, r: bufio.NewReader(nc)}
	a.reset()
	a.enter("a")
	a.want("OK", "APPEND INBOX"+strings.Repeat(fmt.Sprintf(" {%d+}\r\n", mebibyte)+strings.Repeat("a", mebibyte), 5))
	srv.Inbox().AssertCount(t, 5)
}

// Before login there is less, for a user name and a password.
func TestLiteralsBeforeLogin(t *testing.T) {
	a := newAsker(t, "n")
	name := fmt.Sprintf("{3000+}\r\n%s", strings.Repeat("a", 3000))
	a.want("NO [TOOBIG]", "LOGIN "+name+" "+name)
	a.want("OK", "NOOP")
	a.want("OK", "LOGIN {4+}\r\nuser {8+}\r\npassword")
}

// RFC 7888, section 5: the BAD for a literal that LITERAL- does not allow MUST say
// TOOBIG.
func TestLiteralMinusSaysTooBig(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.With(imap.CapLiteralMinus), imaptest.Without(imap.CapLiteralPlus))
	nc, err := srv.Dial(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	a := &asker{t: t, nc: nc, r: bufio.NewReader(nc)}
	a.reset()
	a.enter("a")
	a.want("BAD [TOOBIG]", "APPEND INBOX {5000+}\r\n"+strings.Repeat("a", 5000))
	a.want("OK", "NOOP")
}
