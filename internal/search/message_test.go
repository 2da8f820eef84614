package search

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// mail is a message of tests.
type mail struct {
	uid         imap.UID
	modseq      uint64
	flags       []imap.Flag
	recent      bool
	date, saved time.Time
	thread      string
	raw         string
	tree        *mimetree.Message
}

func (m *mail) UID() imap.UID           { return m.uid }
func (m *mail) ModSeq() uint64          { return m.modseq }
func (m *mail) Recent() bool            { return m.recent }
func (m *mail) InternalDate() time.Time { return m.date }
func (m *mail) SaveDate() time.Time     { return m.saved }
func (m *mail) Size() int64             { return int64(len(m.raw)) }
func (m *mail) EmailID() string         { return "M" + m.uidText() }
func (m *mail) ThreadID() string        { return m.thread }
func (m *mail) uidText() string         { return imap.UIDSetNum(m.uid).String() }

func (m *mail) Has(flag imap.Flag) bool {
	return slices.ContainsFunc(m.flags, func(have imap.Flag) bool { return strings.EqualFold(string(have), string(flag)) })
}

func (m *mail) Tree() *mimetree.Message {
	if m.tree == nil {
		m.tree = mimetree.Parse([]byte(m.raw))
	}
	return m.tree
}

func (m *mail) Unparsed() (mimetree.Unparsed, bool) {
	return mimetree.Look([]byte(m.raw), nil), m.tree == nil
}

// now is noon, so that ages are easily told.
var now = time.Date(2024, time.May, 4, 12, 0, 0, 0, time.UTC)

// box is a mailbox of four messages.
func box() []*mail {
	west := time.FixedZone("", -10*60*60)
	return []*mail{
		{uid: 10, modseq: 5, flags: []imap.Flag{imap.FlagSeen, "$Work"}, thread: "T1",
			date: time.Date(2024, time.May, 1, 23, 0, 0, 0, west), saved: time.Date(2024, time.May, 4, 1, 0, 0, 0, time.UTC),
			raw: "Date: Tue, 30 Apr 2024 23:30:00 -0800\r\nFrom: Bob Brown <bob@example.org>\r\nTo: (x) a@b\r\nSubject: Invoice\r\n\r\nPlease pay.\r\n"},
		{uid: 20, modseq: 2, recent: true, thread: "T1",
			date: time.Date(2024, time.May, 2, 23, 0, 0, 0, west), saved: time.Date(2024, time.May, 2, 1, 0, 0, 0, time.UTC),
			raw: "Date: Wed, 1 May 2024 00:30:00 +0900\r\nFrom: Carol <carol@example.org>\r\nSubject: =?utf-8?q?R=C3=A9sum=C3=A9?=\r\nX-Empty:\r\n\r\nThe invoice.\r\n"},
		{uid: 21, modseq: 3, flags: []imap.Flag{imap.FlagFlagged, imap.FlagDeleted}, thread: "T2",
			date: now.Add(-time.Hour), saved: time.Date(2024, time.May, 3, 1, 0, 0, 0, time.UTC),
			raw: "Subject: no date\r\nCc: c@example.org\r\nBcc: d@example.org\r\n\r\nA longer body, longer than those of the other messages in this mailbox by far, so that it is the largest.\r\n"},
		{uid: 40, modseq: 9, flags: []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagDraft}, recent: true, thread: "T3",
			date: now.Add(-time.Minute), saved: time.Date(2024, time.May, 3, 1, 0, 0, 0, time.UTC),
			raw: "Date: Thu, 2 May 2024 12:00:00 +0000\r\nFrom: bob@example.org\r\nSubject: pay the invoice, please\r\n\r\n\r\n"},
	}
}

func uidsOf(messages []*mail) (uids []imap.UID) {
	for _, m := range messages {
		uids = append(uids, m.uid)
	}
	return uids
}

func scopeOf(messages []*mail) Scope {
	return Scope{UIDs: uidsOf(messages), Saved: []imap.UID{5, 10, 21}, Now: now}
}

// find are the UIDs of what a condition finds.
func find(c Condition, messages []*mail) (found []imap.UID) {
	q := c.Bind(scopeOf(messages))
	among := q.Among(uidsOf(messages))
	for _, m := range messages {
		if slices.Contains(among, m.uid) && q.Match(m) {
			found = append(found, m.uid)
		}
	}
	return found
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

func equalList[T comparable](t *testing.T, what string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}
