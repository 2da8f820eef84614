package imapd

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/store"
)

// namespace is an account's mailbox names at one moment, for LIST and LSUB.
type namespace struct {
	delim   rune
	entries []*listEntry // mailboxes, and subscribed names without one
	byName  map[string]*listEntry
}

// listEntry is a name and what LIST can tell of it.
type listEntry struct {
	name        string
	mbox        *store.Mailbox // nil: no such mailbox
	uses        []imap.MailboxAttr
	parent      *listEntry // nil: at the top
	subscribed  bool
	asLevel     bool // a pattern that ends with "%" matches
	hasChildren bool
	childInfo   []string // the selection options that inferiors meet (RFC 5258, section 3.5)

	// marked says that what addChildInfo has for an inferior that is listed on its own
	// has reached the entry, and all above it; markedAll for one that is not.
	marked, markedAll bool
}

func newNamespace(user *store.User) *namespace {
	visible := user.Visible()
	ns := &namespace{delim: user.Delimiter(), byName: make(map[string]*listEntry, len(visible)), entries: make([]*listEntry, 0, len(visible))}
	each := make([]listEntry, len(visible)) // at once
	for i, named := range visible {
		each[i] = listEntry{name: named.Name, mbox: named.Mailbox, uses: user.UsesOf(named.Mailbox)}
		ns.add(&each[i])
	}
	for _, name := range user.Subscriptions() {
		entry := ns.byName[name]
		if entry == nil {
			entry = ns.add(&listEntry{name: name})
		}
		entry.subscribed = true
	}
	ns.addMissingParents()
	for _, entry := range ns.entries {
		if entry.mbox == nil {
			continue
		}
		for above := range ns.above(entry) {
			if above.hasChildren {
				break // and so have those above it
			}
			above.hasChildren = true
		}
	}
	return ns
}

func (ns *namespace) add(entry *listEntry) *listEntry {
	ns.entries = append(ns.entries, entry)
	ns.byName[entry.name] = entry
	return entry
}

// entry is what is known of a name, which need not be that of a mailbox.
func (ns *namespace) entry(name string) *listEntry {
	if entry := ns.byName[name]; entry != nil {
		return entry
	}
	return &listEntry{name: name}
}

// addMissingParents adds the names above a subscribed name that are mailboxes
// as little as it is. They are listed only for their CHILDINFO.
func (ns *namespace) addMissingParents() {
	for _, entry := range ns.entries {
		for child := entry; ; {
			name, below := parent(child.name, ns.delim)
			if !below {
				break
			}
			if child.parent = ns.byName[name]; child.parent != nil {
				break // those above it are there, or their turn will come
			}
			child.parent = ns.add(&listEntry{name: name})
			child = child.parent
		}
	}
}

// above are the entries above one, the innermost first.
func (ns *namespace) above(entry *listEntry) iter.Seq[*listEntry] {
	return func(yield func(*listEntry) bool) {
		for at := entry.parent; at != nil && yield(at); at = at.parent {
		}
	}
}

// kind are the attributes that say what can be done with a name.
func (entry *listEntry) kind() []imap.MailboxAttr {
	if entry.mbox == nil {
		return []imap.MailboxAttr{imap.MailboxAttrNonExistent}
	}
	var attrs []imap.MailboxAttr
	odd := entry.mbox.Oddities()
	if odd.NoSelect {
		attrs = append(attrs, imap.MailboxAttrNoSelect)
	}
	if odd.NoInferiors {
		attrs = append(attrs, imap.MailboxAttrNoInferiors)
	}
	if entry.mbox.Remote() {
		attrs = append(attrs, imap.MailboxAttrRemote)
	}
	return attrs
}

func (entry *listEntry) childAttr() imap.MailboxAttr {
	if entry.hasChildren {
		return imap.MailboxAttrHasChildren
	}
	return imap.MailboxAttrHasNoChildren
}

// meets says whether the entry itself is selected.
func (s listSelection) meets(entry *listEntry) bool {
	switch {
	case s.subscribed && !entry.subscribed:
		return false
	case s.specialUse && len(entry.uses) == 0:
		return false
	case entry.mbox == nil && !s.subscribed:
		// A level above what is there for the account, and not there itself, is
		// listed for "%" alone (RFC 3501, section 6.3.8; RFC 4314, section 4).
		return entry.asLevel && entry.hasChildren && !s.specialUse
	case entry.mbox != nil && entry.mbox.Remote() && !s.remote:
		return false // RFC 5258, section 3.1: REMOTE asks for them
	}
	return true
}

// options names the selection for CHILDINFO.
func (s listSelection) options() []string {
	var out []string
	if s.subscribed {
		out = append(out, "SUBSCRIBED")
	}
	if s.specialUse {
		out = append(out, "SPECIAL-USE")
	}
	return out
}

// list finds the names that match a pattern and the selection. It gives up when it is
// interrupted.
func (ns *namespace) list(ref string, patterns []string, sel listSelection, interrupted func() bool) []*listEntry {
	matched := make(map[*listEntry]bool)
	for _, pattern := range patterns {
		if pattern == "" {
			continue
		}
		p := newListPattern(ref+pattern, ns.delim)
		for _, entry := range ns.entries {
			if interrupted() {
				return nil
			}
			matches := p.matches(entry.name)
			matched[entry] = matched[entry] || matches
			entry.asLevel = entry.asLevel || matches && strings.HasSuffix(pattern, "%")
		}
	}
	if sel.recursive {
		ns.addChildInfo(matched, sel)
	}
	var out []*listEntry
	for _, entry := range ns.entries {
		if matched[entry] && (sel.meets(entry) || len(entry.childInfo) > 0) {
			out = append(out, entry)
		}
	}
	return out
}

// addChildInfo marks the names with an inferior that meets the selection. One
// that does not meet it itself is marked only for an inferior that is not
// listed on its own (RFC 5258, section 3.5).
func (ns *namespace) addChildInfo(matched map[*listEntry]bool, sel listSelection) {
	for _, entry := range ns.entries {
		if !sel.meets(entry) {
			continue
		}
		for above := range ns.above(entry) {
			if above.marked && (above.markedAll || matched[entry]) {
				break // so are those above it
			}
			above.marked, above.markedAll = true, above.markedAll || !matched[entry]
			if len(above.childInfo) == 0 && (!matched[entry] || sel.meets(above)) {
				above.childInfo = sel.options()
			}
		}
	}
}

// lsub finds subscribed names. With "%" a name that is not subscribed stands
// for the subscribed ones below it (RFC 3501, section 6.3.9).
// What is on another server is for RLSUB (RFC 2193, section 3).
func (ns *namespace) lsub(ref, pattern string, remote bool, interrupted func() bool) []*listEntry {
	p := newListPattern(ref+pattern, ns.delim)
	found := make(map[string]*listEntry)
	tried := make(map[*listEntry]bool)
	for _, entry := range ns.entries {
		if interrupted() {
			return nil
		}
		if !entry.subscribed || !remote && entry.mbox != nil && entry.mbox.Remote() {
			continue
		}
		if p.matches(entry.name) {
			found[entry.name] = entry
			continue
		}
		if !strings.Contains(pattern, "%") {
			continue
		}
		for above := range ns.above(entry) {
			if tried[above] {
				break // and so are those above it
			}
			tried[above] = true
			if found[above.name] == nil && p.matches(above.name) {
				found[above.name] = &listEntry{name: above.name}
			}
		}
	}
	return sortedEntries(found)
}

// sortedEntries puts INBOX first, and the others in order of their names.
func sortedEntries(found map[string]*listEntry) []*listEntry {
	out := slices.Collect(maps.Values(found))
	slices.SortFunc(out, func(a, b *listEntry) int {
		switch {
		case a.name == "INBOX":
			return -1
		case b.name == "INBOX":
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return out
}
