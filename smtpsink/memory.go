package smtpsink

import "time"

// memory is what a sink remembers, and Reset forgets.
type memory struct {
	messages []*captured
	accepted int
	settled  int       // how many of them are answered and filed
	steps    []Command // the last ones, and at times a few more

	full       map[Place]bool
	seen       map[filedID]bool
	firstTries map[[3]string]time.Time // by host, sender and recipient
	begun      []time.Time             // when the last messages began
}

func newMemory() memory {
	return memory{full: make(map[Place]bool), seen: make(map[filedID]bool), firstTries: make(map[[3]string]time.Time)}
}

// forget puts another memory in the place of the sink's. What was accepted before is no
// business of those who wait from here on.
func (s *Sink) forget(what func(m *memory)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what(&s.memory)
	s.mark++
	for w := range s.waiters {
		w.news = nil
	}
}

// Mark begins the capture anew: what [Sink.Messages], [Sink.Accepted], the waits and the
// assertions say is about what follows. A message that has been accepted is before the mark,
// though it may yet have to be filed. All else stays.
func (s *Sink) Mark() {
	s.forget(func(m *memory) { m.messages, m.accepted, m.settled = nil, 0, 0 })
}

// Reset brings the sink back to where it was when it started: no messages, rules and full
// mailboxes, nothing that greylists and limits remember. Connections are dropped. It checks the
// rules first, as cleanup does, unless the test has failed.
func (s *Sink) Reset(t TB) {
	t.Helper()
	if !t.Failed() {
		s.CheckRules(t)
	}
	s.engine.Restart(s.inside.Conn())
	s.rules.Clear()
	s.forget(func(m *memory) { *m, s.shown = newMemory(), false })
	s.dialogue.Forget()
}
