package smtpsink

// captured is a message and how far it has come. The sink's lock guards it.
type captured struct {
	msg      Message
	answered bool // the 250 has been sent
	filed    bool // every copy is where it belongs
}

// capture keeps an accepted message.
func (s *Sink) capture(c *captured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted++
	s.messages = s.keep(append(s.messages, c))
}

// keep is the last messages, as many as KeepLast says.
func (s *Sink) keep(list []*captured) []*captured {
	surplus := len(list) - s.cfg.keepLast
	if s.cfg.keepLast == 0 || surplus <= 0 {
		return list
	}
	clear(list[:surplus])
	return list[surplus:]
}

// answered notes that the client has been told.
func (s *Sink) answered(c *captured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.answered = true
	s.settle(c)
}

// settle tells who waits of a message that is answered and filed; s.mu
// is held.
func (s *Sink) settle(c *captured) {
	if !c.answered || !c.filed {
		return
	}
	s.settledBefore++
	s.settled = append(s.settled, c)
	s.trimSettled()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Messages are the messages accepted so far, in order; with [KeepLast] the last
// of them.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Message, len(s.messages))
	for i, c := range s.messages {
		out[i] = c.msg
	}
	return out
}

// Accepted is how many messages were accepted, kept or not.
func (s *Sink) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// trimSettled drops what KeepLast does not keep, but for what somebody waits for and
// has yet to look at; s.mu is held.
func (s *Sink) trimSettled() {
	if s.cfg.keepLast == 0 {
		return
	}
	first := s.settledBefore - len(s.settled) // the number of the first that is there
	drop := max(0, len(s.settled)-s.cfg.keepLast)
	for w := range s.waiters {
		drop = min(drop, max(0, w.seen-first))
	}
	clear(s.settled[:drop])
	s.settled = s.settled[drop:]
}

// waiter is a wait, and how many messages it has seen settled.
type waiter struct{ seen int }

// wait lets f look at what is settled, until it is content or somebody else ends it: f
// gets the messages that it has not seen, how many there are in all, and a channel that
// is closed at the next.
func (s *Sink) wait(f func(news []Message, total int, changed <-chan struct{}) (done bool)) {
	w := &waiter{}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiters[w] = struct{}{}
	defer delete(s.waiters, w)
	for {
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		var news []Message
		for _, c := range s.settled[max(0, len(s.settled)-(s.settledBefore-w.seen)):] {
			news = append(news, c.msg)
		}
		w.seen = s.settledBefore
		total, changed := s.settledBefore, s.changed
		s.mu.Unlock()
		done := f(news, total, changed)
		s.mu.Lock()
		if done {
			return
		}
		s.trimSettled()
	}
}
