package imapd

import (
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/search"
)

// Filters are searches that are kept on the server under names, as annotations of it (RFC
// 5466). The one that is private to the account goes before the shared one.
const (
	privateFilters = "/private/filters/values/"
	sharedFilters  = "/shared/filters/values/"
)

// maxFilters is how many filters a search may bring in, one within another or side by side:
// RFC 5466, section 3.1, wants three.
const maxFilters = 100

const codeUndefinedFilter = "UNDEFINED-FILTER"

// filterOf is the name of the filter that an entry has the value of.
func filterOf(entry string) (name string, isFilter bool) {
	for _, above := range []string{privateFilters, sharedFilters} {
		if len(entry) > len(above) && strings.EqualFold(entry[:len(above)], above) {
			return entry[len(above):], true
		}
	}
	return "", false
}

// checkFilterEntry refuses entries of filters with names that SEARCH could not name:
//
//	filter-name = 1*<any ATOM-CHAR except "/">
func checkFilterEntry(p *parser, entry string) {
	name, isFilter := filterOf(entry)
	if !p.OK() || !isFilter || !p.has(CapFilters) {
		return
	}
	word := imapwire.NewParser(name)
	if word.Atom(); !word.AtEnd() || strings.Contains(name, "/") {
		p.Fail("%q cannot be the name of a filter (RFC 5466, section 4)", name)
	}
}

// savedSearch is the search that a name stands for.
func (c *conn) savedSearch(name string) (criteria string, found bool) {
	notes := c.srv.cfg.Store.Annotations()
	for _, above := range []string{privateFilters, sharedFilters} {
		if value := notes.Get(c.user, above+name); value != nil {
			return string(value), true
		}
	}
	return "", false
}

// filterKey: RFC 5466, section 3.1. The criteria of the filter, whose strings are in UTF-8,
// stand in its place as one condition.
//
//	"FILTER" SP filter-name
func filterKey(p *searchParser) search.Condition {
	p.SP()
	name := p.Atom()
	if !p.OK() {
		return search.None()
	}
	p.filtered = true
	if p.filters == nil {
		p.filters = &filterUse{active: make(map[string]bool)}
	}
	criteria, found := p.c.savedSearch(name)
	switch {
	case p.badCharset():
		return search.None()
	case !found || !p.filters.enter(name):
		p.refuse(no("search.filter", imap.ResponseCode(codeUndefinedFilter+" "+name), "there is no such filter, or it goes round in a circle"))
		return search.None()
	}
	defer p.filters.leave(name)
	inner, err := p.within(criteria)
	if err != nil {
		p.refuse(no("search.filter", "", "filter %s is not a search: %v", name, err))
		return search.None()
	}
	return inner
}

// badCharset refuses another charset than the filters have (RFC 5466, section 3.1).
func (p *searchParser) badCharset() bool {
	if !p.named || p.charset == "UTF-8" || p.charset == "US-ASCII" {
		return false
	}
	err := bad("search.filter", "FILTER needs CHARSET UTF-8 (RFC 5466, section 3.1)")
	err.answer.Code = "BADCHARSET (UTF-8 US-ASCII)"
	p.refuse(err)
	return true
}

// refuse sets the answer, unless there is one.
func (p *searchParser) refuse(err error) {
	if p.refused == nil {
		p.refused = err
	}
}

// within reads the criteria of a filter.
func (p *searchParser) within(criteria string) (search.Condition, error) {
	wire, err := parserOf(criteria)
	if err != nil {
		return search.None(), err
	}
	wire.UTF8 = true
	inner := &searchParser{parser: &parser{Parser: wire, c: p.c, uid: p.uid}, charset: "UTF-8", filters: p.filters, filtered: true}
	condition := inner.keys()
	p.modseq, p.numbers, p.fuzzied = p.modseq || inner.modseq, p.numbers || inner.numbers, p.fuzzied || inner.fuzzied
	if inner.refused != nil {
		p.refuse(inner.refused)
	}
	return condition, inner.Err()
}

// parserOf reads text that may have literals as a command would.
func parserOf(text string) (*imapwire.Parser, error) {
	r := imapwire.NewReader(strings.NewReader(text+"\r\n"), imapwire.Limits{})
	cmd, err := r.ReadCommand(func(*imapwire.Command, imapwire.Literal) error { return nil })
	if err != nil {
		return nil, err
	}
	p := cmd.Parser()
	if r.Buffered() > 0 {
		p.Fail("there is more behind the end of the line")
	}
	return p, nil
}

// checkFilter refuses a value that is no search, at the time at which it is set (RFC 5466,
// section 3.2). The filters that it names need not be there yet.
func (c *conn) checkFilter(name, criteria string) error {
	p := &searchParser{parser: &parser{Parser: imapwire.NewParser(""), c: c}, filters: &filterUse{active: make(map[string]bool)}}
	if _, err := p.within(criteria); err != nil {
		return no("search.filter", "", "filter %s is not a search: %v", name, err)
	}
	return nil
}

// filterUse is which filters a search brings in.
type filterUse struct {
	active map[string]bool // those that are being read
	n      int
}

// enter says whether a filter may be read: not within itself, and not if there are too many.
func (u *filterUse) enter(name string) bool {
	name = strings.ToLower(name)
	if u.active[name] || u.n == maxFilters {
		return false
	}
	u.n++
	u.active[name] = true
	return true
}

func (u *filterUse) leave(name string) { delete(u.active, strings.ToLower(name)) }
