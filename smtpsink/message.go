package smtpsink

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
)

// Envelope is what the client said of a message besides the message.
type Envelope struct {
	From        string // the reverse-path, "" for a bounce
	FromOptions smtp.MailOptions
	To          []Recipient // the recipients that were accepted, Bcc ones too
	Helo        string      // what the client called itself
	Auth        string      // the account that authenticated, "" for none
	TLS         bool
	RemoteAddr  string
}

// Recipient is a forward-path and its parameters.
type Recipient struct {
	Addr    string
	Options smtp.RcptOptions
}

// Recipients are the addresses of the recipients.
func (e Envelope) Recipients() []string {
	out := make([]string, len(e.To))
	for i, rcpt := range e.To {
		out[i] = rcpt.Addr
	}
	return out
}

// Message is a message that was accepted.
type Message struct {
	Envelope
	Raw        []byte // as it was sent, dot-stuffing undone; must not be modified
	Received   time.Time
	Deliveries []Delivery // where the copies were filed, in the order of the recipients
}

// Header is the message's header: unfolded values that are not decoded. It is
// empty if the header cannot be read.
func (m Message) Header() mail.Header {
	msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return mail.Header{}
	}
	return msg.Header
}

// Subject is the subject decoded to UTF-8.
func (m Message) Subject() string {
	raw := m.Header().Get("Subject")
	decoder := mime.WordDecoder{CharsetReader: charset.Reader}
	text, err := decoder.DecodeHeader(raw)
	if err != nil {
		return raw
	}
	return text
}

// Text is the first text part decoded to UTF-8, with LF line ends.
func (m Message) Text() string {
	r, err := gomail.CreateReader(bytes.NewReader(m.Raw))
	if err != nil {
		return ""
	}
	for {
		part, err := r.NextPart()
		if err != nil {
			return ""
		}
		if _, ok := part.Header.(*gomail.InlineHeader); ok {
			text, _ := io.ReadAll(part.Body)
			return strings.ReplaceAll(string(text), "\r\n", "\n")
		}
	}
}

// accept files a message and captures it, at once or, with DeliverAfter, later.
func (s *Sink) accept(env Envelope, raw []byte) error {
	m := Message{Envelope: env, Raw: raw, Received: s.cfg.clock()}
	if s.cfg.delay == 0 {
		return s.file(m)
	}
	s.delayed.Go(func() {
		timer := time.NewTimer(s.cfg.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-s.gone:
			return
		}
		if err := s.file(m); err != nil {
			s.cfg.logf("after %v: %v", s.cfg.delay, err)
		}
	})
	return nil
}

// file files a message and captures it.
func (s *Sink) file(m Message) (err error) {
	if m.Deliveries, err = s.deliver(m.Envelope, m.Raw); err != nil {
		return err
	}
	s.keep(m)
	return nil
}

// deliver files the copies of a message, if there is somebody to do it.
func (s *Sink) deliver(env Envelope, raw []byte) ([]Delivery, error) {
	if s.cfg.deliverer == nil {
		return nil, nil
	}
	return s.cfg.deliverer.Deliver(env, raw)
}

// keep captures a message, and forgets the oldest beyond KeepLast.
func (s *Sink) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	if n := s.cfg.keepLast; n > 0 && len(s.messages) >= 2*n {
		s.messages = append([]Message(nil), s.messages[len(s.messages)-n:]...)
	}
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Messages are the messages accepted so far, in order; the last ones, with
// [KeepLast].
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.messages
	if n := s.cfg.keepLast; n > 0 {
		kept = kept[max(0, len(kept)-n):]
	}
	return append([]Message(nil), kept...)
}

// wait is closed at the next message. Take it first and look then.
func (s *Sink) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}
