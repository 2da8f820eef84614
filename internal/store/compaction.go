package store

import "github.com/emersion/go-imap/v2"

// minCompact is the shortest log that is worth going through, unless the store
// remembers fewer expunges than that.
const minCompact = 4096

// compactIfLong drops entries of messages that have changed again since: who
// reads the log gets the later entry anyway. It does so when half of the log may be
// void, so that its cost is spread, and is nothing where messages only come. m.mu is held.
func (m *Mailbox) compactIfLong() {
	l, limit := &m.log, m.user.store.expunges
	if shortest := min(minCompact, limit+1); l.void < max(l.size/2, shortest) {
		return
	}
	void := m.replaced()
	if l.hasApart() {
		void = l.replaced()
	}
	l.drop(func(c change, uid imap.UID) bool { return !c.gone() && c.notes() == nil && void(c, uid) })
	l.forget(limit)
	l.void = 0
}

// hasApart says that an entry concerns an account alone, or annotations, which are told apart.
func (l *changeLog) hasApart() bool {
	for left := l.entries.all(); left.any(); {
		c := left.next()
		if c.only() != nil || c.notes() != nil {
			return true
		}
	}
	return false
}

// replaced says, where no entry is apart, of which there is a later one of the message:
// it has its last change's modseq. m.mu is held.
func (m *Mailbox) replaced() func(change, imap.UID) bool {
	next := finder{list: &m.messages}
	return func(c change, uid imap.UID) bool {
		msg := next.find(uid)
		return msg == nil || msg.modseq != c.modseq
	}
}

// replaced says of which entries there is a later one of the message, for all whom they concern:
// one of annotations says nothing of its flags.
func (l *changeLog) replaced() func(change, imap.UID) bool {
	type concern struct {
		uid  imap.UID
		only *User
	}
	last := make(map[concern]uint64)
	for left := l.entries.all(); left.any(); {
		c := left.next()
		if c.notes() != nil {
			continue
		}
		for uid := range c.all() {
			last[concern{uid, c.only()}] = c.modseq
		}
	}
	return func(c change, uid imap.UID) bool {
		return max(last[concern{uid, nil}], last[concern{uid, c.only()}]) != c.modseq
	}
}

// drop takes messages from the entries, and the entries of which none is left.
func (l *changeLog) drop(void func(c change, uid imap.UID) bool) {
	l.size = 0
	l.entries.rewrite(func(c change) (left change, any bool) {
		if left, any = c.without(void); any {
			l.size += left.room()
		}
		return left, any
	})
}

// forget drops the oldest expunges until there are no more than limit.
func (l *changeLog) forget(limit int) {
	gone := 0
	for left := l.entries.all(); left.any(); {
		c := left.next()
		if c.gone() {
			gone++
		}
	}
	if gone <= limit {
		return
	}
	l.drop(func(c change, _ imap.UID) bool {
		if !c.gone() || gone <= limit {
			return false
		}
		gone--
		l.forgotten = c.modseq
		return true
	})
}
