package store

import (
	"errors"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-mailtest/mailtest/fixtures"
)

func loadTxtar(t *testing.T, text string) *fixtures.Set {
	t.Helper()
	set, err := fixtures.Load(fixtures.TxtarBytes([]byte(text)))
	check(t, err)
	return set
}

// A set makes a store, and the store the set.
func TestLoadAndFixture(t *testing.T) {
	set := loadTxtar(t, `
-- accounts.txt --
ann password=a alias=ann@example.com
bob password=
-- ann/INBOX/mailbox.txt --
uidvalidity 7
uidnext 21
1.eml uid=3 flags=\Seen,$Work date=2024-05-01T10:00:00+02:00 size=99
/private/comment value=mine
/private/comment of=bob value="bob's"
/shared/comment value=ours
-- ann/INBOX/1.eml --
Subject: one

-- ann/Lists/go/mailbox.txt --
special-use \Archive
subscribed
read-only
-- bob/subscriptions.txt --
Gone/away
`)
	store := New(WithDelimiter('.'))
	check(t, store.Load(set))
	ann, _ := store.User("ann@example.com")
	equal(t, "UIDNEXT", ann.Inbox().UIDNext(), 21)
	lists, found := ann.Mailbox("Lists.go")
	equal(t, "Lists.go", found, true)
	equal(t, "read-only", lists.Oddities().ReadOnly, true)
	again := New()
	check(t, again.Load(store.Fixture()))
	ignore := cmpopts.IgnoreFields(fixtures.Message{}, "File")
	if diff := cmp.Diff(store.Fixture(), again.Fixture(), cmpopts.EquateEmpty(), ignore); diff != "" {
		t.Errorf("-store +another\n%s", diff)
	}
}

// Mail without an account's folder is the first account's; what is there stays.
func TestLoadMore(t *testing.T) {
	u := newUser(t)
	fill(t, u.Inbox(), 2)
	set := loadTxtar(t, "-- INBOX/mailbox.txt --\n1.eml uid=9\n-- INBOX/1.eml --\nSubject: more\n")
	check(t, u.store.Load(set))
	equalList(t, "UIDs", uidsOf(u.Inbox().Messages()), 1, 2, 9)
	equal(t, "no account", errors.Is(New().Load(set), ErrNotFound), true)
}

// What cannot be loaded leaves nothing behind, wherever it stands.
func TestLoadNothing(t *testing.T) {
	u := newUser(t)
	fill(t, u.Inbox(), 1)
	create(t, u, "B/below")
	changed, names := u.Inbox().Changed(), u.Changed()
	before, modseq := listing(u.store), u.Inbox().HighestModSeq()
	for _, mail := range []fstest.MapFS{
		{"INBOX/a.eml": {}, "INBOX/mailbox.txt": {Data: []byte("uidvalidity 99\nuidnext 50\na.eml uid=1 flags=$New")}},
		{"accounts.txt": {Data: []byte("bob password=b\n" + u.Name() + " password=other")}, "bob/INBOX/a.eml": {}},
		{"A/a.eml": {}, "B/mailbox.txt": {Data: []byte("noinferiors")}},
	} {
		set, err := fixtures.Load(mail)
		check(t, err)
		if err := u.store.Load(set); err == nil {
			t.Errorf("%v was loaded", mail)
		}
	}
	none := New()
	set := loadTxtar(t, "-- accounts.txt --\nann password=a\nbob password=b alias=cy\n-- bob/A/mailbox.txt --\nnoinferiors\n")
	set.Accounts[1].Aliases = []string{"ann"}
	equal(t, "an alias that is taken", errors.Is(none.Load(set), ErrExists), true)
	equal(t, "accounts", len(none.Users()), 0)
	if got := listing(u.store); !slices.Equal(got, before) {
		t.Errorf("got %q, want %q", got, before)
	}
	equal(t, "HIGHESTMODSEQ", u.Inbox().HighestModSeq(), modseq)
	equal(t, "UIDNEXT", u.Inbox().UIDNext(), 2)
	equalList(t, "keywords", u.Inbox().Keywords())
	equal(t, "woken", isClosed(changed) || isClosed(names), false)
}
