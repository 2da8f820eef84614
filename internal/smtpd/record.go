package smtpd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/imapurl"
	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// masked stands for what may be a secret, in everything that is recorded and that hooks
// are told.
const masked = "…"

// record records a line of the client.
func (c *conn) record(line string) {
	c.heard = append(append(c.heard[:0], line...), '\n')
	c.Out.Heard(c.heard)
}

// hear records a line of the client, as far as it may be shown. A secret is not only
// what stands behind AUTH: a client that does not wait sends its response behind an AUTH
// that was refused, and one that has mistaken the name of the command sends it all the
// same. So behind AUTH, and behind what is no command, a secret may be coming until
// there is a command again.
func (c *conn) hear(line string, p *parser, known bool) {
	expected := c.strays
	c.strays = !known || p.verb == "AUTH"
	switch {
	case p.verb == "AUTH":
		p.shown, line = shownAuth(line)
	case p.verb == "BURL":
		p.shown, line = imapurl.MaskTokens(p.shown, masked), imapurl.MaskTokens(line, masked)
	case known:
	case expected:
		p.verb, p.shown, line = "", "", masked
	default:
		if p.verb, p.shown = beginning(p.verb), ""; len(p.verb) < len(line) {
			line = strings.TrimLeft(line[:len(p.verb)]+" "+masked, " ")
		}
	}
	c.record(line)
}

// shownAuth is the mechanism of an AUTH, if somebody has it, and what may be shown of
// the line.
func shownAuth(line string) (mechanism, shown string) {
	words := strings.Fields(line)
	switch {
	case len(words) == 1:
		return "", words[0]
	case !saslserver.Registered(words[1]):
		return masked, words[0] + " " + masked
	case len(words) == 2:
		return strings.ToUpper(words[1]), words[0] + " " + words[1]
	}
	return strings.ToUpper(words[1]), words[0] + " " + words[1] + " " + masked
}

// maxVerb is longer than any verb.
const maxVerb = 12

// beginning is the letters of a verb that is not known, "" if it does not look like one.
func beginning(verb string) string {
	end := strings.IndexFunc(verb, func(r rune) bool { return r < 'A' || r > 'Z' })
	switch {
	case end < 0 && len(verb) <= maxVerb:
		return verb
	case end > 0 && end <= maxVerb && strings.IndexByte("\t=:", verb[end]) >= 0:
		return verb[:end]
	}
	return ""
}
