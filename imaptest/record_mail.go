package imaptest

import (
	"slices"
	"sync"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/store"
)

// bounds is how much a server keeps of what has happened, the last of each: so a test may be
// as long as it likes.
type bounds struct {
	acts     int   // what the test did, connections, what rules did
	commands int   // besides those of the journal
	changes  int   // of the mail
	mail     int64 // bytes of messages that are gone

	transcript int // bytes of each transcript, at least
}

// The bounds where nobody has asked for a report, and where somebody has.
var (
	usualBounds  = bounds{acts: 10_000, commands: 10_000, changes: 10_000, mail: 8 << 20}
	reportBounds = bounds{acts: 50_000, commands: 50_000, changes: 200_000, mail: 128 << 20, transcript: 16 << 20}
)

// bounds are those of a server.
func (c *config) bounds() bounds {
	if c.unrecorded {
		return bounds{}
	}
	if c.reportAsked() {
		return reportBounds
	}
	return usualBounds
}

// mailChange is a change of the mail, with its place in the order of all that happens.
type mailChange struct {
	seq uint64
	store.Happening
}

// mailLog is what became of the mail. With the mail as it is, it says what it was at any
// time: messages that are gone are in it.
type mailLog struct {
	bounds  bounds
	history *history.History

	mu   sync.Mutex // guards what follows; held under locks of the store
	list []mailChange
	size int    // of how many messages they are
	came uint64 // how many there were
	kept int64  // bytes of messages that are gone
	from uint64 // what came before is no longer known
	last direct
}

// note takes in a change.
func (l *mailLog) note(h store.Happening) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.By == 0 {
		defer l.begin(&h)()
	}
	c := mailChange{l.history.Next(), h}
	l.list = append(l.list, c)
	l.came++
	l.size += h.Size()
	for i := range h.Size() {
		l.kept += h.Keeps(i)
	}
	if l.kept > l.bounds.mail || l.size > l.bounds.changes+l.bounds.changes/10 {
		l.forget()
	}
}

// forget drops the oldest changes, of a message each, until there is room, and some for what
// is to come.
func (l *mailLog) forget() {
	n, of := 0, 0 // how many changes, and of the next one how many messages
	for n < len(l.list) && (l.kept > l.bounds.mail-l.bounds.mail/10 || l.size > l.bounds.changes) {
		c := l.list[n]
		l.kept -= c.Keeps(of)
		l.size--
		l.from = c.seq
		if of++; of == c.Size() {
			n, of = n+1, 0
		}
	}
	clear(l.list[:n])
	l.list = l.list[n:]
	if of > 0 {
		l.list[0].Happening = l.list[0].Rest(of)
	}
}

// total is how many changes there were.
func (l *mailLog) total() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.came
}

// forgot says that the oldest changes are no longer known.
func (l *mailLog) forgot() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.from > 0
}

// all are the changes that are known.
func (l *mailLog) all() []mailChange {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.list)
}

// reset forgets everything.
func (l *mailLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list, l.size, l.kept, l.from, l.last = nil, 0, 0, 0, direct{}
}
