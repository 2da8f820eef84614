// Package history is what happened at a server besides what was said and what became of the
// mail: connections, what the test did, what rules did to commands. Its sequence gives those
// two their place in the same order.
//
// internal/README.md has the rooms around it.
package history

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultLimit is how many occurrences of a kind are kept, the last ones.
const DefaultLimit = 10_000

// History is what happened. Its methods may be called from any goroutine, and never block.
type History struct {
	seq   atomic.Uint64
	limit int

	mu      sync.Mutex // guards what follows
	began   time.Time
	conns   []*Conn
	acts    []*Act
	marks   []Mark
	dropped int // acts
	ended   bool
}

// New begins a history that keeps so many occurrences of each kind. One of none keeps and
// numbers nothing: to see what it costs.
func New(limit int) *History { return &History{limit: limit, began: time.Now()} }

// Next is the place of what happens now in the order of all that happens. It is taken where
// and when it happens: in a bubble of testing/synctest much has the same time. Who changes
// mail is known to the store by this number.
func (h *History) Next() uint64 {
	if h.limit == 0 {
		return 0
	}
	return h.seq.Add(1)
}

// Now is the place of what has happened last.
func (h *History) Now() uint64 { return h.seq.Load() }

// Began is when the history was begun.
func (h *History) Began() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began
}

// Reset begins anew. Numbers go on, because commands that are known by them may; it has one itself,
// so that who looks at Now sees that there is something new.
func (h *History) Reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Next()
	h.began, h.conns, h.acts, h.marks, h.dropped = time.Now(), nil, nil, nil, 0
}

// End is the end: how connections end from here on is nothing that happened to the test.
func (h *History) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
}

// Mark is what a rule or a hold did to a command, or to a connection.
type Mark struct {
	Seq   uint64
	Proto Proto
	Conn  int
	To    uint64 // the number of the command; 0: the connection itself
	By    uint64 // the number of the act that made it, 0 where none did
	Verb  string // "CutAfter(700)"
	Ends  bool   // the connection
}

// Mark notes that something was done to a command.
func (h *History) Mark(m Mark) {
	if h.limit == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	m.Seq = h.Next()
	h.marks = keep(h.marks, m, h.limit)
}

// Marks are what was done to commands, in order.
func (h *History) Marks() []Mark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.marks)
}

// keep appends to a list, and forgets the first of it when there are too many.
func keep[T any](list []T, one T, limit int) []T {
	if surplus := len(list) - limit; surplus >= limit/10 && surplus > 0 {
		list = slices.Delete(list, 0, surplus)
	}
	return append(list, one)
}
