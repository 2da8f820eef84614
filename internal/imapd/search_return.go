package imapd

import (
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// searchReturn holds the options of RETURN: RFC 4731, section 3.1; SAVE: RFC
// 5182; RELEVANCY: RFC 6203; CONTEXT and UPDATE: RFC 5267; PARTIAL: RFC 9394.
type searchReturn struct {
	min, max, all, count, saving, relevancy, context, update bool

	partial *resultRange
	fetch   []fetchItem // of UPDATE: RFC 5465, section 7
}

// returnOption is a row of the table of return options.
type returnOption struct {
	name string
	caps []imap.Cap // one of them is needed; none: nothing is
	read func(r *searchReturn, p *parser)
}

// contextCap stands for the capability of the command: CONTEXT=SEARCH, or
// CONTEXT=SORT.
const contextCap imap.Cap = "CONTEXT="

var returnOptions = []returnOption{
	{"MIN", nil, func(r *searchReturn, _ *parser) { r.min = true }},
	{"MAX", nil, func(r *searchReturn, _ *parser) { r.max = true }},
	{"ALL", nil, func(r *searchReturn, p *parser) { r.once(p, r.all); r.all = true }},
	{"COUNT", nil, func(r *searchReturn, _ *parser) { r.count = true }},
	{"SAVE", []imap.Cap{imap.CapSearchRes}, func(r *searchReturn, _ *parser) { r.saving = true }},
	{"RELEVANCY", []imap.Cap{imap.CapSearchFuzzy}, func(r *searchReturn, _ *parser) { r.relevancy = true }},
	{"CONTEXT", []imap.Cap{contextCap}, func(r *searchReturn, _ *parser) { r.context = true }},
	{"PARTIAL", []imap.Cap{CapPartial, contextCap}, func(r *searchReturn, p *parser) {
		p.SP()
		r.once(p, r.partial != nil)
		r.partial = p.resultRange()
	}},
	{"UPDATE", []imap.Cap{contextCap}, func(r *searchReturn, p *parser) {
		r.update = true
		if p.has(imap.CapNotify) && p.Ahead(" (") {
			p.SP()
			p.List(func() { r.fetch = append(r.fetch, parseFetchItem(p, p.ItemName())) })
		}
	}},
}

// once refuses a second PARTIAL or ALL: there can be one of either (RFC 9394, section
// 3.1; RFC 5267, section 4.4).
func (r *searchReturn) once(p *parser, before bool) {
	if before && (p.has(CapPartial) || p.has(CapContextSearch)) {
		p.Fail("PARTIAL or ALL twice (RFC 9394, section 3.1)")
	}
}

// searchReturn reads the options in their parentheses.
func (p *parser) searchReturn(context imap.Cap) *searchReturn {
	r := &searchReturn{}
	var words []string
	for _, row := range returnOptions {
		if p.hasOneOf(row.caps, context) {
			words = append(words, row.name)
		}
	}
	p.ListOrEmpty(func() {
		name := p.option("SEARCH return option", words...)
		for _, row := range returnOptions {
			if p.OK() && row.name == name {
				row.read(r, p)
			}
		}
	})
	if p.OK() && r.partial != nil && r.all {
		p.Fail("PARTIAL and ALL exclude each other (RFC 9394, section 3.1)")
	}
	return r
}

func (p *parser) hasOneOf(caps []imap.Cap, context imap.Cap) bool {
	return len(caps) == 0 || slices.ContainsFunc(caps, func(want imap.Cap) bool {
		if want == contextCap {
			want = context
		}
		return p.has(want)
	})
}

// resultRange is PARTIAL's: places from 1, or from the end with -1 as the last. The
// response repeats it, with a before b: "a range 500:400 is the same as 400:500" (RFC
// 9394, section 4), and Dovecot does the same.
type resultRange struct {
	a, b  uint32 // a <= b
	atEnd bool
}

// String is the range as the response has it.
func (r *resultRange) String() string {
	if r.atEnd {
		return fmt.Sprintf("-%d:-%d", r.a, r.b)
	}
	return fmt.Sprintf("%d:%d", r.a, r.b)
}

// resultRange reads
//
//	partial-range = nz-number ":" nz-number / "-" nz-number ":" "-" nz-number
func (p *parser) resultRange() *resultRange {
	r := &resultRange{atEnd: p.Try('-')}
	r.a = p.NZNumber()
	p.Expect(':')
	if r.atEnd {
		p.Expect('-')
	}
	r.b = p.NZNumber()
	if r.a > r.b {
		r.a, r.b = r.b, r.a
	}
	return r
}

// cut takes the range out of n results: their first place, and that behind
// the last.
func (r *resultRange) cut(n int) (from, to int) {
	a, b := min(int(r.a)-1, n), min(int(r.b), n)
	if r.atEnd {
		return n - b, n - a
	}
	return a, b
}

// plain says that there are no options for data, which means ALL (RFC 4731,
// section 3.1).
func (r *searchReturn) plain() bool {
	return !r.min && !r.max && !r.all && !r.count && !r.saving && !r.relevancy && !r.update && !r.context && r.partial == nil
}

// onlySaves says that SAVE is the only option.
func (r *searchReturn) onlySaves() bool {
	others := *r
	others.saving = false
	return r.saving && others.plain()
}

// save keeps the result for "$": with MIN, MAX and PARTIAL only those
// messages, unless COUNT or ALL asks for the rest too (RFC 5182, section 2.4;
// RFC 9394, section 3.2).
func (r *searchReturn) save(v *view, found []store.Message) {
	if !r.saving {
		return
	}
	uids := uidsOf(found)
	if (r.min || r.max || r.partial != nil) && !r.all && !r.count && len(uids) > 0 {
		all := uids
		uids = nil
		if r.partial != nil {
			from, to := r.partial.cut(len(all))
			uids = append(uids, all[from:to]...)
		}
		if r.min {
			uids = append(uids, all[0])
		}
		if r.max {
			uids = append(uids, all[len(all)-1])
		}
	}
	slices.Sort(uids)
	v.saved = slices.Compact(uids)
}
