package search

import (
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

func onDay(month time.Month, day int) time.Time {
	return time.Date(2024, month, day, 15, 0, 0, 0, time.FixedZone("", 9*60*60))
}

func seqs(start, stop uint32) imap.SeqSet   { return imap.SeqSet{{Start: start, Stop: stop}} }
func uids(start, stop imap.UID) imap.UIDSet { return imap.UIDSet{{Start: start, Stop: stop}} }

// The keys of SEARCH, each by its sentence: RFC 9051, section 6.4.4, unless one is named.
func TestConditions(t *testing.T) {
	seen, work, flagged := Flag(imap.FlagSeen), Flag("$WORK"), Flag(imap.FlagFlagged)
	tests := []struct {
		c    Condition
		text string
		want []imap.UID
	}{
		{Condition{}, "ALL", []imap.UID{10, 20, 21, 40}},
		{All(), "ALL", []imap.UID{10, 20, 21, 40}},
		{None(), "NOT ALL", nil},

		{seen, "SEEN", []imap.UID{10, 40}},
		{work, "KEYWORD $WORK", []imap.UID{10}},
		{Flag("Seen"), "KEYWORD Seen", nil}, // a keyword of that name
		{Not(seen), "NOT SEEN", []imap.UID{20, 21}},
		{Recent(), "RECENT", []imap.UID{20, 40}},
		{And(Recent(), Not(seen)), "(RECENT NOT SEEN)", []imap.UID{20}},
		{Or(work, flagged), "OR KEYWORD $WORK FLAGGED", []imap.UID{10, 21}},
		{Or(work, flagged, Recent()), "OR KEYWORD $WORK OR FLAGGED RECENT", []imap.UID{10, 20, 21, 40}},
		{Not(Or(work, flagged)), "NOT OR KEYWORD $WORK FLAGGED", []imap.UID{20, 40}},
		{And(seen), "SEEN", []imap.UID{10, 40}},
		{Or(), "NOT ALL", nil},

		// The internal date is that of its own zone.
		{Received().Before(onDay(time.May, 2)), "BEFORE 2-May-2024", []imap.UID{10}},
		{Received().On(onDay(time.May, 2)), "ON 2-May-2024", []imap.UID{20}},
		{Received().Since(onDay(time.May, 2)), "SINCE 2-May-2024", []imap.UID{20, 21, 40}},
		// RFC 8514, section 4.3.
		{Saved().Before(onDay(time.May, 3)), "SAVEDBEFORE 3-May-2024", []imap.UID{20}},
		{Saved().On(onDay(time.May, 3)), "SAVEDON 3-May-2024", []imap.UID{21, 40}},
		{Saved().Since(onDay(time.May, 3)), "SAVEDSINCE 3-May-2024", []imap.UID{10, 21, 40}},
		// Disregarding time and zone; no Date, no day.
		{Sent().Before(onDay(time.May, 1)), "SENTBEFORE 1-May-2024", []imap.UID{10}},
		{Sent().On(onDay(time.May, 1)), "SENTON 1-May-2024", []imap.UID{20}},
		{Sent().Since(onDay(time.May, 1)), "SENTSINCE 1-May-2024", []imap.UID{20, 40}},
		{Not(Sent().Since(onDay(time.May, 1))), "NOT SENTSINCE 1-May-2024", []imap.UID{10, 21}},
		// RFC 5032, section 3: an hour ago is both.
		{Older(time.Hour), "OLDER 3600", []imap.UID{10, 20, 21}},
		{Younger(time.Hour), "YOUNGER 3600", []imap.UID{21, 40}},

		// LARGER and SMALLER leave out the size itself.
		{Larger(box()[0].Size()), "LARGER 120", []imap.UID{20, 21}},
		{Smaller(box()[0].Size()), "SMALLER 120", []imap.UID{40}},
		{ModSeq(5), "MODSEQ 5", []imap.UID{10, 40}}, // RFC 7162, section 3.1.5: or greater
		{ModSeq(0), "MODSEQ 0", []imap.UID{10, 20, 21, 40}},
		{EmailID("M21"), `EMAILID "M21"`, []imap.UID{21}}, // RFC 8474, section 6
		{ThreadID("T1"), `THREADID "T1"`, []imap.UID{10, 20}},

		{Numbers(seqs(2, 3)), "2:3", []imap.UID{20, 21}},
		{Numbers(seqs(3, 2)), "3:2", []imap.UID{20, 21}},
		{Numbers(seqs(3, 0)), "3:*", []imap.UID{21, 40}},
		{Numbers(seqs(9, 0)), "9:*", []imap.UID{40}}, // seq-range: in either order
		{Numbers(seqs(5, 9)), "5:9", nil},            // no message has such a number
		{Numbers(imap.SeqSet{{Start: 1, Stop: 1}, {Start: 4, Stop: 9}}), "1,4:9", []imap.UID{10, 40}},
		{Numbers(imap.SeqSet{}), "", nil},
		{UIDs(uids(5, 20)), "UID 5:20", []imap.UID{10, 20}},
		{UIDs(uids(22, 0)), "UID 22:*", []imap.UID{40}},
		{UIDs(uids(99, 0)), "UID 99:*", []imap.UID{40}}, // section 9: always the last one
		{UIDs(uids(0, 0)), "UID *", []imap.UID{40}},
		{UIDs(imap.UIDSet{}), "UID ", nil},
		{SavedResult(), "$", []imap.UID{10, 21}}, // RFC 5182, section 2.1: without what is gone
		{Not(Numbers(seqs(2, 3))), "NOT 2:3", []imap.UID{10, 40}},

		{Address("From", Exactly("BOB")), `FROM "BOB"`, []imap.UID{10, 40}},
		{Address("From", Exactly("brown <bob@example")), `FROM "brown <bob@example"`, []imap.UID{10}},
		{Address("To", Exactly("(x)")), `TO "(x)"`, []imap.UID{10}},
		{Address("Cc", Exactly("c@")), `CC "c@"`, []imap.UID{21}},
		{Address("bcc", Exactly("d@")), `BCC "d@"`, []imap.UID{21}},
		{Header("Subject", Exactly("iNVOICE")), `HEADER Subject "iNVOICE"`, []imap.UID{10, 40}},
		{Header("subject", Exactly("RÉSUMÉ")), `HEADER subject "RÉSUMÉ"`, []imap.UID{20}},
		{Header("X-Empty", Exactly("")), `HEADER X-Empty ""`, []imap.UID{20}},
		{Body(Exactly("invoice")), `BODY "invoice"`, []imap.UID{20}},
		{Text(Exactly("invoice")), `TEXT "invoice"`, []imap.UID{10, 20, 40}},
		// RFC 6203, section 3: here all words, in any order.
		{Header("Subject", Fuzzily("invoice pay")), `FUZZY HEADER Subject "invoice pay"`, []imap.UID{40}},
		{Header("Subject", Exactly("invoice pay")), `HEADER Subject "invoice pay"`, nil},
		{Text(Fuzzily("?!")), `FUZZY TEXT "?!"`, nil},
	}
	for _, test := range tests {
		equal(t, "text", test.c.String(), test.text)
		equalList(t, test.text, find(test.c, box()), test.want...)
	}
}

// In an empty mailbox nothing is found, and "*" stands for nothing.
func TestConditionsInNothing(t *testing.T) {
	for _, c := range []Condition{All(), Numbers(seqs(1, 0)), UIDs(uids(0, 0)), UIDs(uids(1, 0)), SavedResult(), Not(Numbers(seqs(0, 0)))} {
		equal(t, c.String(), len(find(c, nil)), 0)
	}
	equal(t, "UID *", UIDs(uids(0, 0)).Bind(Scope{}).String(), "NOT ALL")
}

// What is found in a message may come later, as updates of a search need it: a set means
// what it meant, and NOT all others.
func TestLaterMessages(t *testing.T) {
	late := &mail{uid: 41}
	for _, test := range []struct {
		c    Condition
		want bool
	}{
		{Numbers(seqs(1, 0)), false},
		{UIDs(uids(1, 0)), false},
		{UIDs(uids(1, 50)), true},
		{Not(Numbers(seqs(1, 0))), true},
		{Not(SavedResult()), true},
	} {
		equal(t, test.c.String(), test.c.Bind(scopeOf(box())).Match(late), test.want)
	}
}
