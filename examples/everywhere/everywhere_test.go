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
		for _, subject := range []string{"one", "two", "three"} {
			inbox.Deliver(t, fixtures.New().Subject(subject).Text("Hello.\n").Bytes())
		}

		mails, err := everywhere.Import(dial(t, srv), account) // the code under test
		if err != nil {
			t.Fatal(err)
		}

		if len(mails) != 3 {
			t.Errorf("got %d mails, want 3", len(mails))
		}
		inbox.AssertFlags(t, 1) // nothing is marked as read
	}, provider.Known("mailru", "numbers like 9.3736e+06"))
}

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
