package store

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// StoreLabels adds labels to messages, takes them away, or puts them in the place of those
// that the messages have: STORE X-GM-LABELS. A label is a mailbox's name, or one like \Inbox;
// a mailbox that is not there is made. \Trash and \Junk move, \Starred sets \Flagged. UIDs
// that are not there are passed over.
func (m *Mailbox) StoreLabels(uids imap.UIDSet, op imap.StoreFlagsOp, labels ...string) (StoreResult, error) {
	return Numbered{mbox: m}.StoreLabels(uids, nil, op, labels)
}

// StoreLabels is [Mailbox.StoreLabels] of messages that have not changed since a modseq; nil
// is no condition.
func (n Numbered) StoreLabels(uids imap.UIDSet, unchangedSince *uint64, op imap.StoreFlagsOp, labels []string) (StoreResult, error) {
	u := n.mbox.user
	if u.box == nil {
		return StoreResult{}, errorf(ErrNotFound, "account %q has no labels", u.name)
	}
	boxes := make([]*Mailbox, len(labels))
	for i, label := range labels {
		var err error
		if boxes[i], err = u.labelled(label, op != imap.StoreFlagsDel); err != nil {
			return StoreResult{}, err
		}
	}
	m := n.mbox
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := n.check(); err != nil {
		return StoreResult{}, err
	}
	if err := m.checkOpen(); err != nil {
		return StoreResult{}, err
	}
	boxes = slices.DeleteFunc(boxes, func(box *Mailbox) bool { return box == nil || box.deleted })
	defer m.changedBy(n.by)()
	return u.box.storeLabels(m, m.at(m.selectUIDs(uids)), unchangedSince, op, boxes)
}

// labelled is the mailbox that a label means. One that is not there is made, or nil.
func (u *User) labelled(label string, make bool) (*Mailbox, error) {
	if !strings.HasPrefix(label, `\`) {
		mbox, found := u.Mailbox(label)
		if found || !make {
			return mbox, nil
		}
		return u.Create(label)
	}
	for _, row := range systemLabels {
		if !strings.EqualFold(label, row.label) && !strings.EqualFold(label, row.also) {
			continue
		}
		if row.use == "" {
			return u.Inbox(), nil
		}
		for _, mbox := range u.Mailboxes() {
			if slices.Contains(mbox.SpecialUse(), row.use) {
				return mbox, nil
			}
		}
	}
	return nil, errorf(ErrNotFound, "account %q has no label %s", u.name, label)
}

// storeLabels changes the labels of messages; the guard is held.
func (b *labelBox) storeLabels(m *Mailbox, messages []*message, since *uint64, op imap.StoreFlagsOp, boxes []*Mailbox) (StoreResult, error) {
	for _, box := range boxes {
		if box.odd.NoSelect {
			return StoreResult{}, errorf(ErrNoSelect, `mailbox %q is \Noselect`, box.name)
		}
		if err := b.room(box, len(messages)); err != nil {
			return StoreResult{}, err
		}
	}
	var result StoreResult
	before := b.all.guard.modseq
	s := b.stroke()
	for _, msg := range messages {
		if since != nil && msg.modseq > *since {
			result.Modified = append(result.Modified, msg.uid)
			continue
		}
		if op == imap.StoreFlagsSet {
			s.clear(m, msg.mail, boxes)
		}
		for _, box := range boxes {
			s.store(msg.mail, op, box)
		}
	}
	if after := b.all.guard.modseq; after > before {
		result.ModSeq = after
	}
	for _, msg := range messages {
		_, entry := m.entry(msg.mail)
		if _, refused := slices.BinarySearch(result.Modified, msg.uid); refused {
			continue
		}
		if entry == nil {
			result.Removed = append(result.Removed, msg.uid)
			continue
		}
		if entry.has(imap.FlagFlagged) != msg.has(imap.FlagFlagged) {
			result.Changed = append(result.Changed, entry.uid)
		}
		result.Messages = append(result.Messages, Stored{entry.uid, entry.modseq, msg.modseq})
	}
	return result, nil
}

// store adds a label to a message, or takes it away. In Spam and Trash labels are only
// remembered.
func (s stroke) store(mail *Mail, op imap.StoreFlagsOp, box *Mailbox) {
	home, msg := s.home(mail)
	switch adds := op != imap.StoreFlagsDel; {
	case adds && (box == s.trash || box == s.spam):
		s.rehome(mail, box)
	case s.isHome(box) && (adds || box == s.all || box != home):
	case s.isHome(box):
		s.rehome(mail, s.all) // not seen
	case !adds:
		s.unlabel(box, mail)
	case home == s.all || box == s.starred:
		s.label(box, mail)
	default:
		s.relabel(mail, msg.labels.with(box))
	}
}

// clear takes all labels from a message but those that it is to have, and that of the
// selected mailbox: a client that puts back what it was told does not know of that (not
// seen).
func (s stroke) clear(selected *Mailbox, mail *Mail, keep []*Mailbox) {
	_, msg := s.home(mail)
	for _, box := range msg.labels.labels {
		if box != selected && !slices.Contains(keep, box) {
			s.unlabel(box, mail)
		}
	}
	if s.starred != nil && s.starred != selected && !slices.Contains(keep, s.starred) {
		s.unlabel(s.starred, mail)
	}
}
