package smtpsink

import (
	"crypto/tls"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/mimetree"
	"github.com/go-mailtest/mailtest/internal/search"
)

// Envelope is what the client said of a message besides the message.
type Envelope struct {
	From        string // the reverse-path, "" for a bounce
	FromOptions smtp.MailOptions
	DeliverBy   *smtp.DeliverByOptions // BY of MAIL (RFC 2852), nil for none
	Priority    *int                   // MT-PRIORITY of MAIL (RFC 6710), nil for none
	To          []Recipient            // the recipients that were accepted, Bcc ones too
	Helo        string                 // what the client called itself
	ESMTP       bool                   // by EHLO or LHLO, not HELO
	Auth        string                 // the account that authenticated, "" for none
	TLS         bool
	TLSState    *tls.ConnectionState // nil in the clear
	LMTP        bool
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
	Raw        []byte    // as it was sent, dot-stuffing undone; must not be modified
	Connected  time.Time // when the client connected
	Began      time.Time // when it said MAIL
	Received   time.Time // when the last byte was there
	Deliveries []Delivery
	Sent       *Delivery // the sender's own copy, with SaveSent
	Reports    []Report  // what the sender was told (RFC 3464)

	step   uint64                   // the number of the one that brought it
	parsed func() *mimetree.Message // of Raw, once
}

// tree is the message, parsed.
func (m Message) tree() *mimetree.Message {
	if m.parsed == nil {
		return mimetree.Parse(m.Raw)
	}
	return m.parsed()
}

// Delivery says where a recipient's copy was filed. With [DeliverAfter] there
// is none until it has been.
type Delivery struct {
	Rcpt      string
	Account   string
	Mailbox   string
	UID       imap.UID
	Duplicate bool   // not filed: SuppressDuplicates
	Relayed   bool   // not filed, because nobody here has it: Relay
	Failure   *Error // not filed, and why
}

// Delivery is that of a recipient, in any case.
func (m Message) Delivery(rcpt string) (Delivery, bool) {
	for _, d := range m.Deliveries {
		if strings.EqualFold(d.Rcpt, rcpt) {
			return d, true
		}
	}
	return Delivery{}, false
}

// Header is the message's header: unfolded values that are not decoded.
func (m Message) Header() mail.Header { return m.tree().Header() }

// Bcc are the recipients that neither To nor Cc names: they are known by the
// envelope alone.
func (m Message) Bcc() []string {
	envelope := m.tree().IMAPEnvelope()
	return slices.DeleteFunc(m.Recipients(), func(rcpt string) bool {
		return search.HasAddress(envelope.To, rcpt) || search.HasAddress(envelope.Cc, rcpt)
	})
}

// Subject is the subject decoded to UTF-8.
func (m Message) Subject() string { return m.tree().Subject() }

// Text is what a person reads, decoded to UTF-8 with LF line ends: the first text/plain
// part that is no attachment, or else the text of the first text/html part.
func (m Message) Text() string { return m.tree().Text() }
