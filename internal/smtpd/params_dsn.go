package smtpd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-smtp"
)

// setReturn is RET: RFC 3461, section 4.3.
func setReturn(o *MailOptions, value string) error {
	if !oneOf(value, string(smtp.DSNReturnFull), string(smtp.DSNReturnHeaders)) {
		return errors.New("want FULL or HDRS")
	}
	o.Return = smtp.DSNReturn(strings.ToUpper(value))
	return nil
}

// setEnvelopeID is ENVID: RFC 3461, section 4.4.
func setEnvelopeID(o *MailOptions, value string) (err error) {
	if o.EnvelopeID, err = decodeXtext(value); err == nil && !isPrintable(o.EnvelopeID) {
		err = errors.New("want printable ASCII, in xtext")
	}
	return err
}

// setNotify is NOTIFY: RFC 3461, section 4.1.
//
//	notify-esmtp-value = "NEVER" / 1#notify-list-element
func setNotify(o *smtp.RcptOptions, value string) error {
	for word := range strings.SplitSeq(strings.ToUpper(value), ",") {
		what := smtp.DSNNotify(word)
		known := oneOf(word, string(smtp.DSNNotifyNever), string(smtp.DSNNotifySuccess), string(smtp.DSNNotifyFailure), string(smtp.DSNNotifyDelayed))
		if !known || slices.Contains(o.Notify, what) {
			return errors.New("want NEVER, or some of SUCCESS, FAILURE and DELAY")
		}
		o.Notify = append(o.Notify, what)
	}
	if len(o.Notify) > 1 && slices.Contains(o.Notify, smtp.DSNNotifyNever) {
		return errors.New("NEVER excludes the others")
	}
	return nil
}

// setOriginal is ORCPT: RFC 3461, section 4.2; RFC 6533, section 3.
//
//	original-recipient-address = addr-type ";" xtext
func setOriginal(o *smtp.RcptOptions, value string) (err error) {
	kind, addr, _ := strings.Cut(value, ";")
	o.OriginalRecipientType = smtp.DSNAddressType(kind)
	switch upper := smtp.DSNAddressType(strings.ToUpper(kind)); upper {
	case smtp.DSNAddressTypeUTF8:
		o.OriginalRecipientType = upper
		o.OriginalRecipient, err = decodeUTF8Address(addr)
	case smtp.DSNAddressTypeRFC822:
		o.OriginalRecipientType = upper
		if o.OriginalRecipient, err = decodeXtext(addr); err == nil && !isPrintable(o.OriginalRecipient) {
			err = errors.New("want printable ASCII")
		}
	default:
		o.OriginalRecipient, err = decodeXtext(addr)
	}
	if err != nil || kind == "" || o.OriginalRecipient == "" {
		return errors.New("want type;address, in xtext")
	}
	return nil
}

// setValidSince is RRVS: RFC 7293, section 5.1.
//
//	rrvs-value = date-time [";" ("C" / "R")]
func setValidSince(o *smtp.RcptOptions, value string) (err error) {
	date, action, found := strings.Cut(value, ";")
	if o.RequireRecipientValidSince, err = time.Parse(time.RFC3339, date); err != nil || found && !oneOf(action, "C", "R") {
		return errors.New("want a date and time, and C or R behind it")
	}
	return nil
}

// decodeXtext undoes the encoding of RFC 3461, section 4.
//
//	hexchar = "+" 2(%x30-39 / %x41-46)
func decodeXtext(s string) (string, error) {
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '+':
			if i+2 >= len(s) {
				return "", errors.New("+ is not followed by two hex digits")
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return "", fmt.Errorf("+%s is no hexchar", s[i+1:i+3])
			}
			sb.WriteByte(byte(n))
			i += 2
		case c <= ' ' || c == '=' || c == 0x7f:
			return "", fmt.Errorf("%q is not xtext", c)
		default:
			sb.WriteByte(c)
		}
	}
	return sb.String(), nil
}

// decodeUTF8Address undoes the encoding of RFC 6533, section 3:
//
//	EmbeddedUnicodeChar = "\x{" HEXPOINT "}"
func decodeUTF8Address(s string) (string, error) {
	var sb strings.Builder
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\':
			hex, rest, found := strings.Cut(strings.TrimPrefix(s, `\x{`), "}")
			n, err := strconv.ParseUint(hex, 16, 21)
			if !found || err != nil || !strings.HasPrefix(s, `\x{`) || !isHexPoint(hex, rune(n)) {
				return "", errors.New(`\ is not followed by x{…}`)
			}
			sb.WriteRune(rune(n))
			s = rest
			continue
		case r <= ' ' || r == 0x7f || r == '+' || r == '=' || r == utf8.RuneError && size == 1:
			return "", fmt.Errorf("%q must be encoded", r)
		}
		sb.WriteRune(r)
		s = s[size:]
	}
	return sb.String(), nil
}

// isHexPoint says whether a character may be, and must be, written with so many
// digits: "\" and what xtext may not have, and all beyond ASCII.
func isHexPoint(hex string, r rune) bool {
	digits := max(2, len(strconv.FormatInt(int64(r), 16)))
	special := r != 0 && (r <= ' ' || r == '+' || r == '=' || r == '\\' || r >= 0x7f)
	return len(hex) == digits && special && utf8.ValidRune(r)
}

func isPrintable(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
