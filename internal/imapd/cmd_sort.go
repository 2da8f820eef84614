package imapd

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// sortRow is a row of the table of SORT criteria. Its key is computed once a
// message.
type sortRow struct {
	name string
	cap  imap.Cap
	key  func(ctx *searchContext, m *store.Message, search searchKey) sortValue
}

// sortValue is what two messages are compared by: the number, then the text.
type sortValue struct {
	num  int64
	text string
}

// sortTable: RFC 5256, section 3; DISPLAYFROM and DISPLAYTO: RFC 5957;
// RELEVANCY: RFC 6203, section 5.
var sortTable = []sortRow{
	{"ARRIVAL", "", func(_ *searchContext, m *store.Message, _ searchKey) sortValue {
		return byTime(shownDate(m))
	}},
	{"CC", "", byAddress("Cc")},
	{"DATE", "", func(_ *searchContext, m *store.Message, _ searchKey) sortValue { return byTime(sentOrReceived(m)) }},
	{"FROM", "", byAddress("From")},
	{"SIZE", "", func(_ *searchContext, m *store.Message, _ searchKey) sortValue { return sortValue{num: m.Size()} }},
	{"SUBJECT", "", func(_ *searchContext, m *store.Message, _ searchKey) sortValue {
		return sortValue{text: m.Tree().SortSubject()}
	}},
	{"TO", "", byAddress("To")},
	{"DISPLAYFROM", imap.CapSortDisplay, byDisplay("From")},
	{"DISPLAYTO", imap.CapSortDisplay, byDisplay("To")},
	{"RELEVANCY", imap.CapSearchFuzzy, func(ctx *searchContext, m *store.Message, search searchKey) sortValue {
		return sortValue{num: -int64(search.relevancy(ctx, m))}
	}},
}

func byTime(t time.Time) sortValue { return sortValue{num: t.Unix()} }

// shownDate is the internal date as INTERNALDATE shows it, in whole seconds:
// what a client cannot tell apart is equal.
func shownDate(m *store.Message) time.Time { return m.InternalDate.Truncate(time.Second) }

// sentOrReceived is the sent date of RFC 5256, section 2.2: INTERNALDATE stands
// in for a Date that is missing or cannot be read.
func sentOrReceived(m *store.Message) time.Time {
	if t, ok := m.Tree().SentDate(); ok {
		return t
	}
	return shownDate(m)
}

type sortKeyFunc = func(ctx *searchContext, m *store.Message, search searchKey) sortValue

func byAddress(field string) sortKeyFunc {
	return func(_ *searchContext, m *store.Message, _ searchKey) sortValue {
		return sortValue{text: m.Tree().SortAddress(field)}
	}
}

func byDisplay(field string) sortKeyFunc {
	return func(_ *searchContext, m *store.Message, _ searchKey) sortValue {
		return sortValue{text: m.Tree().DisplayName(field)}
	}
}

// sortKey is one criterion of a command.
type sortKey struct {
	row     *sortRow
	reverse bool
}

// SORT and UID SORT: RFC 5256, section 3; RETURN: RFC 5267, section 3.
//
//	sort          = "SORT" [SP search-return-opts] SP sort-criteria SP charset 1*(SP search-key)
//	sort-criteria = "(" sort-criterion *(SP sort-criterion) ")"
type sortCmd struct{ searchCmd }

func parseSort(p *parser) command {
	cmd := &sortCmd{}
	cmd.tag, cmd.uid = p.c.tag, p.uid
	p.SP()
	if p.has(imap.CapESort) && p.TryWord("RETURN ") {
		cmd.ret = p.searchReturn(CapContextSort)
		p.SP()
	}
	p.List(func() { cmd.sort = append(cmd.sort, p.sortKey()) })
	p.SP()
	cmd.parseCharsetAndKeys(p)
	return cmd
}

// parseCharsetAndKeys reads what SORT and THREAD search for: the charset must
// be named. It can only be UTF-8 for clients that have enabled that (RFC 9755, section 3).
func (cmd *searchCmd) parseCharsetAndKeys(p *parser) {
	sp := newSearchParser(p)
	charset := p.AString()
	if p.c.enabled.utf8 && !strings.EqualFold(charset, "UTF-8") {
		p.Fail("no charset but UTF-8 after ENABLE UTF8=ACCEPT (RFC 9755, section 3)")
	}
	sp.setCharset(charset)
	p.SP()
	cmd.take(sp)
}

func (p *parser) sortKey() sortKey {
	var key sortKey
	name := p.Keyword()
	if name == "REVERSE" {
		key.reverse = true
		p.SP()
		name = p.Keyword()
	}
	i := slices.IndexFunc(sortTable, func(row sortRow) bool { return row.name == name && p.has(row.cap) })
	if i < 0 {
		p.Fail("unknown SORT criterion %q", name)
		return key
	}
	key.row = &sortTable[i]
	return key
}

func (cmd *sortCmd) run(c *conn, ok *okResponse) error {
	ctx, found, err := cmd.find(c, ok)
	if err != nil {
		return cmd.failed(c.view, err)
	}
	if err := sortMessages(ctx, found, cmd.sort, cmd.key); err != nil {
		return err
	}
	cmd.answer(c, "SORT", ctx, found)
	return nil
}

// sortMessages sorts messages that are in the order of the mailbox, which
// decides between equals, under REVERSE too (RFC 5256, section 3). The error is that of
// a client that is gone.
func sortMessages(ctx *searchContext, messages []store.Message, keys []sortKey, search searchKey) error {
	if len(keys) == 0 {
		return nil
	}
	type row struct {
		m      store.Message
		values []sortValue
	}
	rows := make([]row, len(messages))
	for i := range messages {
		rows[i] = row{messages[i], make([]sortValue, len(keys))}
		for k, key := range keys {
			if ctx.interrupted() {
				return errGone
			}
			rows[i].values[k] = key.row.key(ctx, &messages[i], search)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		if ctx.interrupted() {
			return 0
		}
		for k, key := range keys {
			if order := compareValues(a.values[k], b.values[k]); order != 0 {
				if key.reverse {
					return -order
				}
				return order
			}
		}
		return 0
	})
	if ctx.interrupted() {
		return errGone
	}
	for i := range rows {
		messages[i] = rows[i].m
	}
	return nil
}

func compareValues(a, b sortValue) int {
	if order := cmp.Compare(a.num, b.num); order != 0 {
		return order
	}
	return strings.Compare(a.text, b.text)
}
