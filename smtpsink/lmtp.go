package smtpsink

import (
	"io"

	"github.com/emersion/go-smtp"
)

// LMTP makes the sink speak LMTP (RFC 2033) in place of SMTP: LHLO in place of
// EHLO, and behind a message an answer for each recipient.
func LMTP() Option { return func(c *config) error { c.lmtp = true; return nil } }

var _ smtp.LMTPSession = (*session)(nil)

// LMTPData takes the message for each recipient on its own: one may be refused,
// and the others have it.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	raw, err := s.readMessage(r)
	if err != nil {
		return err
	}
	taken := s.env
	taken.To = nil
	var deliveries []Delivery
	for _, rcpt := range s.env.To {
		one := s.env
		one.To = []Recipient{rcpt}
		filed, err := s.sink.deliver(one, raw)
		status.SetStatus(rcpt.Addr, reply(err))
		if err == nil {
			taken.To = append(taken.To, rcpt)
			deliveries = append(deliveries, filed...)
		}
	}
	s.sink.cfg.logf("DATA: %d bytes, taken for %d of %d", len(raw), len(taken.To), len(s.env.To))
	if len(taken.To) > 0 {
		s.sink.keep(Message{Envelope: taken, Raw: raw, Received: s.sink.cfg.clock(), Deliveries: deliveries})
	}
	return nil
}
