package imapd

import (
	"maps"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/memstore"
)

// namespace is an account's mailbox names at one moment, for LIST and LSUB.
type namespace struct {
	delim   rune
	entries []*listEntry // mailboxes, and subscribed names without one
}

// listEntry is a name and what LIST can tell of it.
type listEntry struct {
	name        string
	mbox        *memstore.Mailbox // nil: no such mailbox
	subscribed  bool
	hasChildren bool
	childInfo   []string // the selection options that inferiors meet (RFC 5258, section 3.5)
}

func newNamespace(user *memstore.User) *namespace {
	ns := &namespace{delim: user.Delimiter()}
	byName := make(map[string]*listEntry)
	for _, mbox := range user.Mailboxes() {
		entry := &listEntry{name: mbox.Name(), mbox: mbox}
		byName[entry.name] = entry
		ns.entries = append(ns.entries, entry)
	}
	for _, name := range user.Subscriptions() {
		entry := byName[name]
		if entry == nil {
			entry = &listEntry{name: name}
			ns.entries = append(ns.entries, entry)
		}
		entry.subscribed = true
	}
	ns.addMissingParents(byName)
	for _, entry := range ns.entries {
		for _, parent := range parents(entry.name, ns.delim) {
			if above := byName[parent]; above != nil && entry.mbox != nil {
				above.hasChildren = true
			}
		}
	}
	return ns
}

// entry is what is known of a name, which need not be that of a mailbox.
func (ns *namespace) entry(name string) *listEntry {
	for _, entry := range ns.entries {
		if entry.name == name {
			return entry
		}
	}
	return &listEntry{name: name}
}

// addMissingParents adds the names above a subscribed name that are mailboxes
// as little as it is. They are listed only for their CHILDINFO.
func (ns *namespace) addMissingParents(byName map[string]*listEntry) {
	for _, entry := range ns.entries {
		for _, parent := range parents(entry.name, ns.delim) {
			if byName[parent] == nil {
				byName[parent] = &listEntry{name: parent}
				ns.entries = append(ns.entries, byName[parent])
			}
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
	if odd.Remote {
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
	case s.specialUse && (entry.mbox == nil || len(entry.mbox.SpecialUse()) == 0):
		return false
	case entry.mbox == nil && !s.subscribed:
		return false
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

// list finds the names that match a pattern and the selection.
func (ns *namespace) list(ref string, patterns []string, sel listSelection) []*listEntry {
	matched := make(map[*listEntry]bool)
	for _, entry := range ns.entries {
		matched[entry] = slices.ContainsFunc(patterns, func(pattern string) bool {
			return pattern != "" && listPattern{ref + pattern, ns.delim}.matches(entry.name)
		})
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
	byName := make(map[string]*listEntry)
	for _, entry := range ns.entries {
		byName[entry.name] = entry
	}
	for _, entry := range ns.entries {
		if !sel.meets(entry) {
			continue
		}
		for _, parent := range parents(entry.name, ns.delim) {
			above := byName[parent]
			if above != nil && (sel.meets(above) || !matched[entry]) {
				above.childInfo = sel.options()
			}
		}
	}
}

// lsub finds subscribed names. With "%" a name that is not subscribed stands
// for the subscribed ones below it (RFC 3501, section 6.3.9).
func (ns *namespace) lsub(ref, pattern string) []*listEntry {
	p := listPattern{ref + pattern, ns.delim}
	found := make(map[string]*listEntry)
	for _, entry := range ns.entries {
		if !entry.subscribed {
			continue
		}
		if p.matches(entry.name) {
			found[entry.name] = entry
			continue
		}
		if !strings.Contains(pattern, "%") {
			continue
		}
		for _, parent := range parents(entry.name, ns.delim) {
			if found[parent] == nil && p.matches(parent) {
				found[parent] = &listEntry{name: parent}
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
