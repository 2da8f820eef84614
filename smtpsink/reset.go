package smtpsink

// Reset brings the sink back to where it was when it started: no messages, rules and full
// mailboxes, nothing that greylists and limits remember. Connections are dropped. It checks the
// rules first, as cleanup does, unless the test has failed.
func (s *Sink) Reset(t TB) {
	t.Helper()
	if !t.Failed() {
		s.CheckRules(t)
	}
	s.engine.Restart(0)
	s.rules.Clear()
	s.forgetAll()
	s.grey.reset()
	s.rate.reset()
	s.dialogue.Forget()
}

// forgetAll empties what the sink keeps.
func (s *Sink) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages, s.accepted, s.settled, s.settledBefore = nil, 0, nil, 0
	for w := range s.waiters {
		w.seen = 0
	}
	s.steps = nil
	clear(s.full)
	clear(s.seen)
}

func (g *greylist) reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	clear(g.first)
}

func (r *rateLimit) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = nil
}
