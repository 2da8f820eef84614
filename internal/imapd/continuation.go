package imapd

import (
	"errors"

	"github.com/go-mailtest/mailtest/internal/imapwire"
)

// readContinuation reads the line that a client sends when it was asked to: DONE, or a
// SASL response. A line that is none, because it is too long, ends in a bare LF or has a
// NUL in it, is an answer to the command, BAD, and the connection goes on, as it does
// between commands. Dovecot and Cyrus end the command as well: neither waits on.
func (c *conn) readContinuation() ([]byte, error) {
	line, err := c.rd.ReadLine()
	var syntax *imapwire.SyntaxError
	if err != nil && !errors.As(err, &syntax) {
		return nil, c.cannotRead(err)
	}
	c.owing = true
	if err != nil {
		return line, bad("command.line", "%s", syntax)
	}
	return line, nil
}
