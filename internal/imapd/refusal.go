package imapd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// refusal is an answer other than OK, and what happened: that is by which a profile has
// another text for it. What a hook answers has no event.
type refusal struct {
	event  Event
	answer *imap.Error
	names  bool    // the text has names of mailboxes, in UTF-8
	values []value // for placeholders
}

// value is what a placeholder stands for.
type value struct {
	name string
	n    uint64
}

// Error is the text with the names in UTF-8.
func (r *refusal) Error() string { return r.answer.Error() }

// Unwrap gives the answer.
func (r *refusal) Unwrap() error { return r.answer }

// kind is NO, BAD or BYE.
func (r *refusal) kind() imap.StatusResponseType { return r.answer.Type }

// with says what a placeholder of the event stands for.
func (r *refusal) with(name string, n uint64) *refusal {
	r.values = append(r.values, value{name, n})
	return r
}

// no is a command that was understood and cannot be done (RFC 9051, section 7.1.2).
func no(event Event, code imap.ResponseCode, format string, args ...any) *refusal {
	return refuse(event, imap.StatusResponseTypeNo, code, format, args)
}

// bad is a command that the client should not have sent (RFC 9051, section 7.1.3).
func bad(event Event, format string, args ...any) *refusal {
	return refuse(event, imap.StatusResponseTypeBad, "", format, args)
}

// bye ends the connection (RFC 9051, section 7.1.5).
func bye(event Event, code imap.ResponseCode, format string, args ...any) *refusal {
	return refuse(event, imap.StatusResponseTypeBye, code, format, args)
}

func refuse(event Event, kind imap.StatusResponseType, code imap.ResponseCode, format string, args []any) *refusal {
	return &refusal{event: event, answer: &imap.Error{Type: kind, Code: code, Text: fmt.Sprintf(format, args...)}}
}

// saying is the same answer with another text.
func (r *refusal) saying(text string) *refusal {
	other, answer := *r, *r.answer
	answer.Text = text
	other.answer = &answer
	return &other
}

// refusalOf is the answer that an error is, if it is one.
func refusalOf(err error) (*refusal, bool) {
	if err == nil {
		return nil, false
	}
	var r *refusal
	if errors.As(err, &r) {
		return r, true
	}
	var answer *imap.Error
	if errors.As(err, &answer) {
		return &refusal{answer: answer}, true
	}
	return nil, false
}

// Happened says of an answer of a hook by which event it comes, so that a profile may have
// another text for it, and which limit was reached, if one was.
func Happened(event Event, answer *imap.Error, limit ...int) error {
	r := &refusal{event: event, answer: answer}
	for _, n := range limit {
		r = r.with("limit", uint64(n))
	}
	return r
}

// Refuse is the usual answer at an event that only the owner of the hooks knows of:
// "auth.app".
func Refuse(event Event) error {
	info, _ := eventInfo(event)
	status, _, _ := strings.Cut(info.Answer, " ")
	code := ""
	if _, rest, coded := strings.Cut(info.Answer, "["); coded {
		code, _, _ = strings.Cut(rest, "]")
	}
	return Happened(event, &imap.Error{Type: imap.StatusResponseType(status), Code: imap.ResponseCode(code), Text: event.usualText()})
}

// answerOf is the answer in err, with names as the client writes them: in modified
// UTF-7 unless it speaks UTF-8.
func (c *conn) answerOf(err error) (*refusal, bool) {
	r, ok := refusalOf(err)
	if !ok || !r.names || c.speaksUTF8() {
		return r, ok
	}
	return r.saying(imapwire.EncodeUTF7(r.answer.Text)), true
}

// addText says more in an answer.
func addText(err error, text string) error {
	var answer *imap.Error
	if text != "" && errors.As(err, &answer) {
		answer.Text += text
	}
	return err
}
