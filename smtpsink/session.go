package smtpsink

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// session is one connection's transactions, one after the other, as go-smtp
// tells of them.
type session struct {
	sink  *Sink
	wire  *wireConn
	own   mailParams // those of the MAIL that go-smtp reads
	open  bool       // MAIL was accepted
	began time.Time
	env   Envelope
	known []string // go-smtp's names of the recipients
}

func (s *Sink) newSession(c *smtp.Conn) (smtp.Session, error) {
	w := c.Conn().(*wireConn)
	w.session = &session{sink: s, wire: w}
	return w.session, nil
}

// Mail begins a transaction; from is empty for a bounce.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	w := s.wire
	if !opts.UTF8 && !isASCII(from) {
		return smtpError(needsUTF8(from))
	}
	if err := s.sink.rate.take(s.sink.cfg); err != nil {
		return smtpError(err)
	}
	s.open, s.began, s.known = true, s.sink.cfg.clock(), nil
	s.env = Envelope{
		From: from, FromOptions: *opts, DeliverBy: s.own.by, Priority: s.own.priority,
		Helo: w.helo, Auth: w.auth, TLS: w.isTLS, TLSState: w.tlsState(),
		LMTP: s.sink.cfg.lmtp, RemoteAddr: w.RemoteAddr().String(), ESMTP: w.hello == extendedHello,
	}
	s.env.FromOptions.Size = s.own.size
	return nil
}

// needsUTF8: RFC 6531, section 3.5.
func needsUTF8(addr string) error {
	return &Error{553, [3]int{5, 6, 7}, "<" + addr + ">: a UTF-8 address needs SMTPUTF8"}
}

// Rcpt adds a recipient, unless nobody files mail for it.
func (s *session) Rcpt(to string, opts *smtp.RcptOptions) error {
	rcpt := Recipient{Addr: strings.TrimSuffix(to, noDomain), Options: *opts}
	if other := s.own.orcpt; other != [2]string{} {
		rcpt.Options.OriginalRecipientType, rcpt.Options.OriginalRecipient = smtp.DSNAddressType(other[0]), other[1]
	}
	if err := s.checkRcpt(rcpt); err != nil {
		return smtpError(err)
	}
	s.env.To = append(s.env.To, rcpt)
	s.known = append(s.known, to)
	return nil
}

func (s *session) checkRcpt(rcpt Recipient) error {
	cfg := s.sink.cfg
	if !s.env.FromOptions.UTF8 && !isASCII(rcpt.Addr) {
		return needsUTF8(rcpt.Addr)
	}
	if cfg.maxRecipients > 0 && len(s.env.To) >= cfg.maxRecipients {
		return &Error{452, [3]int{4, 5, 3}, "too many recipients"} // RFC 5321, section 4.5.3.1.10
	}
	if err := cfg.checkOwner(rcpt); err != nil {
		return err
	}
	if err := s.sink.grey.check(cfg, s.wire, s.env.From, rcpt.Addr); err != nil {
		return err
	}
	err := s.sink.verify(s.env, rcpt)
	if s.sink.bounces(err) {
		return nil // the report says so
	}
	return err
}

// binary says whether the message is announced as BINARYMIME.
func (s *session) binary() bool {
	return s.open && s.env.FromOptions.Body == smtp.BodyBinaryMIME
}

// Data takes the message. What breaks off is forgotten.
func (s *session) Data(r io.Reader) error {
	raw, err := s.read(r)
	if err != nil {
		return err
	}
	if err := s.endOfData(Command{To: s.env.Recipients(), Data: raw}); err != nil {
		return err
	}
	return smtpError(s.accept(raw))
}

// read waits until wireConn has the message.
func (s *session) read(r io.Reader) ([]byte, error) {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	raw, err := s.wire.msg, s.wire.msgError
	s.wire.endMessage()
	if err != nil {
		return nil, smtpError(err)
	}
	return raw, nil
}

// endOfData asks the rules of EOD.
func (s *session) endOfData(cmd Command) error {
	cmd.Conn, cmd.Stage, cmd.From = s.wire.num, stageEOD, s.env.From
	s.wire.now = &cmd
	err := s.sink.askRules(s.wire, &cmd)
	var refused refusal
	if errors.As(err, &refused) {
		return smtpError(refused.reply)
	}
	return err
}

// Reset ends a transaction.
func (s *session) Reset() {
	s.open, s.env, s.known, s.own = false, Envelope{}, nil, mailParams{}
}

// Logout ends the session.
func (s *session) Logout() error { return nil }
