package smtpsink

import (
	"errors"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection's transactions, one after the other.
type session struct {
	sink *Sink
	conn *smtp.Conn
	auth string
	env  Envelope
}

var _ smtp.AuthSession = (*session)(nil)

func (s *Sink) newSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{sink: s, conn: c}, nil
}

// AuthMechanisms lists what AUTH offers.
func (s *session) AuthMechanisms() []string {
	if s.sink.cfg.auth == nil || !s.sink.cfg.has("AUTH") {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth begins an AUTH.
func (s *session) Auth(mech string) (sasl.Server, error) {
	if mech != sasl.Plain || s.sink.cfg.auth == nil {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	return sasl.NewPlainServer(func(identity, user, password string) error {
		if identity != "" && identity != user {
			return reply(AuthFailed())
		}
		err := s.sink.cfg.auth(user, password)
		s.sink.cfg.logf("AUTH PLAIN %s: %s", user, outcome(err))
		if err != nil {
			return reply(err)
		}
		s.auth = user
		return nil
	}), nil
}

// Mail begins a transaction; from is empty for a bounce.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if s.sink.cfg.needAuth && s.auth == "" {
		return reply(&Error{530, [3]int{5, 7, 0}, "authentication required"})
	}
	s.env = Envelope{
		From: from, Helo: s.conn.Hostname(), Auth: s.auth, TLS: s.wire().isTLS,
		RemoteAddr: s.conn.Conn().RemoteAddr().String(),
	}
	if opts != nil {
		s.env.FromOptions = *opts
	}
	s.sink.cfg.logf("MAIL FROM:<%s>", from)
	return nil
}

// Rcpt adds a recipient, unless the deliverer does not know it.
func (s *session) Rcpt(to string, opts *smtp.RcptOptions) error {
	if d := s.sink.cfg.deliverer; d != nil {
		if err := d.Verify(to); err != nil {
			s.sink.cfg.logf("RCPT TO:<%s>: %v", to, err)
			return reply(err)
		}
	}
	rcpt := Recipient{Addr: to}
	if opts != nil {
		rcpt.Options = *opts
	}
	s.env.To = append(s.env.To, rcpt)
	s.sink.cfg.logf("RCPT TO:<%s>", to)
	return nil
}

// Data takes the message. What breaks off is forgotten.
func (s *session) Data(r io.Reader) error {
	raw, err := s.readMessage(r)
	if err != nil {
		return err
	}
	err = s.sink.accept(s.env, raw)
	s.sink.cfg.logf("DATA: %d bytes, %s", len(raw), outcome(err))
	return reply(err)
}

// readMessage reads the message, and asks the rules of EOD about it.
func (s *session) readMessage(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(r)
	if err == nil {
		return raw, s.endOfData(raw)
	}
	s.sink.cfg.logf("DATA: %v", err)
	var smtpErr *smtp.SMTPError
	if errors.As(err, &smtpErr) {
		return nil, err
	}
	return nil, reply(err)
}

func (s *session) wire() *wireConn { return s.conn.Conn().(*wireConn) }

// endOfData asks the rules of EOD.
func (s *session) endOfData(raw []byte) error {
	cmd := &Command{Conn: s.wire().num, Stage: "EOD", From: s.env.From, To: s.env.Recipients(), Data: raw}
	err := s.sink.askRules(s.wire(), cmd)
	var refused refusal
	if errors.As(err, &refused) {
		return reply(refused.reply)
	}
	return err
}

// Reset ends a transaction.
func (s *session) Reset() { s.env = Envelope{} }

// Logout ends the session.
func (s *session) Logout() error { return nil }

func outcome(err error) string {
	if err == nil {
		return "accepted"
	}
	return err.Error()
}
