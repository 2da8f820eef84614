package smtpsink

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/emersion/go-smtp"
)

// file files the copies of a message, and what else comes of it. Nobody else
// has the message yet.
func (s *Sink) file(c *captured, closed <-chan struct{}) error {
	deliveries, err := s.deliver(&c.msg, closed)
	if err == nil {
		err = refusedByAll(deliveries)
	}
	if err != nil && !s.bounces(err) {
		return err
	}
	s.filed(c, deliveries)
	return nil
}

// filed notes what has become of the copies, and tells the sender as far as it wants to
// know.
func (s *Sink) filed(c *captured, deliveries []Delivery) {
	c.msg.Deliveries, c.filed = deliveries, true
	c.msg.Sent = s.saveSent(&c.msg)
	s.reportOutcome(c)
}

// refusedByAll is why no recipient got a copy, nil if one did.
func refusedByAll(deliveries []Delivery) error {
	var first error
	for _, d := range deliveries {
		if d.Failure == nil {
			return nil
		}
		if first == nil {
			first = d.Failure
		}
	}
	return first
}

// fileLater is file after DeliverAfter. What nobody can have then comes back to
// the sender in a report, because it was accepted.
func (s *Sink) fileLater(c *captured) {
	s.engine.Background(func() {
		defer func() {
			if r := recover(); r != nil {
				s.noteBug(fmt.Errorf("panic while a message was filed: %v\n%s", r, debug.Stack()))
			}
		}()
		timer := time.NewTimer(s.cfg.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.gone:
			return
		}
		later := &captured{msg: c.msg}
		if !s.fileLate(later) {
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		c.msg.Deliveries, c.msg.Sent, c.msg.Reports, c.filed = later.msg.Deliveries, later.msg.Sent, later.msg.Reports, true
		s.settle(c)
	})
}

// fileLate files a message that was accepted some time ago, unless the sink is closed
// meanwhile.
func (s *Sink) fileLate(c *captured) bool {
	m := &c.msg
	if by := m.DeliverBy; by != nil && s.cfg.delay > by.Time {
		if by.Mode == smtp.DeliverByReturn {
			m.Deliveries = failAll(m, &Error{554, [3]int{5, 4, 7}, "not delivered by the time that the sender asked for"})
			s.reportOutcome(c)
			return true
		}
		s.reportDelay(c)
	}
	deliveries, err := s.deliver(m, s.gone)
	if errors.Is(err, errEnded) {
		return false
	}
	if err != nil {
		deliveries = failAll(m, asError(err))
	}
	s.filed(c, deliveries)
	return true
}

func failAll(m *Message, why *Error) []Delivery {
	out := make([]Delivery, len(m.To))
	for i, rcpt := range m.To {
		out[i] = Delivery{Rcpt: rcpt.Addr, Failure: why}
	}
	return out
}
