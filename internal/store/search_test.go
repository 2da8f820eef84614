package store

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// searched is a mailbox of three messages, UIDs 10, 20 and 30.
func searched(t *testing.T) *Mailbox {
	mbox := newUser(t).Inbox()
	zone := time.FixedZone("", -10*60*60)
	for i, raw := range []string{
		"Date: Tue, 30 Apr 2024 23:30:00 -0800\r\nFrom: Bob <bob@example.org>\r\nSubject: Invoice\r\n\r\nPlease pay.\r\n",
		"Date: Wed, 1 May 2024 00:30:00 +0900\r\nFrom: Carol <carol@example.org>\r\nSubject: =?utf-8?q?R=C3=A9sum=C3=A9?=\r\nX-Empty:\r\n\r\nThe invoice.\r\n",
		"Subject: no date\r\n\r\nA longer body, longer than those of the other messages in this mailbox by far, so that it is the largest one of them all.\r\n",
	} {
		_, err := mbox.Append([]byte(raw), WithUID(imap.UID(10*(i+1))),
			WithInternalDate(time.Date(2024, time.May, i+1, 23, 0, 0, 0, zone)))
		check(t, err)
	}
	check(t, mbox.Store(set(10), imap.StoreFlagsAdd, imap.FlagSeen, "$Work")) // modseq 5
	return mbox
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 15, 0, 0, 0, time.Local) }

// The keys of SEARCH (RFC 9051, section 6.4.4).
func TestSearch(t *testing.T) {
	mbox := searched(t)
	type criteria = imap.SearchCriteria
	header := func(key, value string) criteria {
		return criteria{Header: []imap.SearchCriteriaHeaderField{{Key: key, Value: value}}}
	}
	for _, tc := range []struct {
		name string
		c    criteria
		want []imap.UID
	}{
		{"all", criteria{}, []imap.UID{10, 20, 30}},
		{"2:*", criteria{SeqNum: []imap.SeqSet{{{Start: 2, Stop: 0}}}}, []imap.UID{20, 30}},
		{"9:*", criteria{SeqNum: []imap.SeqSet{{{Start: 9, Stop: 0}}}}, []imap.UID{30}},
		{"1:2 2:3", criteria{SeqNum: []imap.SeqSet{{{Start: 1, Stop: 2}}, {{Start: 2, Stop: 3}}}}, []imap.UID{20}},
		{"UID 5:20", criteria{UID: []imap.UIDSet{{{Start: 5, Stop: 20}}}}, []imap.UID{10, 20}},
		{"UID *", criteria{UID: []imap.UIDSet{{{Start: 0, Stop: 0}}}}, []imap.UID{30}},
		{"the empty set", criteria{UID: []imap.UIDSet{{}}}, nil},
		{"SEEN", criteria{Flag: []imap.Flag{imap.FlagSeen}}, []imap.UID{10}},
		{"KEYWORD $work", criteria{Flag: []imap.Flag{"$work"}}, []imap.UID{10}},
		{"UNSEEN", criteria{NotFlag: []imap.Flag{imap.FlagSeen}}, []imap.UID{20, 30}},
		{"SEEN FLAGGED", criteria{Flag: []imap.Flag{imap.FlagSeen, imap.FlagFlagged}}, nil},
		{"SINCE 2-May", criteria{Since: date(2024, time.May, 2)}, []imap.UID{20, 30}},
		{"BEFORE 2-May", criteria{Before: date(2024, time.May, 2)}, []imap.UID{10}},
		{"ON 2-May", criteria{Since: date(2024, time.May, 2), Before: date(2024, time.May, 3)}, []imap.UID{20}},
		{"SENTSINCE 1-May", criteria{SentSince: date(2024, time.May, 1)}, []imap.UID{20}},
		{"SENTBEFORE 1-May", criteria{SentBefore: date(2024, time.May, 1)}, []imap.UID{10}},
		{"SUBJECT invoice", header("Subject", "iNVOICE"), []imap.UID{10}},
		{"SUBJECT résumé", header("subject", "RÉSUMÉ"), []imap.UID{20}},
		{"HEADER From \"\"", header("From", ""), []imap.UID{10, 20}},
		{"HEADER X-Empty \"\"", header("X-Empty", ""), []imap.UID{20}},
		{"BODY invoice", criteria{Body: []string{"INVOICE"}}, []imap.UID{20}},
		{"TEXT invoice", criteria{Text: []string{"invoice"}}, []imap.UID{10, 20}},
		{"TEXT invoice TEXT carol", criteria{Text: []string{"invoice", "carol"}}, []imap.UID{20}},
		{"LARGER 140", criteria{Larger: 140}, []imap.UID{30}},
		{"SMALLER 120", criteria{Smaller: 120}, []imap.UID{10}},
		{"MODSEQ 4", criteria{ModSeq: &imap.SearchCriteriaModSeq{ModSeq: 4}}, []imap.UID{10, 30}},
		{"NOT SEEN", criteria{Not: []criteria{{Flag: []imap.Flag{imap.FlagSeen}}}}, []imap.UID{20, 30}},
		{"NOT 1 NOT 2", criteria{Not: []criteria{{SeqNum: []imap.SeqSet{{{Start: 1, Stop: 1}}}}, {SeqNum: []imap.SeqSet{{{Start: 2, Stop: 2}}}}}}, []imap.UID{30}},
		{"OR SEEN UID 30", criteria{Or: [][2]criteria{{{Flag: []imap.Flag{imap.FlagSeen}}, {UID: []imap.UIDSet{set(30)}}}}}, []imap.UID{10, 30}},
	} {
		got, err := mbox.Search(&tc.c)
		check(t, err)
		equalList(t, tc.name, got, tc.want...)
	}
	got, err := mbox.Search(nil)
	check(t, err)
	equalList(t, "nil", got, 10, 20, 30)
}

// LARGER and SMALLER leave out the size itself (RFC 9051, section 6.4.4).
func TestSearchSizeIsExclusive(t *testing.T) {
	mbox := newMailboxWith(t, 1)
	size := mbox.Messages()[0].Size()
	for _, tc := range []struct {
		c    imap.SearchCriteria
		want int
	}{
		{imap.SearchCriteria{Larger: size}, 0},
		{imap.SearchCriteria{Larger: size - 1}, 1},
		{imap.SearchCriteria{Smaller: size}, 0},
		{imap.SearchCriteria{Smaller: size + 1}, 1},
	} {
		got, err := mbox.Search(&tc.c)
		check(t, err)
		equal(t, "found", len(got), tc.want)
	}
}
