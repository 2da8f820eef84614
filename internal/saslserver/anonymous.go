package saslserver

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-sasl"
)

// Guests is what [Accounts] may be besides: one of them is for who does not say who it is.
type Guests interface {
	// Guest is the account for ANONYMOUS, "" if nobody is let in so.
	Guest() (account string)
}

// GuestOf is the account for ANONYMOUS, "" for none.
func GuestOf(a Accounts) string {
	if guests, ok := a.(Guests); ok {
		return guests.Guest()
	}
	return ""
}

// anonymousServer is ANONYMOUS: RFC 4505.
//
//	message = [ email / token ]
//	token   = 1*255TCHAR
type anonymousServer struct{ x Exchange }

var errTrace = errors.New("the trace information is neither an email address nor 255 characters without @ (RFC 4505, section 2)")

func newAnonymous(x Exchange) sasl.Server { return &anonymousServer{x} }

// Next takes the trace information, and lets everybody in.
func (s *anonymousServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if !isTrace(string(response)) {
		return nil, false, errTrace
	}
	return nil, true, s.x.Login(GuestOf(s.x.Accounts), "")
}

// isTrace checks the grammar, and section 3 as far as it forbids characters in which a
// line could hide.
func isTrace(message string) bool {
	prohibited := func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Co, unicode.Cs, unicode.Cf) }
	if !utf8.ValidString(message) || strings.ContainsFunc(message, prohibited) {
		return false
	}
	if strings.Contains(message, "@") {
		addr, err := mail.ParseAddress(message)
		return err == nil && addr.Address == message
	}
	return utf8.RuneCountInString(message) <= 255
}
