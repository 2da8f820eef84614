package imaptest_test

import (
	"crypto/tls"
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"github.com/go-mailtest/mailtest/imaptest"
)

// A token that has expired is refused; the client must fetch a new one.
func ExampleAccount_SetToken() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t)
	user := srv.User(imaptest.DefaultUser)
	user.SetToken(t, "ya29.stale", time.Now().Add(-time.Minute))

	login := func(token string) error {
		client, err := imapclient.DialInsecure(srv.Addr(), nil)
		if err != nil {
			return err
		}
		defer client.Close()
		return client.Authenticate(sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: imaptest.DefaultUser, Token: token}))
	}
	fmt.Println(login("ya29.stale") != nil)
	user.SetToken(t, "ya29.fresh", time.Now().Add(time.Hour))
	fmt.Println(login("ya29.fresh"))
	// Output:
	// true
	// <nil>
}

// A client proves who it is with its certificate.
func ExampleServer_ClientCertificate() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithUser("ann", "unused"))
	config := srv.ClientTLSConfig()
	config.Certificates = []tls.Certificate{srv.ClientCertificate("ann")}
	client, err := imapclient.DialTLS(srv.TLSAddr(), &imapclient.Options{TLSConfig: config})
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer client.Close()
	fmt.Println(client.Authenticate(sasl.NewExternalClient("ann")))
	// Output: <nil>
}

// A server that works on so many messages a command tests the paging of a
// sync engine (RFC 9738).
func ExampleWithMessageLimit() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithMessageLimit(2))
	for range 3 {
		srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	}
	client := srv.Client(t)
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatalf("%v", err)
	}
	all := imap.UIDSet{{Start: 1, Stop: 0}}
	messages, err := client.Fetch(all, &imap.FetchOptions{UID: true}).Collect()
	fmt.Println(len(messages), err)
	// Output: 2 <nil>
}

// A server that speaks IMAP4rev2 and nothing older.
func ExampleProfile() {
	t := &printer{}
	defer t.end()
	caps := imaptest.Start(t, imaptest.Rev2).Client(t).Caps()
	fmt.Println(caps.Has(imap.CapIMAP4rev1), caps.Has(imap.CapIMAP4rev2), caps.Has(imap.CapCondStore))
	// Output: false true false
}

// A migration tool logs in to every account with one password.
func ExampleMayActAs() {
	t := &printer{}
	defer t.end()
	srv := imaptest.Start(t, imaptest.WithUser("admin", "secret"), imaptest.WithUser("ann", "a"), imaptest.MayActAs("admin"))
	client, err := imapclient.DialInsecure(srv.Addr(), nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer client.Close()
	fmt.Println(client.Authenticate(sasl.NewPlainClient("ann", "admin", "secret")))
	fmt.Println(client.Create("Imported", nil).Wait())
	srv.User("ann").Mailbox("Imported").AssertExists(t)
	// Output:
	// <nil>
	// <nil>
}
