package mimetree

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

// Envelope is the envelope as IMAP gives it: header text on one line, encoded
// words as they stand. A text whose field is absent is NIL, one whose field is
// empty is empty (RFC 9051, section 7.5.2).
type Envelope struct {
	Date, Subject                      NString
	From, Sender, ReplyTo, To, Cc, Bcc []Address // nil for NIL
	InReplyTo, MessageID               NString
}

// Envelope is the message's envelope. It must not be modified.
func (m *Message) Envelope() *Envelope {
	if found := m.envelope.Load(); found != nil {
		return found
	}
	return keep(&m.envelope, m.work, func() *Envelope { return newEnvelope(m.work, m.fields) })
}

func newEnvelope(w *work, fields []Field) *Envelope {
	text := func(name string) NString {
		f, ok := find(w, fields, name)
		return NString{f.unfolded(w), ok}
	}
	env := &Envelope{
		Date: text("Date"), Subject: text("Subject"),
		From: addresses(w, fields, "From"), Sender: addresses(w, fields, "Sender"), ReplyTo: addresses(w, fields, "Reply-To"),
		To: addresses(w, fields, "To"), Cc: addresses(w, fields, "Cc"), Bcc: addresses(w, fields, "Bcc"),
		InReplyTo: text("In-Reply-To"), MessageID: text("Message-ID"),
	}
	// RFC 9051, section 7.5.2: a Sender or Reply-To that is missing or empty
	// is the From.
	if len(env.Sender) == 0 {
		env.Sender = env.From
	}
	if len(env.ReplyTo) == 0 {
		env.ReplyTo = env.From
	}
	return env
}

// addresses joins all fields of a name: obsolete mails repeat To and Cc (RFC
// 5322, section 4.5.3).
func addresses(w *work, fields []Field, name string) []Address {
	var out []Address
	for _, f := range fields {
		if w.step(1) {
			break
		}
		if len(f.Name) != len(name) || !strings.EqualFold(f.Name, name) {
			continue
		}
		if list := parseAddresses(w, f.unfolded(w)); out == nil {
			out = list
		} else {
			out = append(out, list...)
		}
	}
	return out
}

// IMAPEnvelope is the envelope in the vocabulary of go-imap, with names and
// subject decoded to UTF-8, IDs without angle brackets, and a zero Date where
// there is none that can be read.
func (m *Message) IMAPEnvelope() *imap.Envelope {
	env := m.Envelope()
	date, _ := m.Date()
	return &imap.Envelope{
		Date: date, Subject: m.Subject(),
		From: decodeAddresses(m.work, env.From), Sender: decodeAddresses(m.work, env.Sender), ReplyTo: decodeAddresses(m.work, env.ReplyTo),
		To: decodeAddresses(m.work, env.To), Cc: decodeAddresses(m.work, env.Cc), Bcc: decodeAddresses(m.work, env.Bcc),
		InReplyTo: m.InReplyTo(), MessageID: m.MessageID(),
	}
}

func decodeAddresses(w *work, list []Address) []imap.Address {
	var out []imap.Address
	for _, a := range list {
		if w.step(1) {
			break
		}
		mailbox := toUTF8(w, a.Mailbox.S)
		if !a.Host.OK { // the name of a group
			mailbox = decodeWords(w, a.Mailbox.S)
		}
		out = append(out, imap.Address{Name: decodeWords(w, a.Name.S), Mailbox: mailbox, Host: toUTF8(w, a.Host.S)})
	}
	return out
}
