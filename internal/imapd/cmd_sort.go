package imapd

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/search"
)

// sortRow is a row of the table of SORT criteria.
type sortRow struct {
	name  string
	cap   imap.Cap
	order search.Order
	parse func(p *parser) search.Order // reads arguments: an order of its own each time
}

// sortTable: RFC 5256, section 3; DISPLAYFROM and DISPLAYTO: RFC 5957;
// RELEVANCY: RFC 6203, section 5; ANNOTATION: RFC 5257, section 4.9.
var sortTable = []sortRow{
	{"ARRIVAL", "", search.ByArrival(), nil},
	{"CC", "", search.ByAddress("Cc"), nil},
	{"DATE", "", search.ByDate(), nil},
	{"FROM", "", search.ByAddress("From"), nil},
	{"SIZE", "", search.BySize(), nil},
	{"SUBJECT", "", search.BySubject(), nil},
	{"TO", "", search.ByAddress("To"), nil},
	{"DISPLAYFROM", imap.CapSortDisplay, search.ByDisplay("From"), nil},
	{"DISPLAYTO", imap.CapSortDisplay, search.ByDisplay("To"), nil},
	{"RELEVANCY", imap.CapSearchFuzzy, search.ByRelevancy(), nil},
	{"ANNOTATION", CapAnnotate, search.Order{}, noteOrder},
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
	named := make([]bool, len(sortTable))
	p.List(func() { cmd.parseCriterion(p, named) })
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

// parseCriterion reads
//
//	sort-criterion = ["REVERSE" SP] sort-key
//
// One that is named again decides nothing: what it compares is equal by then.
func (cmd *sortCmd) parseCriterion(p *parser, named []bool) {
	name := p.Keyword()
	reverse := name == "REVERSE"
	if reverse {
		p.SP()
		name = p.Keyword()
	}
	i := slices.IndexFunc(sortTable, func(row sortRow) bool { return row.name == name && p.has(row.cap) })
	if i < 0 {
		p.Fail("unknown SORT criterion %q", name)
		return
	}
	order := sortTable[i].order
	switch {
	case sortTable[i].parse != nil:
		order = sortTable[i].parse(p)
	case named[i]:
		return
	}
	named[i] = true
	if reverse {
		order = order.Reverse()
	}
	cmd.sort = append(cmd.sort, order)
	cmd.byRelevancy = cmd.byRelevancy || name == "RELEVANCY"
}

func (cmd *sortCmd) run(c *conn, ok *okResponse) error {
	ctx, found, err := cmd.find(c, ok)
	if err != nil {
		return cmd.failed(c.view, err)
	}
	if err := ctx.sort(found, cmd.sort); err != nil {
		return err
	}
	cmd.answer(c, "SORT", ctx, found)
	return nil
}
