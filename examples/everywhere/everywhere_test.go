package everywhere_test

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/examples/everywhere"
	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// The importer finds all mail, whichever provider has it, but for one: numbers that are
// floats end go-imap's client.
func TestImportEverywhere(t *testing.T) {
	provider.Matrix(t, func(t testing.TB, srv *imaptest.Server) {
		inbox := srv.Mailbox("INBOX")
		uid := inbox.Deliver(t, mail("one"))
		inbox.Deliver(t, mail("two"))
		inbox.Deliver(t, mail("three"))

		mails, err := everywhere.Import(dial(t, srv), account) // the code under test
		if err != nil {
			t.Fatal(err)
		}

		if len(mails) != 3 {
			t.Errorf("got %d mails, want 3", len(mails))
		}
		inbox.AssertFlags(t, uid) // nothing is marked as read
	}, provider.Known("mailru", "numbers like 9.3736e+06"))
}

func mail(subject string) []byte { return fixtures.New().Subject(subject).Text("Hello.\n").Bytes() }

var account = everywhere.Account{User: imaptest.DefaultUser, Password: imaptest.DefaultPassword, Token: "token"}

// dial connects, and lets the account in with a token too.
func dial(t testing.TB, srv *imaptest.Server) *imapclient.Client {
	srv.User(account.User).SetToken(t, account.Token, time.Time{})
	nc, err := srv.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := imapclient.New(nc, nil)
	t.Cleanup(func() { client.Close() })
	return client
}
