package goimap_test

import (
	"io"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// sections are parts of the first message.
var sections = map[string]struct {
	section imap.FetchItemBodySection
	want    string
}{
	"all":            {imap.FetchItemBodySection{}, multipart},
	"a part of it":   {imap.FetchItemBodySection{Partial: &imap.SectionPartial{Offset: 6, Size: 4}}, "Zoë"},
	"header":         {imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader}, multipart[:strings.Index(multipart, "--b")]},
	"text":           {imap.FetchItemBodySection{Specifier: imap.PartSpecifierText}, multipart[strings.Index(multipart, "--b"):]},
	"header fields":  {imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"subject", "X-None"}}, "Subject: Plans\r\n\r\n"},
	"other fields":   {imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFieldsNot: []string{"From", "To", "Cc", "Date", "Content-Type", "Message-ID"}}, "Subject: Plans\r\n\r\n"},
	"a part":         {imap.FetchItemBodySection{Part: []int{1}}, "Hello plans."},
	"a part's MIME":  {imap.FetchItemBodySection{Part: []int{1}, Specifier: imap.PartSpecifierMIME}, "Content-Type: text/plain; charset=utf-8\r\n\r\n"},
	"a part, coded":  {imap.FetchItemBodySection{Part: []int{2}}, "UERG"},
	"no such part":   {imap.FetchItemBodySection{Part: []int{7}}, ""},
	"behind the end": {imap.FetchItemBodySection{Partial: &imap.SectionPartial{Offset: 9999, Size: 4}}, ""},
}

// fetchUses are about reading messages.
var fetchUses = map[string]use{
	"FETCH everything": {methods: "Fetch", run: func(s *session) error {
		got, err := s.Fetch(imap.UIDSetNum(11), &imap.FetchOptions{
			UID: true, Flags: true, Envelope: true, RFC822Size: true, InternalDate: true, BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		}).Collect()
		if err != nil || len(got) != 1 {
			return err
		}
		m := got[0]
		s.equal("numbers", []int64{int64(m.SeqNum), int64(m.UID), m.RFC822Size}, []int64{1, 11, int64(len(multipart))})
		s.equal("date", m.InternalDate.UTC(), time.Date(2024, 5, 6, 8, 0, 0, 0, time.UTC))
		s.equal("subject", m.Envelope.Subject, "Plans")
		s.equal("message ID", m.Envelope.MessageID, "1@example.com")
		s.equal("to", len(m.Envelope.To), 2)
		s.equal("structure", m.BodyStructure.MediaType(), "multipart/mixed")
		s.equal("parts", len(m.BodyStructure.(*imap.BodyStructureMultiPart).Children), 2)
		return nil
	}},
	"FETCH sections": {methods: "Fetch", run: func(s *session) error {
		for name, part := range sections {
			for _, peek := range []bool{true, false} {
				section := part.section
				section.Peek = peek
				got, err := s.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{&section}}).Collect()
				if err != nil {
					return err
				}
				s.equal(name, string(got[0].FindBodySection(&section)), part.want)
			}
		}
		return nil
	}},
	"FETCH sets \\Seen, and PEEK does not": {methods: "Fetch", run: func(s *session) error {
		for _, peek := range []bool{true, false} {
			err := s.Fetch(imap.UIDSetNum(12), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: peek}}}).Close()
			if err != nil {
				return err
			}
			s.equal("seen", s.srv.Inbox().Message(s.t, uid(12)).Has(imap.FlagSeen), !peek)
		}
		return nil
	}},
	"FETCH, item by item": {methods: "Fetch", run: func(s *session) error {
		var all imap.SeqSet
		all.AddRange(1, 0)
		cmd := s.Fetch(all, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
		ids, sizes := map[uint32]imap.UID{}, map[uint32]int64{} // which comes first is the server's affair
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			for item := msg.Next(); item != nil; item = msg.Next() {
				switch item := item.(type) {
				case imapclient.FetchItemDataUID:
					ids[msg.SeqNum] = item.UID
				case imapclient.FetchItemDataBodySection:
					n, err := io.Copy(io.Discard, item.Literal)
					if err != nil {
						return err
					}
					sizes[msg.SeqNum] += n
				}
			}
		}
		s.equal("UIDs", ids, map[uint32]imap.UID{1: 11, 2: 12, 3: 15})
		s.equal("the first", sizes[1], int64(len(multipart)))
		s.equal("messages", len(sizes), 3)
		return cmd.Close()
	}},
	"FETCH, and what comes is not read": {methods: "Fetch Noop", run: func(s *session) error {
		return s.Fetch(imap.SeqSetNum(1, 2, 3), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Close()
	}},
	"FETCH of what is not there": {methods: "Fetch", run: func(s *session) error {
		got, err := s.Fetch(imap.UIDSetNum(1, 999), &imap.FetchOptions{Flags: true}).Collect()
		s.equal("messages", len(got), 0)
		number := s.Fetch(imap.SeqSetNum(9), &imap.FetchOptions{Flags: true}).Close()
		status, _ := s.answer("message.number", "FETCH", imap.StatusResponseTypeBad, "")
		s.equal("there is no message 9", number == nil, status == imap.StatusResponseTypeOK)
		return err
	}},
	"FETCH BINARY": {methods: "Fetch", needs: imap.CapBinary, run: func(s *session) error {
		part := &imap.FetchItemBinarySection{Part: []int{2}, Peek: true}
		got, err := s.Fetch(imap.UIDSetNum(11), &imap.FetchOptions{
			BinarySection: []*imap.FetchItemBinarySection{part}, BinarySectionSize: []*imap.FetchItemBinarySectionSize{{Part: []int{2}}},
		}).Collect()
		if err != nil {
			return err
		}
		size, _ := got[0].FindBinarySectionSize([]int{2})
		s.equal("size", size, uint32(3))
		s.equal("part", string(got[0].FindBinarySection(part)), "PDF")
		return nil
	}},
	"FETCH MODSEQ": {methods: "Fetch", needs: imap.CapCondStore, run: func(s *session) error {
		got, err := s.Fetch(imap.UIDSetNum(11), &imap.FetchOptions{ModSeq: true}).Collect()
		if err != nil {
			return err
		}
		s.equal("MODSEQ", got[0].ModSeq, s.srv.Inbox().Message(s.t, uid(11)).ModSeq)
		var all imap.UIDSet
		all.AddRange(1, 0)
		changed, err := s.Fetch(all, &imap.FetchOptions{Flags: true, ChangedSince: got[0].ModSeq}).Collect()
		s.equal("changed since", len(changed), 2)
		return err
	}},
	// The client has no word for SAVE, so that nothing has been found yet.
	"FETCH of what SEARCH has found": {methods: "Fetch", needs: imap.CapSearchRes, run: func(s *session) error {
		got, err := s.Fetch(imap.SearchRes(), &imap.FetchOptions{UID: true}).Collect()
		s.equal("messages", len(got), 0)
		return err
	}},
}
