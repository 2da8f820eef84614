package imaptest_test

import (
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

func TestStartWithoutOptions(t *testing.T) {
	srv := imaptest.Start(t)
	client, err := imapclient.DialInsecure(srv.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login(imaptest.DefaultUser, imaptest.DefaultPassword).Wait(); err != nil {
		t.Fatal(err)
	}
	list, err := client.List("", "*", &imap.ListOptions{ReturnSpecialUse: true, ReturnSubscribed: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]imap.MailboxAttr{
		"INBOX": "", "Drafts": imap.MailboxAttrDrafts, "Sent": imap.MailboxAttrSent, "Junk": imap.MailboxAttrJunk,
		"Trash": imap.MailboxAttrTrash, "Archive": imap.MailboxAttrArchive,
	}
	if len(list) != len(want) {
		t.Errorf("got %d mailboxes, want %d", len(list), len(want))
	}
	for _, mbox := range list {
		use, known := want[mbox.Mailbox]
		if !known || (use != "" && !slices.Contains(mbox.Attrs, use)) || !slices.Contains(mbox.Attrs, imap.MailboxAttrSubscribed) {
			t.Errorf("%s: got %v, want %v and subscribed", mbox.Mailbox, mbox.Attrs, use)
		}
	}
	srv.AssertMailboxes(t, "Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash")
}

// Every way in leads to the same mail.
func TestWaysIn(t *testing.T) {
	srv := imaptest.Start(t)
	srv.Inbox().Deliver(t, []byte("Subject: x\r\n\r\n"))
	dial := map[string]func() (*imapclient.Client, error){
		"plain": func() (*imapclient.Client, error) { return imapclient.DialInsecure(srv.Addr(), nil) },
		"tls": func() (*imapclient.Client, error) {
			return imapclient.DialTLS(srv.TLSAddr(), &imapclient.Options{TLSConfig: srv.ClientTLSConfig()})
		},
		"starttls": func() (*imapclient.Client, error) {
			return imapclient.DialStartTLS(srv.Addr(), &imapclient.Options{TLSConfig: srv.ClientTLSConfig()})
		},
		"memory": func() (*imapclient.Client, error) {
			nc, err := srv.Dial(t.Context())
			return imapclient.New(nc, nil), err
		},
	}
	for name, dial := range dial {
		t.Run(name, func(t *testing.T) {
			client, err := dial()
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if err := client.Login("user", "password").Wait(); err != nil {
				t.Fatal(err)
			}
			inbox, err := client.Select("INBOX", nil).Wait()
			if err != nil || inbox.NumMessages != 1 {
				t.Errorf("got %v, %v, want one message", inbox, err)
			}
		})
	}
}

// The certificate is verified, so a client that does not trust it fails.
func TestCertificateIsNotTrustedByDefault(t *testing.T) {
	srv := imaptest.Start(t)
	_, err := tls.Dial("tcp", srv.TLSAddr(), &tls.Config{ServerName: "localhost"})
	var unknown *tls.CertificateVerificationError
	if !errors.As(err, &unknown) {
		t.Errorf("got %v, want a verification error", err)
	}
}

func TestClientOptions(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("alice", "a"), imaptest.WithUser("bob", "b"))
	srv.User("bob").Inbox().Deliver(t, []byte("Subject: for bob\r\n\r\n"))
	client := srv.Client(t, imaptest.ClientAs("bob"), imaptest.ClientTLS())
	inbox, err := client.Select("INBOX", nil).Wait()
	if err != nil || inbox.NumMessages != 1 {
		t.Errorf("got %v, %v, want one message", inbox, err)
	}
}

func TestRequireTLS(t *testing.T) {
	srv := imaptest.Start(t, imaptest.RequireTLS())
	client, err := imapclient.DialInsecure(srv.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if !client.Caps().Has(imap.CapLoginDisabled) {
		t.Error("LOGINDISABLED is not advertised")
	}
	err = client.Login("user", "password").Wait()
	var refused *imap.Error
	if !errors.As(err, &refused) || refused.Code != imap.ResponseCodePrivacyRequired {
		t.Errorf("got %v, want NO [PRIVACYREQUIRED]", err)
	}
}

func TestCapabilities(t *testing.T) {
	srv := imaptest.Start(t, imaptest.Without(imap.CapIdle, imap.CapMove))
	caps := srv.Client(t).Caps()
	for name, want := range map[imap.Cap]bool{imap.CapIdle: false, imap.CapMove: false, imap.CapCondStore: true} {
		if caps.Has(name) != want {
			t.Errorf("%s: got %v, want %v", name, caps.Has(name), want)
		}
	}
	bare := imaptest.Start(t, imaptest.Rev1, imaptest.With(imap.CapIdle))
	caps = bare.Client(t).Caps()
	if !caps.Has(imap.CapIdle) || caps.Has(imap.CapUIDPlus) {
		t.Errorf("got %v, want IMAP4rev1 and IDLE", caps)
	}
}

// LITERAL- takes the place of LITERAL+ (RFC 7888, section 5).
func TestLiteralMinus(t *testing.T) {
	srv := imaptest.Start(t, imaptest.With(imap.CapLiteralMinus))
	caps := srv.Client(t).Caps()
	if _, plus := caps[imap.CapLiteralPlus]; plus || !caps.Has(imap.CapLiteralMinus) {
		t.Errorf("got %v", caps)
	}
}

func TestSeeding(t *testing.T) {
	mail := fstest.MapFS{
		"INBOX/1.eml":                 {Data: []byte("Subject: one\n\n1\n")},
		"INBOX/2.eml":                 {Data: []byte("Subject: two\n\n2\n")},
		"INBOX/mailbox.txt":           {Data: []byte("uidvalidity 77\nuidnext 30\n2.eml uid=9 flags=\\Seen\n")},
		"Sent Items/mailbox.txt":      {Data: []byte("special-use \\Sent\nsubscribed\n")},
		"Projects/Garden/shovels.eml": {Data: []byte("Subject: shovels\n\n")},
	}
	srv := imaptest.Start(t, imaptest.WithMail(mail))
	// The fixture has a \Sent of its own, so there is no other.
	srv.AssertMailboxes(t, "INBOX", "Archive", "Drafts", "Junk", "Projects", "Projects/Garden", "Sent Items", "Trash")
	srv.Inbox().AssertSubjects(t, "one", "two")
	srv.Inbox().AssertFlags(t, 9, imap.FlagSeen)
	inbox := srv.Store().Users()[0].Inbox()
	if status := inbox.Status(); status.UIDValidity != 77 || status.UIDNext != 30 {
		t.Errorf("got UIDVALIDITY %d, UIDNEXT %d, want 77, 30", status.UIDValidity, status.UIDNext)
	}
	bare := imaptest.Start(t, imaptest.WithMail(mail), imaptest.WithoutDefaultMailboxes())
	bare.AssertMailboxes(t, "INBOX", "Projects", "Projects/Garden", "Sent Items")
}

func TestAccountsFile(t *testing.T) {
	mail := fstest.MapFS{
		"accounts.txt":        {Data: []byte("alice password=a alias=sales@example.com\nbob password=b\n")},
		"alice/INBOX/hi.eml":  {Data: []byte("Subject: hi\n\n")},
		"bob/Work/report.eml": {Data: []byte("Subject: report\n\n")},
	}
	srv := imaptest.Start(t, imaptest.WithMail(mail))
	srv.User("alice").Inbox().AssertSubjects(t, "hi")
	srv.User("sales@example.com").Inbox().AssertSubjects(t, "hi")
	srv.User("bob").Mailbox("Work").AssertSubjects(t, "report")
	srv.Client(t, imaptest.ClientAs("bob"))
}

func TestWithStore(t *testing.T) {
	store := memstore.New()
	user, err := store.AddUser("carol", "c")
	if err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Start(t, imaptest.WithStore(store))
	srv.AssertMailboxes(t, "INBOX")
	srv.Inbox().Deliver(t, []byte("x: y\r\n\r\n"))
	if n := user.Inbox().Status().Messages; n != 1 {
		t.Errorf("got %d messages in the store, want 1", n)
	}
}

// Each mistake gives one error that names the thing.
func TestErrors(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	bad := fstest.MapFS{"INBOX/mailbox.txt": {Data: []byte("uidvalidity 7\nuidvalidtyy 8\n")}}
	tests := []struct {
		name string
		opts []imaptest.Option
		want []string // all of these in the error
	}{
		{"bad mailbox.txt", []imaptest.Option{imaptest.WithMail(bad)}, []string{"INBOX/mailbox.txt:2", `"uidvalidtyy"`}},
		{"duplicate account", []imaptest.Option{imaptest.WithUser("bob", "x"), imaptest.WithUser("Bob", "y")}, []string{`"Bob"`}},
		{"account without a name", []imaptest.Option{imaptest.WithUser("", "x")}, []string{"WithUser"}},
		{"port in use", []imaptest.Option{imaptest.ListenOn(ln.Addr().String())}, []string{ln.Addr().String(), "in use"}},
		{"not loopback", []imaptest.Option{imaptest.ListenOn("0.0.0.0:0")}, []string{"0.0.0.0:0", "loopback"}},
		{"no address", []imaptest.Option{imaptest.ListenTLSOn("imap")}, []string{`"imap"`}},
		{"memory and port", []imaptest.Option{imaptest.InMemory(), imaptest.ListenOn("127.0.0.1:0")}, []string{"InMemory", "ListenOn"}},
		{"with and without", []imaptest.Option{imaptest.With(imap.CapIdle), imaptest.Without(imap.CapIdle)}, []string{"With", "IDLE"}},
		{"unknown capability", []imaptest.Option{imaptest.With("X-FROB")}, []string{"X-FROB", "IDLE"}},
		{"unknown capability without", []imaptest.Option{imaptest.Without("X-FROB")}, []string{"X-FROB"}},
		{"lone SEARCHRES", []imaptest.Option{imaptest.Rev1, imaptest.With(imap.CapSearchRes)}, []string{"SEARCHRES needs ESEARCH"}},
		{"store and clock", []imaptest.Option{imaptest.WithStore(memstore.New()), imaptest.WithClock(time.Now)}, []string{"WithClock", "WithStore"}},
		{"no clock", []imaptest.Option{imaptest.WithClock(nil)}, []string{"WithClock"}},
		{"autologout", []imaptest.Option{imaptest.WithAutologout(-1)}, []string{"WithAutologout"}},
		{"append limit", []imaptest.Option{imaptest.WithAppendLimit(1 << 32)}, []string{"WithAppendLimit", "RFC 7889"}},
		{"no mail", []imaptest.Option{imaptest.WithMail(nil)}, []string{"WithMail"}},
		{"profile", []imaptest.Option{imaptest.NewProfile(imaptest.ProfileSpec{Name: "No Name"})}, []string{"profile", `"No Name" is no name`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv, err := imaptest.New(test.opts...)
			if err == nil {
				srv.Close()
				t.Fatal("no error")
			}
			for _, want := range append(test.want, "imaptest: ") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %q, want %q in it", err, want)
				}
			}
		})
	}
}

func TestMissingFolder(t *testing.T) {
	_, err := imaptest.New(imaptest.WithMail(missingFolder()))
	if err == nil || !strings.Contains(err.Error(), "no-such-folder") {
		t.Errorf("got %v, want the folder named", err)
	}
}

func TestCloseTwice(t *testing.T) {
	srv, err := imaptest.New(imaptest.WithSMTP())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(srv.Close(), srv.Close()); err != nil {
		t.Error(err)
	}
}

// UTF8=ONLY takes the place of UTF8=ACCEPT (RFC 9755, section 7), and the other way round
// what it was taken from comes back.
func TestUTF8Only(t *testing.T) {
	srv := imaptest.Start(t, imaptest.With(imap.CapUTF8Only))
	client := srv.Client(t)
	if _, accept := client.Caps()[imap.CapUTF8Accept]; accept || !client.Caps().Has(imap.CapUTF8Only) {
		t.Errorf("got %v", client.Caps())
	}
	if _, err := client.Select("INBOX", nil).Wait(); err == nil {
		t.Error("SELECT before ENABLE is allowed")
	}
	if _, err := client.Enable(imap.CapUTF8Accept).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Error(err)
	}
	if _, err := imaptest.New(imaptest.Rev1, imaptest.With(imap.CapUTF8Only)); err == nil || !strings.Contains(err.Error(), "UTF8=ONLY needs ENABLE") {
		t.Errorf("without ENABLE: got %v", err)
	}
}
