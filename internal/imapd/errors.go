package imapd

import (
	"errors"

	"github.com/emersion/go-imap/v2"

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

// uidRequired refuses message numbers after ENABLE UIDONLY (RFC 9586, section 3).
func uidRequired(what string) *refusal {
	err := bad("command.numbers", "%s is not allowed after ENABLE UIDONLY", what)
	err.answer.Code = codeUIDRequired
	return err
}

// errGone is the result of a command whose client has hung up: nobody is left to
// be answered.
var errGone = errors.New("the connection is gone")

// storeCodes gives the store's errors the response codes of RFC 5530, and says what
// happened.
var storeCodes = []struct {
	err   error
	event Event
	code  imap.ResponseCode
}{
	{store.ErrNotFound, "mailbox.missing", imap.ResponseCodeNonExistent},
	{store.ErrRenumbered, "mailbox.renumbered", ""}, // the BYE follows
	{store.ErrExists, "mailbox.exists", imap.ResponseCodeAlreadyExists},
	{store.ErrHasChildren, "mailbox.children", imap.ResponseCodeHasChildren},
	{store.ErrNoSelect, "mailbox.noselect", imap.ResponseCodeCannot},
	{store.ErrNoInferiors, "mailbox.noinferiors", imap.ResponseCodeCannot},
	{store.ErrInvalidName, "mailbox.name", imap.ResponseCodeCannot},
	{store.ErrInvalidRight, "acl.right", ""},
	{store.ErrOverQuota, "quota.over", imap.ResponseCodeOverQuota}, // RFC 9208, section 4.3.1
	{store.ErrInvalidUse, "mailbox.use", codeUseAttr},
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
		return bad("flag.invalid", "%s", trimPackage(err))
	}
	for _, row := range storeCodes {
		if errors.Is(err, row.err) {
			answer := no(row.event, row.code, "%s", trimPackage(err))
			answer.names = true
			return answer
		}
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
