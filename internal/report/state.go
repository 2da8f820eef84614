package report

import (
	"cmp"
	"maps"
	"slices"
)

// boxKey names a mailbox.
type boxKey struct{ account, name string }

// box is a mailbox at a point of time.
type box struct {
	key   boxKey
	uids  []uint32       // sorted
	rows  map[uint32]Row // by UID
	known map[uint32]int // the messages of all UIDs that there ever were
}

// mail is all mailboxes at a point of time.
type mail struct{ boxes map[boxKey]*box }

// mailAtStart is the mail as it was at first.
func (r *record) mailAtStart() *mail {
	m := &mail{boxes: make(map[boxKey]*box)}
	for _, b := range r.Start {
		to := m.box(boxKey{b.Account, b.Name})
		for _, row := range b.Rows {
			to.put(row)
		}
	}
	return m
}

// mailAt is the mail after all changes up to a Seq.
func (r *record) mailAt(seq uint64) *mail {
	m := r.mailAtStart()
	for _, c := range r.changes {
		if c.Seq > seq {
			break
		}
		m.apply(c)
	}
	return m
}

// box is a mailbox, which is made if there is none.
func (m *mail) box(key boxKey) *box {
	b := m.boxes[key]
	if b == nil {
		b = &box{key: key, rows: make(map[uint32]Row), known: make(map[uint32]int)}
		m.boxes[key] = b
	}
	return b
}

// sorted are the mailboxes: those of the given account first, INBOX before others.
func (m *mail) sorted(account string) []*box {
	return slices.SortedFunc(maps.Values(m.boxes), func(a, b *box) int {
		return cmp.Or(
			-order(a.key.account == account, b.key.account == account),
			cmp.Compare(a.key.account, b.key.account),
			-order(a.key.name == "INBOX", b.key.name == "INBOX"),
			cmp.Compare(a.key.name, b.key.name))
	})
}

// order compares false, which is less, to true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (b *box) put(row Row) {
	if _, found := b.rows[row.UID]; !found {
		i, _ := slices.BinarySearch(b.uids, row.UID)
		b.uids = slices.Insert(b.uids, i, row.UID)
	}
	b.rows[row.UID] = row
	b.known[row.UID] = row.Message
}

func (b *box) remove(uid uint32) {
	if i, found := slices.BinarySearch(b.uids, uid); found {
		b.uids = slices.Delete(b.uids, i, i+1)
	}
	delete(b.rows, uid)
}

// apply makes a change.
func (m *mail) apply(c Change) {
	key := boxKey{c.Account, c.Mailbox}
	switch c.Op {
	case Added:
		m.box(key).put(Row{c.UID, c.Message, c.Flags})
	case Removed:
		m.box(key).remove(c.UID)
	case Flagged:
		if row, found := m.box(key).rows[c.UID]; found && c.Whose == "" {
			row.Flags = c.Flags
			m.box(key).rows[c.UID] = row
		}
	case Created:
		m.box(key)
	case Deleted:
		delete(m.boxes, key)
	case Renamed:
		b := m.box(key)
		delete(m.boxes, key)
		b.key.name = c.To
		m.boxes[b.key] = b
	case Renewed:
		delete(m.boxes, key)
		m.box(key)
	}
}
