package smtpsink

import (
	"fmt"
	"slices"
	"time"

	"github.com/go-mailtest/mailtest/internal/history"
	"github.com/go-mailtest/mailtest/internal/patience"
)

// captured is a message and how far it has come. The sink's lock guards it.
type captured struct {
	msg      Message
	mark     int  // the Mark behind which it was accepted
	answered bool // the 250 has been sent
	filed    bool // every copy is where it belongs
}

// settled says that nothing more is to come of the message.
func (c *captured) settled() bool { return c.answered && c.filed }

// capture keeps an accepted message.
func (s *Sink) capture(c *captured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mark = s.mark
	s.accepted++
	s.messages = append(s.messages, c)
	if surplus := len(s.messages) - s.cfg.keepLast; s.cfg.keepLast > 0 && surplus > 0 {
		clear(s.messages[:surplus])
		s.messages = s.messages[surplus:]
	}
}

// answered notes that the client has been told.
func (s *Sink) answered(c *captured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.answered = true
	s.settle(c)
}

// settle tells who waits of a message that is answered and filed; s.mu is held.
func (s *Sink) settle(c *captured) {
	if !c.settled() || c.mark != s.mark {
		return
	}
	s.settled++
	for w := range s.waiters {
		w.news = append(w.news, c.msg)
		select {
		case w.told <- struct{}{}:
		default: // it has been told already
		}
	}
}

// Messages are the messages accepted so far, in order; with [KeepLast] the last
// of them.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return messagesOf(s.messages)
}

func messagesOf(list []*captured) []Message {
	out := make([]Message, len(list))
	for i, c := range list {
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

// waiter is a wait. What [KeepLast] does not keep it sees all the same.
type waiter struct {
	news []Message     // that are settled, and that it has yet to look at
	told chan struct{} // of more
}

// waitFor waits until done, which is shown the messages that it has not seen, and how many
// there are in all. It says why that did not come true, "" if it did.
func (s *Sink) waitFor(t TB, done func(news []Message, total int) bool) (why string) {
	w := &waiter{told: make(chan struct{}, 1)}
	s.mu.Lock()
	w.news = messagesOf(slices.DeleteFunc(slices.Clone(s.messages), func(c *captured) bool { return !c.settled() }))
	s.waiters[w] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.waiters, w)
	}()
	act := s.history.Begin(history.Act{Kind: history.Wait})
	defer func() {
		if why != "" {
			s.history.Miss(act, why)
		}
		s.history.Finish(act, "")
	}()
	limit := patience.Limit(t, s.cfg.Patience)
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		s.mu.Lock()
		news, total := w.news, s.settled
		w.news = nil
		s.mu.Unlock()
		if done(news, total) {
			return ""
		}
		select {
		case <-w.told:
		case <-timer.C:
			return fmt.Sprintf("waited %v in vain", limit.Round(time.Millisecond))
		case <-s.gone:
			return "the sink was closed before"
		}
	}
}
