package imaptest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A test that idles for three hours of virtual time passes at once.
func TestIdleForThreeHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithSMTP())
		news := make(chan uint32, 1)
		client := srv.Client(t, imaptest.ClientOptions(&imapclient.Options{
			UnilateralDataHandler: &imapclient.UnilateralDataHandler{
				Mailbox: func(data *imapclient.UnilateralDataMailbox) {
					if data.NumMessages != nil {
						news <- *data.NumMessages
					}
				},
			},
		}))
		if _, err := client.Select("INBOX", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		idle, err := client.Idle()
		if err != nil {
			t.Fatal(err)
		}
		srv.Inbox().WaitIdle(t)
		time.Sleep(3 * time.Hour)
		srv.Inbox().Deliver(t, []byte("Subject: at last\r\n\r\n"))
		if n := <-news; n != 1 {
			t.Errorf("got %d messages, want 1", n)
		}
		if err := idle.Close(); err != nil {
			t.Error(err)
		}
		if err := idle.Wait(); err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d != 3*time.Hour {
			t.Errorf("%v went by, want 3 h", d)
		}
		if got := srv.Inbox().Messages()[0].InternalDate; !got.Equal(begin.Add(3 * time.Hour)) {
			t.Errorf("internal date %v, want the virtual time", got)
		}
	})
}

// go-imap's client asks for the capabilities after STARTTLS, in a goroutine of its own that
// waits for a mutex while another idles: the bubble's clock stands still then. There are two
// ways round that. Both are played more often than it would take to see it.
func TestStartTLSInABubble(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(srv *imaptest.Server)
		await   func(client *imapclient.Client)
		want    []string
	}{
		"the list is in the answer": {
			func(srv *imaptest.Server) {
				srv.On("STARTTLS").Tagged("OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] begin TLS")
			},
			func(*imapclient.Client) {}, []string{"STARTTLS", "LOGIN", "SELECT INBOX", "IDLE", "LOGOUT"},
		},
		"Caps waits for it": {
			func(*imaptest.Server) {},
			func(client *imapclient.Client) {
				client.Caps() // returns when that CAPABILITY has been answered
			},
			[]string{"STARTTLS", "CAPABILITY", "LOGIN", "SELECT INBOX", "IDLE", "LOGOUT"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 30 {
				synctest.Test(t, func(t *testing.T) {
					srv := imaptest.Start(t, imaptest.InMemory(), imaptest.RequireTLS())
					test.prepare(srv)
					idleOverStartTLS(t, srv, test.await)
					srv.AssertCommands(t, test.want...)
				})
			}
		})
	}
}

// idleOverStartTLS idles for twenty minutes.
func idleOverStartTLS(t *testing.T, srv *imaptest.Server, await func(*imapclient.Client)) {
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tlsConfig := srv.ClientTLSConfig()
	tlsConfig.ServerName = "localhost"
	client, err := imapclient.NewStartTLS(nc, &imapclient.Options{TLSConfig: tlsConfig})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	await(client)
	if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	idle, err := client.Idle()
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Minute) // the client idles anew after 28
	if err := idle.Close(); err != nil {
		t.Error(err)
	}
	if err := client.Logout().Wait(); err != nil {
		t.Error(err)
	}
}

// A wait in a bubble takes virtual time, and says so when it is in vain.
func TestWaitTakesVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory())
		go func() {
			time.Sleep(9 * time.Second)
			srv.Inbox().Deliver(t, []byte("Subject: late\r\n\r\n"))
		}()
		begin := time.Now()
		srv.Inbox().WaitMessage(t, imaptest.Subject("late"))
		if d := time.Since(begin); d != 9*time.Second {
			t.Errorf("waited %v, want 9 s", d)
		}
	})
}

// Autologout is off unless a test asks for it (RFC 9051, section 5.4).
func TestAutologout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithAutologout(30*time.Minute))
		c := dialRaw(t, srv)
		time.Sleep(29 * time.Minute)
		c.cmd("a", "NOOP")
		begin := time.Now()
		if got := c.line(); !strings.HasPrefix(got, "* BYE") {
			t.Errorf("got %s, want * BYE", got)
		}
		if d := time.Since(begin); d != 30*time.Minute {
			t.Errorf("logged out after %v, want 30 min", d)
		}
		// IDLE does not put it off.
		c = dialRaw(t, srv)
		c.cmd("s", "SELECT INBOX")
		c.send("i IDLE")
		c.line()
		begin = time.Now()
		if got := c.line(); !strings.HasPrefix(got, "* BYE") {
			t.Errorf("got %s, want * BYE", got)
		}
		if d := time.Since(begin); d != 30*time.Minute {
			t.Errorf("logged out after %v, want 30 min", d)
		}
	})
}
