package smtpd

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
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
	if o.EnvelopeID, err = smtpwire.DecodeXtext(value); err == nil && !isPrintable(o.EnvelopeID) {
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
		o.OriginalRecipient, err = smtpwire.DecodeUTF8Address(addr)
	case smtp.DSNAddressTypeRFC822:
		o.OriginalRecipientType = upper
		if o.OriginalRecipient, err = smtpwire.DecodeXtext(addr); err == nil && !isPrintable(o.OriginalRecipient) {
			err = errors.New("want printable ASCII")
		}
	default:
		o.OriginalRecipient, err = smtpwire.DecodeXtext(addr)
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

func isPrintable(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
