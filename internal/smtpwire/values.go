package smtpwire

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// The values of the parameters of MAIL and RCPT.

// OneOf reads one of the given words, in any case, and says it in upper case.
func OneOf[S ~string](words ...S) func(value string) (S, error) {
	return func(value string) (S, error) {
		word := S(strings.ToUpper(value))
		if !slices.Contains(words, word) {
			text := strings.Trim(fmt.Sprint(words), "[]")
			return "", errors.New("want " + strings.ReplaceAll(text, " ", " or "))
		}
		return word, nil
	}
}

var (
	parseNotifyWord = OneOf(smtp.DSNNotifyNever, smtp.DSNNotifySuccess, smtp.DSNNotifyFailure, smtp.DSNNotifyDelayed)
	parseAction     = OneOf("C", "R")
)

// ParseNone is the value of a parameter that has none: true.
func ParseNone(value string) (bool, error) {
	if value != "" {
		return false, errors.New("it takes no value")
	}
	return true, nil
}

// ParseSize reads size-value of RFC 1870, section 4:
//
//	size-value = 1*20DIGIT
//
// What does not fit is larger than any message.
func ParseSize(value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if errors.Is(err, strconv.ErrRange) && len(value) <= 20 {
		err = nil
	}
	if err != nil || strings.TrimLeft(value, "0123456789") != "" {
		return 0, errors.New("not a size")
	}
	return n, nil
}

// ParseAuth reads the AUTH of MAIL: RFC 4954, section 5. <> is somebody who is not known,
// and "".
func ParseAuth(value string) (*string, error) {
	addr, err := DecodeXtext(value)
	if err != nil || addr == "<>" {
		return new(string), err
	}
	parsed, ok := ParseAddress(addr)
	if !ok || parsed.Domain == "" {
		return nil, errors.New("not an address")
	}
	addr = parsed.String()
	return &addr, nil
}

// ParseEnvelopeID reads ENVID: RFC 3461, section 4.4.
func ParseEnvelopeID(value string) (string, error) {
	id, err := DecodeXtext(value)
	if err == nil && !isPrintable(id) {
		err = errors.New("want printable ASCII, in xtext")
	}
	return id, err
}

// ParseNotify reads NOTIFY: RFC 3461, section 4.1.
//
//	notify-esmtp-value = "NEVER" / 1#notify-list-element
func ParseNotify(value string) (list []smtp.DSNNotify, err error) {
	for word := range strings.SplitSeq(value, ",") {
		what, err := parseNotifyWord(word)
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, what) {
			return nil, errors.New(string(what) + " is there twice")
		}
		list = append(list, what)
	}
	if len(list) > 1 && slices.Contains(list, smtp.DSNNotifyNever) {
		return nil, errors.New("NEVER excludes the others")
	}
	return list, nil
}

// ParseOriginal reads ORCPT: RFC 3461, section 4.2; RFC 6533, section 3.
//
//	original-recipient-address = addr-type ";" xtext
func ParseOriginal(value string) (kind smtp.DSNAddressType, addr string, err error) {
	word, addr, _ := strings.Cut(value, ";")
	switch kind = smtp.DSNAddressType(strings.ToUpper(word)); kind {
	case smtp.DSNAddressTypeUTF8:
		addr, err = DecodeUTF8Address(addr)
	case smtp.DSNAddressTypeRFC822:
		if addr, err = DecodeXtext(addr); !isPrintable(addr) {
			addr = ""
		}
	default:
		kind = smtp.DSNAddressType(word)
		addr, err = DecodeXtext(addr)
	}
	if err != nil || word == "" || addr == "" {
		return "", "", errors.New("want type;address, in xtext")
	}
	return kind, addr, nil
}

// ParseValidSince reads rrvs-value of RFC 7293, section 5.1:
//
//	rrvs-value = date-time [";" ("C" / "R")]
func ParseValidSince(value string) (time.Time, error) {
	date, action, found := strings.Cut(value, ";")
	since, err := time.Parse(time.RFC3339, date)
	if err == nil && found {
		_, err = parseAction(action)
	}
	if err != nil {
		return time.Time{}, errors.New("want a date and time, and C or R behind it")
	}
	return since, nil
}

// ParseDeliverBy reads by-value of RFC 2852, section 4:
//
//	by-value = by-time ";" by-mode [by-trace]
//	by-time  = ["-" / "+"] 1*9digit
func ParseDeliverBy(value string) (*smtp.DeliverByOptions, error) {
	seconds, mode, found := strings.Cut(strings.ToUpper(value), ";")
	mode, trace := strings.CutSuffix(mode, "T")
	n, err := strconv.Atoi(seconds)
	switch {
	case !found || err != nil || len(strings.TrimLeft(seconds, "+-")) > 9:
		return nil, errors.New("want seconds;R or seconds;N")
	case mode != string(smtp.DeliverByNotify) && mode != string(smtp.DeliverByReturn):
		return nil, errors.New("the mode must be R or N")
	case mode == string(smtp.DeliverByReturn) && n <= 0:
		return nil, errors.New("the time must be positive with R")
	}
	return &smtp.DeliverByOptions{Time: time.Duration(n) * time.Second, Mode: smtp.DeliverByMode(mode), Trace: trace}, nil
}

// ParsePriority reads priority-value of RFC 6710, section 3: -9 to 9.
func ParsePriority(value string) (*int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < -9 || n > 9 {
		return nil, errors.New("not a priority from -9 to 9")
	}
	return &n, nil
}

func isPrintable(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}
