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
	s.settled = s.keep(append(s.settled, c))
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

// settledSince are the messages that were settled after the first n, how many
// there are in all, and a channel that is closed at the next.
func (s *Sink) settledSince(n int) (messages []Message, total int, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	from := max(0, len(s.settled)-(s.settledBefore-n))
	for _, c := range s.settled[from:] {
		messages = append(messages, c.msg)
	}
	return messages, s.settledBefore, s.changed
}
