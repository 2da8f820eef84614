package smtpd

import (
	"strings"

	"github.com/go-mailtest/mailtest/internal/saslserver"
)

// masked stands for a secret in everything that is recorded.
const masked = "…"

// recordCommand records a line of the client, as far as it may be shown. A line that is
// no command may be a response behind an AUTH that has come to nothing, which the client
// has sent without waiting, or an AUTH that is spelt in a wrong way: it is a stray, and
// shown to nobody, neither to hooks nor to the client.
func (c *conn) recordCommand(line, verb string, row *commandSpec) (stray bool) {
	switch {
	case row == nil && (c.strays || meansAuth(line)):
		c.strays, stray = true, true
		c.record(FromClient, masked)
	case verb == "AUTH":
		c.strays = true // until it has succeeded
		c.record(FromClient, shownAuth(line))
	default:
		c.strays = false
		c.record(FromClient, line)
	}
	return stray
}

// meansAuth says whether a line that is no command may have been meant for AUTH, or
// for the LOGIN of another protocol.
func meansAuth(line string) bool {
	line = strings.ToUpper(line)
	return strings.Contains(line, "AUTH") || strings.Contains(line, "LOGIN")
}

// shownAuth is an AUTH without what stands behind its mechanism, and without that if
// it is none.
func shownAuth(line string) string {
	words := strings.Fields(line)
	switch {
	case len(words) == 1:
		return line
	case !saslserver.Registered(words[1]):
		return words[0] + " " + masked
	case len(words) == 2:
		return line
	}
	return words[0] + " " + words[1] + " " + masked
}
