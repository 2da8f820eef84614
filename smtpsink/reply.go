package smtpsink

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-smtp"
)

// Error is an SMTP reply: 550 5.1.1 …
type Error struct {
	Code     int
	Enhanced [3]int // RFC 3463; zero for none
	Text     string
}

// Error is the reply as it is sent.
func (e *Error) Error() string {
	if e.Enhanced == [3]int{} {
		return fmt.Sprintf("%d %s", e.Code, e.Text)
	}
	return fmt.Sprintf("%d %s %s", e.Code, e.status(), e.Text)
}

// As gives the reply to package errors as go-smtp's, which the engine speaks.
func (e *Error) As(target any) bool {
	reply, ok := target.(**smtp.SMTPError)
	if ok {
		*reply = &smtp.SMTPError{Code: e.Code, EnhancedCode: e.Enhanced, Message: e.Text}
	}
	return ok
}

// status is the enhanced code as text.
func (e *Error) status() string {
	return fmt.Sprintf("%d.%d.%d", e.Enhanced[0], e.Enhanced[1], e.Enhanced[2])
}

// UnknownUser refuses a recipient: 550 5.1.1 (RFC 3463, section 3.2).
func UnknownUser(rcpt string) error {
	return &Error{550, [3]int{5, 1, 1}, fmt.Sprintf("<%s>: no such user here", rcpt)}
}

// MailboxFull refuses a recipient: 552 5.2.2 (RFC 3463, section 3.3).
func MailboxFull(rcpt string) error {
	return &Error{552, [3]int{5, 2, 2}, fmt.Sprintf("<%s>: mailbox full", rcpt)}
}

// AuthFailed refuses a name or password: 535 5.7.8 (RFC 4954, section 6).
func AuthFailed() error {
	return &Error{535, [3]int{5, 7, 8}, "authentication credentials invalid"}
}

// asError is the reply that an error stands for. One that is no reply is 451
// 4.3.0: the sender may try again.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{451, [3]int{4, 3, 0}, oneLine(err.Error())}
}

func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }
