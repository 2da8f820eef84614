package memstore

import (
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
	s := searcher{last: uint32(len(messages))}
	if n := len(messages); n > 0 {
		s.lastUID = messages[n-1].UID
	}
	var out []imap.UID
	for i, msg := range messages {
		if s.match(criteria, msg, uint32(i+1)) {
			out = append(out, msg.UID)
		}
	}
	return out, nil
}

// searcher knows what "*" stands for.
type searcher struct {
	last    uint32
	lastUID imap.UID
}

func (s searcher) match(c *imap.SearchCriteria, m Message, seq uint32) bool {
	return s.matchSets(c, m, seq) && matchFlags(c, m) && matchNumbers(c, m) && matchDates(c, m) &&
		matchText(c, m) && s.matchLogic(c, m, seq)
}

func (s searcher) matchSets(c *imap.SearchCriteria, m Message, seq uint32) bool {
	for _, set := range c.SeqNum {
		found := false
		for _, r := range set {
			found = found || inRange(seq, r.Start, r.Stop, s.last)
		}
		if !found {
			return false
		}
	}
	for _, set := range c.UID {
		found := false
		for _, r := range set {
			found = found || inRange(uint32(m.UID), uint32(r.Start), uint32(r.Stop), uint32(s.lastUID))
		}
		if !found {
			return false
		}
	}
	return true
}

// inRange takes 0 for "*", the last number, and ranges in either order.
func inRange(n, a, b, last uint32) bool {
	if a == 0 {
		a = last
	}
	if b == 0 {
		b = last
	}
	return min(a, b) <= n && n <= max(a, b)
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
	sent, ok := m.Tree().Date()
	return ok && within(day(sent), c.SentSince, c.SentBefore)
}

func within(t, since, before time.Time) bool {
	return (since.IsZero() || !t.Before(day(since))) && (before.IsZero() || t.Before(day(before)))
}

func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func matchText(c *imap.SearchCriteria, m Message) bool {
	for _, field := range c.Header {
		if !m.HeaderContains(field.Key, field.Value) {
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
