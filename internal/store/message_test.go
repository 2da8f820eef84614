package store

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestMessageContent(t *testing.T) {
	raw := strings.ReplaceAll(`From: =?utf-8?q?B=C3=B6b?= <bob@example.org>
To: alice@example.org
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
 again
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Sch=C3=B6n.
`, "\n", "\r\n")
	m, err := newUser(t).Inbox().Append([]byte(raw), WithFlags(imap.FlagSeen))
	check(t, err)
	equal(t, "subject", m.Subject(), "Grüße again")
	equal(t, "text", m.Text(), "Schön.\n")
	equal(t, "message ID", m.MessageID(), "1@example.org")
	equal(t, "header", m.Header().Get("To"), "alice@example.org")
	equal(t, "From holds böb", m.HeaderContains("from", "BÖB"), true)
	equal(t, "has Cc", m.HeaderContains("Cc", ""), false)
	equal(t, "envelope", m.Envelope().From[0].Name, "Böb")
	equal(t, "seen", m.Has(`\seen`), true)
	equal(t, "flagged", m.Has(imap.FlagFlagged), false)
}

func TestZeroMessage(t *testing.T) {
	var m Message
	equal(t, "size", m.Size(), 0)
	equal(t, "subject", m.Subject(), "")
	equal(t, "text", m.Text(), "")
}

// A message is parsed once, for all its copies, whoever comes first.
func TestTreeIsShared(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	_, err := mbox.Copy(set(1), mbox)
	check(t, err)
	check(t, mbox.Store(set(1), imap.StoreFlagsAdd, imap.FlagSeen))
	messages := mbox.Messages()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { messages[0].Tree(); messages[1].Tree() })
	}
	wg.Wait()
	equal(t, "tree", messages[0].Tree(), messages[1].Tree())
}

func TestLookup(t *testing.T) {
	mbox := newMailboxWith(t, 100)
	_, err := mbox.Expunge(set(2, 50, 100))
	check(t, err)
	var every []imap.UID
	for uid := range imap.UID(110) {
		every = append(every, uid)
	}
	equal(t, "a walk over all", len(mbox.Lookup(every)), 97)
	equalList(t, "few", uidsOf(mbox.Lookup([]imap.UID{1, 2, 3, 101})), 1, 3)
	equal(t, "none", len(mbox.Lookup(nil)), 0)
	_, found := mbox.Message(50)
	equal(t, "expunged", found, false)
	_, found = mbox.Message(51)
	equal(t, "there", found, true)
}

// Messages that are selected are those that are looked up, as whoever asks has them, and stay
// what they were.
func TestSelect(t *testing.T) {
	s := New()
	owner, err := s.AddUser("fred", "password")
	check(t, err)
	other, err := s.AddUser("bob", "password")
	check(t, err)
	mbox, err := owner.Create("Team", SeenPerUser())
	check(t, err)
	check(t, mbox.Grant("anyone", RightsChange{Rights: AllRights}))
	for range 600 { // on several pages
		_, err := mbox.Append(letter("x"), WithFlags(imap.FlagFlagged))
		check(t, err)
	}
	check(t, mbox.As(owner).Store(set(1, 3), imap.StoreFlagsAdd, imap.FlagSeen))
	check(t, mbox.As(other).Store(set(2, 3), imap.StoreFlagsAdd, imap.FlagSeen))
	_, err = mbox.Expunge(set(5, 300, 600))
	check(t, err)
	for _, uids := range [][]imap.UID{nil, {1, 2, 3, 4}, {5}, {1, 2, 3, 5, 599, 600, 601}, mbox.Open(false).UIDs} {
		for _, by := range []*User{nil, owner, other} {
			want, err := mbox.As(by).Lookup(uids)
			check(t, err)
			selected, err := mbox.As(by).Select(uids)
			check(t, err)
			equal(t, "length", selected.Len(), len(want))
			for _, s := range []Selection{selected, selected.Reading()} {
				var got []Message
				for m := range s.All() {
					got = append(got, *m)
				}
				equal(t, "messages", fmt.Sprint(got), fmt.Sprint(want))
			}
		}
	}
	before, err := mbox.As(other).Select([]imap.UID{4})
	check(t, err)
	check(t, mbox.As(other).Store(set(4), imap.StoreFlagsSet, imap.FlagDeleted))
	for m := range before.All() {
		equalList(t, "flags before", m.Flags, imap.FlagFlagged)
	}
	numbered := mbox.Open(false).Numbered
	mbox.BumpUIDValidity()
	if _, err := numbered.Select([]imap.UID{1}); !errors.Is(err, ErrRenumbered) {
		t.Errorf("of other UIDs: %v", err)
	}
}
