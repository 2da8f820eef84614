package store

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// labelSet is where a message is in an account with labels: in which of All Mail, Spam and
// Trash, and which labels it has; of one in Spam or Trash those that it had. A set never
// changes, and there is one of each kind, so that two are equal if they are the same.
type labelSet struct {
	box    *labelBox
	home   *Mailbox
	labels []*Mailbox // in the order of their numbers
}

// set is the shared set of a home and labels; the guard is held.
func (b *labelBox) set(home *Mailbox, labels []*Mailbox) *labelSet {
	labels = slices.SortedFunc(slices.Values(labels), func(x, y *Mailbox) int { return int(int64(x.number) - int64(y.number)) })
	labels = slices.Compact(labels)
	key := make([]string, 0, len(labels)+1)
	for _, m := range append([]*Mailbox{home}, labels...) {
		key = append(key, m.ID())
	}
	name := strings.Join(key, " ")
	if b.sets[name] == nil {
		b.sets[name] = &labelSet{b, home, labels}
	}
	return b.sets[name]
}

func (s *labelSet) has(m *Mailbox) bool { return slices.Contains(s.labels, m) }

// with is the set with a label; the guard is held.
func (s *labelSet) with(m *Mailbox) *labelSet {
	if s.has(m) {
		return s
	}
	return s.box.set(s.home, append(slices.Clone(s.labels), m))
}

// without is the set without a label; the guard is held.
func (s *labelSet) without(m *Mailbox) *labelSet {
	if !s.has(m) {
		return s
	}
	return s.box.set(s.home, slices.DeleteFunc(slices.Clone(s.labels), func(other *Mailbox) bool { return other == m }))
}

// at is the set in another home; the guard is held.
func (s *labelSet) at(home *Mailbox) *labelSet { return s.box.set(home, s.labels) }

// The labels that are not written as the names of their mailboxes, by what those are for,
// in the order of telling. A client may say what it says in other words.
var systemLabels = []struct {
	use   imap.MailboxAttr
	label string
	also  string
}{
	{"", `\Inbox`, ""},
	{imap.MailboxAttrSent, `\Sent`, ""},
	{imap.MailboxAttrDrafts, `\Draft`, `\Drafts`},
	{imap.MailboxAttrFlagged, `\Starred`, `\Flagged`},
	{imap.MailboxAttrImportant, `\Important`, ""},
	{imap.MailboxAttrTrash, `\Trash`, ""},
	{imap.MailboxAttrJunk, `\Junk`, `\Spam`},
	{imap.MailboxAttrAll, `\All`, `\AllMail`},
}

// labelName is how a mailbox is called among the labels of a message.
func (m *Mailbox) labelName() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.name == inbox {
		return systemLabels[0].label
	}
	for _, row := range systemLabels {
		if row.use != "" && slices.Contains(m.specialUse, row.use) {
			return row.label
		}
	}
	return m.name
}

// Labels are the labels of a message in an account with labels, as X-GM-LABELS has them:
// first those like \Inbox, then names. They are those that it had when it was looked up,
// under the names that they have now; of one in Trash or Spam they are \Trash or \Junk and
// what it had before.
func (m Message) Labels() []string { return m.LabelsIn(nil) }

// LabelsIn are the labels but for that of a mailbox, as a client is told of them that has
// this one selected (not seen: the extension's page does not say so, but lists there lack it).
func (m Message) LabelsIn(selected *Mailbox) []string {
	if m.labels == nil {
		return nil
	}
	b := m.labels.box
	boxes := slices.Clone(m.labels.labels)
	if m.labels.home != b.all {
		boxes = append(boxes, m.labels.home)
	}
	if b.starred != nil && m.Has(imap.FlagFlagged) {
		boxes = append(boxes, b.starred)
	}
	var names []string
	for _, box := range boxes {
		if box != selected {
			names = append(names, box.labelName())
		}
	}
	slices.SortFunc(names, compareLabels)
	return names
}

// compareLabels puts those like \Inbox first, in the order of their table.
func compareLabels(a, b string) int {
	rank := func(label string) int {
		for i, row := range systemLabels {
			if row.label == label {
				return i
			}
		}
		return len(systemLabels)
	}
	if x, y := rank(a), rank(b); x != y {
		return x - y
	}
	return strings.Compare(a, b)
}
