package smtpd

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// readMailParams reads the parameters of MAIL.
func (p *parser) readMailParams(o *MailOptions) {
	readParams(p, o, func(e *extension) mailParams { return e.mail })
}

// readRcptParams reads those of RCPT.
func (p *parser) readRcptParams(o *smtp.RcptOptions) {
	readParams(p, o, func(e *extension) rcptParams { return e.rcpt })
}

// readParams reads the parameters behind a path:
//
//	esmtp-param = esmtp-keyword ["=" esmtp-value]
//
// What was not offered is refused with 555 (RFC 5321, section 4.1.1.11).
func readParams[O any](p *parser, o *O, of func(e *extension) map[string]func(o *O, value string) error) {
	if p.text == "" {
		return
	}
	seen := make(map[string]bool)
	for param := range strings.FieldsSeq(p.text) {
		key, value, _ := strings.Cut(param, "=")
		key = strings.ToUpper(key)
		owner, set := findParam(key, value, of)
		if err := p.c.checkParam(key, owner); err != nil {
			p.fail(err)
			return
		}
		err := errors.New("given twice")
		if !seen[key] {
			err = set(o, value)
		}
		if err != nil {
			p.fail(badSyntax(fmt.Sprintf("parameter %s: %v", key, err)))
			return
		}
		seen[key] = true
	}
}

// findParam finds the extension that a parameter belongs to, by its name and value
// or by its name.
func findParam[O any](key, value string, of func(e *extension) map[string]func(o *O, value string) error) (owner *extension, set func(o *O, value string) error) {
	for i := range extensions {
		params := of(&extensions[i])
		if len(params) == 0 {
			continue
		}
		if set := params[key+"="+strings.ToUpper(value)]; set != nil {
			return &extensions[i], set
		}
		if found := params[key]; found != nil && set == nil {
			owner, set = &extensions[i], found
		}
	}
	return owner, set
}

func (c *conn) checkParam(key string, owner *extension) error {
	switch {
	case owner == nil:
	case owner.unless != nil && c.has(owner.keyword) && !c.offers(owner.keyword):
		return owner.unless
	case c.info.Extended && c.offers(owner.keyword):
		return nil
	}
	return refusal(555, smtp.EnhancedCode{5, 5, 4}, "parameter "+key+" is not recognised")
}

func oneOf(word string, words ...string) bool { return slices.Contains(words, strings.ToUpper(word)) }

// errNoValue is for a parameter that is a word and no more.
var errNoValue = errors.New("it takes no value")

// setBody is BODY: RFC 6152, section 2.
func setBody(o *MailOptions, value string) error {
	if !oneOf(value, string(smtp.Body7Bit), string(smtp.Body8BitMIME)) {
		return errors.New("not a kind of body")
	}
	o.Body = smtp.BodyType(strings.ToUpper(value))
	return nil
}

// setBinary is BODY=BINARYMIME: RFC 3030, section 3.
func setBinary(o *MailOptions, _ string) error {
	o.Body = smtp.BodyBinaryMIME
	return nil
}

// setUTF8 is SMTPUTF8: RFC 6531, section 3.4.
func setUTF8(o *MailOptions, value string) error {
	if o.UTF8 = true; value != "" {
		return errNoValue
	}
	return nil
}

// setRequireTLS is REQUIRETLS: RFC 8689, section 4.2.1.
func setRequireTLS(o *MailOptions, value string) error {
	if o.RequireTLS = true; value != "" {
		return errNoValue
	}
	return nil
}

// setSize is SIZE: RFC 1870, section 4.
//
//	size-value = 1*20DIGIT
//
// What does not fit is larger than any message.
func setSize(o *MailOptions, value string) (err error) {
	o.Size, err = strconv.ParseInt(value, 10, 64)
	if errors.Is(err, strconv.ErrRange) && len(value) <= 20 {
		err = nil
	}
	if err != nil || strings.TrimLeft(value, "0123456789") != "" {
		return errors.New("not a size")
	}
	return nil
}

// setAuth is AUTH: RFC 4954, section 5. <> is somebody who is not known.
func setAuth(o *MailOptions, value string) error {
	addr, err := smtpwire.DecodeXtext(value)
	if err != nil {
		return err
	}
	o.Auth = new(string)
	if addr == "<>" {
		return nil
	}
	parsed, ok := smtpwire.ParseAddress(addr)
	if !ok || parsed.Domain == "" {
		return errors.New("not an address")
	}
	*o.Auth = parsed.String()
	return nil
}
