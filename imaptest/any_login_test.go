package imaptest_test

import (
	"bufio"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Whoever comes has an account, however it sends its password.
func TestAcceptAnyLogin(t *testing.T) {
	srv := imaptest.Start(t, imaptest.AcceptAnyLogin(), imaptest.WithUser("ann", "secret"), imaptest.WithSMTP())
	for name, login := range map[string]string{
		"LOGIN":     "LOGIN bob any",
		"an alias?": `LOGIN "bob@example.com" "what ever"`,
		"PLAIN":     "AUTHENTICATE PLAIN " + base64Of("\x00carl\x00any"),
		"known":     "LOGIN ann wrong",
		"case":      "LOGIN ANN wrong",
	} {
		if got := dialGreeted(t, srv).answer("l " + login); !strings.HasPrefix(got, "l OK [CAPABILITY") {
			t.Errorf("%s: got %s", name, got)
		}
	}
	c := dialGreeted(t, srv)
	c.send("a AUTHENTICATE LOGIN")
	for _, word := range []string{"dora", "any"} {
		if got := c.line(); !strings.HasPrefix(got, "+ ") {
			t.Fatalf("got %s", got)
		}
		c.send("%s", base64Of(word))
	}
	if got := c.line(); !strings.HasPrefix(got, "a OK") {
		t.Errorf("got %s", got)
	}
	for _, name := range []string{"bob", "bob@example.com", "carl", "dora"} {
		for _, mailbox := range []string{"INBOX", "Archive", "Sent"} {
			srv.User(name).Mailbox(mailbox).AssertCount(t, 0)
		}
	}
	if n := len(srv.Store().Users()); n != 5 {
		t.Errorf("%d accounts", n)
	}
	if got := c.answer(`l LOGIN "" x`); !strings.HasPrefix(got, "l ") || strings.HasPrefix(got, "l OK") {
		t.Errorf("without a name: got %s", got)
	}
	srv.User("bob").Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	wantReply(t, tell(t, srv, "EHLO me", "AUTH PLAIN "+base64Of("\x00erin\x00any")), "235")
	srv.User("erin").Inbox().AssertCount(t, 0)
	srv.Reset(t)
	if n := len(srv.Store().Users()); n != 1 {
		t.Errorf("after Reset: %d accounts", n)
	}
}

// What the server cannot check without a password is not offered.
func TestAcceptAnyLoginMechanisms(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.AcceptAnyLogin(), imaptest.WithoutDefaultMailboxes())
	client := srv.Client(t)
	caps := client.Caps()
	if err := client.Logout().Wait(); err != nil {
		t.Fatal(err)
	}
	greeting := dialGreeted(t, srv).answer("c CAPABILITY")
	for _, name := range []string{"CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		if caps.Has(imap.AuthCap(name)) || strings.Contains(greeting, name) {
			t.Errorf("%s is offered: %s", name, greeting)
		}
	}
	if !strings.Contains(greeting, "AUTH=PLAIN AUTH=LOGIN") {
		t.Errorf("got %s", greeting)
	}
	dialRawAs(t, srv, "bob x")
	if mailboxes := srv.Store().Users()[1].Mailboxes(); len(mailboxes) != 1 {
		t.Errorf("bob has %d mailboxes", len(mailboxes))
	}
	_, err := imaptest.New(imaptest.AcceptAnyLogin(), imaptest.With(imap.AuthCap("CRAM-MD5")))
	if err == nil || !strings.Contains(err.Error(), "AcceptAnyLogin excludes AUTH=CRAM-MD5") {
		t.Errorf("got %v", err)
	}
}

// Of clients that come at once under one name each sees a whole account, and the same.
func TestAcceptAnyLoginAtOnce(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.AcceptAnyLogin())
	var wg sync.WaitGroup
	for range 20 {
		c := dialGreeted(t, srv)
		wg.Go(func() {
			c.cmd("l", "LOGIN bob x")
			if lines := c.cmd("m", `LIST "" %%`); len(lines) != 6 {
				t.Errorf("got %q", lines)
			}
		})
	}
	wg.Wait()
	if users := srv.Store().Users(); len(users) != 2 {
		t.Errorf("%d accounts", len(users))
	}
}

// A token is good from the moment at which the test sets it, up to the next or its end.
func TestSetToken(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("ann", "a"), imaptest.WithUser("bob", "b"))
	login := func(user, token string) string {
		c := dialGreeted(t, srv)
		line := c.answer("a AUTHENTICATE XOAUTH2 " + base64Of("user="+user+"\x01auth=Bearer "+token+"\x01\x01"))
		if strings.HasPrefix(line, "+ ") { // why not, which the client answers with an empty line
			line = c.answer("")
		}
		return strings.Fields(line)[1]
	}
	ann := srv.User("ann")
	ann.SetToken(t, "first", time.Time{})
	srv.User("bob").SetToken(t, "stale", time.Now().Add(-time.Minute))
	steps := []string{login("ann", "first"), login("ann", "other"), login("bob", "first"), login("bob", "stale")}
	soon := time.Now().Add(time.Hour)
	ann.SetToken(t, "second", soon)
	if token, expires := ann.Token(t); token != "second" || !expires.Equal(soon) {
		t.Errorf("the token is %q until %v, want second until %v", token, expires, soon)
	}
	steps = append(steps, login("ann", "first"), login("ann", "second"))
	ann.SetToken(t, "", time.Time{})
	steps = append(steps, login("ann", "second"), login("ann", ""))
	if want := []string{"OK", "NO", "NO", "NO", "NO", "OK", "NO", "NO"}; !slices.Equal(steps, want) {
		t.Errorf("got %v, want %v", steps, want)
	}
	srv.User("bob").SetToken(t, "fresh", time.Time{})
	client := srv.Client(t)
	if err := client.Unauthenticate().Wait(); err != nil {
		t.Fatal(err)
	}
	if err := client.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: "bob", Token: "fresh"})); err != nil {
		t.Error(err)
	}
	if got := reported(t, func(t imaptest.TB) { srv.User("carl").Token(t) }); !strings.Contains(got, `no account "carl"`) {
		t.Errorf("got %q", got)
	}
	if got := reported(t, func(t imaptest.TB) { srv.User("carl").SetToken(t, "x", time.Time{}) }); !strings.Contains(got, `no account "carl" (have ann, bob)`) {
		t.Errorf("got %q", got)
	}
}

// A client that is back is another one: of connections that the server has dropped nothing
// is waited for, though what runs on them has yet to end.
func TestWaitsAfterADrop(t *testing.T) {
	for name, drop := range map[string]func(srv *imaptest.Server){
		"DropConns": func(srv *imaptest.Server) { srv.DropConns() },
		"Shutdown":  func(srv *imaptest.Server) { srv.Shutdown("down") },
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Start(t, imaptest.InMemory())
			idle := dialRaw(t, srv)
			idle.cmd("s", "SELECT INBOX")
			idle.send("i IDLE")
			srv.Inbox().WaitIdle(t)
			busy := dialRaw(t, srv)
			inside, release := make(chan struct{}), make(chan struct{})
			srv.On("NOOP").Before(func(*imaptest.Command) { close(inside); <-release })
			busy.send("n NOOP")
			<-inside
			srv.WaitConns(t, 2)
			drop(srv)
			if name == "Shutdown" {
				close(release) // until then it is open
			} else if n := srv.ConnsOpen(); n != 0 {
				t.Errorf("%d connections are open", n)
			}
			again := make(chan *rawConn)
			go func() {
				c := dialRaw(t, srv)
				c.cmd("s", "SELECT INBOX")
				c.send("i IDLE")
				again <- c
			}()
			srv.WaitConns(t, 1)
			srv.Inbox().WaitIdle(t)
			srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
			c := <-again
			for _, want := range []string{"+ idling", "* 1 EXISTS"} {
				if got := c.line(); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			}
			if name != "Shutdown" {
				close(release)
			}
		})
	}
}

// dialGreeted connects, and does not log in.
func dialGreeted(t *testing.T, srv *imaptest.Server) *rawConn {
	t.Helper()
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &rawConn{t, nc, bufio.NewReader(nc)}
	c.line()
	return c
}

// answer is the line that a command is answered with.
func (c *rawConn) answer(command string) string {
	c.t.Helper()
	c.send("%s", command)
	return c.line()
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
