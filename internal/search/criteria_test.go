package search

import (
	"errors"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

func asWritten(flag imap.Flag) (imap.Flag, error) { return flag, nil }

// Each field of imap.SearchCriteria is the key as which a client writes it.
func TestFromCriteria(t *testing.T) {
	type criteria = imap.SearchCriteria
	header := func(key, value string) criteria {
		return criteria{Header: []imap.SearchCriteriaHeaderField{{Key: key, Value: value}}}
	}
	tests := []struct {
		c    criteria
		want string
	}{
		{criteria{}, "ALL"},
		{criteria{SeqNum: []imap.SeqSet{seqs(2, 0), seqs(1, 1)}}, "(2:* 1)"},
		{criteria{UID: []imap.UIDSet{uids(5, 9)}}, "UID 5:9"},
		{criteria{UID: []imap.UIDSet{imap.SearchRes()}}, "$"}, // RFC 5182
		{criteria{Flag: []imap.Flag{imap.FlagSeen, "work"}}, "(SEEN KEYWORD work)"},
		{criteria{NotFlag: []imap.Flag{imap.FlagSeen, "work"}}, "(NOT SEEN NOT KEYWORD work)"},
		{criteria{Flag: []imap.Flag{`\recent`}}, "RECENT"},
		{criteria{Since: onDay(time.May, 1), Before: onDay(time.May, 3)}, "(SINCE 1-May-2024 BEFORE 3-May-2024)"},
		{criteria{SentSince: onDay(time.May, 1), SentBefore: onDay(time.May, 3)}, "(SENTSINCE 1-May-2024 SENTBEFORE 3-May-2024)"},
		{header("From", "bob"), `FROM "bob"`},
		{header("bcc", ""), `BCC ""`},
		{header("Subject", "x"), `HEADER Subject "x"`},
		{header("Reply-To", "x"), `HEADER Reply-To "x"`},
		{criteria{Body: []string{"a"}, Text: []string{"b", "c"}}, `(BODY "a" TEXT "b" TEXT "c")`},
		{criteria{Larger: 5, Smaller: 9}, "(LARGER 5 SMALLER 9)"},
		{criteria{ModSeq: &imap.SearchCriteriaModSeq{}}, "MODSEQ 0"},
		{criteria{Not: []criteria{{Flag: []imap.Flag{imap.FlagSeen}, Larger: 5}, {}}}, "(NOT (SEEN LARGER 5) NOT ALL)"},
		{criteria{Or: [][2]criteria{{{Larger: 5}, {Or: [][2]criteria{{{}, {Larger: 7}}}}}}}, "OR LARGER 5 OR ALL LARGER 7"},
	}
	for _, test := range tests {
		got, err := FromCriteria(&test.c, asWritten)
		equal(t, "error", err, nil)
		equal(t, "condition", got.String(), test.want)
	}
}

// A flag that cannot be is told, however deep it is.
func TestFromCriteriaFlags(t *testing.T) {
	wrong := errors.New("wrong")
	c := imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{}, {Not: []imap.SearchCriteria{{NotFlag: []imap.Flag{"x"}}}}}}}
	_, err := FromCriteria(&c, func(flag imap.Flag) (imap.Flag, error) { return flag, wrong })
	equal(t, "error", err, wrong)
	got, _ := FromCriteria(&c, func(flag imap.Flag) (imap.Flag, error) { return "y" + flag, nil })
	equal(t, "condition", got.String(), "OR ALL NOT NOT KEYWORD yx")
}
