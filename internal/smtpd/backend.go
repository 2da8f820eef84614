package smtpd

import (
	"crypto/tls"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// Backend is where mail goes. A refusal is an *smtp.SMTPError to errors.As; any other
// error is told as 451 4.3.0: the sender may try again.
type Backend interface {
	// Mail begins a transaction; from is empty for the null reverse-path.
	Mail(s Session, from string, opts *MailOptions) (Transaction, error)
}

// Transaction is one that a backend has begun. If nothing more comes of it, nobody
// says so.
type Transaction interface {
	// Rcpt takes a recipient, or says why not.
	Rcpt(addr string, opts *smtp.RcptOptions) error
	// Data takes the message; its bytes are the transaction's. There is one answer
	// for all recipients or, with LMTP, one for each that was accepted, in their
	// order: those that are not nil have been refused already, and where Data
	// leaves nil the message has been taken. It should end soon when closed is, with
	// the server: a client that hangs up before it is answered does not undo what it has
	// sent (RFC 5321, section 4.1.1.4), and will send it again (RFC 1047).
	Data(raw []byte, answers []error, closed <-chan struct{})
	// Answered is called when the client has been told, or is gone. It must not block.
	Answered()
}

// Session is what is known of a client.
type Session struct {
	Conn       int // 1, 2, … in the order of connecting
	RemoteAddr string
	Connected  time.Time
	Helo       string // what the client called itself
	Extended   bool   // by EHLO or LHLO, not HELO
	User       string // the account that has authenticated, "" for none
	TLS        *tls.ConnectionState
}

// MailOptions are the parameters of MAIL.
type MailOptions struct {
	smtp.MailOptions
	DeliverBy *smtp.DeliverByOptions // BY (RFC 2852), nil for none
	Priority  *int                   // MT-PRIORITY (RFC 6710), nil for none
}

// Accounts are who can authenticate.
type Accounts interface {
	saslserver.Accounts
	// HasTokens says whether any account has a token; else XOAUTH2 and OAUTHBEARER
	// are not offered.
	HasTokens() bool
}
