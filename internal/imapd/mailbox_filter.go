package imapd

import (
	"slices"
	"strings"

	"github.com/go-mailtest/mailtest/memstore"
)

// mailboxFilter names mailboxes: filter-mailboxes of RFC 5465, section 8, with
// the subtree-one of RFC 7377, section 4.
type mailboxFilter struct {
	kind  string // in upper case: SELECTED, SUBTREE
	names []string
}

// mailboxFilter reads a filter of one of these kinds.
func (p *parser) mailboxFilter(kinds ...string) mailboxFilter {
	f := mailboxFilter{kind: p.option("mailbox filter", kinds...)}
	switch f.kind {
	case "SUBTREE", "SUBTREE-ONE", "MAILBOXES":
		p.SP()
		if p.Peek() == '(' {
			p.List(func() { f.names = append(f.names, p.Mailbox()) })
		} else {
			f.names = []string{p.Mailbox()}
		}
	}
	return f
}

// matches says whether the filter names a mailbox other than the selected one.
func (f mailboxFilter) matches(user *memstore.User, name string) bool {
	switch f.kind {
	case "PERSONAL", "INBOXES":
		return true
	case "SUBSCRIBED":
		return user.Subscribed(name)
	case "MAILBOXES":
		return slices.Contains(f.names, name)
	}
	delim := string(user.Delimiter())
	return slices.ContainsFunc(f.names, func(top string) bool {
		below, ok := strings.CutPrefix(name, top+delim)
		return name == top || ok && (f.kind == "SUBTREE" || f.kind == "SUBTREE-ONE" && !strings.Contains(below, delim))
	})
}
