package history

import "time"

// Kind is what a test does.
type Kind uint8

// The kinds of acts.
const (
	Deed    Kind = iota + 1 // Deliver, DropConns
	Wait                    // WaitMessage
	Rule                    // On, from being made
	Hold                    // Hold, from being reached to being released
	Release                 // Release, of a hold that was reached
	Fail                    // an assertion that did not hold, or another failure
	Assert                  // an assertion that held
)

// Act is something that the test does, or that comes of it.
type Act struct {
	Seq   uint64
	At    time.Time
	Done  uint64    // 0 while it lasts
	Ended time.Time // zero while it lasts
	Kind  Kind
	Name  string // "Deliver"; "" is what Where says
	Args  string // `INBOX "First"`
	Note  string // what came of it
	Bad   bool   // it did not come to what was wanted
	To    uint64 // the number of the command that it is about
	By    uint64 // the number of the act that made what it is about: of a Hold's that of Hold

	Failure *Failure // of Fail

	where Where
}

// Failure is why a test has failed.
type Failure struct {
	Title     string // `INBOX, UID 5 "Invoice 20": flags`
	Got, Want string // as printed; "" where nothing is compared
	Account   string
	Mailbox   string   // "" for none
	UIDs      []uint32 // the messages that it is about
	Text      string   // all of it
}

// Where is the place in the test.
func (a *Act) Where() Where { return a.where }

// Helper is what was called, as the test names it.
func (a *Act) Helper() string {
	if a.Name != "" {
		return a.Name
	}
	return a.where.Helper()
}

// Begin notes that the test begins to do something. The caller is the helper that it calls,
// or what that calls.
func (h *History) Begin(a Act) *Act {
	if h.limit > 0 {
		a.where = here()
	}
	return h.begin(a)
}

// BeginAt is Begin at a place that is known.
func (h *History) BeginAt(where Where, a Act) *Act {
	a.where = where
	return h.begin(a)
}

// Note is Begin of what takes no time.
func (h *History) Note(a Act) *Act {
	a.where = here()
	act := h.begin(a)
	h.Finish(act, "")
	return act
}

// Come is Begin of what comes of an earlier act, in a connection's goroutine.
func (h *History) Come(a Act) *Act { return h.begin(a) }

func (h *History) begin(a Act) *Act {
	act := &a
	if h.limit == 0 {
		return act
	}
	act.At = time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	act.Seq = h.Next()
	before := len(h.acts)
	h.acts = keep(h.acts, act, h.limit)
	h.dropped += before + 1 - len(h.acts)
	return act
}

// Finish notes that it is done, and what came of it; the first Finish counts.
func (h *History) Finish(a *Act, note string) { h.finish(a, note, false) }

// Miss is Finish of what did not come to what was wanted.
func (h *History) Miss(a *Act, note string) { h.finish(a, note, true) }

func (h *History) finish(a *Act, note string, bad bool) {
	seq, now := h.Next(), time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if a.Done != 0 {
		return
	}
	a.Done, a.Ended, a.Bad = seq, now, a.Bad || bad
	if note != "" {
		a.Note = note
	}
}

// Extend is Finish of what may go on: the last one counts. It returns the place of the end.
func (h *History) Extend(a *Act) uint64 {
	seq, now := h.Next(), time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	a.Done, a.Ended = seq, now
	return seq
}

// Amend changes what is known of an act.
func (h *History) Amend(a *Act, change func(*Act)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(a)
}

// Acts are what the test did, in its order.
func (h *History) Acts() []Act {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]Act, len(h.acts))
	for i, a := range h.acts {
		out[i] = *a
	}
	return out
}

// Act is that of a number; the zero value for none.
func (h *History) Act(seq uint64) (Act, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.acts) - 1; i >= 0 && h.acts[i].Seq >= seq; i-- {
		if h.acts[i].Seq == seq {
			return *h.acts[i], true
		}
	}
	return Act{}, false
}

// Dropped is how many acts were forgotten.
func (h *History) Dropped() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dropped
}
