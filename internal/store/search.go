package store

import (
	"sort"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/mimetree"
)

// Search finds the messages that meet every condition of criteria, as SEARCH
// does (RFC 9051, section 6.4.4), and returns their UIDs. Sequence numbers
// are places in [Mailbox.Messages], from 1. \Recent belongs to sessions and is
// on no message here. A flag that no message can have, or a system flag without its
// backslash, is ErrInvalidFlag: see [Keyword].
func (m *Mailbox) Search(criteria *imap.SearchCriteria) ([]imap.UID, error) {
	if criteria == nil {
		criteria = &imap.SearchCriteria{}
	}
	criteria, err := writtenCriteria(criteria)
	if err != nil {
		return nil, err
	}
	messages := m.Messages()
	s := searcher{last: uint32(len(messages)), ranges: make(map[*imap.SearchCriteria][]numRanges)}
	if n := len(messages); n > 0 {
		s.lastUID = uint32(messages[n-1].UID)
	}
	var out []imap.UID
	for i, msg := range messages {
		if s.match(criteria, msg, uint32(i+1)) {
			out = append(out, msg.UID)
		}
	}
	return out, nil
}

// searcher knows what "*" stands for, and keeps the sets of the criteria in a form in
// which a number is found quickly.
type searcher struct {
	last, lastUID uint32
	ranges        map[*imap.SearchCriteria][]numRanges
}

// numRanges are ascending ranges that do not overlap, of sequence numbers or UIDs.
type numRanges struct {
	ranges []imap.UIDRange
	uids   bool
}

func (r numRanges) contains(n uint32) bool {
	i := sort.Search(len(r.ranges), func(i int) bool { return uint32(r.ranges[i].Stop) >= n })
	return i < len(r.ranges) && uint32(r.ranges[i].Start) <= n
}

// sets are those of the criteria.
func (s searcher) sets(c *imap.SearchCriteria) []numRanges {
	sets, known := s.ranges[c]
	if known {
		return sets
	}
	for _, set := range c.SeqNum {
		var seqs imap.UIDSet
		for _, r := range set {
			seqs = append(seqs, imap.UIDRange{Start: imap.UID(r.Start), Stop: imap.UID(r.Stop)})
		}
		sets = append(sets, numRanges{normalize(seqs, imap.UID(s.last)), false})
	}
	for _, set := range c.UID {
		sets = append(sets, numRanges{normalize(set, imap.UID(s.lastUID)), true})
	}
	s.ranges[c] = sets
	return sets
}

func (s searcher) match(c *imap.SearchCriteria, m Message, seq uint32) bool {
	return s.matchSets(c, m, seq) && matchFlags(c, m) && matchNumbers(c, m) && matchDates(c, m) &&
		matchText(c, m) && s.matchLogic(c, m, seq)
}

func (s searcher) matchSets(c *imap.SearchCriteria, m Message, seq uint32) bool {
	for _, set := range s.sets(c) {
		n := seq
		if set.uids {
			n = uint32(m.UID)
		}
		if !set.contains(n) {
			return false
		}
	}
	return true
}

func matchFlags(c *imap.SearchCriteria, m Message) bool {
	for _, flag := range c.Flag {
		if !m.Has(flag) {
			return false
		}
	}
	for _, flag := range c.NotFlag {
		if m.Has(flag) {
			return false
		}
	}
	return true
}

func matchNumbers(c *imap.SearchCriteria, m Message) bool {
	switch {
	case c.Larger != 0 && m.Size() <= c.Larger:
		return false
	case c.Smaller != 0 && m.Size() >= c.Smaller:
		return false
	case c.ModSeq != nil && m.ModSeq < c.ModSeq.ModSeq:
		return false
	}
	return true
}

// matchDates looks at the day as written, without time and zone. A message
// whose Date cannot be read was sent on no day.
func matchDates(c *imap.SearchCriteria, m Message) bool {
	if !within(day(m.InternalDate), c.Since, c.Before) {
		return false
	}
	if c.SentSince.IsZero() && c.SentBefore.IsZero() {
		return true
	}
	sent, ok := m.Tree().SentDay()
	return ok && within(sent, c.SentSince, c.SentBefore)
}

func within(t, since, before time.Time) bool {
	return (since.IsZero() || !t.Before(day(since))) && (before.IsZero() || t.Before(day(before)))
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func matchText(c *imap.SearchCriteria, m Message) bool {
	for _, field := range c.Header {
		// FROM, TO, CC and BCC are fields to imap.SearchCriteria.
		if !m.Tree().AddressContains(field.Key, mimetree.Fold(field.Value)) {
			return false
		}
	}
	for _, text := range c.Body {
		if !m.Tree().BodyContains(mimetree.Fold(text)) {
			return false
		}
	}
	for _, text := range c.Text {
		if !m.Tree().TextContains(mimetree.Fold(text)) {
			return false
		}
	}
	return true
}

func (s searcher) matchLogic(c *imap.SearchCriteria, m Message, seq uint32) bool {
	for i := range c.Not {
		if s.match(&c.Not[i], m, seq) {
			return false
		}
	}
	for i := range c.Or {
		if !s.match(&c.Or[i][0], m, seq) && !s.match(&c.Or[i][1], m, seq) {
			return false
		}
	}
	return true
}
