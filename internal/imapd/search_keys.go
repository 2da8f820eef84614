package imapd

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// searchKey is one parsed key. prepare runs once a search, match once a
// message.
type searchKey struct {
	cost    int                      // what match costs, so that AND can ask the cheap keys first
	prepare func(ctx *searchContext) // may be nil
	match   func(ctx *searchContext, m *store.Message) bool
	// within are the UIDs of the only messages that can match, in ascending ranges
	// that do not touch, once the key has been prepared; nil where that is not known
	// without looking at each.
	within func() []imap.UIDRange
	// score is how well a message that matches does so, 1 to 100; nil is 100.
	score func(ctx *searchContext, m *store.Message) int
}

// relevancy of a message that matches (RFC 6203, section 4).
func (key searchKey) relevancy(ctx *searchContext, m *store.Message) int {
	if key.score == nil {
		return 100
	}
	return key.score(ctx, m)
}

// The costs: what the store has at hand, what needs the message parsed, and
// what needs its text decoded.
const (
	costFlag = iota
	costHeader
	costText
)

// searchRow is a row of the table of SEARCH keys.
type searchRow struct {
	name  string
	cap   imap.Cap
	parse func(p *searchParser) searchKey
}

// searchKeys is every SEARCH key. Servers hold it, because OR and NOT read
// keys themselves.
var searchKeys = newSearchTable()

func newSearchTable() []searchRow {
	return []searchRow{
		{"ALL", "", always},
		{"ANSWERED", "", hasFlag(imap.FlagAnswered)},
		{"DELETED", "", hasFlag(imap.FlagDeleted)},
		{"DRAFT", "", hasFlag(imap.FlagDraft)},
		{"FLAGGED", "", hasFlag(imap.FlagFlagged)},
		{"SEEN", "", hasFlag(imap.FlagSeen)},
		{"UNANSWERED", "", lacksFlag(imap.FlagAnswered)},
		{"UNDELETED", "", lacksFlag(imap.FlagDeleted)},
		{"UNDRAFT", "", lacksFlag(imap.FlagDraft)},
		{"UNFLAGGED", "", lacksFlag(imap.FlagFlagged)},
		{"UNSEEN", "", lacksFlag(imap.FlagSeen)},
		{"RECENT", "", matching(isRecent)},
		{"OLD", "", matching(func(ctx *searchContext, m *store.Message) bool { return !isRecent(ctx, m) })},
		{"NEW", "", matching(func(ctx *searchContext, m *store.Message) bool {
			return isRecent(ctx, m) && !m.Has(imap.FlagSeen)
		})},
		{"KEYWORD", "", keyword(true)},
		{"UNKEYWORD", "", keyword(false)},

		{"BEFORE", "", dateKey(internalDate, time.Time.Before)},
		{"ON", "", dateKey(internalDate, time.Time.Equal)},
		{"SINCE", "", dateKey(internalDate, notBefore)},
		{"OLDER", imap.CapWithin, age(func(age, interval time.Duration) bool { return age >= interval })},
		{"YOUNGER", imap.CapWithin, age(func(age, interval time.Duration) bool { return age <= interval })},
		{"SAVEDBEFORE", imap.CapSaveDate, dateKey(saveDate, time.Time.Before)},
		{"SAVEDON", imap.CapSaveDate, dateKey(saveDate, time.Time.Equal)},
		{"SAVEDSINCE", imap.CapSaveDate, dateKey(saveDate, notBefore)},
		{"SAVEDATESUPPORTED", imap.CapSaveDate, always},
		{"SENTBEFORE", "", sentDate(time.Time.Before)},
		{"SENTON", "", sentDate(time.Time.Equal)},
		{"SENTSINCE", "", sentDate(notBefore)},
		{"LARGER", "", size(func(have, n int64) bool { return have > n })},
		{"SMALLER", "", size(func(have, n int64) bool { return have < n })},
		{"UID", "", uidKey},
		{"UIDAFTER", CapMessageLimit, uidBeyond(true)},
		{"UIDBEFORE", CapMessageLimit, uidBeyond(false)},
		{"MODSEQ", imap.CapCondStore, modseqKey},
		{"EMAILID", imap.CapObjectID, objectID(store.Message.EmailID)},
		{"THREADID", imap.CapObjectID, objectID(store.Message.ThreadID)},

		{"BCC", "", address("Bcc")},
		{"CC", "", address("Cc")},
		{"FROM", "", address("From")},
		{"SUBJECT", "", header("Subject")},
		{"TO", "", address("To")},
		{"HEADER", "", headerKey},
		{"BODY", "", text(inBody)},
		{"TEXT", "", text(inText)},

		{"NOT", "", notKey},
		{"OR", "", orKey},
		{"FUZZY", imap.CapSearchFuzzy, fuzzyKey},
	}
}

type parseKey = func(p *searchParser) searchKey

type matchFunc = func(ctx *searchContext, m *store.Message) bool

// matching is a key without arguments.
func matching(match matchFunc) parseKey {
	return func(*searchParser) searchKey { return searchKey{match: match} }
}

func always(*searchParser) searchKey {
	return searchKey{match: func(*searchContext, *store.Message) bool { return true }}
}

func hasFlag(flag imap.Flag) parseKey {
	return matching(func(_ *searchContext, m *store.Message) bool { return m.Has(flag) })
}

func lacksFlag(flag imap.Flag) parseKey {
	return matching(func(_ *searchContext, m *store.Message) bool { return !m.Has(flag) })
}

func isRecent(ctx *searchContext, m *store.Message) bool { return ctx.view.isRecent(m.UID) }

// keyword takes a flag-keyword, an atom.
func keyword(want bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		flag := imap.Flag(p.Atom())
		return searchKey{match: func(_ *searchContext, m *store.Message) bool { return m.Has(flag) == want }}
	}
}

func notBefore(t, day time.Time) bool { return !t.Before(day) }

// day is the date of t as it is written, without time and zone (RFC 3501,
// section 6.4.4).
func day(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func internalDate(m *store.Message) time.Time { return m.InternalDate }

// saveDate is that of RFC 8514.
func saveDate(m *store.Message) time.Time { return m.SaveDate }

func dateKey(of func(m *store.Message) time.Time, compare func(t, day time.Time) bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		want := p.Date()
		return searchKey{match: func(_ *searchContext, m *store.Message) bool { return compare(day(of(m)), want) }}
	}
}

// age compares the time since the internal date with a number of seconds
// (RFC 5032, section 3).
func age(compare func(age, interval time.Duration) bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		interval := time.Duration(p.NZNumber()) * time.Second
		return searchKey{match: func(ctx *searchContext, m *store.Message) bool {
			return compare(ctx.now.Sub(m.InternalDate), interval)
		}}
	}
}

// objectID compares an object's ID, which is an objectid of RFC 8474, section 7.
func objectID(of func(store.Message) string) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		want := p.AString()
		return searchKey{cost: costHeader, match: func(_ *searchContext, m *store.Message) bool { return of(*m) == want }}
	}
}

// sentDate looks at the day of the Date header, disregarding time and zone (RFC
// 9051, section 6.4.4); a message without one that can be read matches none of
// the keys.
func sentDate(compare func(t, day time.Time) bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		want := p.Date()
		return searchKey{cost: costHeader, match: func(_ *searchContext, m *store.Message) bool {
			sent, ok := m.Tree().SentDay()
			return ok && compare(sent, want)
		}}
	}
}

func size(compare func(have, n int64) bool) parseKey {
	return func(p *searchParser) searchKey {
		p.SP()
		n := int64(p.octets())
		return searchKey{match: func(_ *searchContext, m *store.Message) bool { return compare(m.Size(), n) }}
	}
}

// modseqKey: RFC 7162, section 3.1.5.
//
//	"MODSEQ" [SP DQUOTE "/flags/" flag DQUOTE SP ("priv" / "shared" / "all")] SP mod-sequence-valzer
//
// The store keeps one modseq a message, so the entry changes nothing.
func modseqKey(p *searchParser) searchKey {
	p.modseq = true
	p.SP()
	if p.Peek() == '"' {
		if entry := p.String(); !strings.HasPrefix(entry, "/flags/") {
			p.Fail("the entry of MODSEQ must begin with /flags/")
		}
		p.SP()
		p.option("MODSEQ entry type", "PRIV", "SHARED", "ALL")
		p.SP()
	}
	want := p.Number64()
	return searchKey{match: func(_ *searchContext, m *store.Message) bool { return m.ModSeq >= want }}
}
