package smtpsink

import (
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-smtp"
)

// Deliverer files mail.
type Deliverer interface {
	// Verify is asked at RCPT. An [*Error] is the reply of a refusal.
	Verify(rcpt string) error
	// Deliver is called once a message, when all of it is there. It files a
	// copy for every recipient or, with an error, for none, and returns the
	// deliveries in the order of the recipients.
	Deliver(env Envelope, raw []byte) ([]Delivery, error)
}

// Delivery says where a recipient's copy was filed.
type Delivery struct {
	Rcpt    string
	Account string
	Mailbox string
	UID     imap.UID
}

// Error is an SMTP reply: 550 5.1.1 …
type Error struct {
	Code     int
	Enhanced [3]int // RFC 3463
	Text     string
}

// Error is the reply as it is sent.
func (e *Error) Error() string {
	return fmt.Sprintf("%d %d.%d.%d %s", e.Code, e.Enhanced[0], e.Enhanced[1], e.Enhanced[2], e.Text)
}

// UnknownUser refuses a recipient: 550 5.1.1 (RFC 3463, section 3.2).
func UnknownUser(rcpt string) error {
	return &Error{550, [3]int{5, 1, 1}, fmt.Sprintf("<%s>: no such user here", rcpt)}
}

// AuthFailed refuses a name or password: 535 5.7.8 (RFC 4954, section 6).
func AuthFailed() error {
	return &Error{535, [3]int{5, 7, 8}, "authentication credentials invalid"}
}

// reply turns an error into go-smtp's. One that is no reply is 451 4.3.0:
// the sender may try again.
func reply(err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return &smtp.SMTPError{Code: e.Code, EnhancedCode: e.Enhanced, Message: e.Text}
	}
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: err.Error()}
}
