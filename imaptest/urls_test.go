package imaptest_test

import (
	"bufio"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

// urlClient sends commands and reads their answers.
type urlClient struct {
	t  *testing.T
	rw *bufio.ReadWriter
}

func newURLClient(t *testing.T, srv *imaptest.Server, login string) *urlClient {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &urlClient{t, bufio.NewReadWriter(bufio.NewReader(nc), bufio.NewWriter(nc))}
	c.do("l", "LOGIN "+login)
	return c
}

// do sends a command and returns all lines up to the one with its tag, or a BYE.
func (c *urlClient) do(tag, command string) string {
	c.t.Helper()
	fmt.Fprintf(c.rw, "%s %s\r\n", tag, command)
	c.rw.Flush()
	var all strings.Builder
	for {
		line, err := c.rw.ReadString('\n')
		all.WriteString(line)
		if err != nil || strings.HasPrefix(line, tag+" ") {
			return all.String()
		}
	}
}

// generate makes a URL for the first message of INBOX.
func (c *urlClient) generate(params string) string {
	c.t.Helper()
	answer := c.do("g", `GENURLAUTH "imap://user@localhost/INBOX/;UID=1`+params+`" INTERNAL`)
	m := regexp.MustCompile(`\* GENURLAUTH "(.*)"`).FindStringSubmatch(answer)
	if m == nil {
		c.t.Fatalf("GENURLAUTH: %s", answer)
	}
	return m[1]
}

// A URL is good up to EXPIRE by the server's clock, and not after (RFC 4467, section 3).
func TestURLExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.Inbox().Deliver(t, []byte("a: b\r\n\r\n"))
		c := newURLClient(t, srv, "user password")
		end := time.Now().Add(2 * time.Hour).Truncate(time.Second)
		url := c.generate(";EXPIRE=" + end.Format(time.RFC3339) + ";URLAUTH=anonymous")
		for _, tc := range []struct {
			at   time.Time
			want string
		}{
			{time.Now(), " {8}\r\n"}, {end, " {8}\r\n"}, {end.Add(time.Nanosecond), " NIL\r\n"}, {end.Add(time.Hour), " NIL\r\n"},
		} {
			time.Sleep(time.Until(tc.at))
			if got := c.do("u", `URLFETCH "`+url+`"`); !strings.Contains(got, url+`"`+tc.want) {
				t.Errorf("%v after EXPIRE: %s", time.Until(end), got)
			}
		}
	})
}

// A snapshot has no keys: what was generated stays good, and what was reset stays void.
func TestURLsAfterRestore(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory())
	srv.Inbox().Deliver(t, []byte("a: b\r\n\r\n"))
	c := newURLClient(t, srv, "user password")
	old := c.generate(";URLAUTH=anonymous")
	snapshot := srv.Snapshot()
	c.do("r", "RESETKEY INBOX")
	url := c.generate(";URLAUTH=anonymous")
	srv.Inbox().Expunge(t, 1)
	srv.Restore(snapshot)
	if got := c.do("u", fmt.Sprintf("URLFETCH %q %q", old, url)); !strings.Contains(got, old+`" NIL`) || !strings.Contains(got, url+`" {8}`) {
		t.Errorf("got %s", got)
	}
}

// Whatever is done with a token, no piece of it is in the transcript or in the journal (RFC
// 4467, section 1: who has it has the message), and the rest is shown.
func TestNoTokenIsShown(t *testing.T) {
	const rump = "imap://user@localhost/INBOX/;UID=1;URLAUTH=anonymous"
	for _, form := range []string{
		`URLFETCH "%s"`, `URLFETCH %s`, "URLFETCH {%d+}\r\n%s", `URLFETCH (%s BODY)`, `URLFETCH ("%s" BINARY) "%s"`, `URLFETCH x "%s"`,
		`urlfetch "%s"`, `URLFETCH "%s`, `URLFETCH "%s" x "`, `URLFETCH "%s"(`, `URLFETCH (%s`, `URLFETCH %s(`, `URLFETCH "%s" (`, `URLFETCH ("%s" FROB)`,
		`GENURLAUTH "%s" INTERNAL`, `GENURLAUTH %s`, `GENURLAUTH "%s" XSAMPLE`,
		`APPEND INBOX CATENATE (URL "%s")`, `APPEND INBOX CATENATE (URL %s)`, "APPEND INBOX CATENATE (URL {%d+}\r\n%s)", `APPEND INBOX CATENATE (URL "%s"`, `APPEND INBOX CATENATE (URL "%s" FROB "%s")`,
		`REPLACE 1 INBOX CATENATE (URL "%s")`, `UID REPLACE 1 INBOX CATENATE (URL "%s")`,
		`URLFTCH "%s"`, `"%s"`, `%s`,
	} {
		srv := imaptest.Start(t, imaptest.InMemory())
		srv.Inbox().Deliver(t, []byte("a: b\r\n\r\n"))
		c := newURLClient(t, srv, "user password")
		c.do("s", "SELECT INBOX")
		url := c.generate(";URLAUTH=anonymous")
		token := url[strings.LastIndexByte(url, ':')+1:]
		for i, spelled := range []string{
			url, strings.ToUpper(url), rump + ":internal:" + token, rump + ":" + token, rump + "::" + token, rump + ":XSAMPLE:" + token, rump + ":INTERNAL:" + token + "/",
			rump + ":INTERNAL:" + token + "\\(", "imap://localhost/INBOX/;UID=1/;URLAUTH=anonymous:INTERNAL:" + token, "x;URLAUTH=" + token, "/INBOX/;UID=1;URLAUTH=anonymous:INTERNAL:" + token,
		} {
			args := []any{spelled, spelled}[:strings.Count(form, "%s")]
			if strings.Contains(form, "%d") {
				args = []any{len(spelled), spelled}
			}
			command := fmt.Sprintf(form, args...)
			c.do(fmt.Sprint("t", i), command)
			checkNoPiece(t, srv, strings.ToLower(token), command)
		}
		if shown := srv.Transcript(); !strings.Contains(shown, "S: * GENURLAUTH \""+rump+":INTERNAL:***\"\n") {
			t.Errorf("the rest is not shown: %s", shown)
		}
	}
}

// checkNoPiece looks for any ten digits of the token.
func checkNoPiece(t *testing.T, srv *imaptest.Server, token, why string) {
	t.Helper()
	shown := srv.Transcript()
	for _, cmd := range srv.Commands() {
		shown += cmd.String() + "\n" + cmd.Code + " " + cmd.Text + "\n"
	}
	shown = strings.ToLower(shown)
	for i := 0; i+10 <= len(token); i++ {
		if at := strings.Index(shown, token[i:i+10]); at >= 0 {
			t.Fatalf("%s: shown: %s", why, shown[max(at-100, 0):at+10])
		}
	}
}

// RFC 4467, section 3: the account of a submission server, whatever its name is.
func TestWithSubmitters(t *testing.T) {
	mail := memstore.New()
	for _, name := range []string{"user", "submit", "outbox"} {
		if _, err := mail.AddUser(name, "password"); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		opts []imaptest.Option
		want map[string]bool
	}{
		{nil, map[string]bool{"submit": true}},
		{[]imaptest.Option{imaptest.WithSubmitters("outbox")}, map[string]bool{"outbox": true}},
	} {
		srv := imaptest.Start(t, append(tc.opts, imaptest.InMemory(), imaptest.WithStore(mail))...)
		if len(srv.Inbox().Messages()) == 0 {
			srv.Inbox().Deliver(t, []byte("a: b\r\n\r\n"))
		}
		url := newURLClient(t, srv, "user password").generate(";URLAUTH=submit+user")
		for _, name := range []string{"user", "submit", "outbox"} {
			got := newURLClient(t, srv, name+" password").do("u", `URLFETCH "`+url+`"`)
			if strings.Contains(got, `" {8}`) != tc.want[name] {
				t.Errorf("%s: %s", name, got)
			}
		}
	}
}
