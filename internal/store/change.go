package store

import (
	"iter"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// change is an entry of a mailbox's log: a message was added or changed, or is
// gone; or messages of one stroke were changed. It does not have the message, so that the
// bytes of one that is gone can be freed.
type change struct {
	modseq uint64
	since  uint64   // the modseq with which the message came, or came back
	uid    imap.UID // the first
	by     uint32   // 31 bits: who changed it, 0 for nobody who has a number; the highest: it is gone
	aside  *aside   // nil for most
}

// aside is what there is to say of few changes.
type aside struct {
	only   *User      // whom alone it concerns; nil: all
	notes  []string   // the entries of annotations that changed, and nothing else has
	others []imap.UID // the messages behind the first, ascending
}

// only is whom alone the change concerns; nil: all.
func (c change) only() *User {
	if c.aside == nil {
		return nil
	}
	return c.aside.only
}

// notes are the entries of annotations that changed, and nothing else has.
func (c change) notes() []string {
	if c.aside == nil {
		return nil
	}
	return c.aside.notes
}

// others are the messages behind the first, ascending.
func (c change) others() []imap.UID {
	if c.aside == nil {
		return nil
	}
	return c.aside.others
}

// size is of how many messages the entry is.
func (c change) size() int { return 1 + len(c.others()) }

// room is what the entry takes, in entries: one is as large as eight UIDs.
func (c change) room() int { return 1 + len(c.others())/8 }

// last is the highest UID.
func (c change) last() imap.UID {
	if others := c.others(); len(others) > 0 {
		return others[len(others)-1]
	}
	return c.uid
}

// all goes through the messages.
func (c change) all() iter.Seq[imap.UID] {
	return func(yield func(imap.UID) bool) {
		if !yield(c.uid) {
			return
		}
		for _, uid := range c.others() {
			if !yield(uid) {
				return
			}
		}
	}
}

// appendTo appends the messages to a list.
func (c change) appendTo(uids []imap.UID) []imap.UID {
	return append(append(uids, c.uid), c.others()...)
}

// takes says whether another change is one of the same stroke, of a message behind these.
func (c change) takes(next change) bool {
	return c.modseq == next.modseq && c.by == next.by && !c.gone() && c.only() == next.only() &&
		c.notes() == nil && next.notes() == nil && c.last() < next.uid
}

// concerns says whether an account learns of the change; nil is who learns of all.
func (c change) concerns(u *User) bool { return c.only() == nil || u == nil || c.only() == u }

// without is the entry without some of its messages, if there are others.
func (c change) without(void func(c change, uid imap.UID) bool) (left change, any bool) {
	if c.size() == 1 {
		return c, !void(c, c.uid)
	}
	uids := slices.DeleteFunc(c.appendTo(nil), func(uid imap.UID) bool { return void(c, uid) })
	if len(uids) == 0 {
		return c, false
	}
	left, other := c, *c.aside
	left.uid, other.others = uids[0], uids[1:]
	left.aside = &other
	return left, true
}
