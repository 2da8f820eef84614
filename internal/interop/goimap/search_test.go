package goimap_test

import (
	"fmt"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// criteria are what the client can ask for, and the UIDs that fit.
var criteria = map[string]struct {
	criteria imap.SearchCriteria
	want     []imap.UID
}{
	"all":            {imap.SearchCriteria{}, []imap.UID{11, 12, 15}},
	"numbers":        {imap.SearchCriteria{SeqNum: []imap.SeqSet{imap.SeqSetNum(1, 3)}}, []imap.UID{11, 15}},
	"UIDs":           {imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(12, 99)}}, []imap.UID{12}},
	"a flag":         {imap.SearchCriteria{Flag: []imap.Flag{imap.FlagFlagged}}, []imap.UID{15}},
	"a keyword":      {imap.SearchCriteria{Flag: []imap.Flag{"$Work"}}, []imap.UID{11}},
	"not a flag":     {imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, []imap.UID{12, 15}},
	"not a keyword":  {imap.SearchCriteria{NotFlag: []imap.Flag{"$Work"}}, []imap.UID{12, 15}},
	"a Message-ID":   {header("Message-ID", "<2@example.com>"), []imap.UID{12}},
	"a field":        {header("References", ""), []imap.UID{12}},
	"a subject":      {header("Subject", "plans"), []imap.UID{11, 12}},
	"a sender":       {header("From", "zoe@"), []imap.UID{11}},
	"a recipient":    {header("Cc", "cat@example"), []imap.UID{11}},
	"a text":         {imap.SearchCriteria{Text: []string{"Second", "amy"}}, []imap.UID{12}},
	"a body":         {imap.SearchCriteria{Body: []string{"hello plans"}}, []imap.UID{11}},
	"since":          {imap.SearchCriteria{Since: day(7)}, []imap.UID{12, 15}},
	"before":         {imap.SearchCriteria{Before: day(7)}, []imap.UID{11}},
	"sent since":     {imap.SearchCriteria{SentSince: day(6)}, []imap.UID{11, 12}},
	"sent before":    {imap.SearchCriteria{SentBefore: day(6)}, []imap.UID{15}},
	"a name":         {header("From", "ZOË"), []imap.UID{11}},
	"no such name":   {header("Subject", "Entwürfe"), nil},
	"another script": {imap.SearchCriteria{Body: []string{"日本語"}}, []imap.UID{12}},
	"both":           {imap.SearchCriteria{Text: []string{"Zoë", "Hello"}}, []imap.UID{11}},
	"larger":         {imap.SearchCriteria{Larger: 300}, []imap.UID{11}},
	"smaller":        {imap.SearchCriteria{Smaller: 300}, []imap.UID{12, 15}},
	"not":            {imap.SearchCriteria{Not: []imap.SearchCriteria{header("Subject", "Bill")}}, []imap.UID{11, 12}},
	"or":             {imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{header("Subject", "Bill"), header("From", "amy")}}}, []imap.UID{12, 15}},
	"several":        {imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}, Since: day(1), Larger: 10}, []imap.UID{11}},
	"none":           {header("Subject", `no "such\`), nil},
	"more in a line": {imap.SearchCriteria{Text: []string{"a\r\nb"}}, nil},
}

func header(key, value string) imap.SearchCriteria {
	return imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: key, Value: value}}}
}

func day(n int) time.Time { return time.Date(2024, 5, n, 0, 0, 0, 0, time.UTC) }

// searchUses are about finding, sorting and threading messages.
var searchUses = map[string]use{
	"SEARCH": {methods: "Search UIDSearch", run: func(s *session) error {
		seq := map[imap.UID]uint32{11: 1, 12: 2, 15: 3}
		for name, test := range criteria {
			byUID, err := s.UIDSearch(&test.criteria, nil).Wait()
			if s.refusesHeaders() && (name == "a Message-ID" || name == "a field") {
				s.equal(name+" is refused", answerOf(err), imap.StatusResponse{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeUnavailable})
				continue
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			s.equal(name, byUID.AllUIDs(), test.want)
			var want []uint32
			for _, id := range test.want {
				want = append(want, seq[id])
			}
			byNumber, err := s.Search(&test.criteria, nil).Wait()
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			s.equal(name, byNumber.AllSeqNums(), want)
		}
		return nil
	}},
	"SEARCH RETURN": {methods: "Search UIDSearch", needs: imap.CapESearch, run: func(s *session) error {
		options := &imap.SearchOptions{ReturnMin: true, ReturnMax: true, ReturnAll: true, ReturnCount: true}
		got, err := s.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, options).Wait()
		if err != nil {
			return err
		}
		s.equal("found", []uint32{got.Min, got.Max, got.Count}, []uint32{12, 15, 2})
		s.equal("all", got.AllUIDs(), []imap.UID{12, 15})
		none, err := s.Search(&imap.SearchCriteria{Text: []string{"no such"}}, options).Wait()
		if err == nil {
			s.equal("none", []uint32{none.Min, none.Max, none.Count}, []uint32{0, 0, 0})
		}
		return err
	}},
	"SEARCH MODSEQ": {methods: "UIDSearch", needs: imap.CapCondStore, run: func(s *session) error {
		last := s.srv.Inbox().Message(s.t, uid(15)).ModSeq
		got, err := s.UIDSearch(&imap.SearchCriteria{ModSeq: &imap.SearchCriteriaModSeq{ModSeq: last}}, nil).Wait()
		if err == nil {
			s.equal("found", got.AllUIDs(), []imap.UID{15})
			s.equal("MODSEQ", got.ModSeq, last)
		}
		return err
	}},
	"SORT": {methods: "Sort UIDSort", needs: imap.CapSort, run: func(s *session) error {
		for _, test := range []struct {
			keys []imapclient.SortCriterion
			want []uint32
		}{
			{[]imapclient.SortCriterion{{Key: imapclient.SortKeyDate}}, []uint32{15, 11, 12}},
			{[]imapclient.SortCriterion{{Key: imapclient.SortKeyArrival, Reverse: true}}, []uint32{15, 12, 11}},
			{[]imapclient.SortCriterion{{Key: imapclient.SortKeyFrom}}, []uint32{12, 15, 11}},
			{[]imapclient.SortCriterion{{Key: imapclient.SortKeySubject}, {Key: imapclient.SortKeyDate, Reverse: true}}, []uint32{15, 12, 11}},
			{[]imapclient.SortCriterion{{Key: imapclient.SortKeySize}}, []uint32{15, 12, 11}},
		} {
			options := &imapclient.SortOptions{SearchCriteria: &imap.SearchCriteria{}, SortCriteria: test.keys}
			got, err := s.UIDSort(options).Wait()
			if err != nil {
				return err
			}
			s.equal("UID SORT", got, test.want)
			if numbers, err := s.Sort(options).Wait(); err != nil || len(numbers) != 3 {
				return err
			}
		}
		return nil
	}},
	"THREAD": {methods: "Thread UIDThread", needs: "THREAD=REFERENCES", run: func(s *session) error {
		options := &imapclient.ThreadOptions{Algorithm: imap.ThreadReferences, SearchCriteria: &imap.SearchCriteria{}}
		got, err := s.UIDThread(options).Wait()
		if err != nil {
			return err
		}
		s.equal("UID THREAD", got, []imapclient.ThreadData{{Chain: []uint32{15}}, {Chain: []uint32{11, 12}}})
		numbers, err := s.Thread(options).Wait()
		s.equal("THREAD", numbers, []imapclient.ThreadData{{Chain: []uint32{3}}, {Chain: []uint32{1, 2}}})
		return err
	}},
}
