package imaptest_test

import (
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
)

// Two hundred tests at once, each with a server of its own, that do not see each
// other. The leak check of TestMain is for them too.
func TestParallelServers(t *testing.T) {
	for i := range 200 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			srv := imaptest.Start(t, imaptest.WithMail(threeLetters()))
			client := parallelClient(t, srv, i%2 == 0)
			if err := client.Login("user", "password").Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			before := srv.Snapshot()
			subject := fmt.Sprint("letter ", i)
			srv.Inbox().Deliver(t, []byte("Subject: "+subject+"\r\n\r\n"))
			if err := client.Noop().Wait(); err != nil { // hears of the letter
				t.Fatal(err)
			}
			if _, err := client.Move(imap.UIDSetNum(1, 4), "Archive").Wait(); err != nil {
				t.Fatal(err)
			}
			before.AssertDiff(t, "INBOX -1", `Archive +1 "one"`, fmt.Sprintf("Archive +2 %q", subject))
			srv.Mailbox("Archive").WaitMessage(t, imaptest.Subject(subject))
			srv.Restore(before)
			before.AssertDiff(t)
			srv.AssertCommands(t, "…", "LOGIN user *", "…", "SELECT INBOX", "NOOP", "UID MOVE *")
			if err := client.Logout().Wait(); err != nil {
				t.Fatal(err)
			}
			srv.WaitLogout(t)
			if srv.Transcript() == "" || srv.State() == "" || srv.ConnsOpened() != 1 {
				t.Error("nothing was recorded")
			}
		})
	}
}

func parallelClient(t *testing.T, srv *imaptest.Server, memory bool) *imapclient.Client {
	if memory {
		nc, err := srv.Dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		client := imapclient.New(nc, nil)
		t.Cleanup(func() { client.Close() })
		return client
	}
	client, err := imapclient.DialInsecure(srv.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}
