package store

import (
	"errors"
	"testing"

	"github.com/emersion/go-imap/v2"
)

// Rights are written and read as RFC 4314 has them, and c and d stand for several
// (section 2.1.1): its examples, and letters that are none (section 3.1).
func TestParseRights(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"lrs", "lrs"},
		{"rwipslxcetda", "lrswipkxtea"},
		{"lrswida", "lrswitea"},
		{"lrswikda", "lrswiktea"},
		{"cda", "kxtea"},
		{"dte", "te"},
		{"aal", "la"},
		{"nl", "ln"}, // RFC 5257, section 3.4
	} {
		got, err := ParseRights(c.text)
		if err != nil || got.String() != c.want {
			t.Errorf("%q: got %q, %v, want %q", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"lrQswicda", "lrqswicda", "L", "l r", "0", "y", "lé"} {
		if got, err := ParseRights(text); !errors.Is(err, ErrInvalidRight) {
			t.Errorf("%q: got %q, %v, want ErrInvalidRight", text, got, err)
		}
	}
}

// shareStore has the accounts fred, bob with the alias bob@example.org, and eve.
func shareStore(t *testing.T) (fred, bob, eve *User) {
	t.Helper()
	s := New()
	add := func(name string, aliases ...string) *User {
		u, err := s.AddUser(name, "password", WithAlias(aliases...))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	return add("fred"), add("bob", "bob@example.org"), add("eve")
}

func grant(t *testing.T, m *Mailbox, identifier, rights string) {
	t.Helper()
	change, err := ParseRightsChange(rights)
	if err == nil {
		err = m.Grant(identifier, change)
	}
	if err != nil {
		t.Fatalf("grant %s %s: %v", identifier, rights, err)
	}
}

// The rights of an account are those of its entry and of anyone's, less the negative ones
// of both (RFC 4314, section 2), under whichever of its names.
func TestRights(t *testing.T) {
	type entry struct{ identifier, rights string }
	for _, c := range []struct {
		name           string
		entries        []entry
		fred, bob, eve string
	}{
		{"nothing said", nil, "lrswipkxtea", "", ""},
		{"one", []entry{{"bob", "lr"}}, "lrswipkxtea", "lr", ""},
		{"in another case", []entry{{"BOB", "lr"}}, "lrswipkxtea", "lr", ""},
		{"an alias", []entry{{"bob@example.org", "lr"}, {"bob", "+s"}}, "lrswipkxtea", "lrs", ""},
		{"anyone", []entry{{"anyone", "l"}, {"bob", "rs"}}, "lrswipkxtea", "lrs", "l"},
		{"less", []entry{{"anyone", "lrsw"}, {"-bob", "w"}}, "lrswipkxtea", "lrs", "lrsw"},
		{"less for anyone", []entry{{"bob", "lrsw"}, {"eve", "lr"}, {"-anyone", "rw"}}, "lsipkxtea", "ls", "l"},
		{"added and taken away", []entry{{"bob", "lrs"}, {"bob", "+cd"}, {"bob", "-xr"}}, "lrswipkxtea", "lskte", ""},
		{"replaced by nothing", []entry{{"bob", "lrs"}, {"bob", ""}}, "lrswipkxtea", "", ""},
		{"the owner less", []entry{{"fred", "lrs"}}, "lrsa", "", ""},
		{"the owner none", []entry{{"fred", "-lrswipkxtea"}}, "la", "", ""},
		{"the owner denied", []entry{{"-fred", "lrswia"}}, "lpkxtea", "", ""},
		{"nobody", []entry{{"$team", "lrs"}, {"bo", "lrs"}, {"bobby", "lrs"}}, "lrswipkxtea", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fred, bob, eve := shareStore(t)
			for _, e := range c.entries {
				grant(t, fred.Inbox(), e.identifier, e.rights)
			}
			for u, want := range map[*User]string{fred: c.fred, bob: c.bob, eve: c.eve} {
				if got := fred.Inbox().Rights(u).String(); got != want {
					t.Errorf("%s: got %q, want %q", u.Name(), got, want)
				}
			}
		})
	}
}

// DELETEACL takes one entry, and that alone (RFC 4314, sections 2 and 3.2): -fred stays.
// Who owns the mailbox keeps an entry with what cannot be taken.
func TestRevoke(t *testing.T) {
	fred, bob, _ := shareStore(t)
	m := fred.Inbox()
	grant(t, m, "bob", "lrs")
	grant(t, m, "-bob", "s")
	grant(t, m, "anyone", "ls")
	for _, identifier := range []string{"bob@example.org", "nobody", "fred"} {
		if err := m.Revoke(identifier); err != nil {
			t.Fatal(err)
		}
	}
	if got := m.Rights(bob).String(); got != "l" {
		t.Errorf("bob has %q, want l", got)
	}
	want := []Grant{{"fred", ForcedRights}, {"-bob", MaySeen}, {"anyone", MayLookup | MaySeen}}
	if got := m.ACL(); !equalGrants(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func equalGrants(a, b []Grant) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// An identifier is prepared with SASLprep; what cannot be, or is empty then, is refused
// (RFC 4314, section 3). The examples are those of RFC 4013, section 3.
func TestIdentifier(t *testing.T) {
	fred, _, _ := shareStore(t)
	s := fred.store
	for text, want := range map[string]string{
		"I\u00adX": "IX", "\u00aa": "a", "\u2168": "IX", "BOB": "bob", "-Bob@Example.org": "-bob", "Anyone": "anyone", "-": "", "": "",
		"\u00ad": "", "\u0007": "", "\u0627\u0031": "",
	} {
		got, err := s.Identifier(text)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%+q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

// A new mailbox has the list of the one above it, a renamed one keeps its own, and that
// of a deleted one is gone (RFC 4314, section 4).
func TestAccessListsFollowNames(t *testing.T) {
	fred, bob, _ := shareStore(t)
	create := func(name string) *Mailbox {
		m, err := fred.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	want := func(m *Mailbox, rights string) {
		t.Helper()
		if got := m.Rights(bob).String(); got != rights {
			t.Errorf("%s: bob has %q, want %q", m.Name(), got, rights)
		}
	}
	team := create("Team")
	grant(t, team, "bob", "lrk")
	below := create("Team/A/B")
	want(below, "lrk")
	grant(t, team, "bob", "l")
	want(below, "lrk")
	if err := fred.Rename("Team", "Other"); err != nil {
		t.Fatal(err)
	}
	want(team, "l")
	want(below, "lrk")
	if err := fred.Delete("Other"); err != nil {
		t.Fatal(err)
	}
	placeholder, _ := fred.Mailbox("Other")
	want(placeholder, "")
	want(create("Other"), "")
}

// Where \Seen is per user, each account changes its own and sees its own, in a copy too;
// only it is told (RFC 7162, example 14); a snapshot has it.
func TestSeenPerUser(t *testing.T) {
	fred, bob, eve := shareStore(t)
	m, err := fred.Create("Team", SeenPerUser())
	if err != nil {
		t.Fatal(err)
	}
	grant(t, m, "anyone", "lrsw")
	msg, err := m.Append([]byte("Subject: x\r\n\r\n"), WithFlags(imap.FlagFlagged, imap.FlagDraft))
	if err != nil {
		t.Fatal(err)
	}
	uids := []imap.UID{msg.UID}
	flags := func(u *User) []imap.Flag {
		list, err := m.As(u).Lookup(uids)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0].Flags
	}
	is := func(u *User, want ...imap.Flag) {
		t.Helper()
		if got := flags(u); !sameSet(got, want) {
			t.Errorf("%s sees %v, want %v", u.Name(), got, want)
		}
	}
	snap := fred.store.Snapshot()
	before := m.HighestModSeq()
	if _, err := m.As(bob).StoreIf(uids, nil, imap.StoreFlagsAdd, []imap.Flag{`\seen`}); err != nil {
		t.Fatal(err)
	}
	is(bob, imap.FlagFlagged, imap.FlagSeen, imap.FlagDraft)
	is(eve, imap.FlagFlagged, imap.FlagDraft)
	is(fred, imap.FlagFlagged, imap.FlagDraft)
	for u, want := range map[*User]int{bob: 1, eve: 0, fred: 0} {
		if got := len(m.As(u).ChangesSince(before).Messages); got != want {
			t.Errorf("%s is told of %d messages, want %d", u.Name(), got, want)
		}
		if got := m.StatusFor(u).Unseen; got != 1-want {
			t.Errorf("%s has %d unseen, want %d", u.Name(), got, 1-want)
		}
	}
	if _, err := m.As(eve).StoreIf(uids, nil, imap.StoreFlagsSet, []imap.Flag{imap.FlagAnswered}); err != nil {
		t.Fatal(err)
	}
	is(bob, imap.FlagAnswered, imap.FlagSeen)
	is(eve, imap.FlagAnswered)
	data, err := m.As(bob).Copy(UIDSet(uids), bob.Inbox())
	if err != nil || data.DestUIDs.String() != "1" {
		t.Fatalf("%v, %v", data, err)
	}
	if copied, _ := bob.Inbox().Message(1); !sameSet(copied.Flags, []imap.Flag{imap.FlagAnswered, imap.FlagSeen}) {
		t.Errorf("the copy has %v", copied.Flags)
	}
	fred.store.Restore(snap)
	is(bob, imap.FlagFlagged, imap.FlagDraft)
	if len(bob.Inbox().Messages()) != 0 {
		t.Error("the copy is still there")
	}
}

// What an account copies or moves, the owner too, is \Seen for nobody else where that is per
// user: neither in that mailbox nor in one that has \Seen of each.
func TestCopiesAreSeenByNobodyElse(t *testing.T) {
	fred, bob, eve := shareStore(t)
	from, err := fred.Create("From", SeenPerUser())
	check(t, err)
	grant(t, from, "anyone", "lrswte")
	_, err = from.AppendAll([]Draft{{Raw: []byte("a: b")}, {Raw: []byte("a: b")}, {Raw: []byte("a: b")}})
	check(t, err)
	_, err = from.As(bob).StoreIf([]imap.UID{1, 2, 3}, nil, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen})
	check(t, err)
	for i, by := range []*User{fred, bob, eve} {
		to, err := by.Create("To", SeenPerUser())
		check(t, err)
		grant(t, to, "anyone", "lrsw")
		_, err = from.As(by).Copy(UIDSet([]imap.UID{3}), to)
		check(t, err)
		_, err = from.As(by).Move(UIDSet([]imap.UID{imap.UID(i + 1)}), to)
		check(t, err)
		for _, u := range []*User{fred, bob, eve} {
			want := to.Status().Messages
			if u == by && by == bob {
				want = 0
			}
			equal(t, "unseen for "+u.Name()+" of what "+by.Name()+" has brought", to.StatusFor(u).Unseen, want)
		}
	}
}

// Flags that an account has no right to set are left as they are (RFC 4314, section 4),
// whichever way they are to be changed.
func TestFlagsByRight(t *testing.T) {
	all := []imap.Flag{imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, "$Work"}
	for _, c := range []struct {
		rights string
		op     imap.StoreFlagsOp
		flags  []imap.Flag
		want   []imap.Flag // of a message with all of them
	}{
		{"s", imap.StoreFlagsDel, all, []imap.Flag{imap.FlagFlagged, imap.FlagDeleted, "$Work"}},
		{"t", imap.StoreFlagsDel, all, []imap.Flag{imap.FlagFlagged, imap.FlagSeen, "$Work"}},
		{"w", imap.StoreFlagsDel, all, []imap.Flag{imap.FlagDeleted, imap.FlagSeen}},
		{"w", imap.StoreFlagsSet, []imap.Flag{imap.FlagDraft}, []imap.Flag{imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}},
		{"st", imap.StoreFlagsSet, []imap.Flag{imap.FlagDraft}, []imap.Flag{imap.FlagFlagged, "$Work"}},
		{"", imap.StoreFlagsSet, nil, all},
		{"stw", imap.StoreFlagsSet, nil, nil},
		{"s", imap.StoreFlagsAdd, []imap.Flag{imap.FlagDraft, "$New"}, all},
	} {
		fred, bob, _ := shareStore(t)
		m := fred.Inbox()
		grant(t, m, "bob", "lr"+c.rights)
		msg, err := m.Append(nil, WithFlags(all...))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.As(bob).StoreIf([]imap.UID{msg.UID}, nil, c.op, c.flags); err != nil {
			t.Fatal(err)
		}
		now, err := m.As(bob).Lookup([]imap.UID{msg.UID})
		if err != nil {
			t.Fatal(err)
		}
		if got := now[0].Flags; !sameSet(got, c.want) {
			t.Errorf("with %q, %v of %v: got %v, want %v", c.rights, c.op, c.flags, got, c.want)
		}
	}
}

// A change that concerns one account alone makes none void that concerns others, however
// often the log is compacted.
func TestSeenPerUserInTheLog(t *testing.T) {
	s := New(WithExpungesRemembered(0)) // which compacts a short log too
	fred, err := s.AddUser("fred", "password")
	if err != nil {
		t.Fatal(err)
	}
	bob, err := s.AddUser("bob", "password")
	if err != nil {
		t.Fatal(err)
	}
	m, err := fred.Create("Team", SeenPerUser())
	if err != nil {
		t.Fatal(err)
	}
	grant(t, m, "bob", "lrs")
	msg, err := m.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	start := m.HighestModSeq()
	if err := m.Store(imap.UIDSetNum(msg.UID), imap.StoreFlagsAdd, imap.FlagFlagged); err != nil {
		t.Fatal(err)
	}
	flagged := m.HighestModSeq()
	for i := range 50 {
		op := []imap.StoreFlagsOp{imap.StoreFlagsAdd, imap.StoreFlagsDel}[i%2]
		if _, err := m.As(bob).StoreIf([]imap.UID{msg.UID}, nil, op, []imap.Flag{imap.FlagSeen}); err != nil {
			t.Fatal(err)
		}
	}
	told := func(u *User, since uint64) int { return len(m.As(u).ChangesSince(since).Messages) }
	for _, c := range []struct {
		who   *User
		since uint64
		want  int
	}{{fred, start, 1}, {bob, start, 1}, {fred, flagged, 0}, {bob, flagged, 1}} {
		if got := told(c.who, c.since); got != c.want {
			t.Errorf("%s is told of %d messages since %d, want %d", c.who.Name(), got, c.since, c.want)
		}
	}
}
