package imapd

import (
	"github.com/go-mailtest/mailtest/internal/store"
)

// mailboxFilter names mailboxes: filter-mailboxes of RFC 5465, section 8, with
// the subtree-one of RFC 7377, section 4.
type mailboxFilter struct {
	kind  string // in upper case: SELECTED, SUBTREE
	names map[string]bool
}

// mailboxFilter reads a filter of one of these kinds.
func (p *parser) mailboxFilter(kinds ...string) mailboxFilter {
	f := mailboxFilter{kind: p.option("mailbox filter", kinds...)}
	switch f.kind {
	case "SUBTREE", "SUBTREE-ONE", "MAILBOXES":
		p.SP()
		f.names = make(map[string]bool)
		if p.Peek() == '(' {
			p.List(func() { f.names[p.Parser.Mailbox()] = true })
		} else {
			f.names[p.Parser.Mailbox()] = true
		}
	}
	return f
}

// matches says whether the filter names a mailbox other than the selected one.
func (f mailboxFilter) matches(user *store.User, name string) bool {
	switch f.kind {
	case "PERSONAL", "INBOXES":
		_, _, foreign := user.Place(name)
		return !foreign
	case "SUBSCRIBED":
		return user.Subscribed(name)
	case "MAILBOXES":
		return f.names[name]
	}
	above, below := parent(name, user.Delimiter())
	if f.kind == "SUBTREE-ONE" {
		return f.names[name] || below && f.names[above]
	}
	for below && !f.names[name] {
		name = above
		above, below = parent(name, user.Delimiter())
	}
	return f.names[name]
}
