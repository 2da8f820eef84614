package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// newUser is an account in a store whose clock stands still.
func newUser(t testing.TB, opts ...Option) *User {
	t.Helper()
	opts = append([]Option{WithClock(func() time.Time { return noon })}, opts...)
	u, err := New(opts...).AddUser("alice", "secret")
	check(t, err)
	return u
}

var noon = time.Date(2024, time.May, 1, 12, 0, 0, 0, time.UTC)

// newMailboxWith is a mailbox of n messages, with UIDs 1 to n and modseqs 2
// to n+1.
func newMailboxWith(t testing.TB, n int) *Mailbox {
	t.Helper()
	mbox := newUser(t).Inbox()
	fill(t, mbox, n)
	return mbox
}

func fill(t testing.TB, mbox *Mailbox, n int) {
	t.Helper()
	drafts := make([]Draft, n)
	for i := range drafts {
		drafts[i].Raw = letter(fmt.Sprintf("message %d", i+1))
	}
	_, err := mbox.AppendAll(drafts)
	check(t, err)
}

func letter(subject string) []byte {
	return []byte("From: Bob <bob@example.org>\r\nSubject: " + subject + "\r\n\r\nHello.\r\n")
}

func create(t testing.TB, u *User, name string, opts ...MailboxOption) *Mailbox {
	t.Helper()
	mbox, err := u.Create(name, opts...)
	check(t, err)
	return mbox
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func checkIs(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want one that is %q", err, want)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func equalList[T comparable](t testing.TB, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func flagsOf(t testing.TB, mbox *Mailbox, uid imap.UID) []imap.Flag {
	t.Helper()
	m, ok := mbox.Message(uid)
	if !ok {
		t.Fatalf("no message %d", uid)
	}
	return m.Flags
}

func namesOf(u *User) []string {
	var out []string
	for _, m := range u.Mailboxes() {
		out = append(out, m.Name())
	}
	return out
}

func set(uids ...imap.UID) imap.UIDSet { return imap.UIDSetNum(uids...) }
