package smtpsink

import (
	"errors"
	"io"

	"github.com/emersion/go-smtp"
)

// LMTP makes the sink speak LMTP (RFC 2033) in place of SMTP: LHLO in place of
// EHLO, and behind a message an answer for each recipient.
func LMTP() Option { return func(c *config) error { c.lmtp = true; return nil } }

var _ smtp.LMTPSession = (*session)(nil)

// LMTPData takes the message for each recipient on its own: one may be refused,
// and the others have it. go-smtp writes an answer as soon as it has it, so all
// are given when all is done.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	raw, err := s.read(r)
	if err != nil {
		return err
	}
	answers := make([]error, len(s.env.To))
	for i, rcpt := range s.env.To {
		answers[i] = s.endOfData(Command{Arg: rcpt.Addr, To: []string{rcpt.Addr}, Data: raw})
		if errors.Is(answers[i], errHandled) {
			return answers[i]
		}
	}
	known := s.known
	s.acceptEach(raw, answers)
	for i, name := range known {
		status.SetStatus(name, smtpError(answers[i]))
	}
	return nil
}

// acceptEach files the message for the recipients that no rule has refused, and
// completes the answers.
func (s *session) acceptEach(raw []byte, answers []error) {
	env, taken := s.env, []Recipient(nil)
	var deliveries []Delivery
	for i, rcpt := range env.To {
		if answers[i] != nil {
			answers[i] = lmtpError(answers[i])
			continue
		}
		one := env
		one.To = []Recipient{rcpt}
		filed, err := s.sink.deliver(one, raw)
		if err == nil {
			err = failureFor(filed, rcpt.Addr)
		}
		if answers[i] = err; err == nil {
			taken = append(taken, rcpt)
			deliveries = append(deliveries, filed...)
		}
	}
	if len(taken) == 0 {
		return
	}
	env.To = taken
	c := s.newCaptured(env, raw)
	c.msg.Deliveries, c.filed = deliveries, true
	c.msg.Sent = s.sink.saveSent(env, raw)
	s.sink.reportSuccess(c)
	s.sink.capture(c)
	s.wire.settling = append(s.wire.settling, c)
}

// failureFor is why a recipient has none of the deliveries, or nil.
func failureFor(deliveries []Delivery, rcpt string) error {
	m := Message{Deliveries: deliveries}
	if d, _ := m.Delivery(rcpt); d.Failure != nil {
		return d.Failure
	}
	return nil
}

// lmtpError takes back what a rule's refusal was made for go-smtp.
func lmtpError(err error) error {
	var e *smtp.SMTPError
	if !errors.As(err, &e) {
		return err
	}
	enhanced := [3]int(e.EnhancedCode)
	if e.EnhancedCode == smtp.NoEnhancedCode {
		enhanced = [3]int{}
	}
	return &Error{e.Code, enhanced, e.Message}
}
