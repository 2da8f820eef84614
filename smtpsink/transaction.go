package smtpsink

import (
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// backend is the sink as the engine sees it.
type backend struct{ sink *Sink }

// transaction is an envelope that is being filled.
type transaction struct {
	sink  *Sink
	env   Envelope
	since time.Time // when the client connected
	began time.Time
	taken *captured // the message, nil until it has been accepted
}

// Mail begins a transaction; from is empty for a bounce.
func (b backend) Mail(s smtpd.Session, from string, opts *smtpd.MailOptions) (smtpd.Transaction, error) {
	cfg := b.sink.cfg
	if err := b.sink.rate.take(cfg); err != nil {
		return nil, smtpError(err)
	}
	return &transaction{
		sink: b.sink, since: s.Connected, began: cfg.Clock(),
		env: Envelope{
			From: from, FromOptions: opts.MailOptions, DeliverBy: opts.DeliverBy, Priority: opts.Priority,
			Helo: s.Helo, ESMTP: s.Extended, Auth: s.User, TLS: s.TLS != nil, TLSState: s.TLS,
			LMTP: cfg.lmtp, RemoteAddr: s.RemoteAddr,
		},
	}, nil
}

// Rcpt adds a recipient, unless nobody files mail for it.
func (t *transaction) Rcpt(addr string, opts *smtp.RcptOptions) error {
	rcpt := Recipient{Addr: addr, Options: *opts}
	if err := t.check(rcpt); err != nil {
		return smtpError(err)
	}
	t.env.To = append(t.env.To, rcpt)
	return nil
}

func (t *transaction) check(rcpt Recipient) error {
	s := t.sink
	if err := s.cfg.checkOwner(rcpt); err != nil {
		return err
	}
	if err := s.grey.check(s.cfg, t.env.RemoteAddr, t.env.From, rcpt.Addr); err != nil {
		return err
	}
	err := s.verify(t.env, rcpt)
	if s.bounces(err) {
		return nil // the report says so
	}
	return err
}

// Data takes the message: for all, or with LMTP for each who has not been refused.
func (t *transaction) Data(raw []byte, answers []error, closed <-chan struct{}) {
	if t.env.LMTP {
		t.acceptEach(raw, answers, closed)
		return
	}
	answers[0] = smtpError(t.accept(raw, closed))
}

// Answered tells who waits of a message that was taken.
func (t *transaction) Answered() {
	if t.taken != nil {
		t.sink.answered(t.taken)
	}
}

// newCaptured makes a message of what has come.
func (t *transaction) newCaptured(env Envelope, raw []byte) *captured {
	return &captured{msg: Message{
		Envelope: env, Raw: raw, Connected: t.since, Began: t.began, Received: t.sink.cfg.Clock(),
	}}
}

// accept takes a message for all its recipients, and files it, at once or, with
// DeliverAfter, later. If nobody can have it, it is refused.
func (t *transaction) accept(raw []byte, closed <-chan struct{}) error {
	c := t.newCaptured(t.env, raw)
	if t.sink.cfg.delay > 0 {
		t.sink.capture(c)
		t.sink.fileLater(c)
	} else {
		if err := t.sink.file(c, closed); err != nil {
			return err
		}
		t.sink.capture(c)
	}
	t.taken = c
	return nil
}

// acceptEach files the message for the recipients that nobody has refused, and
// completes the answers.
func (t *transaction) acceptEach(raw []byte, answers []error, closed <-chan struct{}) {
	s, env := t.sink, t.env
	var taken []Recipient
	var deliveries []Delivery
	for i, rcpt := range t.env.To {
		if answers[i] != nil {
			continue
		}
		env.To = []Recipient{rcpt}
		filed, err := s.deliver(env, raw, closed)
		if err == nil {
			err = failureFor(filed, rcpt.Addr)
		}
		if answers[i] = smtpError(err); err == nil {
			taken = append(taken, rcpt)
			deliveries = append(deliveries, filed...)
		}
	}
	if len(taken) == 0 {
		return
	}
	env.To = taken
	t.taken = t.newCaptured(env, raw)
	s.filed(t.taken, deliveries)
	s.capture(t.taken)
}

// failureFor is why a recipient has none of the deliveries, or nil.
func failureFor(deliveries []Delivery, rcpt string) error {
	m := Message{Deliveries: deliveries}
	if d, _ := m.Delivery(rcpt); d.Failure != nil {
		return d.Failure
	}
	return nil
}
