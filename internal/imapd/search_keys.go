package imapd

import (
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/search"
)

// searchRow is a row of the table of SEARCH keys: its name, the capability that it
// belongs to, and how its arguments are read.
type searchRow struct {
	name  string
	cap   imap.Cap
	parse parseKey
}

type parseKey = func(p *searchParser) search.Condition

// searchKeys is every SEARCH key. Servers hold it, because OR and NOT read
// keys themselves.
var searchKeys = newSearchTable()

func newSearchTable() []searchRow {
	return []searchRow{
		{"ALL", "", means(search.All())},
		{"ANSWERED", "", means(search.Flag(imap.FlagAnswered))},
		{"DELETED", "", means(search.Flag(imap.FlagDeleted))},
		{"DRAFT", "", means(search.Flag(imap.FlagDraft))},
		{"FLAGGED", "", means(search.Flag(imap.FlagFlagged))},
		{"SEEN", "", means(search.Flag(imap.FlagSeen))},
		{"UNANSWERED", "", means(search.Not(search.Flag(imap.FlagAnswered)))},
		{"UNDELETED", "", means(search.Not(search.Flag(imap.FlagDeleted)))},
		{"UNDRAFT", "", means(search.Not(search.Flag(imap.FlagDraft)))},
		{"UNFLAGGED", "", means(search.Not(search.Flag(imap.FlagFlagged)))},
		{"UNSEEN", "", means(search.Not(search.Flag(imap.FlagSeen)))},
		{"RECENT", "", means(search.Recent())},
		{"OLD", "", means(search.Not(search.Recent()))},
		{"NEW", "", means(search.And(search.Recent(), search.Not(search.Flag(imap.FlagSeen))))},
		{"KEYWORD", "", keywordKey},
		{"UNKEYWORD", "", func(p *searchParser) search.Condition { return search.Not(keywordKey(p)) }},

		{"BEFORE", "", date(search.Received().Before)},
		{"ON", "", date(search.Received().On)},
		{"SINCE", "", date(search.Received().Since)},
		{"OLDER", imap.CapWithin, age(search.Older)},
		{"YOUNGER", imap.CapWithin, age(search.Younger)},
		{"SAVEDBEFORE", imap.CapSaveDate, date(search.Saved().Before)},
		{"SAVEDON", imap.CapSaveDate, date(search.Saved().On)},
		{"SAVEDSINCE", imap.CapSaveDate, date(search.Saved().Since)},
		{"SAVEDATESUPPORTED", imap.CapSaveDate, means(search.All())},
		{"SENTBEFORE", "", date(search.Sent().Before)},
		{"SENTON", "", date(search.Sent().On)},
		{"SENTSINCE", "", date(search.Sent().Since)},
		{"LARGER", "", size(search.Larger)},
		{"SMALLER", "", size(search.Smaller)},
		{"UID", "", uidKey},
		{"UIDAFTER", CapMessageLimit, uidAfterKey},
		{"UIDBEFORE", CapMessageLimit, uidBeforeKey},
		{"MODSEQ", imap.CapCondStore, modseqKey},
		{"EMAILID", imap.CapObjectID, objectID(search.EmailID)},
		{"THREADID", imap.CapObjectID, objectID(search.ThreadID)},

		{"X-GM-MSGID", CapXGMExt1, numberKey(search.Number)},
		{"X-GM-THRID", CapXGMExt1, numberKey(search.ThreadNumber)},
		{"X-GM-LABELS", CapXGMExt1, labelKey},
		{"X-GM-RAW", CapXGMExt1, rawKey},

		{"BCC", "", address("Bcc")},
		{"CC", "", address("Cc")},
		{"FROM", "", address("From")},
		{"SUBJECT", "", text(func(n search.Needle) search.Condition { return search.Header("Subject", n) })},
		{"TO", "", address("To")},
		{"HEADER", "", headerKey},
		{"BODY", "", text(search.Body)},
		{"TEXT", "", text(search.Text)},

		{"NOT", "", notKey},
		{"OR", "", orKey},
		{"FUZZY", imap.CapSearchFuzzy, fuzzyKey},
		{"FILTER", CapFilters, filterKey},
		{"ANNOTATION", CapAnnotate, noteKey},
	}
}

// means is a key without arguments.
func means(condition search.Condition) parseKey {
	return func(*searchParser) search.Condition { return condition }
}

// keywordKey takes a flag-keyword, an atom.
func keywordKey(p *searchParser) search.Condition {
	p.SP()
	return search.Flag(imap.Flag(p.Atom()))
}

func date(condition func(day time.Time) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		return condition(p.Date())
	}
}

// age takes a number of seconds (RFC 5032, section 3).
func age(condition func(time.Duration) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		return condition(time.Duration(p.NZNumber()) * time.Second)
	}
}

func size(condition func(int64) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		return condition(int64(p.octets()))
	}
}

// objectID takes an objectid of RFC 8474, section 7.
func objectID(condition func(id string) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		return condition(p.AString())
	}
}

func text(condition func(search.Needle) search.Condition) parseKey {
	return func(p *searchParser) search.Condition {
		p.SP()
		return condition(p.needle())
	}
}

// address is FROM, TO, CC or BCC.
func address(field string) parseKey {
	return text(func(n search.Needle) search.Condition { return search.Address(field, n) })
}

func headerKey(p *searchParser) search.Condition {
	p.SP()
	field := p.AString()
	p.SP()
	return search.Header(field, p.needle())
}

// modseqKey: RFC 7162, section 3.1.5.
//
//	"MODSEQ" [SP DQUOTE "/flags/" flag DQUOTE SP ("priv" / "shared" / "all")] SP mod-sequence-valzer
//
// The store keeps one modseq a message, so the entry changes nothing.
func modseqKey(p *searchParser) search.Condition {
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
	return search.ModSeq(p.Number64())
}

func notKey(p *searchParser) search.Condition {
	p.SP()
	return search.Not(p.key())
}

func orKey(p *searchParser) search.Condition {
	p.SP()
	a := p.key()
	p.SP()
	return search.Or(a, p.key())
}

// fuzzyKey: RFC 6203, section 3. What has no fuzzy form matches as always.
//
//	"FUZZY" SP search-key
func fuzzyKey(p *searchParser) search.Condition {
	p.SP()
	before := p.fuzzy
	p.fuzzy, p.fuzzied = true, true
	condition := p.key()
	p.fuzzy = before
	return condition
}
