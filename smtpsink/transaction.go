package smtpsink

import (
	"sync"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/smtpd"
)

// backend is the sink as the engine sees it.
type backend struct{ sink *Sink }

// transaction is a message that is being filled.
type transaction struct {
	sink  *Sink
	conn  int
	msg   Message
	taken *captured // the message, nil until it has been accepted
}

// Mail begins a transaction; from is empty for a bounce.
func (b backend) Mail(s smtpd.Session, from string, opts *smtpd.MailOptions) (smtpd.Transaction, error) {
	cfg := b.sink.cfg
	if err := b.sink.checkRate(); err != nil {
		return nil, err
	}
	return &transaction{sink: b.sink, conn: s.Conn, msg: Message{
		Connected: s.Connected, Began: cfg.Clock(),
		Envelope: Envelope{
			From: from, FromOptions: opts.MailOptions, DeliverBy: opts.DeliverBy, Priority: opts.Priority,
			Helo: s.Helo, ESMTP: s.Extended, Auth: s.User, TLS: s.TLS != nil, TLSState: s.TLS,
			LMTP: cfg.engine.LMTP, RemoteAddr: s.RemoteAddr,
		},
	}}, nil
}

// Rcpt adds a recipient, unless nobody files mail for it.
func (t *transaction) Rcpt(addr string, opts *smtp.RcptOptions) error {
	rcpt := Recipient{Addr: addr, Options: *opts}
	s := t.sink
	if err := s.cfg.checkOwner(rcpt); err != nil {
		return err
	}
	if err := s.checkGreylist(&t.msg, rcpt.Addr); err != nil {
		return err
	}
	if err := s.verify(&t.msg, rcpt); err != nil && !s.bounces(err) { // else the report says so
		return err
	}
	t.msg.To = append(t.msg.To, rcpt)
	return nil
}

// Data takes the message: for all, or with LMTP for each who has not been refused.
func (t *transaction) Data(raw []byte, answers []error, closed <-chan struct{}) {
	t.msg.Raw, t.msg.Received, t.msg.step = raw, t.sink.cfg.Clock(), t.sink.lastStep(t.conn)
	t.msg.parsed = sync.OnceValue(func() *mimetree.Message { return mimetree.Parse(raw) })
	if t.msg.LMTP {
		t.acceptEach(answers, closed)
		return
	}
	answers[0] = t.accept(closed)
}

// Answered tells who waits of a message that was taken.
func (t *transaction) Answered() {
	if t.taken != nil {
		t.sink.answered(t.taken)
	}
}

// accept takes a message for all its recipients, and files it, at once or, with
// DeliverAfter, later. If nobody can have it, it is refused.
func (t *transaction) accept(closed <-chan struct{}) error {
	c := &captured{msg: t.msg}
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
func (t *transaction) acceptEach(answers []error, closed <-chan struct{}) {
	one, all := t.msg, &captured{msg: t.msg}
	all.msg.To = nil
	var deliveries []Delivery
	for i, rcpt := range t.msg.To {
		if answers[i] != nil {
			continue
		}
		one.To = []Recipient{rcpt}
		filed, err := t.sink.deliver(&one, closed)
		if err == nil {
			err = failureFor(filed, rcpt.Addr)
		}
		if answers[i] = err; err == nil {
			all.msg.To = append(all.msg.To, rcpt)
			deliveries = append(deliveries, filed...)
		}
	}
	if len(all.msg.To) == 0 {
		return
	}
	t.sink.filed(all, deliveries)
	t.sink.capture(all)
	t.taken = all
}

// failureFor is why a recipient has none of the deliveries, or nil.
func failureFor(deliveries []Delivery, rcpt string) error {
	m := Message{Deliveries: deliveries}
	if d, _ := m.Delivery(rcpt); d.Failure != nil {
		return d.Failure
	}
	return nil
}
