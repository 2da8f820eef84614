package smtpsink

import (
	"bytes"
	"crypto/tls"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"
	"github.com/emersion/go-smtp"
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
}

// Delivery says where a recipient's copy was filed. With [DeliverAfter] there
// is none until it has been.
type Delivery struct {
	Rcpt      string
	Account   string
	Mailbox   string
	UID       imap.UID
	Duplicate bool   // not filed: SuppressDuplicates
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

// Header is the message's header: unfolded values that are not decoded. It is
// empty if the header cannot be read.
func (m Message) Header() mail.Header {
	msg, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		return mail.Header{}
	}
	return msg.Header
}

// Bcc are the recipients that neither To nor Cc names: they are known by the
// envelope alone.
func (m Message) Bcc() []string {
	header := m.Header()
	fields := slices.Concat(header["To"], header["Cc"])
	return slices.DeleteFunc(m.Recipients(), func(rcpt string) bool {
		return slices.ContainsFunc(fields, func(value string) bool { return names(value, rcpt) })
	})
}

// names says whether an address list has an address, in any case; of a list that
// cannot be read, whether it stands there at all.
func names(list, addr string) bool {
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}
	parsed, err := parser.ParseList(list)
	if err != nil {
		return strings.Contains(strings.ToLower(list), strings.ToLower(addr))
	}
	return slices.ContainsFunc(parsed, func(a *mail.Address) bool { return strings.EqualFold(a.Address, addr) })
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
