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
	return keep(&m.envelope, m.work, func() *Envelope { return newEnvelope(m.work, m.fields(), m.lent) })
}

// envelopeRow is a field of an envelope, in the case that most senders write its name in.
type envelopeRow struct {
	name string
	text func(env *Envelope) *NString   // of one that is text
	list func(env *Envelope) *[]Address // of one that is addresses
}

var envelopeFields = [...]envelopeRow{
	{name: "Date", text: func(env *Envelope) *NString { return &env.Date }},
	{name: "Subject", text: func(env *Envelope) *NString { return &env.Subject }},
	{name: "From", list: func(env *Envelope) *[]Address { return &env.From }},
	{name: "Sender", list: func(env *Envelope) *[]Address { return &env.Sender }},
	{name: "Reply-To", list: func(env *Envelope) *[]Address { return &env.ReplyTo }},
	{name: "To", list: func(env *Envelope) *[]Address { return &env.To }},
	{name: "Cc", list: func(env *Envelope) *[]Address { return &env.Cc }},
	{name: "Bcc", list: func(env *Envelope) *[]Address { return &env.Bcc }},
	{name: "In-Reply-To", text: func(env *Envelope) *NString { return &env.InReplyTo }},
	{name: "Message-ID", text: func(env *Envelope) *NString { return &env.MessageID }},
}

// envelopeField is the row of a name, nil for one that is in no envelope.
func envelopeField(name string) *envelopeRow {
	for i := range envelopeFields {
		if row := &envelopeFields[i]; len(row.name) == len(name) && beginsWith(name[0], row.name[0]) && strings.EqualFold(row.name, name) {
			return row
		}
	}
	return nil
}

// newEnvelope finds it in a header, in what is lent for it if that is not nil.
func newEnvelope(w *work, fs fields, lent *lent) *Envelope {
	env, free := roomForEnvelope(lent)
	for p, ok := fs.next(w, 0, 0); ok; p, ok = fs.next(w, p.end, 0) {
		switch row := envelopeField(fs.name(p)); {
		case row == nil:
		case row.list != nil:
			joinAddresses(row.list(env), w, fs.at(p), &free)
		case !row.text(env).OK: // of texts the first counts
			*row.text(env) = some(fs.at(p).unfolded(w))
		}
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

// roomForEnvelope is what is lent, or new.
func roomForEnvelope(lent *lent) (*Envelope, room[Address]) {
	if lent != nil {
		lent.envelope = Envelope{}
		return &lent.envelope, lent.addresses[:]
	}
	made := new(struct {
		Envelope
		room [usualAddresses]Address
	})
	return &made.Envelope, made.room[:]
}

// addresses are those of all fields of a name.
func addresses(w *work, fs fields, name string) (list []Address) {
	for f := range fs.named(w, name) {
		joinAddresses(&list, w, f, nil)
	}
	return list
}

// joinAddresses adds those of one more field: obsolete mails repeat To and Cc (RFC 5322,
// section 4.5.3).
func joinAddresses(list *[]Address, w *work, f Field, room *room[Address]) {
	more := parseAddresses(w, f.unfolded(w), room)
	if *list == nil {
		*list = more
	} else {
		*list = append(*list, more...)
	}
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
