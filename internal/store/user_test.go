package store

import (
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// RFC 9051, section 6.3.4; names also RFC 3501, section 5.1, and RFC 9755, section 3.
func TestCreateNames(t *testing.T) {
	for _, tc := range []struct {
		name string
		want error
		all  string // the mailboxes then
	}{
		{"Archive", nil, "INBOX Archive"},
		{"Archive/", nil, "INBOX Archive"},
		{"A/B/C", nil, "INBOX A A/B A/B/C"},
		{"inbox/x", nil, "INBOX INBOX/x"},
		{"Entwürfe", nil, "INBOX Entwürfe"},
		{"~&", nil, "INBOX ~&"},
		{"iNbOx", ErrExists, "INBOX"},
		{"INBOX/", ErrExists, "INBOX"},
		{"", ErrInvalidName, "INBOX"},
		{"/", ErrInvalidName, "INBOX"},
		{"/A", ErrInvalidName, "INBOX"},
		{"A//B", ErrInvalidName, "INBOX"},
		{"A//", ErrInvalidName, "INBOX"},
		{"A*", nil, "INBOX A*"},
		{"A%B", nil, "INBOX A%B"},
		{"A\tB", ErrInvalidName, "INBOX"},
		{"A\x00", ErrInvalidName, "INBOX"},
		{"A\u0085B", ErrInvalidName, "INBOX"},
		{"A\u2028B", ErrInvalidName, "INBOX"},
		{"A\u2029B", ErrInvalidName, "INBOX"},
		{"A\xff", ErrInvalidName, "INBOX"},
	} {
		u := newUser(t)
		mbox, err := u.Create(tc.name)
		checkIs(t, err, tc.want)
		equal(t, tc.name, strings.Join(namesOf(u), " "), tc.all)
		if err == nil && mbox.HighestModSeq() != 1 {
			t.Errorf("%s: HIGHESTMODSEQ %d of a new mailbox, want 1", tc.name, mbox.HighestModSeq())
		}
	}
}

func TestDelimiter(t *testing.T) {
	u := newUser(t, WithDelimiter('.'))
	equal(t, "delimiter", u.Delimiter(), '.')
	create(t, u, "inbox.A.B")
	create(t, u, "C/D")
	equalList(t, "mailboxes", namesOf(u), "INBOX", "INBOX.A", "INBOX.A.B", "C/D")
}

func TestCreateOptions(t *testing.T) {
	u := newUser(t)
	mbox := create(t, u, "Old", WithSpecialUse(`\archive`), WithSpecialUse(imap.MailboxAttrAll),
		WithUIDValidity(7), WithUIDNext(21), Subscribed())
	equalList(t, "special use", mbox.SpecialUse(), imap.MailboxAttrArchive, imap.MailboxAttrAll)
	equal(t, "UIDVALIDITY", mbox.UIDValidity(), 7)
	equal(t, "UIDNEXT", mbox.UIDNext(), 21)
	equal(t, "subscribed", u.Subscribed("Old"), true)
	_, err := u.Create("Bad", WithSpecialUse(`\Inbox`))
	checkIs(t, err, ErrInvalidFlag)
	_, err = u.Create("Bad", WithUIDNext(0))
	checkIs(t, err, ErrInvalidUID)

	check(t, mbox.Configure(WithUIDNext(5)))
	equal(t, "UIDNEXT does not go down", mbox.UIDNext(), 21)
	equalList(t, "special use stays", mbox.SpecialUse(), imap.MailboxAttrArchive, imap.MailboxAttrAll)
	check(t, mbox.Configure(WithSpecialUse()))
	equalList(t, "special use taken away", mbox.SpecialUse())
}

// INBOX first, and what is below a name right behind it: "a b" sorts before
// "a/b" as bytes, but not as a name.
func TestMailboxesOrder(t *testing.T) {
	u := newUser(t)
	for _, name := range []string{"b", "a b", "a/z", "a/b/c", "INBOX/x", "A"} {
		create(t, u, name)
	}
	equalList(t, "mailboxes", namesOf(u), "INBOX", "INBOX/x", "A", "a", "a/b", "a/b/c", "a/z", "a b", "b")
}

// RFC 9051, section 6.3.5.
func TestDelete(t *testing.T) {
	u := newUser(t)
	parent := create(t, u, "A")
	child := create(t, u, "A/B")
	fill(t, parent, 2)
	checkIs(t, u.Delete("INBOX"), ErrInvalidName)
	checkIs(t, u.Delete("Missing"), ErrNotFound)

	check(t, u.Delete("A"))
	equal(t, "the old one is gone", parent.Deleted(), true)
	placeholder, found := u.Mailbox("A")
	if !found || !placeholder.NoSelect() || len(placeholder.Messages()) != 0 {
		t.Fatal(`"A" with an inferior is not an empty \Noselect name`)
	}
	_, err := placeholder.Append(letter("x"))
	checkIs(t, err, ErrNoSelect)
	_, err = parent.Append(letter("x"))
	checkIs(t, err, ErrNotFound)
	checkIs(t, u.Delete("A"), ErrHasChildren)

	again := create(t, u, "A")
	equal(t, "selectable", again.NoSelect(), false)
	equal(t, "placeholder is gone", placeholder.Deleted(), true)
	if again.UIDValidity() <= parent.UIDValidity() {
		t.Errorf("UIDVALIDITY %d is not above %d", again.UIDValidity(), parent.UIDValidity())
	}
	check(t, u.Delete("A"))
	check(t, u.Delete("A/B"))
	equal(t, "child is gone", child.Deleted(), true)
	check(t, u.Delete("A"))
	equalList(t, "mailboxes", namesOf(u), "INBOX")
}

func TestNotFoundNamesTheMailboxes(t *testing.T) {
	u := newUser(t)
	create(t, u, "Archive")
	equal(t, "text", u.Delete("Archve").Error(), `memstore: no mailbox "Archve" (have INBOX, Archive)`)
}

// RFC 9051, section 6.3.6.
func TestRename(t *testing.T) {
	u := newUser(t)
	mbox := create(t, u, "A", Subscribed())
	create(t, u, "A/B/C")
	create(t, u, "AB")
	fill(t, mbox, 3)
	uidValidity := mbox.UIDValidity()
	for _, tc := range []struct {
		from, to string
		want     error
	}{
		{"Missing", "X", ErrNotFound},
		{"A", "AB", ErrExists},
		{"A", "A", ErrExists},
		{"A", "inbox", ErrExists},
		{"A", "A/D", ErrInvalidName},
		{"A", "X//Y", ErrInvalidName},
		{"A", "", ErrInvalidName},
	} {
		checkIs(t, u.Rename(tc.from, tc.to), tc.want)
	}
	equalList(t, "nothing changed", namesOf(u), "INBOX", "A", "A/B", "A/B/C", "AB")

	check(t, u.Rename("A", "X/Y/"))
	equalList(t, "mailboxes", namesOf(u), "INBOX", "AB", "X", "X/Y", "X/Y/B", "X/Y/B/C")
	equal(t, "who holds it sees the name", mbox.Name(), "X/Y")
	equal(t, "messages", len(mbox.Messages()), 3)
	equal(t, "UIDVALIDITY", mbox.UIDValidity(), uidValidity)
	equalList(t, "subscriptions are names", u.Subscriptions(), "INBOX", "A")
}

// What may be done to one mailbox is not done to another that has taken its name, and the
// refusal names none.
func TestStillTheMailbox(t *testing.T) {
	u := newUser(t)
	was := create(t, u, "Team")
	check(t, u.Rename("Team", "Old"))
	create(t, u, "Team")
	for what, err := range map[string]error{"delete": u.By(0).DeleteIf("Team", was), "rename": u.By(0).RenameIf("Team", "New", was), "gone": u.By(0).DeleteIf("None", was)} {
		checkIs(t, err, ErrNotFound)
		equal(t, what, err.Error(), "memstore: no such mailbox")
	}
	check(t, u.By(0).RenameIf("Old", "New", was))
	check(t, u.By(0).DeleteIf("New", was))
}

// Renaming INBOX moves its messages; INBOX and its inferiors stay (RFC 9051,
// section 6.3.6).
func TestRenameInbox(t *testing.T) {
	u := newUser(t)
	create(t, u, "INBOX/sub")
	inbox := u.Inbox()
	fill(t, inbox, 3)
	_, err := inbox.Expunge(set(1))
	check(t, err)
	before := inbox.HighestModSeq()
	check(t, u.Rename("inbox", "Old/2024"))
	equalList(t, "mailboxes", namesOf(u), "INBOX", "INBOX/sub", "Old", "Old/2024")
	equal(t, "INBOX stays", u.Inbox(), inbox)
	equal(t, "INBOX is empty", inbox.Status().Messages, 0)
	equal(t, "UIDNEXT stays", inbox.UIDNext(), 4)
	equalList(t, "expunged", inbox.ChangesSince(before).Expunged, 2, 3)
	moved, _ := u.Mailbox("Old/2024")
	equalList(t, "new UIDs", uidsOf(moved.Messages()), 1, 2)
}

// RFC 9051, sections 6.3.7 and 6.3.8.
func TestSubscriptions(t *testing.T) {
	u := newUser(t)
	check(t, u.Subscribe("not/yet"))
	check(t, u.Subscribe("Inbox"))
	equalList(t, "subscriptions", u.Subscriptions(), "INBOX", "not/yet")
	checkIs(t, u.Subscribe("a//b"), ErrInvalidName)
	check(t, u.Unsubscribe("not/yet"))
	check(t, u.Unsubscribe("never was"))
	equal(t, "subscribed", u.Subscribed("not/yet"), false)
	mbox := create(t, u, "A", Subscribed())
	check(t, u.Delete(mbox.Name()))
	equal(t, "deleting does not unsubscribe (section 6.3.5)", u.Subscribed("A"), true)
}

func TestUserChanged(t *testing.T) {
	u := newUser(t)
	for _, tc := range []struct {
		name string
		do   func() error
	}{
		{"create", func() error { _, err := u.Create("A"); return err }},
		{"subscribe", func() error { return u.Subscribe("A") }},
		{"unsubscribe", func() error { return u.Unsubscribe("A") }},
		{"rename", func() error { return u.Rename("A", "B") }},
		{"configure", func() error { return u.Inbox().Configure(WithSpecialUse(imap.MailboxAttrAll)) }},
		{"delete", func() error { return u.Delete("B") }},
	} {
		changed := u.Changed()
		equal(t, tc.name+": before", isClosed(changed), false)
		check(t, tc.do())
		equal(t, tc.name+": after", isClosed(changed), true)
	}
	changed := u.Changed()
	checkIs(t, u.Delete("Missing"), ErrNotFound)
	fill(t, u.Inbox(), 1)
	equal(t, "an error and a message are no change of names", isClosed(changed), false)
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func TestAliasesAreTheCallersOwn(t *testing.T) {
	u, err := New().AddUser("a", "b", WithAlias("x"))
	check(t, err)
	aliases := u.Aliases()
	aliases[0] = "y"
	equal(t, "aliases", slices.Contains(u.Aliases(), "x"), true)
}
