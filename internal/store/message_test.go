package store

import (
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
