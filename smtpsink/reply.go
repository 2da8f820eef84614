package smtpsink

import (
	"errors"
	"fmt"
	"regexp"
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

// smtpError turns an error into go-smtp's.
func smtpError(err error) error {
	if err == nil {
		return nil
	}
	e := asError(err)
	enhanced := smtp.EnhancedCode(e.Enhanced)
	if e.Enhanced == [3]int{} {
		enhanced = smtp.NoEnhancedCode
	}
	return &smtp.SMTPError{Code: e.Code, EnhancedCode: enhanced, Message: oneLine(e.Text)}
}

// formatReply is a reply of one line; enhanced may be "".
func formatReply(code int, enhanced, text string) string {
	if enhanced != "" {
		text = enhanced + " " + text
	}
	return fmt.Sprintf("%d %s\r\n", code, oneLine(text))
}

func formatError(err error) string { return oneLine(asError(err).Error()) + "\r\n" }

// formatLines is a reply of several lines without enhanced codes.
func formatLines(code int, lines []string) string {
	var sb strings.Builder
	for i, line := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		fmt.Fprintf(&sb, "%d%s%s\r\n", code, sep, line)
	}
	return sb.String()
}

func oneLine(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }

// codeOf is the code of a reply.
func codeOf(text string) int {
	code := 0
	for i := 0; i < 3 && i < len(text); i++ {
		code = 10*code + int(text[i]-'0')
	}
	return code
}

var enhancedCode = regexp.MustCompile(`(?m)^([245]\d\d[ -])[245]\.\d{1,3}\.\d{1,3} `)

func withoutEnhanced(text string) string { return enhancedCode.ReplaceAllString(text, "$1") }
