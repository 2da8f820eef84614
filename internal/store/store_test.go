package store

import (
	"math"
	"testing"
)

func TestAddUser(t *testing.T) {
	s := New()
	alice, err := s.AddUser("alice", "secret", WithAlias("alice@example.org", "al@example.org"))
	check(t, err)
	equalList(t, "mailboxes", namesOf(alice), "INBOX")
	equalList(t, "subscriptions", alice.Subscriptions(), "INBOX")
	equal(t, "INBOX's owner", alice.Inbox().Owner(), alice)

	for _, tc := range []struct {
		name string
		opts []UserOption
		want error
	}{
		{"", nil, ErrInvalidName},
		{"carol", []UserOption{WithAlias("")}, ErrInvalidName},
		{"alice", nil, ErrExists},
		{"ALICE", nil, ErrExists},
		{"Al@Example.org", nil, ErrExists},
		{"carol", []UserOption{WithAlias("carol@example.org", "alice")}, ErrExists},
	} {
		_, err := s.AddUser(tc.name, "x", tc.opts...)
		checkIs(t, err, tc.want)
	}
	bob, err := s.AddUser("bob", "hunter2")
	check(t, err)
	equalList(t, "users", s.Users(), alice, bob)
}

func TestAuthenticate(t *testing.T) {
	s := New()
	alice, err := s.AddUser("alice", "secret", WithAlias("alice@example.org"))
	check(t, err)
	for _, tc := range []struct {
		name, password string
		ok             bool
	}{
		{"alice", "secret", true},
		{"ALICE", "secret", true},
		{"Alice@Example.ORG", "secret", true},
		{"alice", "Secret", false},
		{"alice", "", false},
		{"bob", "secret", false},
		{"", "", false},
	} {
		u, ok := s.Authenticate(tc.name, tc.password)
		equal(t, tc.name+" "+tc.password, ok, tc.ok)
		equal(t, "is alice", u == alice, tc.ok)
	}
	alice.SetPassword("other")
	_, ok := s.Authenticate("alice", "secret")
	equal(t, "the old password", ok, false)
	_, ok = s.Authenticate("alice", "other")
	equal(t, "the new password", ok, true)
}

// UIDVALIDITY is a non-zero number of 32 bits, and greater in a mailbox that
// is made again (RFC 9051, section 2.3.1.1).
func TestUIDValidity(t *testing.T) {
	u := newUser(t)
	equal(t, "the first", u.Inbox().UIDValidity(), 1)
	equal(t, "the second", create(t, u, "A").UIDValidity(), 2)
	equal(t, "a chosen one", create(t, u, "B", WithUIDValidity(70)).UIDValidity(), 70)
	check(t, u.Delete("B"))
	equal(t, "made again", create(t, u, "B").UIDValidity(), 71)
	equal(t, "bumped", u.Inbox().BumpUIDValidity(), 72)

	create(t, u, "Last", WithUIDValidity(math.MaxUint32))
	if v := create(t, u, "After").UIDValidity(); v == 0 {
		t.Error("UIDVALIDITY is 0 after the greatest value was used")
	}
	_, err := u.Create("Zero", WithUIDValidity(0))
	checkIs(t, err, ErrInvalidUID)
	if _, found := u.Mailbox("Zero"); found {
		t.Error("a mailbox was made although an option was refused")
	}
}

func TestClock(t *testing.T) {
	u := newUser(t)
	equal(t, "now", u.store.Now(), noon)
	m, err := u.Inbox().Append(letter("x"))
	check(t, err)
	equal(t, "internal date", m.InternalDate, noon)
	equal(t, "save date", m.SaveDate, noon)
}
