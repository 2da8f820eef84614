package smtpd

import (
	"errors"
	"fmt"
	"strings"
	"time"

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

// param reads the value of a parameter into its field.
func param[O, T any](field func(o *O) *T, parse func(value string) (T, error)) func(o *O, value string) error {
	return func(o *O, value string) (err error) {
		*field(o), err = parse(value)
		return err
	}
}

func setOriginal(o *smtp.RcptOptions, value string) (err error) {
	o.OriginalRecipientType, o.OriginalRecipient, err = smtpwire.ParseOriginal(value)
	return err
}

// The parameters of MAIL and RCPT by their names. BY and MT-PRIORITY belong to MAIL (RFC
// 2852, section 4; RFC 6710, section 3); go-smtp's client sends them with RCPT, and cannot
// do otherwise.
var (
	ofSize = mailParams{"SIZE": param(func(o *MailOptions) *int64 { return &o.Size }, smtpwire.ParseSize)}
	ofAuth = mailParams{"AUTH": param(func(o *MailOptions) **string { return &o.Auth }, smtpwire.ParseAuth)}
	ofUTF8 = mailParams{"SMTPUTF8": param(func(o *MailOptions) *bool { return &o.UTF8 }, smtpwire.ParseNone)}
	ofTLS  = mailParams{"REQUIRETLS": param(func(o *MailOptions) *bool { return &o.RequireTLS }, smtpwire.ParseNone)}

	body     = func(o *MailOptions) *smtp.BodyType { return &o.Body }
	of8Bit   = mailParams{"BODY": param(body, smtpwire.OneOf(smtp.Body7Bit, smtp.Body8BitMIME))}
	ofBinary = mailParams{"BODY=BINARYMIME": param(body, smtpwire.OneOf(smtp.BodyBinaryMIME))}

	ofReport = mailParams{
		"RET":   param(func(o *MailOptions) *smtp.DSNReturn { return &o.Return }, smtpwire.OneOf(smtp.DSNReturnFull, smtp.DSNReturnHeaders)),
		"ENVID": param(func(o *MailOptions) *string { return &o.EnvelopeID }, smtpwire.ParseEnvelopeID),
	}
	ofNotify = rcptParams{
		"NOTIFY": param(func(o *smtp.RcptOptions) *[]smtp.DSNNotify { return &o.Notify }, smtpwire.ParseNotify),
		"ORCPT":  setOriginal,
	}
	ofOwner    = rcptParams{"RRVS": param(func(o *smtp.RcptOptions) *time.Time { return &o.RequireRecipientValidSince }, smtpwire.ParseValidSince)}
	ofTime     = mailParams{"BY": param(func(o *MailOptions) **smtp.DeliverByOptions { return &o.DeliverBy }, smtpwire.ParseDeliverBy)}
	ofTimeRcpt = rcptParams{"BY": param(func(o *smtp.RcptOptions) **smtp.DeliverByOptions { return &o.DeliverBy }, smtpwire.ParseDeliverBy)}
	ofRank     = mailParams{"MT-PRIORITY": param(func(o *MailOptions) **int { return &o.Priority }, smtpwire.ParsePriority)}
	ofRankRcpt = rcptParams{"MT-PRIORITY": param(func(o *smtp.RcptOptions) **int { return &o.MTPriority }, smtpwire.ParsePriority)}
)
