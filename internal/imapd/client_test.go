package imapd_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/go-mailtest/mailtest/imaptest"
)

// go-imap's client drives what it has a method for. It reads the answers with
// a parser that is not this project's.

// clientMail is the mail of these tests: three messages, two of them a thread.
func clientMail() fstest.MapFS {
	return fstest.MapFS{
		"INBOX/1.eml": {Data: []byte("From: zoe@example.com\nSubject: Plans\nMessage-ID: <1@x>\nDate: Mon, 06 May 2024 10:00:00 +0000\n\nFirst.\n")},
		"INBOX/2.eml": {Data: []byte("From: amy@example.com\nSubject: Re: Plans\nMessage-ID: <2@x>\nReferences: <1@x>\nDate: Tue, 07 May 2024 10:00:00 +0000\n\nSecond.\n")},
		"INBOX/3.eml": {Data: []byte("From: bob@example.com\nSubject: Bill\nMessage-ID: <3@x>\nDate: Sun, 05 May 2024 10:00:00 +0000\n" +
			"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nUERG\n")},
		"INBOX/mailbox.txt":   {Data: []byte("1.eml uid=11 flags=\\Seen\n3.eml uid=15\n")},
		"Lists/Go/1.eml":      {Data: []byte("Subject: go\n\n")},
		"Lists/mailbox.txt":   {Data: []byte("subscribed\n")},
		"Archive/mailbox.txt": {Data: []byte("special-use \\Archive\n")},
	}
}

// selectInbox starts a server and a client that has INBOX selected.
func selectInbox(t *testing.T, opts ...imaptest.Option) (*imaptest.Server, *imapclient.Client) {
	t.Helper()
	srv := imaptest.Start(t, append([]imaptest.Option{imaptest.WithMail(clientMail())}, opts...)...)
	client := srv.Client(t)
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	return srv, client
}

// must is a value, or the end of the test.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestClientSorts(t *testing.T) {
	_, client := selectInbox(t)
	sort := func(keys ...imapclient.SortCriterion) *imapclient.SortOptions {
		return &imapclient.SortOptions{SearchCriteria: &imap.SearchCriteria{}, SortCriteria: keys}
	}
	nums := must[[]uint32](t)
	check(t, "SORT (DATE)", nums(client.Sort(sort(imapclient.SortCriterion{Key: imapclient.SortKeyDate})).Wait()), []uint32{3, 1, 2})
	check(t, "SORT (FROM)", nums(client.Sort(sort(imapclient.SortCriterion{Key: imapclient.SortKeyFrom})).Wait()), []uint32{2, 3, 1})
	bySubject := sort(imapclient.SortCriterion{Key: imapclient.SortKeySubject}, imapclient.SortCriterion{Key: imapclient.SortKeyDate, Reverse: true})
	check(t, "UID SORT (SUBJECT REVERSE DATE)", nums(client.UIDSort(bySubject).Wait()), []uint32{15, 12, 11})
}

func TestClientThreads(t *testing.T) {
	_, client := selectInbox(t)
	for _, algorithm := range []imap.ThreadAlgorithm{imap.ThreadReferences, imap.ThreadOrderedSubject} {
		options := &imapclient.ThreadOptions{Algorithm: algorithm, SearchCriteria: &imap.SearchCriteria{}}
		got := must[[]imapclient.ThreadData](t)(client.UIDThread(options).Wait())
		check(t, "UID THREAD "+string(algorithm), got, []imapclient.ThreadData{{Chain: []uint32{15}}, {Chain: []uint32{11, 12}}})
	}
}

func TestClientSearches(t *testing.T) {
	_, client := selectInbox(t)
	data := must[*imap.SearchData](t)
	unseen := &imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}
	got := data(client.UIDSearch(unseen, &imap.SearchOptions{ReturnMin: true, ReturnMax: true, ReturnCount: true, ReturnAll: true}).Wait())
	check(t, "MIN MAX COUNT", []uint32{got.Min, got.Max, got.Count}, []uint32{12, 15, 2})
	check(t, "ALL", got.AllUIDs(), []imap.UID{12, 15})
	changed := data(client.UIDSearch(&imap.SearchCriteria{ModSeq: &imap.SearchCriteriaModSeq{ModSeq: 3}}, nil).Wait())
	check(t, "MODSEQ", changed.AllUIDs(), []imap.UID{12, 15})
	check(t, "highest MODSEQ", changed.ModSeq, uint64(4))
}

func TestClientFetches(t *testing.T) {
	_, client := selectInbox(t)
	part := &imap.FetchItemBinarySection{Part: []int{1}, Peek: true}
	size := &imap.FetchItemBinarySectionSize{Part: []int{1}}
	got := must[[]*imapclient.FetchMessageBuffer](t)(client.Fetch(imap.UIDSetNum(15), &imap.FetchOptions{
		UID: true, Flags: true, Envelope: true, ModSeq: true, RFC822Size: true, InternalDate: true,
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BinarySection: []*imap.FetchItemBinarySection{part}, BinarySectionSize: []*imap.FetchItemBinarySectionSize{size},
	}).Collect())
	if len(got) != 1 {
		t.Fatalf("%d messages, want 1", len(got))
	}
	m := got[0]
	check(t, "subject", m.Envelope.Subject, "Bill")
	check(t, "media type", m.BodyStructure.MediaType(), "application/pdf")
	check(t, "MODSEQ", m.ModSeq, uint64(4))
	check(t, "BINARY", string(m.FindBinarySection(part)), "PDF")
	check(t, "BINARY.SIZE", m.BinarySectionSize[0].Size, uint32(3))
	changed := must[[]*imapclient.FetchMessageBuffer](t)(client.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, ChangedSince: 3}).Collect())
	if len(changed) != 1 || changed[0].UID != 15 {
		t.Errorf("CHANGEDSINCE 3: %v", changed)
	}
}

func TestClientStores(t *testing.T) {
	srv, client := selectInbox(t)
	add := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagFlagged}}
	if err := client.Store(imap.UIDSetNum(12), add, &imap.StoreOptions{UnchangedSince: 3}).Close(); err != nil {
		t.Fatal(err)
	}
	add.Flags = []imap.Flag{imap.FlagDeleted}
	client.Store(imap.UIDSetNum(12), add, &imap.StoreOptions{UnchangedSince: 3}).Close() // MODIFIED
	srv.Inbox().AssertFlags(t, 12, imap.FlagFlagged)
}

func TestClientMoves(t *testing.T) {
	srv, client := selectInbox(t)
	moved := must[*imapclient.MoveData](t)(client.Move(imap.UIDSetNum(12), "Archive").Wait())
	check(t, "COPYUID", moved.DestUIDs.String(), "1")
	copied := must[*imap.CopyData](t)(client.Copy(imap.UIDSetNum(11, 15), "Archive").Wait())
	check(t, "COPYUID", copied.DestUIDs.String(), "2:3")
	if err := client.Store(imap.UIDSetNum(11), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}, Silent: true}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	gone := must[[]uint32](t)(client.UIDExpunge(imap.UIDSetNum(11)).Collect())
	check(t, "EXPUNGE", gone, []uint32{1})
	srv.Mailbox("Archive").AssertSubjects(t, "Re: Plans", "Plans", "Bill")
	srv.Inbox().AssertSubjects(t, "Bill")
	if err := client.UnselectAndExpunge().Wait(); err != nil {
		t.Error(err)
	}
}

func TestClientLists(t *testing.T) {
	_, client := selectInbox(t)
	list := must[[]*imap.ListData](t)(client.List("", "*", &imap.ListOptions{
		ReturnChildren: true, ReturnSubscribed: true, ReturnSpecialUse: true,
		ReturnStatus: &imap.StatusOptions{NumMessages: true, NumUnseen: true, Size: true, HighestModSeq: true, AppendLimit: true},
	}).Collect())
	byName := make(map[string]*imap.ListData)
	for _, data := range list {
		byName[data.Mailbox] = data
	}
	inbox := byName["INBOX"]
	check(t, "INBOX", []uint32{*inbox.Status.NumMessages, *inbox.Status.NumUnseen, *inbox.Status.AppendLimit}, []uint32{3, 2, 64 << 20})
	if !slices.Contains(byName["Archive"].Attrs, imap.MailboxAttrArchive) || !slices.Contains(byName["Lists"].Attrs, imap.MailboxAttrHasChildren) ||
		!slices.Contains(byName["Lists"].Attrs, imap.MailboxAttrSubscribed) {
		t.Errorf("attributes: Archive %v, Lists %v", byName["Archive"].Attrs, byName["Lists"].Attrs)
	}
	recursive := must[[]*imap.ListData](t)(client.List("", "%", &imap.ListOptions{SelectSubscribed: true, SelectRecursiveMatch: true}).Collect())
	if len(recursive) == 0 {
		t.Error("RECURSIVEMATCH lists nothing")
	}
	status := must[*imap.StatusData](t)(client.Status("Lists/Go", &imap.StatusOptions{UIDNext: true, UIDValidity: true, NumDeleted: true}).Wait())
	check(t, "UIDNEXT", status.UIDNext, imap.UID(2))
}

func TestClientManagesMailboxes(t *testing.T) {
	srv, client := selectInbox(t)
	for _, err := range []error{
		client.Create("Sub/New", &imap.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.MailboxAttrAll}}).Wait(),
		client.Rename("Sub/New", "Sub/Newer", nil).Wait(),
		client.Subscribe("Sub/Newer").Wait(),
		client.Unsubscribe("Sub/Newer").Wait(),
		client.Delete("Sub/Newer").Wait(),
		client.Noop().Wait(),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	srv.Mailbox("Sub/Newer").AssertMissing(t)
	if ns := must[*imap.NamespaceData](t)(client.Namespace().Wait()); len(ns.Personal) != 1 || ns.Personal[0].Delim != '/' {
		t.Errorf("namespace %v", ns.Personal)
	}
	if id := must[*imap.IDData](t)(client.ID(&imap.IDData{Name: "test"}).Wait()); id.Name != "mailtest" {
		t.Errorf("ID %v", id)
	}
}

// The client speaks IMAP4rev2 once it has enabled it.
func TestClientSpeaksRev2(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithMail(clientMail()))
	client := srv.Client(t)
	enabled := must[*imapclient.EnableData](t)(client.Enable(imap.CapIMAP4rev2, imap.CapUTF8Accept).Wait())
	if _, ok := enabled.Caps[imap.CapIMAP4rev2]; !ok {
		t.Fatalf("enabled %v", enabled.Caps)
	}
	if err := client.Create("Entwürfe", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	srv.Mailbox("Entwürfe").AssertExists(t)
	inbox := must[*imap.SelectData](t)(client.Select("INBOX", &imap.SelectOptions{CondStore: true}).Wait())
	if inbox.List == nil || inbox.List.Mailbox != "INBOX" || inbox.NumMessages != 3 || inbox.HighestModSeq != 4 {
		t.Errorf("SELECT gave %+v", inbox)
	}
	found := must[*imap.SearchData](t)(client.Search(&imap.SearchCriteria{Text: []string{"Second"}}, nil).Wait())
	check(t, "SEARCH", found.AllSeqNums(), []uint32{2})
}

func TestClientUnauthenticates(t *testing.T) {
	srv := imaptest.Start(t, imaptest.WithUser("ann", "a", clientMail()), imaptest.WithUser("bob", "b"))
	client := srv.Client(t)
	if err := client.Unauthenticate().Wait(); err != nil {
		t.Fatal(err)
	}
	if err := client.Login("bob", "b").Wait(); err != nil {
		t.Fatal(err)
	}
	if inbox := must[*imap.SelectData](t)(client.Select("INBOX", nil).Wait()); inbox.NumMessages != 0 {
		t.Errorf("bob has %d messages", inbox.NumMessages)
	}
}

func TestClientAppends(t *testing.T) {
	srv, client := selectInbox(t)
	const text = "Subject: new\r\n\r\nhello\r\n"
	cmd := client.Append("INBOX", int64(len(text)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}})
	if _, err := strings.NewReader(text).WriteTo(cmd); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	data := must[*imap.AppendData](t)(cmd.Wait())
	srv.Inbox().AssertFlags(t, data.UID, imap.FlagDraft)
	if n := client.Mailbox().NumMessages; n != 4 {
		t.Errorf("the client knows of %d messages, want 4", n)
	}
}

// What is switched off is gone for the client, and its fallback works.
func TestClientFallsBack(t *testing.T) {
	srv, client := selectInbox(t, imaptest.Without(imap.CapMove, imap.CapESearch, imap.CapListExtended))
	for _, gone := range []imap.Cap{imap.CapMove, imap.CapESearch, imap.CapSearchRes, imap.CapListExtended, imap.CapListStatus, imap.CapIMAP4rev2} {
		if client.Caps().Has(gone) {
			t.Errorf("%s is advertised", gone)
		}
	}
	if _, err := client.Move(imap.UIDSetNum(12), "Archive").Wait(); err != nil {
		t.Fatal(err) // by COPY, STORE and UID EXPUNGE
	}
	srv.Mailbox("Archive").AssertSubjects(t, "Re: Plans")
	srv.Inbox().AssertSubjects(t, "Plans", "Bill")
}
