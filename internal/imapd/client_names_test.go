package imapd_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/go-mailtest/mailtest/imaptest"
)

// go-imap's client sends names in UTF-8 as soon as IMAP4rev2 is advertised, and in
// modified UTF-7 otherwise. Either way they are the same mailboxes, for it and for
// the test.
func TestClientNames(t *testing.T) {
	for _, profile := range imaptest.Profiles() {
		for _, name := range []string{"Cafè", "日本語", "Entwürfe", "Lists/Ängste"} {
			t.Run(fmt.Sprintf("%v/%s", profile, name), func(t *testing.T) {
				t.Parallel()
				srv := imaptest.Start(t, profile, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(clientMail()))
				client := srv.Client(t)
				useName(t, client, name)
				srv.AssertMailboxes(t, "Archive", "INBOX", "Lists", "Lists/Go", name+" 2")
				srv.Mailbox(name+" 2").AssertSubjects(t, "Plans", "Re: Plans", "für", "Bill")
			})
		}
	}
}

// useName has a client do all that is done with a name.
func useName(t *testing.T, client *imapclient.Client, name string) {
	t.Helper()
	fail := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	fail("CREATE", client.Create(name, nil).Wait())
	listed := must[[]*imap.ListData](t)(client.List("", name, nil).Collect())
	if len(listed) != 1 || listed[0].Mailbox != name {
		t.Fatalf("LIST: %v, want %s", listed, name)
	}
	fail("SUBSCRIBE", client.Subscribe(name).Wait())
	_, err := client.Select("INBOX", nil).Wait()
	fail("SELECT INBOX", err)
	_, err = client.Copy(imap.SeqSetNum(1, 2), name).Wait()
	fail("COPY", err)
	raw := []byte("Subject: =?utf-8?q?f=C3=BCr?=\r\n\r\n")
	appending := client.Append(name, int64(len(raw)), nil)
	_, err = appending.Write(raw)
	fail("APPEND", err)
	fail("APPEND", appending.Close())
	_, err = appending.Wait()
	fail("APPEND", err)
	_, err = client.Move(imap.SeqSetNum(3), name).Wait()
	fail("MOVE", err)
	status := must[*imap.StatusData](t)(client.Status(name, &imap.StatusOptions{NumMessages: true}).Wait())
	if status.Mailbox != name || *status.NumMessages != 4 {
		t.Errorf("STATUS: %s has %d messages", status.Mailbox, *status.NumMessages)
	}
	_, err = client.Select(name, nil).Wait()
	fail("SELECT", err)
	searchName(t, client)
	fail("RENAME", client.Rename(name, name+" 2", nil).Wait())
	fail("CREATE again", client.Create(name, nil).Wait())
	fail("UNSUBSCRIBE", client.Unsubscribe(name).Wait())
	fail("DELETE", client.Delete(name).Wait())
}

// searchName searches for what is not ASCII.
func searchName(t *testing.T, client *imapclient.Client) {
	t.Helper()
	criteria := &imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: "FÜR"}}}
	found := must[*imap.SearchData](t)(client.UIDSearch(criteria, nil).Wait())
	if !slices.Equal(found.AllUIDs(), []imap.UID{3}) {
		t.Errorf("SEARCH SUBJECT FÜR: %v, want 3", found.AllUIDs())
	}
}

// A strict server answers such a client with an error that says what is right.
func TestClientNamesStrict(t *testing.T) {
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStrictUTF8())
	client := srv.Client(t)
	err := client.Create("Cafè", nil).Wait()
	if refused, ok := err.(*imap.Error); !ok || refused.Type != imap.StatusResponseTypeBad {
		t.Fatalf("CREATE: %v, want BAD", err)
	}
	if _, err := client.Enable(imap.CapIMAP4rev2).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := client.Create("Cafè", nil).Wait(); err != nil {
		t.Errorf("CREATE after ENABLE: %v", err)
	}
}
