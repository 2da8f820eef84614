package smtpsink

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// paramOwner says which extension a parameter belongs to, "" for none.
func paramOwner(verb, key, value string) string {
	switch key {
	case "BODY":
		if strings.EqualFold(value, "BINARYMIME") {
			return ofMail(verb, "BINARYMIME")
		}
		return ofMail(verb, "8BITMIME")
	case "SIZE", "SMTPUTF8", "REQUIRETLS", "AUTH":
		return ofMail(verb, key)
	case "RET", "ENVID":
		return ofMail(verb, "DSN")
	case "NOTIFY", "ORCPT":
		return ofRcpt(verb, "DSN")
	case "RRVS":
		return ofRcpt(verb, "RRVS")
	// BY and MT-PRIORITY belong to MAIL (RFC 2852, section 4; RFC 6710, section 3).
	// go-smtp's client sends them with RCPT, and cannot do otherwise.
	case "BY":
		return "DELIVERBY"
	case "MT-PRIORITY":
		return "MT-PRIORITY"
	}
	return ""
}

func ofMail(verb, extension string) string {
	if verb == "MAIL" {
		return extension
	}
	return ""
}

func ofRcpt(verb, extension string) string {
	if verb == "RCPT" {
		return extension
	}
	return ""
}

// mailParams are what the sink itself reads of MAIL's parameters.
type mailParams struct {
	size     int64
	orcpt    [2]string // of RCPT: an ORCPT whose type go-smtp does not know, and its address
	by       *smtp.DeliverByOptions
	priority *int
}

// readParams checks the parameters of MAIL or RCPT against what is offered, and
// returns those that go-smtp is to see.
func (w *wireConn) readParams(text string) (rest []string, own mailParams, err error) {
	seen := make(map[string]bool)
	for _, param := range strings.Fields(text) {
		key, value, _ := strings.Cut(param, "=")
		key = strings.ToUpper(key)
		if err := w.checkParam(key, paramOwner(w.verb, key, value)); err != nil {
			return nil, own, err
		}
		if seen[key] {
			return nil, own, badParam(key, errors.New("given twice"))
		}
		seen[key] = true
		mine, err := own.read(w.verb, key, value)
		if err != nil {
			return nil, own, badParam(key, err)
		}
		if !mine {
			rest = append(rest, param)
		}
	}
	return rest, own, nil
}

// checkParam refuses what was not offered (RFC 5321, section 4.1.1.11).
func (w *wireConn) checkParam(key, owner string) error {
	switch {
	case key == "REQUIRETLS" && w.sink.cfg.has(key) && !w.isTLS:
		return &Error{530, [3]int{5, 7, 10}, "REQUIRETLS needs TLS"}
	case owner == "" || w.hello != extendedHello || !w.offers(owner):
		return &Error{555, [3]int{5, 5, 4}, "parameter " + key + " is not recognised"}
	}
	return nil
}

func badParam(key string, err error) *Error {
	return &Error{501, [3]int{5, 5, 4}, fmt.Sprintf("parameter %s: %v", key, err)}
}

// read takes a parameter that is not go-smtp's.
func (p *mailParams) read(verb, key, value string) (mine bool, err error) {
	if verb == "RCPT" {
		return p.readORCPT(key, value)
	}
	switch key {
	case "SMTPUTF8", "REQUIRETLS":
		if value != "" {
			return false, errors.New("it takes no value") // RFC 6531, section 3.4; RFC 8689, section 4.2.1
		}
	case "SIZE":
		p.size, err = strconv.ParseInt(value, 10, 64)
		if err != nil || p.size < 0 {
			return false, errors.New("not a size")
		}
		return true, nil
	case "BY":
		p.by, err = parseDeliverBy(value)
		return true, err
	case "MT-PRIORITY":
		n, err := strconv.Atoi(value)
		if err != nil || n < -9 || n > 9 {
			return true, errors.New("not a priority from -9 to 9")
		}
		p.priority = &n
		return true, nil
	}
	return false, nil
}

// readORCPT takes an ORCPT of a type that go-smtp does not know (RFC 3461, section 4.2:
// any that is registered).
func (p *mailParams) readORCPT(key, value string) (mine bool, err error) {
	kind, addr, found := strings.Cut(value, ";")
	if key != "ORCPT" || !found || strings.EqualFold(kind, "rfc822") || strings.EqualFold(kind, "utf-8") {
		return false, nil
	}
	if addr, err = decodeXtext(addr); err != nil || kind == "" || addr == "" {
		return true, errors.New("want type;address, in xtext")
	}
	p.orcpt = [2]string{kind, addr}
	return true, nil
}

// decodeXtext undoes the encoding of RFC 3461, section 4.
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
				return "", err
			}
			sb.WriteByte(byte(n))
			i += 2
		case c <= ' ' || c == '=' || c >= 0x7f:
			return "", fmt.Errorf("%q is not xtext", c)
		default:
			sb.WriteByte(c)
		}
	}
	return sb.String(), nil
}

// parseDeliverBy reads by-value of RFC 2852, section 4:
//
//	by-value = by-time ";" by-mode [by-trace]
//	by-time  = ["-" / "+"] 1*9digit
func parseDeliverBy(value string) (*smtp.DeliverByOptions, error) {
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
