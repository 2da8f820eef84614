package provider_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/imaptest/provider"
)

// go-imap's client logs in, lists, appends, fetches, flags, searches, moves and idles at every
// provider, without what the protocol forbids.
func TestClient(t *testing.T) {
	provider.Matrix(t, clientSession, provider.Over(provider.Faultless()...))
}

func clientSession(t testing.TB, srv *imaptest.Server) {
	exists := make(chan uint32, 16)
	client := srv.Client(t, imaptest.ClientOptions(&imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				exists <- *data.NumMessages
			}
		},
	}}))
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	if client.Caps().Has(imap.CapID) {
		_, err := client.ID(&imap.IDData{Name: "client"}).Wait()
		must("ID", err)
	}
	list, err := client.List("", "*", nil).Collect()
	must("LIST", err)
	other := otherMailbox(t, client, list)

	_, err = client.Select("INBOX", nil).Wait()
	must("SELECT", err)
	raw := fixtures.New().Subject("Lunch?").Text("At noon?\n").Bytes()
	appending := client.Append("INBOX", int64(len(raw)), nil)
	if _, err := appending.Write(raw); err != nil {
		t.Fatal(err)
	}
	must("APPEND", appending.Close())
	_, err = appending.Wait()
	must("APPEND", err)
	must("NOOP", client.Noop().Wait())

	// By number: of what was asked for by UID this client takes nothing if UID comes last.
	section := &imap.FetchItemBodySection{Peek: true}
	got, err := client.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	must("FETCH", err)
	if len(got) != 1 || !bytes.Equal(got[0].FindBodySection(section), raw) {
		t.Fatalf("fetched %d messages, want the one that was appended", len(got))
	}
	uids := imap.UIDSetNum(got[0].UID)
	must("STORE", client.Store(uids, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}, Silent: true}, nil).Close())
	found, err := client.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	must("SEARCH", err)
	if len(found.AllUIDs()) != 1 {
		t.Errorf("SEARCH found %v, want 1 message", found.AllUIDs())
	}
	_, err = client.Move(uids, other).Wait() // without MOVE the client copies
	must("MOVE", err)
	srv.Mailbox("INBOX").AssertCount(t, 0)
	srv.Mailbox(other).AssertCount(t, 1)
	idle(t, srv, client, exists)
	must("LOGOUT", client.Logout().Wait())
}

// otherMailbox is one into which mail can be moved.
func otherMailbox(t testing.TB, client *imapclient.Client, list []*imap.ListData) string {
	name := "Work"
	if list[0].Delim == '.' {
		if namespaces, err := client.Namespace().Wait(); err == nil && len(namespaces.Personal) > 0 {
			name = namespaces.Personal[0].Prefix + name
		}
	}
	if err := client.Create(name, nil).Wait(); err != nil {
		t.Fatalf("CREATE %s: %v", name, err)
	}
	return name
}

// idle hears of a message that comes, where the server has IDLE.
func idle(t testing.TB, srv *imaptest.Server, client *imapclient.Client, exists chan uint32) {
	if !client.Caps().Has(imap.CapIdle) {
		return
	}
	for len(exists) > 0 {
		<-exists
	}
	cmd, err := client.Idle()
	if err != nil {
		t.Fatalf("IDLE: %v", err)
	}
	srv.Mailbox("INBOX").Deliver(t, fixtures.New().Subject("New").Text("!\n").Bytes())
	select {
	case n := <-exists:
		if n != 1 {
			t.Errorf("IDLE tells EXISTS %d, want 1", n)
		}
	case <-time.After(time.Minute):
		t.Errorf("IDLE tells nothing of a new message")
	}
	if err := cmd.Close(); err != nil {
		t.Errorf("DONE: %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("IDLE: %v", err)
	}
}
