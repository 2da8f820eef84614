package imaptest_test

import (
	"fmt"
	"maps"
	"net"
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
	"github.com/go-mailtest/mailtest/internal/store"
	"github.com/go-mailtest/mailtest/memstore"
	"github.com/go-mailtest/mailtest/smtpsink"
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
	if want := `imaptest: memstore: mailbox "v1.2" cannot have the delimiter "." in a level of its name`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// everything is all that a client can find out about a store.
func everything(mail *memstore.Store) string {
	var sb strings.Builder
	for _, user := range (*store.Store)(mail).Users() {
		fmt.Fprintln(&sb, user.Name(), user.Password(), user.Aliases(), user.Subscriptions())
		for _, mbox := range user.Mailboxes() {
			status, messages := mbox.Contents()
			fmt.Fprintln(&sb, mbox.Name(), mbox.SpecialUse(), mbox.Oddities(), mbox.Keywords(), status)
			for _, m := range messages {
				fmt.Fprintln(&sb, m.UID, m.ModSeq, m.Flags, m.Subject())
			}
		}
	}
	return sb.String()
}

// What cannot be loaded, and what cannot be started, leaves the store as it was.
func TestNothingIsHalfLoaded(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	archive := fstest.MapFS{
		"Archive/1.eml":       {Data: []byte("Subject: x\n\n")},
		"Archive/mailbox.txt": {Data: []byte("subscribed\nspecial-use \\Archive\nuidnext 500\n1.eml uid=100 flags=$New")},
		"subscriptions.txt":   {Data: []byte("Gone")},
	}
	with := func(name, text string) fstest.MapFS {
		mail := maps.Clone(archive)
		mail[name] = &fstest.MapFile{Data: []byte(text)}
		return mail
	}
	inbox := with("INBOX/1.eml", "Subject: x\n\n")
	inbox["INBOX/mailbox.txt"] = &fstest.MapFile{Data: []byte("1.eml uid=1")} // which is taken
	accounts := imaptest.WithMail(fstest.MapFS{"accounts.txt": {Data: []byte("ann password=other")}})
	tests := map[string]struct {
		opts []imaptest.Option
		want string
	}{
		"UID":           {[]imaptest.Option{imaptest.WithMail(inbox)}, "mailbox INBOX: memstore: INBOX/1.eml: UID 1 is below UIDNEXT 2"},
		"account":       {[]imaptest.Option{imaptest.WithUser("cy", "c", archive), accounts}, `memstore: account "ann": the name "ann" is that of account "ann"`},
		"alias":         {[]imaptest.Option{imaptest.WithUser("cy", "c", archive), imaptest.WithUser("Annie", "")}, `memstore: account "Annie": the name "Annie" is that of account "ann"`},
		"noselect":      {[]imaptest.Option{imaptest.WithMail(with("Full/mailbox.txt", "noselect"))}, "mailbox Full: memstore: mailbox \"Full\" has messages and cannot be \\Noselect"},
		"a port in use": {[]imaptest.Option{imaptest.WithUser("bob", "b", archive), imaptest.ListenOn(taken.Addr().String())}, "listen on " + taken.Addr().String()},
		"SMTP": {[]imaptest.Option{imaptest.WithUser("bob", "b", archive), imaptest.WithSMTP(smtpsink.ListenOn(taken.Addr().String()))},
			"smtpsink: listen on " + taken.Addr().String()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			store := memstore.New()
			ann, err := store.AddUser("ann", "secret", memstore.WithAlias("annie"))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"Archive", "Full"} {
				if _, err := ann.Create(name); err != nil {
					t.Fatal(err)
				}
			}
			full, _ := ann.Mailbox("Full")
			for _, mbox := range []*memstore.Mailbox{ann.Inbox(), full} {
				if _, err := mbox.Append([]byte("Subject: there before\r\n\r\n"), memstore.WithFlags("$Old")); err != nil {
					t.Fatal(err)
				}
			}
			before := everything(store)
			srv, err := imaptest.New(append(test.opts, imaptest.WithStore(store))...)
			if err == nil {
				srv.Close()
			}
			if err == nil || !strings.HasPrefix(err.Error(), "imaptest: "+test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if diff := cmp.Diff(before, everything(store)); diff != "" {
				t.Errorf("-before +after\n%s", diff)
			}
		})
	}
}

// Mail is added to mail: messages without a UID in the fixture are numbered behind
// those that are there.
func TestMoreMail(t *testing.T) {
	mail := func(name string) fstest.MapFS {
		return fstest.MapFS{"INBOX/" + name + ".eml": {Data: []byte("Subject: " + name + "\n\n")}}
	}
	srv := imaptest.Start(t, imaptest.InMemory(), imaptest.WithUser("ann", "a", mail("one"), mail("two")), imaptest.WithMail(mail("three")))
	srv.Inbox().AssertSubjects(t, "one", "two", "three")
	more := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStore(srv.Store()), imaptest.WithMail(mail("four")))
	more.Inbox().AssertSubjects(t, "one", "two", "three", "four")
	many := imaptest.Start(t, imaptest.InMemory(), imaptest.WithStore(srv.Store()), imaptest.WithMail(fixtures.Many(10, 1)))
	many.Inbox().AssertCount(t, 14)
	if uid := more.Inbox().Message(t, imaptest.Subject("four")).UID; uid != 4 {
		t.Errorf("UID %d, want 4", uid)
	}
}
