package smtpd

import (
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/go-mailtest/mailtest/internal/smtpwire"
)

// readPath reads the path of MAIL or RCPT, behind FROM: or TO:, and leaves the
// parameters. Hooks see the address, or what stands in its place.
func (p *parser) readPath(prefix string) smtpwire.Path {
	if len(p.text) < len(prefix) || !strings.EqualFold(p.text[:len(prefix)], prefix) {
		p.badPath(prefix)
		return smtpwire.Path{}
	}
	path, rest, ok := smtpwire.ReadPath(strings.TrimLeft(p.text[len(prefix):], " "))
	p.text = strings.TrimLeft(rest, " ")
	if p.shown = path.String(); p.shown == "" {
		p.shown = path.Raw
	}
	if !ok {
		p.badPath(prefix)
	}
	return path
}

func (p *parser) badPath(prefix string) {
	p.fail(refusal(501, smtp.EnhancedCode{5, 5, 2}, "want "+p.verb+" "+prefix+"<address>"))
}
