package smtpd

import (
	"fmt"

	"github.com/emersion/go-smtp"
)

// extension is a row of the table of SMTP extensions.
type extension struct {
	keyword string
	needs   string               // another one, without which it is nothing
	when    func(c *conn) bool   // when it is offered; nil for always
	hidden  func(c *conn) bool   // when EHLO does not say so; nil for never
	value   func(c *conn) string // what stands behind the keyword; nil for nothing
	// What it brings to MAIL and RCPT, by name, or by name and value.
	mail map[string]func(o *MailOptions, value string) error
	rcpt map[string]func(o *smtp.RcptOptions, value string) error
	// unless is the answer to its parameters where it is not offered, if it is not
	// that there are none such.
	unless error
}

const extEnhancedCodes = "ENHANCEDSTATUSCODES"

type (
	mailParams = map[string]func(o *MailOptions, value string) error
	rcptParams = map[string]func(o *smtp.RcptOptions, value string) error
)

// extensions are all that there are, in the order of EHLO. A new one is a row, and its
// parameters or a file of its command.
var extensions = []extension{
	{keyword: "PIPELINING"},                                                     // RFC 2920
	{keyword: "8BITMIME", mail: of8Bit},                                         // RFC 6152
	{keyword: extEnhancedCodes},                                                 // RFC 2034
	{keyword: "CHUNKING"},                                                       // RFC 3030
	{keyword: "BINARYMIME", needs: "CHUNKING", mail: ofBinary},                  // RFC 3030
	{keyword: "BURL", needs: "8BITMIME", when: hasURLs, value: urlForms},        // RFC 4468
	{keyword: "SMTPUTF8", needs: "8BITMIME", mail: ofUTF8},                      // RFC 6531
	{keyword: "DSN", mail: ofReport, rcpt: ofNotify},                            // RFC 3461
	{keyword: "DELIVERBY", mail: ofTime, rcpt: ofTimeRcpt},                      // RFC 2852
	{keyword: "RRVS", rcpt: ofOwner},                                            // RFC 7293
	{keyword: "MT-PRIORITY", mail: ofRank, rcpt: ofRankRcpt},                    // RFC 6710
	{keyword: "REQUIRETLS", when: inTLS, mail: ofTLS, unless: needsTLS},         // RFC 8689
	{keyword: "SIZE", value: maxSize, mail: ofSize},                             // RFC 1870
	{keyword: "LIMITS", when: hasLimits, value: rcptMax},                        // RFC 9422
	{keyword: "STARTTLS", when: canStartTLS, hidden: inTLS},                     // RFC 3207
	{keyword: "AUTH", when: hasMechanisms, value: listMechanisms, mail: ofAuth}, // RFC 4954
}

// indexExtensions is for servers to hold, because the rows' own functions look rows up.
func indexExtensions() map[string]*extension {
	out := make(map[string]*extension, len(extensions))
	for i := range extensions {
		out[extensions[i].keyword] = &extensions[i]
	}
	return out
}

var needsTLS = refusal(530, smtp.EnhancedCode{5, 7, 10}, "REQUIRETLS needs TLS")

func inTLS(c *conn) bool       { return c.info.TLS != nil }
func hasLimits(c *conn) bool   { return c.srv.cfg.MaxRecipients > 0 }
func canStartTLS(c *conn) bool { return c.srv.cfg.StartTLS || c.srv.cfg.RequireTLS || inTLS(c) }
func maxSize(c *conn) string   { return fmt.Sprint(c.srv.cfg.MaxSize) }
func rcptMax(c *conn) string   { return fmt.Sprintf("RCPTMAX=%d", c.srv.cfg.MaxRecipients) }

// Extensions are the keywords of all extensions.
func Extensions() []string {
	out := make([]string, len(extensions))
	for i, e := range extensions {
		out[i] = e.keyword
	}
	return out
}

// Has says whether an extension, or a mechanism as "AUTH PLAIN", was left on.
func (s *Server) Has(name string) bool {
	e := s.extensions[name]
	return !s.without[name] && (e == nil || e.needs == "" || s.Has(e.needs))
}

func (c *conn) has(name string) bool { return c.srv.Has(name) }

// offers says whether an extension is there on this connection now.
func (c *conn) offers(keyword string) bool {
	e := c.srv.extensions[keyword]
	return c.has(keyword) && (e.when == nil || e.when(c))
}

// keywords are the lines of EHLO.
func (c *conn) keywords() (lines []string) {
	for i := range extensions {
		e := &extensions[i]
		if !c.offers(e.keyword) || e.hidden != nil && e.hidden(c) {
			continue
		}
		line := e.keyword
		if e.value != nil {
			line += " " + e.value(c)
		}
		lines = append(lines, line)
	}
	return lines
}
