package imapd

import (
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"

	"github.com/go-mailtest/mailtest/internal/imapwire"
	"github.com/go-mailtest/mailtest/internal/store"
)

// Response codes that go-imap does not name.
const (
	codeExpungeIssued imap.ResponseCode = "EXPUNGEISSUED" // RFC 5530
	codeUseAttr       imap.ResponseCode = "USEATTR"       // RFC 6154
	codeNotSaved      imap.ResponseCode = "NOTSAVED"      // RFC 5182
	codeUIDRequired   imap.ResponseCode = "UIDREQUIRED"   // RFC 9586
	codeBadComparator imap.ResponseCode = "BADCOMPARATOR" // RFC 5255
	codeTooFew        imap.ResponseCode = "TOOFEW"        // RFC 10022
	codeTooMany       imap.ResponseCode = "TOOMANY"       // RFC 10022
)

// no is a command that was understood and cannot be done (RFC 9051, section 7.1.2).
func no(code imap.ResponseCode, format string, args ...any) *imap.Error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: fmt.Sprintf(format, args...)}
}

// bad is a command that the client should not have sent (RFC 9051, section 7.1.3).
func bad(format string, args ...any) *imap.Error {
	return &imap.Error{Type: imap.StatusResponseTypeBad, Text: fmt.Sprintf(format, args...)}
}

// uidRequired refuses message numbers after ENABLE UIDONLY (RFC 9586, section 3).
func uidRequired(what string) *imap.Error {
	err := bad("%s is not allowed after ENABLE UIDONLY", what)
	err.Code = codeUIDRequired
	return err
}

// bye ends the connection (RFC 9051, section 7.1.5).
func bye(code imap.ResponseCode, format string, args ...any) *imap.Error {
	return &imap.Error{Type: imap.StatusResponseTypeBye, Code: code, Text: fmt.Sprintf(format, args...)}
}

// errGone is the result of a command whose client has hung up: nobody is left to
// be answered.
var errGone = errors.New("the connection is gone")

// storeCodes gives the store's errors the response codes of RFC 5530.
var storeCodes = []struct {
	err  error
	code imap.ResponseCode
}{
	{store.ErrNotFound, imap.ResponseCodeNonExistent},
	{store.ErrRenumbered, ""}, // the BYE follows
	{store.ErrExists, imap.ResponseCodeAlreadyExists},
	{store.ErrHasChildren, imap.ResponseCodeHasChildren},
	{store.ErrNoSelect, imap.ResponseCodeCannot},
	{store.ErrNoInferiors, imap.ResponseCodeCannot},
	{store.ErrInvalidName, imap.ResponseCodeCannot},
	{store.ErrInvalidRight, ""},
	{store.ErrOverQuota, imap.ResponseCodeOverQuota}, // RFC 9208, section 4.3.1
	{store.ErrInvalidUse, codeUseAttr},
}

// storeError makes a NO of an error of the store; one that is not known here
// is a bug of the server and stays as it is.
func storeError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, store.ErrInvalidFlag) {
		// The grammar has neither \Recent nor unknown system flags (RFC 9051,
		// section 9: flag, flag-extension).
		return bad("%s", trimPackage(err))
	}
	for _, row := range storeCodes {
		if errors.Is(err, row.err) {
			return &namingError{no(row.code, "%s", trimPackage(err))}
		}
	}
	return err
}

// namingError is an answer whose text has names of mailboxes.
type namingError struct{ answer *imap.Error }

// Error is the text with the names in UTF-8.
func (e *namingError) Error() string { return e.answer.Error() }

// Unwrap gives the answer.
func (e *namingError) Unwrap() error { return e.answer }

// answerOf is the answer in err, with names as the client writes them: in modified
// UTF-7 unless it speaks UTF-8.
func (c *conn) answerOf(err error) (*imap.Error, bool) {
	if err == nil {
		return nil, false
	}
	var answer *imap.Error
	var naming *namingError
	if !errors.As(err, &naming) || c.speaksUTF8() {
		ok := errors.As(err, &answer)
		return answer, ok
	}
	encoded := *naming.answer
	encoded.Text = imapwire.EncodeUTF7(encoded.Text)
	return &encoded, true
}

// addText says more in an answer.
func addText(err error, text string) error {
	var answer *imap.Error
	if text != "" && errors.As(err, &answer) {
		answer.Text += text
	}
	return err
}

// trimPackage takes the package's name off an error text: a client's log has
// no use for it.
func trimPackage(err error) string {
	const prefix = "memstore: "
	text := err.Error()
	if len(text) > len(prefix) && text[:len(prefix)] == prefix {
		return text[len(prefix):]
	}
	return text
}
