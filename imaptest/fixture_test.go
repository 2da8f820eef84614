package imaptest_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-mailtest/mailtest/fixtures"
	"github.com/go-mailtest/mailtest/imaptest"
	"github.com/go-mailtest/mailtest/memstore"
)

const twoAccounts = `
-- accounts.txt --
ann password="a b" alias=ann@example.com
bob password=
-- ann/INBOX/mailbox.txt --
uidvalidity 7
uidnext 21
1.eml uid=3 flags=\Seen,$Work date=2024-05-01T10:00:00+02:00
-- ann/INBOX/1.eml --
Subject: one

-- ann/INBOX/2.eml --
Subject: two

-- ann/Lists/go/mailbox.txt --
special-use \Archive
subscribed
fixed-keywords
1.eml size=9000
2.eml nofetch
-- ann/Lists/go/1.eml --
Subject: a list

-- ann/Lists/go/2.eml --
Subject: a list

-- ann/Public/mailbox.txt --
read-only
uidnotsticky
-- ann/Names/mailbox.txt --
noselect
-- ann/Leaf/mailbox.txt --
name "Blätter & Co."
noinferiors
nomodseq
-- ann/subscriptions.txt --
Gone/away
`

// A server's state is written out as mail files, and they make that state
// again.
func TestFixtureComesBack(t *testing.T) {
	start := func(mail []byte) *imaptest.Server {
		return imaptest.Start(t, imaptest.InMemory(), imaptest.WithoutDefaultMailboxes(), imaptest.WithMail(fixtures.TxtarBytes(mail)))
	}
	srv := start([]byte(twoAccounts))
	c := dialRawAs(t, srv, `ann "a b"`)
	c.cmd("a1", "SELECT INBOX")
	c.cmd("a2", `STORE 1:2 +FLAGS (\Flagged $Later)`)
	c.cmd("a3", "COPY 1 Lists/go")
	c.cmd("a4", "APPEND INBOX (\\Draft) \"01-May-2024 10:00:00 -0330\" ~{12+}\r\n\xff\x00 raw\rmail\n")
	c.cmd("a5", "CREATE New/below")
	srv.User("bob").Mailbox("INBOX").Deliver(t, []byte("Subject: for bob\r\n\r\n"))

	saved := srv.Fixture()
	text := saved.Txtar()
	again := start(text).Fixture()
	diff := cmp.Diff(saved, again, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(fixtures.Message{}, "File"),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) && a.Format("-0700") == b.Format("-0700") }))
	if diff != "" {
		t.Errorf("-saved +loaded again:\n%s\n%s", diff, text)
	}
	// What the fixture said is still there, and what the client did.
	inbox := mailboxOf(t, saved, "INBOX")
	if inbox.Name != "INBOX" || inbox.UIDValidity != 7 || inbox.UIDNext != 22 {
		t.Errorf("got %s, UIDVALIDITY %d, UIDNEXT %d, want INBOX, 7, 22", inbox.Name, inbox.UIDValidity, inbox.UIDNext)
	}
	var uids []imap.UID
	for _, m := range inbox.Messages {
		uids = append(uids, m.UID)
	}
	if !slices.Equal(uids, []imap.UID{3, 4, 21}) {
		t.Errorf("UIDs: got %v, want 3, 4, 21", uids)
	}
	if got, want := inbox.Messages[0].Flags, []imap.Flag{imap.FlagFlagged, imap.FlagSeen, "$Work", "$Later"}; !slices.Equal(got, want) {
		t.Errorf("flags: got %v, want %v", got, want)
	}
	if got := saved.Accounts[0].Subscribed; !slices.Equal(got, []string{"Gone/away"}) {
		t.Errorf("subscribed: got %v, want Gone/away", got)
	}
	lists := mailboxOf(t, saved, "Lists/go")
	if !lists.Oddities.FixedKeywords || lists.Messages[0].Size != 9000 || !lists.Messages[1].NotFetch || !lists.Subscribed {
		t.Errorf("Lists/go: got %+v", lists)
	}
}

// mailboxOf is a mailbox of the first account.
func mailboxOf(t *testing.T, set *fixtures.Set, name string) fixtures.Mailbox {
	t.Helper()
	for _, mbox := range set.Accounts[0].Mailboxes {
		if mbox.Name == name {
			return mbox
		}
	}
	t.Fatalf("the set has no mailbox %s", name)
	return fixtures.Mailbox{}
}

// With another delimiter the fixture has "/" all the same.
func TestFixtureWithDelimiter(t *testing.T) {
	mail := fixtures.TxtarBytes([]byte("-- Lists/go/1.eml --\nSubject: x\n\n-- subscriptions.txt --\nGone/away\n"))
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithDelimiter('.'), imaptest.WithMail(mail))
	srv.Mailbox("Lists.go").AssertCount(t, 1)
	if got := srv.Store().Users()[0].Subscriptions(); !slices.Contains(got, "Gone.away") {
		t.Errorf("subscribed: got %v, want Gone.away", got)
	}
	set := srv.Fixture()
	if got := string(set.Txtar()); !strings.Contains(got, "-- user/Lists/go/1.eml --") {
		t.Errorf("no Lists/go in\n%s", got)
	}
}

func TestDelimiterErrors(t *testing.T) {
	for _, delim := range []rune{'a', '*', '%', '"', '\\', ' ', 'ä', '&', 0} {
		if _, err := imaptest.New(imaptest.WithDelimiter(delim)); err == nil {
			t.Errorf("WithDelimiter(%q) is taken", delim)
		}
	}
	_, err := imaptest.New(imaptest.WithDelimiter('.'), imaptest.WithMail(fstest.MapFS{"v1.2/a.eml": {}}))
	if want := `imaptest: mailbox "v1.2" cannot have the delimiter "." in a level of its name`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What cannot be loaded leaves the store as it was.
func TestNothingIsHalfLoaded(t *testing.T) {
	store := memstore.New()
	ann, err := store.AddUser("ann", "secret")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ann.Inbox().Append([]byte("Subject: there before\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	mail := fstest.MapFS{
		"Archive/1.eml":       {Data: []byte("Subject: x\n\n")},
		"INBOX/1.eml":         {Data: []byte("Subject: x\n\n")},
		"INBOX/mailbox.txt":   {Data: []byte("1.eml uid=1")}, // which is taken
		"Zoo/1.eml":           {Data: []byte("Subject: x\n\n")},
		"subscriptions.txt":   {Data: []byte("Gone")},
		"Archive/mailbox.txt": {Data: []byte("subscribed")},
	}
	_, err = imaptest.New(imaptest.WithStore(store), imaptest.WithUser("bob", "b"), imaptest.WithUser("cy", "c", mail), imaptest.WithMail(fstest.MapFS{
		"accounts.txt": {Data: []byte("ann password=other")},
	}))
	if err == nil || !strings.Contains(err.Error(), `account "ann"`) {
		t.Fatalf("got %v, want an error that names account ann", err)
	}
	if got := len(store.Users()); got != 1 {
		t.Errorf("got %d accounts, want ann alone", got)
	}
	_, err = imaptest.New(imaptest.WithStore(store), imaptest.WithMail(mail))
	if want := `imaptest: mailbox INBOX: memstore: mailbox "INBOX": UID 1 is below UIDNEXT 2`; err == nil || err.Error() != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	var names []string
	for _, mbox := range ann.Mailboxes() {
		names = append(names, mbox.Name())
	}
	if !slices.Equal(names, []string{"INBOX"}) || len(ann.Inbox().Messages()) != 1 || !slices.Equal(ann.Subscriptions(), []string{"INBOX"}) {
		t.Errorf("got mailboxes %v, %d messages, subscriptions %v, want INBOX with one message", names, len(ann.Inbox().Messages()), ann.Subscriptions())
	}
}
